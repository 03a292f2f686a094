/** The quick switcher (Ctrl or Cmd + K): channels, direct messages, people to act as, and the page's own doings. */
import { avatar } from "./avatar.js";
import { closeDialog, openDialog } from "./dialog.js";
import { h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { emit, person, state } from "./state.js";

const MOST = 40;

/** Things that the page can do, which other modules add: {name, note, icon, run}. */
export const doings = [];

function channels() {
  const rooms = [...state.snapshot.channels].sort(
    (a, b) =>
      Number(b.is_member) - Number(a.is_member) ||
      Number(b.unread > 0) - Number(a.unread > 0) ||
      a.name.localeCompare(b.name),
  );
  return rooms.map((one) => ({
    group: "Channels",
    name: one.name,
    note: one.is_member ? (one.topic ?? "") : "Not joined",
    unread: one.unread,
    lead: () => icon(one.is_private ? "lock" : "hash", 18),
    run: () => emit("go", { channel: one.id }),
  }));
}

function direct() {
  const { bot, dms } = state.snapshot;
  const rooms = dms.map((dm) => ({
    group: "Direct messages and apps",
    name: person(dm.user).name,
    note: "Direct messages",
    unread: dm.unread,
    lead: () => avatar(person(dm.user), 22),
    run: () => emit("go", { channel: dm.id }),
  }));
  const home = {
    group: "Direct messages and apps",
    name: `${bot.name} Home`,
    note: "App",
    lead: () => icon("home", 18),
    run: () => emit("go", { home: true }),
  };
  return [home, ...rooms];
}

function people() {
  return state.snapshot.people
    .filter((one) => !one.is_bot && one.id !== state.me)
    .map((one) => ({
      group: "Act as",
      name: one.name,
      also: one.handle,
      note: one.title ?? "",
      lead: () => avatar(one, 22),
      run: () => emit("act-as", { id: one.id }),
    }));
}

function actions() {
  return doings.map((one) => ({ ...one, group: "Do", lead: () => icon(one.icon, 18) }));
}

/** How well an entry answers what is typed: 0 is best, null is not at all. */
function rank(entry, sought) {
  if (!sought) return 0;
  const name = entry.name.toLowerCase();
  if (name.startsWith(sought) || entry.also?.startsWith(sought)) return 0;
  if (name.split(/[\s-]+/).some((word) => word.startsWith(sought))) return 1;
  if (name.includes(sought)) return 2;
  return entry.note?.toLowerCase().includes(sought) ? 3 : null;
}

/** The entries for what is typed; groups stay together, the group with the best answer first. */
function matches(typed) {
  const sought = typed.trim().toLowerCase();
  const only = { "#": channels, "@": people }[sought[0]];
  const word = only ? sought.slice(1) : sought;
  const groups = (only ? [only] : [channels, direct, people, actions]).map((list) =>
    list()
      .map((entry) => ({ entry, rank: rank(entry, word) }))
      .filter((one) => one.rank !== null)
      .sort((a, b) => a.rank - b.rank),
  );
  groups.sort((a, b) => (a[0]?.rank ?? 9) - (b[0]?.rank ?? 9));
  return groups
    .flat()
    .slice(0, MOST)
    .map((one) => one.entry);
}

class Switcher {
  constructor() {
    this.listId = uid("switcher");
    this.input = h("input", {
      class: "switcher-input",
      type: "text",
      placeholder: "Where to, or who to be?",
      autocomplete: "off",
      spellcheck: "false",
      role: "combobox",
      "aria-label": "Jump to",
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      "aria-controls": this.listId,
      dataset: { testid: "switcher-input" },
      on: { input: () => this.draw(), keydown: (event) => this.key(event) },
    });
    this.list = h("div", {
      class: "listbox switcher-list",
      id: this.listId,
      role: "listbox",
      "aria-label": "Places, people and doings",
      on: { pointerdown: (event) => event.preventDefault() },
    });
    this.node = h(
      "div",
      { class: "modal switcher" },
      h("div", { class: "switcher-head" }, icon("search", 18), this.input),
      this.list,
      h("div", { class: "switcher-foot" }, "# for channels, @ for people, arrows and Enter to choose"),
    );
    this.draw();
  }

  draw() {
    const found = matches(this.input.value);
    let group = null;
    this.rows = [];
    const nodes = found.flatMap((entry) => {
      const heading = entry.group === group ? [] : [h("div", { class: "listbox-group" }, entry.group)];
      group = entry.group;
      const node = this.row(entry, this.rows.length);
      this.rows.push({ entry, node });
      return [...heading, node];
    });
    this.list.replaceChildren(...nodes);
    if (!nodes.length) this.list.append(h("div", { class: "listbox-empty" }, "Nothing here has this name."));
    this.mark(0);
  }

  row(entry, at) {
    return h(
      "div",
      {
        class: `option${entry.unread ? " is-unread" : ""}`,
        id: `${this.listId}-${at}`,
        role: "option",
        dataset: { testid: "switcher-option" },
        on: { click: () => this.take(entry), pointermove: () => this.mark(at, false) },
      },
      h("span", { class: "switcher-lead" }, entry.lead()),
      h("span", { class: "switcher-name" }, entry.name),
      h("span", { class: "switcher-note" }, entry.note ?? ""),
      entry.unread ? h("span", { class: "badge" }, String(entry.unread)) : null,
    );
  }

  mark(at, scroll = true) {
    this.active = this.rows.length ? (at + this.rows.length) % this.rows.length : -1;
    this.rows.forEach(({ node }, index) => {
      node.classList.toggle("is-active", index === this.active);
      node.setAttribute("aria-selected", String(index === this.active));
    });
    const node = this.rows[this.active]?.node;
    if (node) this.input.setAttribute("aria-activedescendant", node.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (scroll && this.active === 0) this.list.scrollTop = 0;
    else if (scroll) node?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.mark(this.active + step);
    else if (event.key === "Enter" && !event.isComposing && this.rows[this.active])
      this.take(this.rows[this.active].entry);
    else return;
    event.preventDefault();
  }

  take(entry) {
    closeDialog();
    entry.run();
  }
}

/** Opens the switcher, empty. */
export function openSwitcher() {
  const switcher = new Switcher();
  openDialog(switcher.node, { label: "Quick switcher", testid: "switcher", className: "is-high" });
  switcher.input.focus();
}
