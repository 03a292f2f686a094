/** The dark column: workspace name, channels, direct messages and apps, with what is unread. */
import { avatar } from "./avatar.js";
import { h, reconcile } from "./dom.js";
import { arrowList } from "./focus.js";
import { icon } from "./icons.js";
import { botDm, emit, person, shownChannel, state } from "./state.js";

const collapsed = new Set();
const cache = new Map();
let settle;

/** Draws the sidebar for the snapshot; rows that did not change keep their nodes. */
export function drawSidebar() {
  const { team, channels, dms, bot } = state.snapshot;
  const dm = botDm();
  const direct = [...dms].sort(
    (a, b) => Number(b === dm) - Number(a === dm) || person(a.user).name.localeCompare(person(b.user).name),
  );
  const rooms = [...channels].sort((a, b) => a.name.localeCompare(b.name));
  const nodes = [
    head(team.name),
    ...group("Channels", rooms.filter((one) => one.is_member).map(channelItem)),
    ...group("Not joined", rooms.filter((one) => !one.is_member).map(channelItem)),
    ...group("Direct messages", direct.map(dmItem)),
    ...group("Apps", [
      item({
        key: "home",
        current: state.place?.kind === "home",
        lead: avatar({ ...bot, is_bot: true }, 20),
        name: bot.name,
        trail: "Home",
        run: () => emit("go", { home: true }),
        dataset: { testid: "sidebar-home" },
      }),
    ]),
  ];
  const holder = document.getElementById("sidebar");
  reconcile(holder, nodes);
  settle ??= arrowList(holder, "button");
  settle();
}

function head(name) {
  return kept("head", [name], () =>
    h(
      "div",
      { class: "sidebar-head" },
      h("div", { class: "sidebar-team", dataset: { testid: "team-name" } }, name),
      h("div", { class: "sidebar-note" }, "Caseline’s local trial workspace"),
    ),
  );
}

function group(label, items) {
  if (!items.length) return [];
  const shut = collapsed.has(label);
  const title = kept(`group ${label}`, [shut], () =>
    h(
      "button",
      {
        class: `sidebar-group${shut ? " is-shut" : ""}`,
        type: "button",
        "aria-expanded": String(!shut),
        on: {
          click: () => {
            if (shut) collapsed.delete(label);
            else collapsed.add(label);
            drawSidebar();
          },
        },
      },
      icon("chevron", 14),
      label,
    ),
  );
  return [
    title,
    ...(shut
      ? items.filter((one) => one.classList.contains("is-current") || one.classList.contains("is-unread"))
      : items),
  ];
}

function channelItem(one) {
  return item({
    key: one.id,
    current: shownChannel() === one.id,
    lead: icon(one.is_private ? "lock" : "hash", 16),
    name: one.name,
    unread: one.unread,
    away: !one.is_member,
    run: () => emit("go", { channel: one.id }),
    dataset: { channelId: one.id, testid: "sidebar-channel" },
    what: one.is_private ? "private channel" : "channel",
  });
}

function dmItem(dm) {
  const one = person(dm.user);
  return item({
    key: dm.id,
    current: shownChannel() === dm.id,
    lead: avatar(one, 20),
    name: one.name + (dm.user === state.me ? " (you)" : ""),
    unread: dm.unread,
    tag: one.is_bot,
    run: () => emit("go", { channel: dm.id }),
    dataset: { channelId: dm.id, testid: "sidebar-dm" },
    what: "direct message",
  });
}

function item({ key, current, lead, name, unread = 0, tag, trail, run, dataset, away, what = "" }) {
  const classes = ["sidebar-item", current && "is-current", unread > 0 && "is-unread", away && "is-away"]
    .filter(Boolean)
    .join(" ");
  return kept(`item ${key}`, [classes, name, unread, tag, state.me], () =>
    h(
      "button",
      {
        class: classes,
        type: "button",
        dataset,
        "aria-current": current ? "page" : undefined,
        "aria-label": `${name}${what ? `, ${what}` : ` ${trail ?? ""}`}${unread ? `, ${unread} unread` : ""}`,
        on: { click: run },
      },
      h("span", { class: "sidebar-lead" }, lead),
      h("span", { class: "sidebar-name" }, name),
      tag ? h("span", { class: "app-tag app-tag-dark" }, "APP") : null,
      trail ? h("span", { class: "sidebar-trail" }, trail) : null,
      unread
        ? h("span", { class: "badge", dataset: { testid: "unread" } }, unread > 99 ? "99+" : String(unread))
        : null,
    ),
  );
}

function kept(key, facts, make) {
  const full = `${key} ${JSON.stringify(facts)}`;
  const old = cache.get(key);
  if (old?.full === full) return old.node;
  const hadFocus = old?.node === document.activeElement;
  const node = make();
  cache.set(key, { full, node });
  if (hadFocus) queueMicrotask(() => node.focus());
  return node;
}
