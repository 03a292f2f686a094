/** One message as a row: avatar, name, time, text or blocks, thread summary, tools on hover. */
import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { messageTools } from "./message-menu.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { WORKSPACE } from "./notes.js";
import { safeColour } from "./richtext.js";
import { emit, person, zone } from "./state.js";
import { businessNow, clockTime, dateToken, dayAndTime, dayKey, zoneName } from "./time.js";
import { sentenceOf, toast } from "./toast.js";

const forms = new Map();

/** Whoever wrote a message: a person, the app, or the workspace itself. */
export function author(message) {
  const one = person(message.user ?? message.bot_id);
  return one.id === WORKSPACE
    ? { ...one, name: one.name === WORKSPACE ? "Workspace" : one.name, is_bot: false, is_workspace: true }
    : one;
}

function context(message) {
  const key = `${message.channel} ${message.ts}`;
  if (!forms.has(key)) forms.set(key, new Form());
  const form = forms.get(key);
  form.update(message.blocks ?? []);
  return {
    surface: "message",
    form,
    act: async (block, element, value) => {
      const answer = await api.action({
        container: { type: "message", channel: message.channel, ts: message.ts },
        block_id: block.block_id,
        action_id: element.action_id,
        value,
        state: form.values(),
      });
      if (answer.ok === false) toast(sentenceOf(answer), "error");
      emit("acted");
    },
  };
}

/** A message row. `grouped`: it follows another of the same author; `inThread`: no thread summary. */
export function messageRow(message, { grouped, inThread }) {
  const one = author(message);
  const unix = Number(message.ts);
  const title = `${dateToken("{date_long} at {time_secs}", unix, zone())} ${zoneName(unix, zone())}`;
  const time = h(
    "time",
    { class: "message-time", title, datetime: new Date(unix * 1000).toISOString() },
    inThread && !grouped ? threadTime(unix) : clockTime(unix, zone()),
  );
  const name = h("span", { class: "message-name" }, one.name);
  const classes = ["message", grouped && "is-grouped", message.ephemeral && "is-ephemeral"]
    .filter(Boolean)
    .join(" ");
  const content = body(message);
  return h(
    "div",
    {
      class: classes,
      role: "article",
      tabindex: "-1",
      "aria-label": `${one.name}, ${clockTime(unix, zone())}`,
      dataset: {
        testid: "message",
        ts: message.ts,
        user: one.id,
        ephemeral: message.ephemeral ? "true" : undefined,
      },
    },
    message.ephemeral ? h("div", { class: "message-private" }, icon("eye", 14), "Only visible to you") : null,
    h("div", { class: "message-gutter" }, grouped ? time : avatar(one, 36)),
    h(
      "div",
      { class: "message-main" },
      grouped
        ? null
        : h(
            "div",
            { class: "message-head" },
            name,
            one.is_bot ? h("span", { class: "app-tag" }, "APP") : null,
            time,
          ),
      content,
      !inThread && message.reply_count ? summary(message) : null,
    ),
    messageTools(message, { inThread, body: () => content }),
  );
}

/** A thread has no lines between its days, so the day stands with the time. */
function threadTime(unix) {
  const today = dayKey(unix, zone()) === dayKey(businessNow(), zone());
  return today ? clockTime(unix, zone()) : dateToken("{date_short_pretty} at {time}", unix, zone());
}

function body(message) {
  const edited = message.edited
    ? h("span", { class: "edited", dataset: { testid: "edited" } }, " (edited)")
    : null;
  const holder = h("div", { class: "message-body" });
  if (message.blocks?.length)
    holder.append(...renderBlocks(message.blocks, context(message)), ...(edited ? [edited] : []));
  else holder.append(h("div", { class: "text", dir: "auto" }, mrkdwn(message.text), edited));
  for (const file of message.files ?? [])
    holder.append(h("div", { class: "attachment" }, `${file.name} (${file.size} bytes)`));
  for (const attachment of message.attachments ?? []) holder.append(attached(attachment, message));
  return holder;
}

function attached(attachment, message) {
  return h(
    "div",
    { class: "attachment", style: { "--bar": safeColour(attachment.color) } },
    attachment.title ? h("strong", {}, attachment.title) : null,
    attachment.blocks
      ? renderBlocks(attachment.blocks, context({ ...message, blocks: attachment.blocks }))
      : h("div", { class: "text" }, mrkdwn(attachment.text ?? attachment.fallback ?? "")),
    attachment.footer ? h("div", { class: "block-context" }, textObject(attachment.footer)) : null,
  );
}

function summary(message) {
  const count = message.reply_count;
  const last = message.latest_reply ? `last reply ${dayAndTime(Number(message.latest_reply), zone())}` : "";
  return h(
    "button",
    {
      class: "thread-summary",
      type: "button",
      dataset: { testid: "thread-summary" },
      on: { click: () => emit("thread", { ts: message.ts }) },
    },
    h(
      "span",
      { class: "thread-faces" },
      (message.reply_users ?? []).slice(0, 5).map((id) => avatar(person(id), 24)),
    ),
    h("span", { class: "thread-count" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    h("span", { class: "thread-last" }, last),
    h("span", { class: "thread-view" }, "View thread"),
    icon("chevron", 16, "thread-arrow"),
  );
}
