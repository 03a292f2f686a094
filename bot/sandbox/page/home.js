/** The app's Home tab: opens it in the sandbox, shows the published view, follows its updates. */
import { api } from "./api.js";
import { renderBlock } from "./blocks.js";
import { h, reconcile } from "./dom.js";
import { holdFocus } from "./focus.js";
import { Form } from "./form.js";
import { emit, state, zone } from "./state.js";
import { businessNow, dayKey } from "./time.js";
import { sentenceOf, toast } from "./toast.js";

export class HomeView {
  constructor() {
    this.blocks = h("div", { class: "home-blocks" });
    this.node = h("div", { class: "home", tabindex: "0", dataset: { testid: "home" } }, this.blocks);
    this.clear();
  }

  /** Forgets what was shown: another person acts, or the day changed. */
  clear() {
    this.turn = (this.turn ?? 0) + 1;
    this.form = new Form();
    this.cache = new Map();
    this.blocks.replaceChildren();
  }

  /** Tells the app that the tab was opened and shows what it publishes. */
  async open() {
    const opened = api.openHome();
    await this.refresh();
    const answer = await opened;
    if (answer.ok === false) toast(sentenceOf(answer), "error");
    await this.refresh();
  }

  async refresh() {
    this.turn += 1;
    const { turn } = this;
    const answer = await api.home();
    if (turn !== this.turn) return;
    if (answer.ok === false) toast(sentenceOf(answer), "error");
    else this.show(answer.view ?? null);
  }

  show(view) {
    this.view = view;
    if (!view) {
      this.blocks.replaceChildren(
        h(
          "div",
          { class: "empty" },
          h("p", {}, `${state.snapshot.bot.name} has not set up a Home for you yet.`),
          state.snapshot.bot.online ? null : h("p", {}, "It is offline at the moment."),
        ),
      );
      return;
    }
    this.form.update(view.blocks ?? []);
    const context = {
      surface: "home",
      form: this.form,
      act: (block, element, value) => this.act(block, element, value),
    };
    const used = new Map();
    const day = `${dayKey(businessNow(), zone())} ${zone()}`;
    const nodes = (view.blocks ?? []).map((block, index) => {
      const key = JSON.stringify([block.block_id ?? index, block, day]);
      const node = this.cache.get(key) ?? renderBlock(block, context);
      used.set(key, node);
      return node;
    });
    this.cache = used;
    const giveBack = this.blocks.contains(document.activeElement) ? holdFocus() : null;
    reconcile(this.blocks, nodes);
    if (!this.blocks.contains(document.activeElement)) giveBack?.();
  }

  async act(block, element, value) {
    const answer = await api.action({
      container: { type: "home", view_id: this.view?.id },
      block_id: block.block_id,
      action_id: element.action_id,
      value,
      state: this.form.values(),
    });
    if (answer.ok === false) toast(sentenceOf(answer), "error");
    emit("acted");
  }
}
