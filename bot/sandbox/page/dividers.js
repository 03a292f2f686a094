/** The lines between messages in a list. */
import { h } from "./dom.js";

/** The line between two days. */
export function divider(label) {
  return h(
    "div",
    { class: "day", role: "separator", "aria-label": label },
    h("span", { class: "day-label" }, label),
  );
}

/** The line above the first unread message. */
export function unreadLine() {
  return h(
    "div",
    {
      class: "unread-line",
      role: "separator",
      "aria-label": "New messages",
      dataset: { testid: "unread-line" },
    },
    h("span", {}, "New"),
  );
}

/** The line under the first message of a thread. */
export function replyDivider(message, loaded) {
  const count = message.reply_count ?? loaded;
  const label = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "No replies yet";
  return h("div", { class: "reply-divider" }, h("span", {}, label));
}
