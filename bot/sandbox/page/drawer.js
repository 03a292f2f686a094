/** On a narrow window: people and sidebar as a drawer over the conversation, opened by the button in the bar. */
import { h } from "./dom.js";
import { stops, trapTab } from "./focus.js";
import { icon } from "./icons.js";
import { closePopover } from "./popover.js";

/** Below this width the drawer exists; layout.css says the same. */
export const narrow = matchMedia("(max-width: 700px)");

let button;
let veil;
const app = () => document.getElementById("app");
const parts = () => [document.getElementById("people"), document.getElementById("sidebar")];

function isOpen() {
  return app().classList.contains("has-drawer");
}

function place(open) {
  app().classList.toggle("has-drawer", open);
  button.setAttribute("aria-expanded", String(open));
  veil.hidden = !open;
}

function openDrawer() {
  closePopover();
  place(true);
  const [, sidebar] = parts();
  (sidebar.querySelector("[tabindex='0']") ?? stops(sidebar)[0])?.focus();
}

/** Closes the drawer, if it is open; focus that was in it goes to the button. */
export function closeDrawer() {
  if (!isOpen()) return;
  const hadFocus = parts().some((one) => one.contains(document.activeElement));
  place(false);
  if (hadFocus) button.focus();
}

/** The button for the bar; layout.css shows it on narrow windows. */
export function drawerButton() {
  button = h(
    "button",
    {
      class: "bar-button drawer-button",
      type: "button",
      "aria-label": "Channels and people",
      "aria-expanded": "false",
      "aria-controls": "sidebar",
      dataset: { testid: "drawer" },
      on: { click: () => (isOpen() ? closeDrawer() : openDrawer()) },
    },
    icon("menu", 20),
  );
  veil = h("div", { class: "drawer-veil", hidden: true, on: { click: closeDrawer } });
  app().append(veil);
  app().addEventListener("keydown", (event) => {
    if (!isOpen()) return;
    if (event.key === "Escape") closeDrawer();
    else if (event.key === "Tab") trapTab(event, bothParts());
  });
  narrow.addEventListener("change", () => place(false));
  return button;
}

/** People and sidebar together, as one thing that Tab stays in. */
function bothParts() {
  return { querySelectorAll: (what) => parts().flatMap((one) => [...one.querySelectorAll(what)]) };
}
