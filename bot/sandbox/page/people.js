/** The rail on the left: everybody one can act as, one click each, with title and local time. */
import { avatar } from "./avatar.js";
import { narrow } from "./drawer.js";
import { arrowList } from "./focus.js";
import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { emit, state } from "./state.js";
import { businessNow, clockTime, dateToken, zoneCity } from "./time.js";

const WIDE = "caseline.people.wide";
const rows = new Map();
let settle;
let wide = readWide();

function readWide() {
  const stored = localStorage.getItem(WIDE);
  return stored === null ? innerWidth >= 1280 : stored === "yes";
}

const toggle = h(
  "button",
  {
    class: "people-toggle",
    type: "button",
    on: {
      click: () => {
        wide = !wide;
        localStorage.setItem(WIDE, wide ? "yes" : "no");
        drawPeople();
      },
    },
  },
  icon("panel", 18),
);
const head = h("div", { class: "people-head" }, h("span", { class: "people-title" }, "Act as"), toggle);

/** Draws the rail for the snapshot; also called every minute, because it shows local times. */
export function drawPeople() {
  const holder = document.getElementById("people");
  const app = document.getElementById("app");
  // With the traffic beside it the conversation needs the room more than the names do.
  const crowded = narrow.matches || (innerWidth < 1600 && app.classList.contains("has-inspector"));
  app.classList.toggle("is-wide", wide && !crowded);
  toggle.hidden = crowded;
  toggle.setAttribute("aria-label", wide ? "Show fewer details" : "Show names and times");
  toggle.title = toggle.getAttribute("aria-label");
  toggle.setAttribute("aria-expanded", String(wide));
  reconcile(holder, [head, ...state.snapshot.people.filter((one) => !one.is_bot).map(row)]);
  settle ??= arrowList(holder, ".person");
  settle();
}

function row(one) {
  const now = businessNow();
  const time = clockTime(now, one.tz);
  const where = `${dateToken("{date_long}", now, one.tz).slice(0, 3)} ${time}, ${zoneCity(one.tz)}`;
  const current = one.id === state.me;
  const facts = JSON.stringify([one, where, current]);
  const old = rows.get(one.id);
  if (old?.facts === facts) return old.node;
  const node =
    old?.node ??
    h("button", {
      type: "button",
      dataset: { testid: "act-as", userId: one.id },
      on: { click: () => emit("act-as", { id: one.id }) },
    });
  node.className = `person${current ? " is-current" : ""}`;
  node.title = [one.name, one.title, where].filter(Boolean).join("\n");
  node.setAttribute("aria-label", `Act as ${[one.name, one.title, where].filter(Boolean).join(", ")}`);
  node.setAttribute("aria-pressed", String(current));
  node.replaceChildren(
    avatar(one, 34),
    h("span", { class: "person-short" }, one.name.split(" ")[0]),
    h(
      "span",
      { class: "person-words" },
      h(
        "span",
        { class: "person-line" },
        h("span", { class: "person-name" }, one.name),
        h("span", { class: "person-time" }, time),
      ),
      h("span", { class: "person-title" }, one.title ?? ""),
      h("span", { class: "person-zone" }, where),
    ),
  );
  rows.set(one.id, { facts, node });
  return node;
}
