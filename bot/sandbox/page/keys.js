/** Keys that work everywhere on the page, and the window that lists all of them (`?`). */
import { closeDialog, isBlocked, openDialog } from "./dialog.js";
import { isTyping } from "./focus.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openSwitcher } from "./switcher.js";

const onMac = /Mac|iPhone|iPad/.test(navigator.platform);
/** The key that commands are held with, by its name on this machine. */
export const COMMAND = onMac ? "⌘" : "Ctrl";
const ALT = onMac ? "⌥" : "Alt";

const LIST = [
  [
    "Everywhere",
    [
      [[COMMAND, "K"], "Jump to a channel, a direct message or a person"],
      [[ALT, "↑ ↓"], "The conversation above or below"],
      [["F6"], "Next part of the page; with Shift the one before"],
      [["Esc"], "Close what is open: modal, menu, thread, traffic"],
      [["?"], "These keys"],
    ],
  ],
  [
    "Writing",
    [
      [["Enter"], "Send"],
      [["Shift", "Enter"], "A new line"],
      [["/"], "At the beginning: commands of the app"],
      [["@"], "Name a person; # names a channel"],
      [["Tab"], "Take the suggestion; ↑ ↓ choose another"],
    ],
  ],
  [
    "Messages",
    [
      [["↑ ↓"], "Message above or below"],
      [["Enter"], "Open its thread"],
      [["Tab"], "Its buttons and its menu"],
      [["Esc"], "Back to the box to write in"],
    ],
  ],
  [
    "Modals",
    [
      [["Enter"], "In a line of text: send"],
      [[COMMAND, "Enter"], "Send from anywhere"],
      [["Esc"], "Close, or go back one"],
    ],
  ],
];

function keysOf(keys) {
  return h(
    "dt",
    {},
    keys.map((key) => h("kbd", {}, key)),
  );
}

/** Opens the window with the keys. */
export function openHelp() {
  const cross = h(
    "button",
    {
      class: "modal-icon modal-x",
      type: "button",
      "aria-label": "Close",
      on: { click: () => closeDialog() },
    },
    icon("close", 20),
  );
  const node = h(
    "div",
    { class: "modal help" },
    h("div", { class: "modal-head" }, h("h2", { class: "modal-title" }, "Keys"), cross),
    h(
      "div",
      { class: "modal-body help-body", tabindex: "0" },
      LIST.map(([name, rows]) =>
        h(
          "section",
          {},
          h("h3", { class: "help-title" }, name),
          h(
            "dl",
            { class: "help-keys" },
            rows.map(([keys, words]) => h("div", { class: "help-row" }, keysOf(keys), h("dd", {}, words))),
          ),
        ),
      ),
    ),
  );
  openDialog(node, { label: "Keys", testid: "help" });
  cross.focus();
}

/** The parts of the page in the order of F6, each with the place where focus goes. */
const PARTS = [
  ["#topbar", "button"],
  ["#people", "[tabindex='0']"],
  ["#sidebar", "[tabindex='0']"],
  ["#main .list", ".scroller"],
  ["#main .home", null],
  ["#main .composer", ".composer-input"],
  ["#thread .list", ".scroller"],
  ["#thread .composer", ".composer-input"],
  ["#inspector", "input"],
];

function nextPart(back) {
  const stops = PARTS.map(([part, inside]) => {
    const holder = document.querySelector(part);
    const places = inside ? [...(holder?.querySelectorAll(inside) ?? [])] : [holder];
    return { holder, stop: places.find((one) => one?.checkVisibility({ visibilityProperty: true })) };
  }).filter(({ stop }) => stop);
  const at = stops.findIndex(({ holder }) => holder.contains(document.activeElement));
  const to = at < 0 ? 0 : at + (back ? -1 : 1);
  stops.at(to % stops.length)?.stop.focus();
}

/** Clicks the conversation beside the one that is shown. */
function besideCurrent(step) {
  const items = [...document.querySelectorAll("#sidebar .sidebar-item")];
  const at = items.findIndex((one) => one.classList.contains("is-current"));
  items[(at + step + items.length) % items.length]?.click();
}

/** Listens for the keys; called once. */
export function listenToKeys() {
  addEventListener("keydown", (event) => {
    const command = onMac ? event.metaKey : event.ctrlKey;
    if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!isBlocked()) openSwitcher();
    } else if (isBlocked() || event.isComposing) return;
    else if (event.key === "F6") {
      event.preventDefault();
      nextPart(event.shiftKey);
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      besideCurrent(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "?" && !isTyping(event.target)) {
      event.preventDefault();
      openHelp();
    }
  });
}
