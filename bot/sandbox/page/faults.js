/** Faults on demand: the switches behind the bolt in the clock bar, and the badge while any of them is on. */
import { api } from "./api.js";
import { h } from "./dom.js";
import { trapTab } from "./focus.js";
import { icon } from "./icons.js";
import { closePopover, openPopover } from "./popover.js";
import { sentenceOf, toast } from "./toast.js";

let faults = [];
let shown = null;

const badge = h("span", { class: "faults-badge", dataset: { testid: "faults-badge" } });
const button = h(
  "button",
  {
    class: "jump-button faults-button",
    type: "button",
    "aria-haspopup": "dialog",
    "aria-expanded": "false",
    dataset: { testid: "faults" },
    on: { click: () => (shown ? closePopover() : openFaults()) },
  },
  icon("bolt", 15),
  h("span", { class: "faults-word" }, "Faults"),
  badge,
);

/** The button for the clock bar; asks once what is on. */
export function faultsButton() {
  draw();
  refreshFaults();
  return button;
}

/** Asks the sandbox which faults there are and which are on. */
export async function refreshFaults() {
  const answer = await api.faults();
  if (!Array.isArray(answer.faults)) return;
  faults = answer.faults;
  draw();
}

/** The faults that somebody turned on; Slack's limits are as usual. */
function troubles() {
  return faults.filter((one) => one.on && !one.usual);
}

function draw() {
  const on = troubles();
  button.hidden = !faults.length;
  button.classList.toggle("is-on", on.length > 0);
  badge.hidden = !on.length;
  badge.textContent = `${on.length} on`;
  button.title = on.length
    ? `Faults that are on: ${on.map((one) => one.label).join(", ")}`
    : "Let things go wrong on purpose";
  button.setAttribute(
    "aria-label",
    on.length ? `Faults ${on.length} on: ${on.map((one) => one.label).join(", ")}` : "Faults, none on",
  );
  shown?.draw();
}

/** Turns a fault on or off; the switch shows at once what was asked for. */
async function turn(names, on) {
  for (const one of faults) if (names.includes(one.name)) one.on = on;
  draw();
  for (const name of names) {
    const answer = await api.turnFault(name, on);
    if (answer.ok === false) toast(sentenceOf(answer), "error");
  }
  await refreshFaults();
}

function row(fault) {
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    class: "switch",
    dataset: { testid: "fault", fault: fault.name },
    on: { change: () => turn([fault.name], box.checked) },
  });
  const node = h(
    "label",
    { class: "fault" },
    box,
    h(
      "span",
      { class: "fault-words" },
      h("span", { class: "fault-label" }, fault.label),
      h("span", { class: "fault-meaning" }, fault.meaning),
    ),
  );
  return { box, node, name: fault.name };
}

/** Opens the switches under the button. */
export function openFaults() {
  const rows = faults.map(row);
  const off = h(
    "button",
    {
      class: "button button-small",
      type: "button",
      dataset: { testid: "faults-off" },
      on: {
        click: () => {
          turn(
            troubles().map((one) => one.name),
            false,
          );
          rows[0]?.box.focus();
        },
      },
    },
    "All off",
  );
  const node = h(
    "div",
    {
      class: "faults",
      role: "dialog",
      "aria-label": "Faults on demand",
      dataset: { testid: "faults-list" },
      on: { keydown: (event) => key(event, node, rows) },
    },
    h(
      "div",
      { class: "faults-head" },
      h("p", {}, "What goes wrong between the app and this workspace, until it is turned off."),
      off,
    ),
    rows.map((one) => one.node),
  );
  const state = {
    draw: () => {
      for (const { box, name } of rows) box.checked = faults.some((one) => one.name === name && one.on);
      off.disabled = !troubles().length;
    },
  };
  button.setAttribute("aria-expanded", "true");
  openPopover(button, node, {
    align: "end",
    onClose: () => {
      shown = null;
      button.setAttribute("aria-expanded", "false");
    },
  });
  shown = state;
  state.draw();
  rows[0]?.box.focus();
}

function key(event, node, rows) {
  const at = rows.findIndex(({ box }) => box === event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    closePopover();
    button.focus();
  } else if (event.key === "Tab") return trapTab(event, node);
  else if (step && at >= 0) rows[(at + step + rows.length) % rows.length].box.focus();
  else return undefined;
  event.preventDefault();
  return event.stopPropagation();
}
