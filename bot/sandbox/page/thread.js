/** The pane on the right: one thread with its own composer. */
import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { MessageList } from "./messages.js";
import { cannotWrite } from "./main.js";
import { channel, emit, person, shownChannel, state } from "./state.js";

export class ThreadPane {
  constructor() {
    this.node = document.getElementById("thread");
    this.list = new MessageList({
      label: "Thread",
      leave: (row) => Boolean(row) && this.composer.focus(),
    });
    this.composer = new Composer({
      testid: "thread-composer",
      target: () => ({ channel: shownChannel(), thread: state.thread }),
    });
    this.where = h("span", { class: "thread-where" });
    const cross = h(
      "button",
      {
        class: "modal-icon modal-x",
        type: "button",
        "aria-label": "Close thread",
        dataset: { testid: "thread-close" },
        on: { click: () => emit("thread", { ts: null }) },
      },
      icon("close", 18),
    );
    this.node.dataset.testid = "thread";
    this.node.append(
      h(
        "header",
        { class: "main-head thread-head" },
        h("h2", { class: "main-title" }, "Thread"),
        this.where,
        cross,
      ),
      this.list.node,
      this.composer.node,
    );
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") emit("thread", { ts: null });
    });
  }

  /** Shows the thread that the state names, or hides the pane. */
  async show({ ts, focus = true } = {}) {
    const left = this.node.contains(document.activeElement) ? this.shown : null;
    this.node.hidden = !state.thread;
    this.shown = state.thread;
    document.getElementById("app").classList.toggle("has-thread", Boolean(state.thread));
    if (!state.thread) {
      this.list.reset(null, null);
      if (left) emit("thread-left", { ts: left });
      return;
    }
    this.draw();
    if (focus) this.composer.focus();
    await this.list.show(shownChannel(), { thread: state.thread, ts });
  }

  draw() {
    const room = channel(shownChannel());
    if (!room || !state.thread) return;
    fill(this.where, room.kind === "dm" ? person(room.user).name : `#${room.name}`);
    this.composer.turnTo({ placeholder: "Reply…", closedBecause: cannotWrite(room) });
  }
}
