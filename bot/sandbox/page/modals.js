/** The stack of modals of the person acted as: asks the sandbox for it and shows the top one. */
import { api } from "./api.js";
import { h, reconcile } from "./dom.js";
import { holdFocus } from "./focus.js";
import { Modal } from "./modal.js";
import { closePopover } from "./popover.js";
import { emit } from "./state.js";

/** All modals of the person; the page has one. */
export class ModalHost {
  constructor() {
    this.modals = new Map();
    this.dropped = new Set();
    this.stack = [];
    this.turn = 0;
    this.layer = h("div", { class: "modal-layer", hidden: true, dataset: { testid: "modal-layer" } });
    document.body.append(this.layer);
  }

  get depth() {
    return this.stack.length;
  }

  /** Asks the sandbox for the stack and shows its top. */
  async refresh() {
    this.turn += 1;
    const { turn } = this;
    const answer = await api.modals();
    if (turn !== this.turn || !answer.stack) return;
    this.show(answer.stack);
  }

  show(views) {
    const stack = views.filter((view) => !this.dropped.has(view.id));
    this.stack = stack;
    const ids = new Set(stack.map((view) => view.id));
    for (const id of [...this.modals.keys()]) if (!ids.has(id)) this.modals.delete(id);
    for (const view of stack) {
      const known = this.modals.get(view.id);
      if (known) known.update(view);
      else this.modals.set(view.id, new Modal(this, view));
    }
    const top = stack.length ? this.modals.get(stack.at(-1).id) : null;
    if (top && !this.shown) this.giveBack = holdFocus();
    if (top !== this.shown) closePopover();
    const wasOpen = this.shown;
    this.shown = top;
    this.layer.hidden = !top;
    document.getElementById("app").inert = Boolean(top);
    if (!top) {
      this.layer.replaceChildren();
      if (wasOpen) this.restore();
      return;
    }
    top.back.hidden = stack.length < 2;
    reconcile(this.layer, [top.node]);
    if (top !== wasOpen) top.enter();
  }

  restore() {
    // The place may have been drawn anew meanwhile, or be gone: then one starts where one writes.
    if (!this.giveBack?.()) emit("write");
    this.giveBack = null;
  }

  /** Takes views off the screen at once, before the sandbox has been told; call what it gives back after that. */
  drop(ids) {
    this.turn += 1;
    for (const id of ids) this.dropped.add(id);
    this.show(this.stack);
    return () => ids.forEach((id) => this.dropped.delete(id));
  }

  /** Forgets everything: another person acts now. */
  clear() {
    this.turn += 1;
    this.show([]);
  }
}
