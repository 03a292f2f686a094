/** The middle of the page: the head of a conversation or the app's tabs, its messages or Home, and the composer. */
import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { arrowList } from "./focus.js";
import { HomeView } from "./home.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";
import { botDm, channel, emit, me, person, shownChannel, state } from "./state.js";

export class MainView {
  constructor() {
    this.head = h("header", { class: "main-head" });
    this.settleTabs = arrowList(this.head, ".tab", { sideways: true });
    this.list = new MessageList({
      label: "Messages",
      intro,
      read: markRead,
      leave: () => this.composer.focus(),
    });
    this.composer = new Composer({
      testid: "composer",
      target: () => ({ channel: shownChannel(), thread: null }),
    });
    this.home = new HomeView();
    this.conversation = h("div", { class: "conversation" }, this.list.node, this.composer.node);
    document.getElementById("main").append(this.head, this.conversation, this.home.node);
  }

  /** Shows the place that the state names. */
  async show({ ts } = {}) {
    const isHome = state.place.kind === "home";
    this.conversation.hidden = isHome;
    this.home.node.hidden = !isHome;
    this.drawHead();
    if (isHome) {
      this.list.reset(null, null);
      keepFocus(this.home.node);
      await this.home.open();
      return;
    }
    const room = channel(state.place.id);
    this.drawComposer();
    if (!this.composer.focus()) keepFocus(this.list.scroller);
    await this.list.show(state.place.id, { unread: room?.unread ?? 0, ts });
  }

  drawComposer() {
    const room = channel(shownChannel());
    if (!room) return;
    const name = room.kind === "dm" ? person(room.user).name : `#${room.name}`;
    this.composer.turnTo({ placeholder: `Message ${name}`, closedBecause: cannotWrite(room) });
  }

  drawHead() {
    const room = channel(shownChannel());
    const key = JSON.stringify([state.place, room?.name, room?.topic, room?.is_member, state.me]);
    if (key === this.headKey) return;
    this.headKey = key;
    if (state.place.kind === "home" || (room && room.id === botDm()?.id)) this.drawAppHead();
    else if (room?.kind === "dm")
      fill(
        this.head,
        h("h1", { class: "main-title" }, avatar(person(room.user), 26), person(room.user).name),
        h("span", { class: "main-topic" }, person(room.user).title ?? ""),
      );
    else if (room) {
      fill(
        this.head,
        h(
          "h1",
          { class: "main-title", dataset: { testid: "channel-title" } },
          icon(room.is_private ? "lock" : "hash", 20),
          room.name,
        ),
        room.topic ? h("span", { class: "main-topic", title: room.topic }, room.topic) : null,
        room.is_member ? null : h("span", { class: "main-flag" }, "Not a member"),
      );
    }
    const { bot, team } = state.snapshot;
    const here = room?.kind === "dm" ? person(room.user).name : `#${room?.name}`;
    document.title = `${state.place.kind === "home" ? `${bot.name} Home` : here} – ${team.name}`;
  }

  drawAppHead() {
    const { bot } = state.snapshot;
    const onHome = state.place.kind === "home";
    const tab = (label, current, testid, go) =>
      h(
        "button",
        {
          class: `tab${current ? " is-current" : ""}`,
          type: "button",
          role: "tab",
          "aria-selected": String(current),
          dataset: { testid },
          on: { click: go },
        },
        label,
      );
    const hadFocus = this.head.contains(document.activeElement);
    fill(
      this.head,
      h(
        "h1",
        { class: "main-title" },
        avatar({ ...bot, is_bot: true }, 26),
        bot.name,
        h("span", { class: "app-tag" }, "APP"),
      ),
      h(
        "div",
        { class: "tabs", role: "tablist" },
        tab("Home", onHome, "home-tab", () => emit("go", { home: true })),
        tab("Messages", !onHome, "messages-tab", () => emit("go", { messages: true })),
      ),
    );
    this.settleTabs();
    if (hadFocus) this.head.querySelector(".tab.is-current").focus();
  }
}

/** What had the focus is gone: then it begins here, so that the arrows scroll. */
function keepFocus(node) {
  if (document.activeElement === document.body) node.focus();
}

/** Why the acting person cannot write in a conversation, or null. */
export function cannotWrite(room) {
  if (room.kind === "dm")
    return room.read_only
      ? `Sending messages to ${person(room.user).name} has been turned off. It writes here when there is something for you.`
      : null;
  return room.is_member
    ? null
    : `${me().name} is not a member of #${room.name}, so they can read here but not write.`;
}

function intro(id) {
  const room = channel(id);
  if (!room) return h("div");
  if (room.kind === "dm") {
    const one = person(room.user);
    return h(
      "div",
      { class: "intro" },
      avatar(one, 48),
      h("h2", {}, one.name),
      h(
        "p",
        {},
        one.is_bot
          ? `This is the very beginning of your direct messages with ${one.name}. Only you and the app see them.`
          : `This is the very beginning of your direct messages with ${one.name}.`,
      ),
    );
  }
  return h(
    "div",
    { class: "intro" },
    h("h2", {}, icon(room.is_private ? "lock" : "hash", 26), room.name),
    h("p", {}, `This is the very beginning of the ${room.name} channel.`),
    room.topic ? h("p", {}, `Topic: ${room.topic}`) : null,
  );
}

const lastRead = new Map();

/** Tells the sandbox once per newest message that it was seen. */
function markRead(id, ts) {
  const room = channel(id);
  const key = `${state.me} ${id}`;
  if (!room || (!room.unread && lastRead.get(key) === ts)) return;
  lastRead.set(key, ts);
  if (!ts) return;
  // The badge goes at once; the sandbox confirms it by its next snapshot.
  for (const one of [...state.snapshot.channels, ...state.snapshot.dms]) if (one.id === id) one.unread = 0;
  emit("read");
  api.read(id);
}
