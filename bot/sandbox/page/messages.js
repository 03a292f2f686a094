/** The list of messages of a conversation or thread: loading, grouping, dividers, unread line and scrolling. */
import { api } from "./api.js";
import { h, reconcile } from "./dom.js";
import { holdFocus } from "./focus.js";
import { icon } from "./icons.js";
import { listenInList } from "./listkeys.js";
import { author, messageRow } from "./message.js";
import { notesOf } from "./notes.js";
import { emit, person, state, zone } from "./state.js";
import { businessNow, dayKey, dividerLabel } from "./time.js";
import { sentenceOf, toast } from "./toast.js";

const PAGE = 100;
const GROUP_SECONDS = 300;

export class MessageList {
  /**
   * `intro(channel)` builds what stands above the first message; `read` is called when the newest is on screen;
   * `leave(row)` takes the focus elsewhere on Escape and says whether it did.
   */
  constructor({ label, intro, read, leave }) {
    Object.assign(this, { intro, read });
    this.rows = h("div", { class: "rows" });
    this.jump = h(
      "button",
      { class: "jump", type: "button", hidden: true, on: { click: () => this.toBottom(true) } },
      icon("chevron", 16),
      "New messages",
    );
    this.scroller = h(
      "div",
      {
        class: "scroller",
        tabindex: "0",
        role: "log",
        "aria-label": label,
        dataset: { testid: "messages" },
        on: { scroll: () => this.scrolled() },
      },
      this.rows,
    );
    this.node = h("div", { class: "list" }, this.scroller, this.jump);
    listenInList(this.scroller, {
      open: (ts) => {
        if (!this.thread) emit("thread", { ts });
      },
      leave,
    });
    this.reset(null, null);
    // A message that grows (a chart, a new row of buttons) must not push the newest out of sight.
    new ResizeObserver(() => {
      if (this.stuck) this.toBottom();
    }).observe(this.rows);
    new ResizeObserver(() => {
      if (this.stuck) this.toBottom();
    }).observe(this.scroller);
  }

  reset(channelId, thread) {
    this.round = (this.round ?? 0) + 1;
    Object.assign(this, {
      channelId,
      thread,
      messages: [],
      hasMore: false,
      loaded: false,
      unreadFrom: null,
      stuck: true,
      cache: new Map(),
    });
    this.rows.replaceChildren();
    this.jump.hidden = true;
  }

  /** Shows another conversation; `unread` messages at its end get the line above them. */
  async show(channelId, { thread = null, unread = 0, ts = null } = {}) {
    this.reset(channelId, thread);
    const { round } = this;
    await this.refresh();
    if (round !== this.round) return;
    this.unreadFrom = this.firstUnread(unread);
    this.draw();
    this.toBottom();
    const line = this.rows.querySelector(".unread-line");
    if (line && line.offsetTop < this.scroller.scrollTop) this.scroller.scrollTop = line.offsetTop - 60;
    if (ts) await this.reveal(ts);
    this.markRead();
  }

  firstUnread(count) {
    const others = this.messages.filter((one) => one.user !== state.me && !one.ephemeral);
    return count > 0 && others.length ? others[Math.max(0, others.length - count)].ts : null;
  }

  /** Fetches the newest messages again; resolves when the last refresh that was asked for is on screen. */
  async refresh() {
    const job = this.load();
    this.latest = job;
    await job;
    if (job !== this.latest) await this.latest;
  }

  /** Takes over the newest messages and keeps older ones that were loaded before. */
  async load() {
    const { channelId, thread, round } = this;
    if (!channelId) return;
    this.wanted = (this.wanted ?? 0) + 1;
    const turn = this.wanted;
    const limit = Math.min(1000, Math.max(PAGE, this.messages.length));
    const answer = await api.messages({ channel: channelId, thread, limit });
    if (round !== this.round || turn !== this.wanted) return;
    if (answer.ok === false || !answer.messages) {
      this.failed(answer);
      return;
    }
    const page = answer.messages;
    const oldest = page[0]?.ts ?? "";
    const kept = answer.has_more ? this.messages.filter((one) => one.ts < oldest && !one.ephemeral) : [];
    if (!kept.length) this.hasMore = Boolean(answer.has_more);
    const before = this.messages.at(-1)?.ts;
    this.messages = [...kept, ...page];
    this.loaded = true;
    this.draw();
    if (!this.stuck && before && page.length && page.at(-1).ts > before) this.jump.hidden = false;
    this.markRead();
  }

  failed(answer) {
    this.loaded = true;
    if (this.messages.length) toast(sentenceOf(answer), "error");
    else
      this.rows.replaceChildren(
        h(
          "div",
          { class: "empty" },
          answer.sentence ? sentenceOf(answer) : "These messages cannot be shown to this person.",
        ),
      );
  }

  async older() {
    if (!this.hasMore || this.loadingOlder) return;
    this.loadingOlder = true;
    const { round } = this;
    const answer = await api.messages({
      channel: this.channelId,
      thread: this.thread,
      before: this.messages[0]?.ts,
      limit: PAGE,
    });
    this.loadingOlder = false;
    if (round !== this.round || !answer.messages) return;
    const { scrollHeight, scrollTop } = this.scroller;
    const known = new Set(this.messages.map((one) => one.ts));
    this.messages = [...answer.messages.filter((one) => !known.has(one.ts)), ...this.messages];
    this.hasMore = Boolean(answer.has_more) && answer.messages.length > 0;
    this.draw();
    this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
  }

  /** Draws all rows; rows whose message did not change keep their nodes, and so their focus and input. */
  draw() {
    if (!this.loaded) return;
    const nodes = [];
    const used = new Map();
    const keep = (key, make) => {
      const node = this.cache.get(key) ?? make();
      used.set(key, node);
      nodes.push(node);
    };
    if (!this.hasMore && this.intro) keep("intro", () => this.intro(this.channelId));
    else if (this.hasMore)
      keep("more", () => h("div", { class: "loading-older" }, "Loading older messages…"));
    const today = dayKey(businessNow(), zone());
    let previous = null;
    for (const message of this.withNotes()) {
      const day = dayKey(Number(message.ts), zone());
      const newDay = !previous || previous.day !== day;
      if (newDay && !this.thread)
        keep(`day ${day} ${today}`, () => divider(dividerLabel(Number(message.ts), zone())));
      const firstUnread = message.ts === this.unreadFrom;
      if (firstUnread) keep("unread", unreadLine);
      const grouped = !newDay && !firstUnread && this.follows(previous.message, message);
      const key = JSON.stringify([message, grouped, today, zone(), person(message.user).name]);
      keep(key, () =>
        messageRow(
          { ...message, channel: message.channel ?? this.channelId },
          { grouped, inThread: Boolean(this.thread) },
        ),
      );
      if (this.thread && message.ts === this.thread)
        keep(`replies ${message.reply_count}`, () => replyDivider(message, this.messages.length - 1));
      previous = { message, day };
    }
    this.cache = used;
    const giveBack = this.rows.contains(document.activeElement) ? holdFocus() : null;
    reconcile(this.rows, nodes);
    if (!this.rows.contains(document.activeElement)) giveBack?.();
    if (this.stuck) this.toBottom();
  }

  follows(previous, message) {
    const calm = Boolean(previous.ephemeral) === Boolean(message.ephemeral) && previous.ts !== this.thread;
    return (
      calm &&
      author(previous).id === author(message).id &&
      Number(message.ts) - Number(previous.ts) < GROUP_SECONDS &&
      !previous.reply_count
    );
  }

  withNotes() {
    const notes = notesOf(this.channelId, this.thread);
    return notes.length
      ? [...this.messages, ...notes].sort((a, b) => Number(a.ts) - Number(b.ts))
      : this.messages;
  }

  /** Draws everything anew: the clock jumped or names changed. */
  redraw() {
    this.cache.clear();
    this.draw();
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.stuck = scrollHeight - scrollTop - clientHeight < 48;
    if (this.stuck) {
      this.jump.hidden = true;
      this.markRead();
    }
    if (scrollTop < 240) this.older();
  }

  toBottom(smooth = false) {
    this.stuck = true;
    this.jump.hidden = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  /** Scrolls to a message, loading older ones until it is there, and lights it up. */
  async reveal(ts) {
    const { round } = this;
    while (round === this.round && this.hasMore && this.messages[0]?.ts > ts) await this.older();
    const row = this.rows.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    if (!row) return;
    this.stuck = false;
    row.scrollIntoView({ block: "center" });
    row.classList.add("is-lit");
    setTimeout(() => row.classList.remove("is-lit"), 2500);
  }

  /** Puts the focus on a message, if it is there. */
  focusOn(ts) {
    const row = this.rows.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
    row?.focus();
    return Boolean(row);
  }

  markRead() {
    if (this.read && this.loaded && document.visibilityState === "visible")
      this.read(this.channelId, this.messages.findLast((one) => !one.ephemeral)?.ts);
  }
}

function divider(label) {
  return h(
    "div",
    { class: "day", role: "separator", "aria-label": label },
    h("span", { class: "day-label" }, label),
  );
}

function unreadLine() {
  return h(
    "div",
    {
      class: "unread-line",
      role: "separator",
      "aria-label": "New messages",
      dataset: { testid: "unread-line" },
    },
    h("span", {}, "New"),
  );
}

function replyDivider(message, loaded) {
  const count = message.reply_count ?? loaded;
  const label = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "No replies yet";
  return h("div", { class: "reply-divider" }, h("span", {}, label));
}
