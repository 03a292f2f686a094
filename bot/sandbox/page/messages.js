/** The list of messages of a conversation or thread: loading, grouping, dividers, unread line and scrolling. */
import { api } from "./api.js";
import { divider, replyDivider, unreadLine } from "./dividers.js";
import { h, reconcile } from "./dom.js";
import { factsOf } from "./facts.js";
import { holdFocus } from "./focus.js";
import { icon } from "./icons.js";
import { listenInList } from "./listkeys.js";
import { author, messageRow } from "./message.js";
import { notesOf } from "./notes.js";
import { emit, person, state, zone } from "./state.js";
import { businessNow, dayKey, dividerLabel } from "./time.js";
import { sentenceOf, toast } from "./toast.js";

const PAGE = 100;
const MOST = 1000; // at once
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
      touched: 0,
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

  /** Something changed at `ts` or anywhere: if that is further back than the newest page, all is fetched again. */
  touch(ts = "") {
    if (this.messages.length > PAGE && ts < this.messages.at(-PAGE).ts) this.touched += 1;
  }

  /** Takes over the newest messages and keeps older ones that were loaded before. */
  async load() {
    const { channelId, thread, round } = this;
    if (!channelId) return;
    this.wanted = (this.wanted ?? 0) + 1;
    const turn = this.wanted;
    const { touched } = this;
    const limit = touched ? Math.min(MOST, Math.max(PAGE, this.messages.length)) : PAGE;
    const answer = await api.messages({ channel: channelId, thread, limit });
    if (round !== this.round || turn !== this.wanted) return;
    if (answer.ok === false || !answer.messages) {
      this.failed(answer);
      return;
    }
    // An answer that nobody waits for any more, or a touch meanwhile, leaves it to the next one.
    if (touched === this.touched) this.touched = 0;
    const page = answer.messages;
    const oldest = page[0]?.ts ?? "";
    const before = this.messages.at(-1)?.ts;
    // Where so much is new that a gap opens to the older ones, they are loaded again by scrolling.
    const isNear = before >= oldest;
    const kept = answer.has_more && isNear ? this.messages.filter((one) => one.ts < oldest) : [];
    if (!kept.length) this.hasMore = Boolean(answer.has_more);
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
      const { day, json } = factsOf(message, zone());
      const newDay = !previous || previous.day !== day;
      if (newDay && !this.thread)
        keep(`day ${day} ${today}`, () => divider(dividerLabel(Number(message.ts), zone())));
      const firstUnread = message.ts === this.unreadFrom;
      if (firstUnread) keep("unread", unreadLine);
      const grouped = !newDay && !firstUnread && this.follows(previous.message, message);
      const key = `${json} ${grouped} ${today} ${zone()} ${person(message.user).name}`;
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
    if (scrollTop < clientHeight) this.older(); // early, so that nobody waits
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
