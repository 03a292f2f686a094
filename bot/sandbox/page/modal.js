/** One modal view as a dialog: keeps typed input, checks, submits and closes; modals.js stacks them. */
import { api } from "./api.js";
import { renderBlock } from "./blocks.js";
import { h, reconcile, uid } from "./dom.js";
import { canFocus, stops, trapTab } from "./focus.js";
import { Form } from "./form.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { closePopover } from "./popover.js";
import { sentenceOf } from "./toast.js";

const TROUBLE = "We had some trouble connecting. Try again?";

/** The dialog of one view on the stack. */
export class Modal {
  constructor(host, view) {
    this.host = host;
    this.form = new Form();
    this.blocks = new Map();
    const titleId = uid("title");
    this.title = h("h2", {
      class: "modal-title",
      id: titleId,
      dir: "auto",
      dataset: { testid: "modal-title" },
    });
    this.back = h(
      "button",
      {
        class: "modal-icon",
        type: "button",
        "aria-label": "Back",
        hidden: true,
        dataset: { testid: "modal-back" },
        on: { click: () => this.close(false) },
      },
      icon("back", 20),
    );
    const cross = h(
      "button",
      {
        class: "modal-icon modal-x",
        type: "button",
        "aria-label": "Close",
        dataset: { testid: "modal-x" },
        on: { click: () => this.close(true) },
      },
      icon("close", 20),
    );
    this.banner = h("div", {
      class: "modal-banner",
      role: "alert",
      hidden: true,
      dataset: { testid: "modal-error" },
    });
    this.body = h("div", { class: "modal-blocks" });
    this.closeButton = h("button", {
      class: "button",
      type: "button",
      dataset: { testid: "modal-close" },
      on: { click: () => this.close(false) },
    });
    this.submitText = h("span", { class: "button-text" });
    this.submitButton = h(
      "button",
      { class: "button button-primary", type: "submit", dataset: { testid: "modal-submit" } },
      this.submitText,
    );
    const form = h(
      "form",
      {
        class: "modal-form",
        novalidate: true,
        on: {
          submit: (event) => {
            event.preventDefault();
            this.submit();
          },
        },
      },
      h("div", { class: "modal-head" }, this.back, this.title, cross),
      h("div", { class: "modal-body", tabindex: "-1" }, this.banner, this.body),
      h("div", { class: "modal-foot" }, this.closeButton, this.submitButton),
    );
    this.node = h(
      "div",
      {
        class: "modal",
        role: "dialog",
        "aria-modal": "true",
        "aria-labelledby": titleId,
        dataset: { testid: "modal", viewId: view.id },
        on: { keydown: (event) => this.key(event) },
      },
      form,
    );
    this.update(view);
  }

  /** Takes over a new version of the view; unchanged blocks keep their nodes, typed input stays. */
  update(view) {
    const json = JSON.stringify(view);
    if (json === this.json) return;
    this.json = json;
    this.view = view;
    this.node.dataset.callbackId = view.callback_id ?? "";
    this.title.replaceChildren(...plain(view.title?.text ?? ""));
    this.submitText.replaceChildren(...plain(view.submit?.text ?? ""));
    this.submitButton.hidden = !view.submit;
    this.closeButton.replaceChildren(...plain(view.close?.text ?? (view.submit ? "Cancel" : "Close")));
    this.form.update(view.blocks ?? []);
    const context = {
      surface: "modal",
      form: this.form,
      act: (block, element, value) => this.act(block, element, value),
      suggest: (block, element, typed) =>
        api.suggest(this.view.id, block.block_id, element.action_id, typed),
    };
    const focus = this.focusedKey();
    const used = new Map();
    const nodes = (view.blocks ?? []).map((block, index) => {
      const key = JSON.stringify([block.block_id ?? index, block]);
      const node = this.blocks.get(key) ?? renderBlock(block, context);
      used.set(key, node);
      return node;
    });
    this.blocks = used;
    reconcile(this.body, nodes);
    this.restoreFocus(focus);
  }

  focusedKey() {
    const element = document.activeElement;
    if (!this.body.contains(element)) return null;
    const { selectionStart, selectionEnd } = element;
    return {
      element,
      selectionStart,
      selectionEnd,
      block: element.closest("[data-block-id]")?.dataset.blockId,
      action: element.closest("[data-action-id]")?.dataset.actionId,
    };
  }

  restoreFocus(was) {
    if (!was || this.body.contains(was.element)) return;
    closePopover();
    const inBlock = this.body.querySelector(`[data-block-id="${CSS.escape(was.block ?? "")}"]`);
    const holder = inBlock?.querySelector(`[data-action-id="${CSS.escape(was.action ?? "")}"]`);
    const next = holder && (canFocus(holder) ? holder : stops(holder)[0]);
    (next ?? this.firstInput() ?? this.closeButton).focus();
    if (
      next &&
      was.selectionStart !== null &&
      was.selectionStart !== undefined &&
      /^(text|)$/.test(next.getAttribute("type") ?? "")
    ) {
      next.setSelectionRange?.(was.selectionStart, was.selectionEnd);
    }
  }

  firstInput() {
    const asked = this.body.querySelector("[data-focus-on-load]");
    if (asked) return asked.matches("input, textarea") ? asked : asked.querySelector("input, textarea");
    return this.body.querySelector(
      ".field input:not([type=hidden]), .field textarea, .field [tabindex='-1']",
    );
  }

  /** Puts the cursor where one starts: the first input, else the main button. */
  enter() {
    if (this.node.contains(document.activeElement)) return;
    const first = this.firstInput() ?? (this.submitButton.hidden ? this.closeButton : this.submitButton);
    first.focus({ preventScroll: true });
  }

  say(sentence) {
    this.banner.textContent = sentence ?? "";
    this.banner.hidden = !sentence;
    if (sentence) this.banner.scrollIntoView({ block: "nearest" });
  }

  async act(block, element, value) {
    this.say(null);
    const answer = await api.action({
      container: { type: "modal", view_id: this.view.id },
      block_id: block.block_id,
      action_id: element.action_id,
      value,
      state: this.form.values(),
    });
    if (answer.ok === false) this.say(answer.sentence || TROUBLE);
    await this.host.refresh();
  }

  busy(on) {
    this.isBusy = on;
    this.submitButton.classList.toggle("is-busy", on);
    this.submitButton.setAttribute("aria-busy", String(on));
    if (on) this.focusBefore = document.activeElement;
    this.body.inert = on;
    if (!on && this.focusBefore?.isConnected) this.focusBefore.focus();
  }

  async submit() {
    if (this.isBusy || !this.view.submit) return;
    this.say(null);
    const problems = this.form.problems();
    this.form.showErrors(problems);
    if (Object.keys(problems).length) return;
    this.busy(true);
    const answer = await api.submit(this.view.id, this.form.values());
    this.busy(false);
    if (answer.outcome === "errors") this.form.showErrors(answer.errors ?? {});
    else if (answer.ok === false || answer.outcome === "failed")
      this.say(answer.sentence || (answer.error ? sentenceOf(answer) : TROUBLE));
    await this.host.refresh();
  }

  async close(all) {
    if (this.isBusy) return;
    const whole = all && this.host.depth > 1;
    closePopover();
    const typed = this.form.values();
    const forget = this.host.drop(whole ? this.host.stack.map((view) => view.id) : [this.view.id]);
    await api.close(this.view.id, whole, typed);
    forget();
    await this.host.refresh();
  }

  key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close(false);
    } else if (event.key === "Tab") trapTab(event, this.node);
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.submit();
    }
  }
}
