/** The searchable select of every kind (one or many; options, people, channels), usable by keyboard alone. */
import { h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { closePopover, openPopover } from "./popover.js";

/**
 * `groups()` gives [{label, options: [{key, text, description, lead}]}]; `lead()` builds a picture.
 * `selected` is a list of keys; `change(keys)` is called with the new list.
 */
export class Select {
  constructor({
    id,
    groups,
    selected,
    multi = false,
    max,
    placeholder,
    clearable,
    empty,
    change,
    compact,
    label,
    describedBy,
    dataset,
    seek,
    textOf,
  }) {
    // `seek(text)` fetches what is typed for, and `textOf(key)` names what is no longer in the list.
    Object.assign(this, { groups, multi, max, placeholder, clearable, change, seek, textOf });
    this.selected = selected;
    this.empty = empty ?? "No matches";
    this.listId = uid("list");
    this.active = -1;
    this.isOpen = false;
    this.input = h("input", {
      id,
      class: "select-input",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": this.listId,
      "aria-haspopup": "listbox",
      "aria-label": label,
      "aria-describedby": describedBy,
      on: {
        input: () => {
          this.active = -1;
          this.open(true);
          if (this.seek) this.seek(this.input.value.trim());
          else this.draw(true);
        },
        keydown: (event) => this.key(event),
        blur: () => this.blurred(),
      },
    });
    this.chips = h("span", { class: "select-chips" });
    this.clear = h(
      "button",
      {
        class: "select-clear",
        type: "button",
        "aria-label": "Clear",
        hidden: true,
        on: {
          click: (event) => {
            event.stopPropagation();
            this.pick([]);
            this.input.focus();
          },
        },
      },
      icon("close", 14),
    );
    this.node = h(
      "div",
      {
        class: `select${compact ? " select-compact" : ""}${multi ? " select-multi" : ""}`,
        dataset,
        on: {
          click: () => {
            this.input.focus();
            if (this.isOpen && !this.multi) this.close();
            else this.open();
          },
        },
      },
      this.chips,
      this.input,
      this.clear,
      icon("chevron", 16, "select-chevron"),
    );
    this.show();
  }

  options() {
    return this.groups().flatMap((group) => group.options);
  }

  focus() {
    this.input.focus();
  }

  disable(off) {
    this.input.disabled = off;
    this.node.classList.toggle("is-disabled", off);
  }

  /** Shows the choice in the closed control. */
  show() {
    const chosen = this.selected.map(
      (key) => this.options().find((option) => option.key === key) ?? { key, text: this.textOf?.(key) || key },
    );
    this.input.value = this.multi || !chosen.length ? "" : chosen[0].text;
    this.input.placeholder = this.multi && chosen.length ? "" : this.placeholder;
    this.chips.replaceChildren(...(this.multi ? chosen.map((option) => this.chip(option)) : []));
    this.clear.hidden = this.multi || !this.clearable || !chosen.length;
    this.node.classList.toggle("has-value", chosen.length > 0);
  }

  chip(option) {
    return h(
      "span",
      { class: "chip" },
      option.lead?.() ?? null,
      h("span", { class: "chip-text" }, option.text),
      h(
        "button",
        {
          class: "chip-remove",
          type: "button",
          "aria-label": `Remove ${option.text}`,
          on: {
            click: (event) => {
              event.stopPropagation();
              this.pick(this.selected.filter((key) => key !== option.key));
              this.input.focus();
            },
          },
        },
        icon("close", 12),
      ),
    );
  }

  /** Opens the list; the control becomes the filter, so its text goes unless it was just typed. */
  open(keepText = false) {
    if (this.isOpen || this.input.disabled) return;
    this.isOpen = true;
    if (!this.multi && !keepText) {
      this.input.placeholder = this.input.value || this.placeholder;
      this.input.value = "";
    }
    this.list = h("div", {
      class: "listbox",
      id: this.listId,
      role: "listbox",
      "aria-multiselectable": this.multi ? "true" : undefined,
      on: { pointerdown: (event) => event.preventDefault() },
    });
    this.layer = openPopover(this.node, this.list, { matchWidth: true, onClose: () => this.closed() });
    this.input.setAttribute("aria-expanded", "true");
    this.node.classList.add("is-open");
    this.draw();
    if (this.seek && !keepText) this.seek("");
  }

  close() {
    if (this.isOpen) closePopover();
  }

  closed() {
    this.isOpen = false;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.node.classList.remove("is-open");
    this.show();
  }

  blurred() {
    setTimeout(() => {
      if (document.activeElement !== this.input) this.close();
    }, 120);
  }

  /** Draws the list for what is typed. */
  draw(typed = false) {
    if (!this.isOpen) return;
    const sought = this.input.value.trim().toLowerCase();
    const matches = (option) =>
      this.seek ||
      !sought ||
      `${option.text} ${option.description ?? ""} ${option.also ?? ""}`.toLowerCase().includes(sought);
    this.shown = [];
    const rows = this.groups().flatMap((group) => {
      const options = group.options.filter(matches);
      if (!options.length) return [];
      return [
        group.label ? h("div", { class: "listbox-group", role: "presentation" }, group.label) : null,
        ...options.map((option) => this.row(option)),
      ];
    });
    this.list.replaceChildren(...rows.filter(Boolean));
    if (!rows.length) this.list.append(h("div", { class: "listbox-empty" }, this.empty));
    const current = this.shown.findIndex(({ option }) => this.selected.includes(option.key));
    this.mark(typed && sought ? 0 : Math.max(current, this.active, 0));
    this.layer.place();
  }

  row(option) {
    const chosen = this.selected.includes(option.key);
    const node = h(
      "div",
      {
        class: "option",
        id: uid("option"),
        role: "option",
        "aria-selected": String(chosen),
        dataset: { value: option.key },
        on: {
          click: () => this.choose(option),
          pointermove: () =>
            this.mark(
              this.shown.findIndex((one) => one.node === node),
              false,
            ),
        },
      },
      option.lead?.() ?? null,
      h(
        "span",
        { class: "option-words" },
        h("span", { class: "option-text", dir: "auto" }, option.text),
        option.description ? h("span", { class: "option-description" }, option.description) : null,
      ),
      chosen ? icon("check", 16, "option-check") : null,
    );
    this.shown.push({ option, node });
    return node;
  }

  mark(index, scroll = true) {
    this.active = this.shown.length ? Math.max(0, Math.min(index, this.shown.length - 1)) : -1;
    this.shown.forEach(({ node }, at) => node.classList.toggle("is-active", at === this.active));
    const node = this.shown[this.active]?.node;
    if (node) this.input.setAttribute("aria-activedescendant", node.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (scroll) node?.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (!this.multi) {
      this.close();
      this.pick([option.key]);
      return;
    }
    const has = this.selected.includes(option.key);
    if (!has && this.max && this.selected.length >= this.max) return;
    this.input.value = "";
    this.pick(has ? this.selected.filter((key) => key !== option.key) : [...this.selected, option.key]);
    this.draw();
  }

  pick(keys) {
    const same = keys.length === this.selected.length && keys.every((key) => this.selected.includes(key));
    this.selected = keys;
    this.show();
    if (!same) this.change(keys);
  }

  key(event) {
    const { key } = event;
    if (key === "Escape" && this.isOpen) {
      this.close();
      event.stopPropagation();
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) this.open();
      else this.mark(this.active + (key === "ArrowDown" ? 1 : -1));
    } else if (key === "Enter" && (event.ctrlKey || event.metaKey))
      this.close(); // the modal sends itself
    else if (key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (!this.isOpen) this.open();
      else if (this.shown[this.active]) this.choose(this.shown[this.active].option);
    } else if (key === "Tab") this.close();
    else if (key === " " && !this.isOpen) {
      event.preventDefault();
      this.open();
    } else if (key === "Backspace" && this.multi) {
      if (!this.input.value && this.selected.length) this.pick(this.selected.slice(0, -1));
    } else if (key === "Backspace" && !this.isOpen) this.open();
    else if (key.length === 1 && !this.isOpen && !event.ctrlKey && !event.metaKey) this.open();
  }
}
