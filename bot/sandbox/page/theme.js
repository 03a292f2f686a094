/** The switch between light and dark in the top bar; without a choice the page follows the system. */
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";

const REMEMBERED = "caseline.theme"; // theme-first.js reads it too
const system = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now. */
function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : system.matches;
}

/** Turns to the other one and remembers it; going back to what the system wants follows the system again. */
export function switchTheme() {
  const wanted = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = wanted;
  if ((wanted === "dark") === system.matches) {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(REMEMBERED);
  } else localStorage.setItem(REMEMBERED, wanted);
  draw();
}

const button = h("button", {
  class: "bar-button",
  type: "button",
  role: "switch",
  "aria-label": "Dark mode",
  dataset: { testid: "theme" },
  on: { click: switchTheme },
});

function draw() {
  const dark = isDark();
  button.setAttribute("aria-checked", String(dark));
  button.title = dark ? "Switch to light" : "Switch to dark";
  fill(button, icon(dark ? "sun" : "moon", 18));
}

/** The switch as a button. */
export function themeButton() {
  system.addEventListener("change", draw);
  draw();
  return button;
}
