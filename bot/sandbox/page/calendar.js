/** Date and time pickers in the page's own look: a typed field with a calendar, and a searchable list of times. */
import { fill, h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { closePopover, openPopover } from "./popover.js";
import { Select } from "./select.js";
import { zone } from "./state.js";
import { businessNow, dayKey } from "./time.js";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const WEEKDAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

function utc(iso) {
  const [, year, month, day] = ISO.exec(iso);
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
}

function iso(date) {
  return date.toISOString().slice(0, 10);
}

function shift(day, days) {
  const date = utc(day);
  date.setUTCDate(date.getUTCDate() + days);
  return iso(date);
}

function shiftMonth(day, months) {
  const date = utc(day);
  const wanted = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0));
  wanted.setUTCDate(Math.min(date.getUTCDate(), wanted.getUTCDate()));
  return iso(wanted);
}

/** "2 Dec 2026", "2026-12-02" or "02/12/2026" as an ISO date, or null. */
function parseDate(text) {
  const trimmed = text.trim();
  const found = ISO.exec(trimmed);
  const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(trimmed);
  const worded = /^(\d{1,2})\s+([a-z]{3})[a-z]*\.?\s+(\d{4})$/i.exec(trimmed);
  let parts = null;
  if (found) parts = [found[1], found[2], found[3]];
  else if (slashed) parts = [slashed[3], slashed[2], slashed[1]];
  else if (worded)
    parts = [
      worded[3],
      MONTHS.findIndex((name) => name.toLowerCase().startsWith(worded[2].toLowerCase())) + 1,
      worded[1],
    ];
  if (!parts) return null;
  const [year, month, day] = parts.map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? iso(date) : null;
}

function readable(day) {
  const date = utc(day);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()].slice(0, 3)} ${date.getUTCFullYear()}`;
}

/** A date field. `attributes` go to the text box; `change(iso | null)` tells of a choice. Gives {node, focus, value}. */
export function dateField(attributes, first, change) {
  let value = first;
  let cursor = null;
  let grid = null;
  const input = h("input", {
    ...attributes,
    class: "input input-date",
    type: "text",
    autocomplete: "off",
    placeholder: attributes.placeholder || "Select a date",
    value: value ? readable(value) : "",
    "aria-haspopup": "dialog",
    on: {
      click: () => open(),
      keydown: (event) => key(event),
      input: () => {
        const typed = parseDate(input.value);
        if (typed || !input.value.trim()) pick(typed, false);
      },
      blur: () =>
        setTimeout(() => {
          if (document.activeElement !== input) {
            close();
            input.value = value ? readable(value) : "";
          }
        }, 120),
    },
  });
  const node = h("div", { class: "input-wrap input-wrap-short" }, input, icon("calendar", 16, "input-icon"));

  const pick = (day, done = true) => {
    const changed = day !== value;
    value = day;
    if (done) {
      input.value = day ? readable(day) : "";
      close();
    } else if (day && grid) draw(day);
    if (changed) change(day);
  };
  const close = () => {
    if (grid) closePopover();
  };
  const open = () => {
    if (grid || input.disabled) return;
    grid = h("div", {
      class: "calendar",
      role: "dialog",
      "aria-label": "Choose a date",
      on: { pointerdown: (event) => event.preventDefault() },
    });
    draw(value ?? dayKey(businessNow(), zone()));
    openPopover(node, grid, {
      onClose: () => {
        grid = null;
      },
    });
  };
  const draw = (day) => {
    cursor = day;
    fill(grid, calendarHead(day, draw), calendarGrid(day, value, pick));
  };
  const key = (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    if (!grid) {
      if (event.key === "ArrowDown" || event.key === "Enter") {
        open();
        event.preventDefault();
        event.stopPropagation();
      }
    } else if (event.key === "Escape") {
      close();
      event.stopPropagation();
    } else if (event.key === "Enter") {
      pick(cursor);
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "PageDown" || event.key === "PageUp") {
      draw(shiftMonth(cursor, event.key === "PageDown" ? 1 : -1));
      event.preventDefault();
    } else if (steps[event.key]) {
      draw(shift(cursor, steps[event.key]));
      event.preventDefault();
    } else if (event.key === "Tab") close();
  };
  return {
    node,
    focus: () => input.focus(),
    get value() {
      return value;
    },
  };
}

function calendarHead(day, draw) {
  const date = utc(day);
  const turn = (months, label, name) =>
    h(
      "button",
      {
        class: `calendar-turn calendar-${name}`,
        type: "button",
        tabIndex: -1,
        "aria-label": label,
        on: { click: () => draw(shiftMonth(day, months)) },
      },
      icon("back", 16),
    );
  return h(
    "div",
    { class: "calendar-head" },
    turn(-1, "Month before", "before"),
    h("b", { "aria-live": "polite" }, `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`),
    turn(1, "Month after", "after"),
  );
}

function calendarGrid(day, value, pick) {
  const month = day.slice(0, 7);
  const start = utc(`${month}-01`);
  const first = shift(`${month}-01`, -((start.getUTCDay() + 6) % 7));
  const today = dayKey(businessNow(), zone());
  const days = Array.from({ length: 42 }, (_, at) => shift(first, at));
  const weeks = days.slice(35)[0].startsWith(month) ? 42 : 35;
  return h(
    "div",
    { class: "calendar-grid" },
    WEEKDAYS.map((name) => h("span", { class: "calendar-weekday", "aria-hidden": "true" }, name)),
    days.slice(0, weeks).map((one) => {
      const marks = [
        one.startsWith(month) || "is-other",
        one === today && "is-today",
        one === value && "is-chosen",
        one === day && "is-active",
      ];
      return h(
        "button",
        {
          class: ["calendar-day", ...marks.filter((mark) => typeof mark === "string")].join(" "),
          type: "button",
          tabIndex: -1,
          "aria-label": readable(one),
          "aria-pressed": String(one === value),
          dataset: { day: one },
          on: { click: () => pick(one) },
        },
        String(Number(one.slice(8))),
      );
    }),
  );
}

/** "9", "930", "9:30", "21.30" or "9:30 pm" as "09:30", or null. */
function parseTime(text) {
  const found = /^(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap])?\.?m?\.?$/i.exec(text.trim());
  if (!found) return null;
  let hour = Number(found[1]);
  if (found[3] && hour <= 12) hour = (hour % 12) + (found[3].toLowerCase() === "p" ? 12 : 0);
  const minute = Number(found[2] ?? 0);
  return hour < 24 && minute < 60
    ? `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`
    : null;
}

const HALF_HOURS = Array.from(
  { length: 48 },
  (_, at) => `${String(Math.floor(at / 2)).padStart(2, "0")}:${at % 2 ? "30" : "00"}`,
);

/** A time field: half hours to choose from, any minute to type. Gives {node, focus, value}. */
export function timeField({ id, label, describedBy, placeholder, compact, dataset }, first, change) {
  let select = null;
  const groups = () => {
    const typed = parseTime(select?.input.value ?? "");
    const extra = [typed, ...(select?.selected ?? [first])].filter(
      (time) => time && !HALF_HOURS.includes(time),
    );
    const also = (time) => `${time} ${time.replace(":", "")} ${typed === time ? select.input.value : ""}`;
    return [
      {
        options: [...new Set([...extra, ...HALF_HOURS])]
          .sort()
          .map((time) => ({ key: time, text: time, also: also(time) })),
      },
    ];
  };
  select = new Select({
    id: id ?? uid("time"),
    label,
    describedBy,
    compact,
    dataset,
    groups,
    selected: first ? [first] : [],
    placeholder: placeholder || "Select a time",
    clearable: true,
    empty: "Type a time such as 09:30",
    change: (keys) => change(keys[0] ?? null),
  });
  select.node.classList.add("select-time");
  return {
    node: select.node,
    focus: () => select.focus(),
    get value() {
      return select.selected[0] ?? null;
    },
  };
}
