/** The toolbar of a message, shown on hover and focus: its thread, its link, its text, the app's shortcuts. */
import { api } from "./api.js";
import { copyText } from "./copy.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./popover.js";
import { emit, state } from "./state.js";
import { sentenceOf, toast } from "./toast.js";

/** Where a message is, as Slack writes it. */
function permalink(message) {
  const thread = message.thread_ts && message.thread_ts !== message.ts;
  const query = thread ? `?thread_ts=${message.thread_ts}&cid=${message.channel}` : "";
  return `${location.origin}/archives/${message.channel}/p${message.ts.replace(".", "")}${query}`;
}

/** What the message says, without its buttons and menus. */
function textOf(body) {
  const parts = [...body.querySelectorAll(".text, .block-header, .chart-title, table, .image-stand-in")];
  return parts
    .filter((one) => !parts.some((other) => other !== one && other.contains(one)))
    .map((one) => one.innerText.trim())
    .filter(Boolean)
    .join("\n");
}

function tool(label, picture, testid, run) {
  const node = h(
    "button",
    {
      class: "tool",
      type: "button",
      title: label,
      "aria-label": label,
      dataset: { testid },
      on: { click: () => run(node) },
    },
    icon(picture, 18),
  );
  return node;
}

async function runShortcut(shortcut, message) {
  const answer = await api.shortcut(shortcut.callback_id, message.channel, message.ts);
  if (answer.ok === false) toast(sentenceOf(answer), "error");
  emit("acted");
}

async function did(answering) {
  const answer = await answering;
  if (answer.ok === false) toast(sentenceOf(answer), "error");
}

/** What a client offers by itself: an emoji, and for one's own messages to edit and delete them. */
function ownEntries(message) {
  const { channel, ts } = message;
  const entries = [
    { label: "Add the emoji :ticket:", run: () => did(api.react(channel, ts, "ticket")) },
  ];
  if (message.user !== state.snapshot.me.id || message.subtype === "tombstone") return entries;
  const edit = () => {
    const text = window.prompt("Edit your message", message.text);
    if (text?.trim()) did(api.edit(channel, ts, text));
  };
  return [
    ...entries,
    { label: "Edit message", run: edit },
    { label: "Delete message", run: () => did(api.remove(channel, ts)) },
  ];
}

/** The manifest's shortcuts for messages, or null where the app has none. */
function shortcuts(message) {
  const all = (state.snapshot.shortcuts ?? []).filter((one) => one.type === "message");
  if (!all.length) return null;
  const node = tool("Message shortcuts", "dots", "message-shortcuts", () =>
    openMenu(
      node,
      [
        ...all.map((one) => ({
          label: one.name,
          description: one.description,
          run: () => runShortcut(one, message),
        })),
        ...ownEntries(message),
      ],
    ),
  );
  node.setAttribute("aria-haspopup", "menu");
  return node;
}

/** The toolbar; `body()` gives the drawn message. What only one person sees has no link and no thread. */
export function messageTools(message, { inThread, body }) {
  const mine = message.ephemeral || message.note;
  return h(
    "div",
    { class: "message-tools", role: "toolbar", "aria-label": "Message" },
    inThread || mine
      ? null
      : tool("Reply in thread", "reply", "reply-in-thread", () =>
          emit("thread", { ts: message.thread_ts ?? message.ts }),
        ),
    mine
      ? null
      : tool("Copy link", "link", "copy-link", () =>
          copyText(permalink(message), "The link is on the clipboard."),
        ),
    tool("Copy text", "copy", "copy-text", () => copyText(textOf(body()), "The text is on the clipboard.")),
    mine ? null : shortcuts(message),
  );
}
