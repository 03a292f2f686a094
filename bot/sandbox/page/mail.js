/** The mail drawer: everybody's e-mail as the post office took it, its text or its HTML, and a box to answer. */
import { api } from "./api.js";
import { closeDialog, openDialog } from "./dialog.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { on, zone } from "./state.js";
import { dateToken } from "./time.js";
import { sentenceOf, toast } from "./toast.js";

let mails = [];
const NEW = "new";
const draft = { from: "Lou Fox <lou@outside.example>", subject: "", text: "" };
let chosen = null;
let asHtml = true;
let drawn = null;
let seen = 0; // the newest e-mail that somebody has looked at

const badge = h("span", { class: "mail-badge", hidden: true, dataset: { testid: "mail-badge" } });
const button = h(
  "button",
  {
    class: "bar-button mail-button",
    type: "button",
    title: "E-mail",
    "aria-label": "E-mail",
    "aria-haspopup": "dialog",
    hidden: true,
    dataset: { testid: "mail" },
    on: { click: openMail },
  },
  icon("mail", 18),
  badge,
);

/** The button for the bar; it is there where the trial has a post office. */
export function mailButton() {
  on("live:mail", refresh);
  on("live:resync", refresh);
  refresh().then(() => {
    seen = mails[0]?.id ?? 0;
    mark();
  });
  return button;
}

async function refresh() {
  const answer = await api.mail();
  if (!Array.isArray(answer.mails)) return;
  button.hidden = !answer.on;
  mails = answer.mails;
  mark();
  drawn?.();
}

function mark() {
  const fresh = mails.filter((one) => one.id > seen).length;
  badge.hidden = !fresh;
  badge.textContent = fresh > 99 ? "99+" : String(fresh);
  button.setAttribute("aria-label", fresh ? `E-mail, ${fresh} new` : "E-mail");
}

/** Opens the drawer. */
export function openMail() {
  const list = h("div", { class: "mail-list", role: "list", "aria-label": "E-mails, newest first" });
  const reader = h("div", { class: "mail-reader", dataset: { testid: "mail-reader" } });
  const close = h(
    "button",
    { class: "modal-icon", type: "button", "aria-label": "Close", on: { click: () => closeDialog() } },
    icon("close", 18),
  );
  const write = h(
    "button",
    {
      class: "button button-small",
      type: "button",
      dataset: { testid: "mail-write" },
      on: {
        click: () => {
          chosen = NEW;
          drawn?.();
          reader.querySelector("input")?.focus();
        },
      },
    },
    "Write to the desk",
  );
  const node = h(
    "section",
    { class: "modal mail" },
    h("header", { class: "modal-head" }, h("h2", { class: "modal-title" }, "E-mail"), write, close),
    h("div", { class: "mail-body" }, list, reader),
  );
  const typed = new Map();
  if (chosen === NEW || chosen === null) chosen = mails[0]?.id ?? null;
  drawn = () => {
    if (!node.isConnected && drawn.shown) {
      drawn = null;
      return;
    }
    if (mails.length) seen = Math.max(seen, mails[0].id);
    mark();
    fill(list, mails.length ? mails.map(row) : h("p", { class: "mail-none" }, "No e-mail has been sent yet."));
    const mail = mails.find((one) => one.id === chosen);
    if (chosen === NEW) {
      if (reader.dataset.shown !== NEW) fill(reader, newLetter(draft));
      reader.dataset.shown = NEW;
    } else if (reader.dataset.shown !== key(mail)) {
      reader.dataset.shown = key(mail);
      fill(reader, mail ? letter(mail, typed) : null);
    }
  };
  drawn();
  openDialog(node, { label: "E-mail", testid: "mail-drawer" });
  drawn.shown = true;
  (list.querySelector("[aria-current=true]") ?? close).focus();
}

function key(mail) {
  return mail ? `${mail.id}.${mail.answers.length}.${asHtml}` : "";
}

function row(mail) {
  return h(
    "div",
    { role: "listitem" },
    h(
      "button",
      {
        class: `mail-row${mail.id === chosen ? " is-active" : ""}`,
        type: "button",
        "aria-current": String(mail.id === chosen),
        dataset: { testid: "mail-row" },
        on: {
          click: () => {
            chosen = mail.id;
            drawn?.();
            document.querySelector(".mail-row.is-active")?.focus();
          },
        },
      },
      h("b", {}, `To ${mail.to || mail.recipient}`),
      h("span", { class: "mail-subject" }, mail.subject),
      h("span", { class: "mail-when" }, when(mail.at)),
    ),
  );
}

const when = (at) => `${dateToken("{date_short_pretty}", at, zone())} ${dateToken("{time}", at, zone())}`;

function letter(mail, typed) {
  const kinds = ["HTML", "Text"].map((name) =>
    h(
      "button",
      {
        class: "segment",
        type: "button",
        "aria-pressed": String(asHtml === (name === "HTML")),
        dataset: { testid: `mail-${name.toLowerCase()}` },
        on: {
          click: () => {
            asHtml = name === "HTML";
            drawn?.();
          },
        },
      },
      name,
    ),
  );
  const box = h("textarea", {
    class: "input mail-answer",
    rows: "3",
    placeholder: `Answer as ${mail.to || mail.recipient}`,
    "aria-label": "Answer",
    value: typed.get(mail.id) ?? "",
    dataset: { testid: "mail-answer" },
    on: { input: () => typed.set(mail.id, box.value) },
  });
  const send = h(
    "button",
    { class: "button button-primary", type: "button", dataset: { testid: "mail-send" }, on: { click: answer } },
    "Send the answer",
  );
  async function answer() {
    send.disabled = true;
    const result = await api.answerMail(mail.id, box.value);
    send.disabled = false;
    if (result.ok === false) return toast(sentenceOf(result), "error");
    typed.delete(mail.id);
    toast("The answer is in the desk's mailbox. It is read within seconds.");
    return refresh();
  }
  return [
    h(
      "div",
      { class: "mail-head" },
      h("h3", {}, mail.subject),
      h("p", {}, `From ${mail.from} to ${mail.to || mail.recipient}, ${when(mail.at)}`),
      h("div", { class: "segments", role: "group", "aria-label": "Show as" }, kinds),
    ),
    asHtml && mail.html ? rendered(mail) : h("pre", { class: "mail-text" }, mail.text),
    mail.answers.map((one) => h("blockquote", { class: "mail-answered" }, h("b", {}, "Answered "), when(one.at), h("br"), one.text)),
    h("div", { class: "mail-foot" }, box, send),
  ];
}

/** A box for somebody who may be unknown to the desk: what they write comes into its mailbox. */
function newLetter(draft) {
  const field = (name, label, tag = "input") =>
    h(tag, {
      class: "input",
      "aria-label": label,
      placeholder: label,
      ...(tag === "textarea" ? { rows: "8" } : { type: "text" }),
      value: draft[name],
      dataset: { testid: `mail-new-${name}` },
      on: { input: (event) => (draft[name] = event.target.value) },
    });
  const send = h(
    "button",
    { class: "button button-primary", type: "button", dataset: { testid: "mail-new-send" }, on: { click: post } },
    "Send",
  );
  const node = h(
    "div",
    { class: "mail-new" },
    h("p", {}, "Write to the desk as anybody. Whom it does not know, it brings to staff: /desk mail."),
    field("from", "From"),
    field("subject", "Subject"),
    field("text", "What they write", "textarea"),
    h("div", { class: "mail-foot" }, send),
  );
  async function post() {
    send.disabled = true;
    const result = await api.writeMail(draft.from, draft.subject, draft.text);
    send.disabled = false;
    if (result.ok === false) return toast(sentenceOf(result), "error");
    draft.subject = draft.text = "";
    for (const box of node.querySelectorAll("input, textarea")) if (box.dataset.testid !== "mail-new-from") box.value = "";
    return toast("It is in the desk's mailbox. It is read within seconds.");
  }
  return node;
}

/** The HTML in a frame that may do nothing but open a link in a tab: no script, no form, nothing fetched. */
function rendered(mail) {
  return h("iframe", {
    class: "mail-html",
    title: "The e-mail's HTML",
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
    referrerpolicy: "no-referrer",
    src: `/ui/mail/${mail.id}`,
    dataset: { testid: "mail-html" },
  });
}
