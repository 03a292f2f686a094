/** The calls between workspace and app as the inspector shows them: fetched, kept, paused, cleared and filtered. */
import { api } from "./api.js";

const MOST = 500; // kept in the page; the sandbox may know more

export class Traffic {
  /** `changed` is called when there is something new to draw. */
  constructor(changed) {
    this.changed = changed;
    this.entries = []; // newest first
    this.waiting = []; // arrived while paused
    this.last = 0;
    this.paused = false;
    this.text = "";
    this.outcome = "all"; // or "ok", "failed"
  }

  /** A call was pushed; where one is missing between, the sandbox is asked. */
  pushed(entry) {
    if (entry?.n !== this.last + 1) return this.refresh();
    this.take([entry]);
    return this.changed();
  }

  /** The connection was away: if the workspace was started anew meanwhile, its calls count from one again. */
  async resync() {
    const answer = await api.traffic(0);
    const newest = answer.entries?.at(-1)?.n ?? 0;
    if (answer.ok !== false && newest < this.last) {
      this.last = 0;
      this.clear();
    }
    await this.refresh();
  }

  /** Asks for what came after the last known call. */
  async refresh() {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    do {
      this.again = false;
      const answer = await api.traffic(this.last);
      if (answer.ok === false) this.trouble = answer;
      else {
        this.trouble = null;
        this.take(answer.entries ?? []);
      }
    } while (this.again);
    this.asking = false;
    this.changed();
  }

  /** Takes over calls; those that are known already change in place, such as one that was answered now. */
  take(entries) {
    const known = new Map(this.entries.map((one, at) => [one.n, at]));
    const fresh = [];
    for (const one of [...entries].sort((a, b) => b.n - a.n)) {
      if (known.has(one.n)) this.entries[known.get(one.n)] = one;
      else if (one.n > this.last) fresh.push(one);
    }
    if (!fresh.length) return;
    this.last = Math.max(this.last, fresh[0].n);
    if (this.paused) this.waiting = [...fresh, ...this.waiting].slice(0, MOST);
    else this.entries = [...fresh, ...this.entries].slice(0, MOST);
  }

  pause(on) {
    this.paused = on;
    if (!on) {
      this.entries = [...this.waiting, ...this.entries].slice(0, MOST);
      this.waiting = [];
    }
    this.changed();
  }

  clear() {
    this.entries = [];
    this.waiting = [];
    this.changed();
  }

  /** The calls that the filters let through, newest first. */
  shown() {
    const sought = this.text.trim().toLowerCase();
    return this.entries.filter(
      (one) =>
        (this.outcome === "all" || one.ok === (this.outcome === "ok")) &&
        (!sought || searchText(one).includes(sought)),
    );
  }
}

const texts = new WeakMap();

function searchText(one) {
  if (!texts.has(one)) texts.set(one, JSON.stringify(one).toLowerCase());
  return texts.get(one);
}
