/** The box to write in: messages, slash commands with their hints, mentions; one for the channel, one for the thread. */
import { api } from "./api.js";
import { avatar } from "./avatar.js";
import { h, uid } from "./dom.js";
import { icon } from "./icons.js";
import { addNote } from "./notes.js";
import { emit, nameable, state } from "./state.js";
import { sentenceOf } from "./toast.js";

const drafts = new Map();

export class Composer {
  /** `testid` names the text box; `target()` gives {channel, thread} to write to. */
  constructor({ testid, target }) {
    this.target = target;
    this.menuId = uid("suggestions");
    this.items = [];
    this.active = 0;
    this.input = h("textarea", {
      class: "composer-input",
      rows: 1,
      dir: "auto",
      dataset: { testid },
      "aria-controls": this.menuId,
      "aria-autocomplete": "list",
      on: {
        input: () => this.typed(),
        keydown: (event) => this.key(event),
        blur: () => setTimeout(() => this.hide(), 150),
        click: () => this.suggest(),
      },
    });
    this.hint = h("div", { class: "composer-hint" });
    this.sendButton = h(
      "button",
      {
        class: "composer-send",
        type: "button",
        "aria-label": "Send",
        disabled: true,
        dataset: { testid: `${testid}-send` },
        on: { click: () => this.send() },
      },
      icon("send", 18),
    );
    this.menu = h("div", {
      class: "suggestions",
      id: this.menuId,
      role: "listbox",
      "aria-label": "Suggestions",
      hidden: true,
      dataset: { testid: "suggestions" },
      on: { pointerdown: (event) => event.preventDefault() },
    });
    this.box = h(
      "div",
      { class: "composer-box" },
      this.menu,
      this.input,
      h(
        "div",
        { class: "composer-foot" },
        this.hint,
        h("span", { class: "composer-keys" }, h("b", {}, "Shift + Enter"), " for a new line"),
        this.sendButton,
      ),
    );
    this.closed = h("div", {
      class: "composer-closed",
      hidden: true,
      dataset: { testid: `${testid}-closed` },
    });
    this.node = h("div", { class: "composer" }, this.box, this.closed);
  }

  get draftKey() {
    const { channel, thread } = this.target();
    return `${state.me} ${channel} ${thread ?? ""}`;
  }

  /** Turns to another conversation: placeholder, draft, and a sentence where one cannot write. */
  turnTo({ placeholder, closedBecause = null }) {
    this.box.hidden = Boolean(closedBecause);
    this.closed.hidden = !closedBecause;
    this.closed.textContent = closedBecause ?? "";
    this.input.placeholder = placeholder;
    this.input.setAttribute("aria-label", placeholder);
    if (this.shownDraft !== this.draftKey) {
      this.shownDraft = this.draftKey;
      this.input.value = drafts.get(this.draftKey) ?? "";
      this.typed();
      this.hide();
    }
  }

  /** Puts the cursor here, unless one cannot write; says whether it did. */
  focus() {
    if (!this.box.hidden) this.input.focus();
    return !this.box.hidden;
  }

  typed() {
    drafts.set(this.draftKey, this.input.value);
    this.sendButton.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, Math.round(innerHeight * 0.4))}px`;
    this.suggest();
  }

  /** What could complete the word under the cursor. */
  suggest() {
    const { value, selectionStart } = this.input;
    const before = value.slice(0, selectionStart);
    const slash = /^\/(\S*)$/.exec(before);
    const at = /(?:^|\s)([@#])([\p{L}\p{N}._-]*)$/u.exec(before);
    this.items = [];
    if (slash) this.items = commandItems(slash[1]);
    else if (at?.[1] === "@") this.items = peopleItems(at[2]);
    else if (at) this.items = channelItems(at[2]);
    this.span = slash ? before.length : at ? at[2].length + 1 : 0;
    this.active = 0;
    this.showHint(value);
    this.drawMenu();
  }

  showHint(value) {
    const name = /^(\/\S+)\s/.exec(value)?.[1];
    const command = state.snapshot?.commands.find((one) => one.command === name);
    this.hint.replaceChildren(
      ...(command ? [h("b", {}, command.command), ` ${command.usage_hint ?? ""}`] : []),
    );
  }

  drawMenu() {
    this.menu.hidden = !this.items.length || document.activeElement !== this.input;
    if (this.menu.hidden) return this.input.removeAttribute("aria-activedescendant");
    const rows = this.items.map((item, index) =>
      h(
        "div",
        {
          class: `suggestion${index === this.active ? " is-active" : ""}`,
          role: "option",
          id: `${this.menuId}-${index}`,
          "aria-selected": String(index === this.active),
          on: { click: () => this.take(index) },
        },
        item.lead,
        h(
          "span",
          { class: "suggestion-main" },
          h("b", {}, item.name),
          item.usage ? h("span", { class: "suggestion-usage" }, ` ${item.usage}`) : null,
        ),
        h("span", { class: "suggestion-text" }, item.description),
      ),
    );
    this.menu.replaceChildren(h("div", { class: "suggestions-head" }, this.items[0].head), ...rows);
    rows[this.active]?.scrollIntoView({ block: "nearest" });
    return this.input.setAttribute("aria-activedescendant", `${this.menuId}-${this.active}`);
  }

  hide() {
    this.items = [];
    this.drawMenu();
  }

  take(index) {
    const { value, selectionStart } = this.input;
    const start = selectionStart - this.span;
    const insert = `${this.items[index].insert} `;
    this.input.value = value.slice(0, start) + insert + value.slice(selectionStart).replace(/^ /, "");
    this.input.setSelectionRange(start + insert.length, start + insert.length);
    this.input.focus();
    this.typed();
    this.hide();
  }

  key(event) {
    if (event.isComposing) return;
    const open = !this.menu.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      this.active =
        (this.active + (event.key === "ArrowDown" ? 1 : -1) + this.items.length) % this.items.length;
      this.drawMenu();
      event.preventDefault();
    } else if (open && event.key === "Tab" && !event.shiftKey) {
      this.take(this.active);
      event.preventDefault();
    } else if (open && event.key === "Escape") {
      this.hide();
      event.stopPropagation();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      // Enter completes half a word, but sends a command or name that is already whole.
      const whole =
        open && this.input.value.slice(0, this.input.selectionStart).endsWith(this.items[this.active].insert);
      if (open && !whole) this.take(this.active);
      else this.send();
    }
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const { channel, thread } = this.target();
    this.input.value = "";
    this.typed();
    this.hide();
    emit("sent", { channel, thread });
    const command = /^\/([A-Za-z][\w-]*)(?:\s+([\s\S]*))?$/.exec(text);
    const answer = command
      ? await this.run(channel, thread, `/${command[1]}`, command[2] ?? "")
      : await api.say(channel, text, thread);
    if (answer.ok === false) {
      // What the sandbox refuses as a command it says in the conversation by itself.
      if (!command || thread || answer.error === "unreachable") addNote(channel, thread, sentenceOf(answer));
      const lost = !command || answer.error === "unreachable";
      if (lost && !this.input.value && this.target().channel === channel) {
        this.input.value = text;
        this.typed();
        this.hide();
      }
    }
    emit("acted");
  }

  async run(channel, thread, command, text) {
    if (thread) return { ok: false, sentence: `${command} is not supported in threads. Sorry!` };
    return api.command(channel, command, text);
  }
}

function commandItems(typed) {
  return (state.snapshot?.commands ?? [])
    .filter((one) => one.command.slice(1).startsWith(typed.toLowerCase()))
    .map((one) => ({
      head: `Commands of ${state.snapshot.bot.name}`,
      name: one.command,
      insert: one.command,
      usage: one.usage_hint,
      description: one.description,
      lead: avatar({ ...state.snapshot.bot, is_bot: true }, 28),
    }));
}

function peopleItems(typed) {
  const sought = typed.toLowerCase();
  return nameable()
    .filter(
      (one) =>
        one.handle?.toLowerCase().startsWith(sought) ||
        one.name
          .toLowerCase()
          .split(" ")
          .some((part) => part.startsWith(sought)),
    )
    .slice(0, 7)
    .map((one) => ({
      head: "People",
      name: one.name,
      insert: `@${one.handle}`,
      usage: `@${one.handle}`,
      description: one.title ?? "",
      lead: avatar(one, 28),
    }));
}

function channelItems(typed) {
  return (state.snapshot?.channels ?? [])
    .filter((one) => one.name.startsWith(typed.toLowerCase()))
    .slice(0, 7)
    .map((one) => ({
      head: "Channels",
      name: one.name,
      insert: `#${one.name}`,
      description: one.topic ?? "",
      lead: icon(one.is_private ? "lock" : "hash", 18),
    }));
}
