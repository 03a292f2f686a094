/** Short notices at the bottom of the page that go away by themselves. */
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Shows a sentence; `kind` is "info" or "error". */
export function toast(sentence, kind = "info") {
  const holder = document.getElementById("toasts");
  const gone = () => node.remove();
  const node = h(
    "div",
    { class: `toast toast-${kind}`, dataset: { testid: "toast" } },
    icon(kind === "error" ? "warning" : "info", 18),
    h("span", { class: "toast-text" }, sentence),
    h(
      "button",
      { class: "toast-close", type: "button", "aria-label": "Dismiss", on: { click: gone } },
      icon("close", 14),
    ),
  );
  holder.append(node);
  while (holder.children.length > 3) holder.firstChild.remove();
  setTimeout(gone, 7000);
}

const SENTENCES = {
  operation_timeout: "The app did not answer in time. Try again?",
  dispatch_failed: "The app is not running, so nobody could answer. Start it and try again.",
  unreachable: "The trial workspace does not answer. Is it still running?",
};

/** The sentence for an answer that says no. */
export function sentenceOf(answer) {
  return (
    answer.sentence || SENTENCES[answer.error] || `Something went wrong (${answer.error ?? "unknown error"}).`
  );
}
