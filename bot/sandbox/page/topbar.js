/** The bar on top: business date and time of the acting person, travelling, and whether the bot is there. */
import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { drawerButton } from "./drawer.js";
import { faultsButton, openFaults } from "./faults.js";
import { icon } from "./icons.js";
import { COMMAND, openHelp } from "./keys.js";
import { mailButton, openMail } from "./mail.js";
import { openMenu } from "./popover.js";
import { emit, me, state, zone } from "./state.js";
import { doings, openSwitcher } from "./switcher.js";
import { switchTheme, themeButton } from "./theme.js";
import { businessNow, clockTime, dateToken, setNow, zoneCity, zoneName } from "./time.js";
import { sentenceOf, toast } from "./toast.js";

const JUMPS = [
  { to: "hour", label: "+1 hour", icon: "clock" },
  { to: "morning", label: "Next morning", icon: "sunrise" },
  { to: "monday", label: "Next Monday 08:00", icon: "forward" },
];

const parts = {
  day: h("span", { class: "clock-day" }),
  time: h("span", { class: "clock-time" }),
  zone: h("span", { class: "clock-zone" }),
  ahead: h("span", { class: "clock-ahead", hidden: true }),
  busy: h("span", { class: "clock-busy", role: "status", "aria-live": "polite", hidden: true }),
  bot: h("span", { class: "bot-state", role: "status", dataset: { testid: "bot-state" } }),
  page: h("span", { class: "page-state", role: "status", hidden: true }, "Connection lost. Trying again…"),
  who: h("span", { class: "who", dataset: { testid: "acting" } }),
};
let buttons = [];
let travelling = false;

/** Builds the bar once; `traffic` is the inspector's button. */
export function buildTopbar(traffic) {
  buttons = JUMPS.map((jump) =>
    h(
      "button",
      {
        class: "jump-button",
        type: "button",
        dataset: { testid: `travel-${jump.to}` },
        on: { click: () => travel(jump) },
      },
      icon(jump.icon, 15),
      jump.label,
    ),
  );
  const travelMenu = barButton("Travel in time", "forward", "travel", () =>
    openMenu(
      travelMenu,
      JUMPS.map((jump) => ({ label: jump.label, run: () => travel(jump) })),
    ),
  );
  travelMenu.setAttribute("aria-haspopup", "menu");
  buttons.push(travelMenu);
  document
    .getElementById("topbar")
    .append(
      h("div", { class: "topbar-left" }, drawerButton(), parts.bot, parts.page),
      h(
        "div",
        { class: "clock", role: "group", "aria-label": "Business time", dataset: { testid: "clock" } },
        icon("calendar", 16),
        parts.day,
        parts.time,
        parts.zone,
        parts.ahead,
        h("span", { class: "clock-buttons" }, buttons),
        parts.busy,
        faultsButton(),
      ),
      h(
        "div",
        { class: "topbar-right" },
        barButton(`Jump to… (${COMMAND} + K)`, "search", "jump", openSwitcher),
        mailButton(),
        traffic,
        themeButton(),
        barButton("Keys (?)", "keys", "keys", openHelp),
        parts.who,
      ),
    );
  for (const jump of JUMPS)
    doings.push({
      name: `Travel: ${jump.label}`,
      note: "The clock",
      icon: jump.icon,
      run: () => travel(jump),
    });
  doings.push(
    { name: "Light or dark", note: "The page", icon: "moon", run: switchTheme },
    { name: "Traffic", note: "Calls to the app and from it", icon: "traffic", run: () => traffic.click() },
    { name: "E-mail", note: "What the desk wrote, and answers to it", icon: "mail", run: openMail },
    { name: "Faults", note: "Let things go wrong on purpose", icon: "bolt", run: openFaults },
    { name: "Keys", note: "What the keyboard does here", icon: "keys", run: openHelp },
  );
}

function barButton(label, picture, testid, run) {
  return h(
    "button",
    {
      class: `bar-button bar-${testid}`,
      type: "button",
      title: label,
      "aria-label": label,
      dataset: { testid },
      on: { click: run },
    },
    icon(picture, 18),
  );
}

/** Draws what can change; called every second, so it only touches what did. */
export function drawTopbar() {
  const now = businessNow();
  set(
    parts.day,
    dateToken("{date_long_full}", now, zone()).replace(
      /^/,
      `${dateToken("{date_long}", now, zone()).split(",")[0]}, `,
    ),
  );
  set(parts.time, clockTime(now, zone()));
  set(parts.zone, `${zoneCity(zone())} (${zoneName(now, zone())})`);
  const { offset = 0 } = state.snapshot.clock;
  parts.ahead.hidden = offset < 60;
  set(parts.ahead, `${span(offset)} ahead`);
  parts.ahead.title = "How far this workspace's clock is ahead of the real one";
  const { bot } = state.snapshot;
  set(parts.bot, `${bot.name} is ${bot.online ? "online" : "offline"}`);
  parts.bot.classList.toggle("is-online", bot.online);
  parts.page.hidden = state.online || !state.wasOnline;
  state.wasOnline ||= state.online;
  if (parts.who.dataset.user !== state.me) {
    parts.who.dataset.user = state.me;
    parts.who.replaceChildren(
      avatar(me(), 24),
      h(
        "span",
        { class: "who-words" },
        h("b", {}, me().name),
        h("span", { class: "who-title" }, me().title ?? ""),
      ),
    );
  }
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function span(seconds) {
  const minutes = Math.round(seconds / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  return [days && `${days} d`, hours && `${hours} h`, !days && rest && `${rest} min`]
    .filter(Boolean)
    .join(" ");
}

async function travel(jump) {
  if (travelling) return;
  travelling = true;
  busy(`Travelling: ${jump.label.replace("+", "plus ")}…`);
  const answer = await api.travel(jump.to);
  travelling = false;
  busy(null);
  const now = answer.clock?.now ?? answer.now;
  if (answer.ok === false) toast(sentenceOf(answer), "error");
  else if (now) setNow(now);
  emit("travelled");
}

function busy(text) {
  for (const button of buttons) button.disabled = Boolean(text);
  parts.busy.hidden = !text;
  parts.busy.textContent = text ?? "";
  document.getElementById("topbar").classList.toggle("is-travelling", Boolean(text));
}
