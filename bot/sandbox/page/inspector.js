/** The drawer with the live traffic between workspace and app: off by default, newest first, a click shows the JSON. */
import { closePopover } from "./popover.js";
import { copyText } from "./copy.js";
import { debounce, fill, h, reconcile } from "./dom.js";
import { arrowList } from "./focus.js";
import { icon } from "./icons.js";
import { emit, on, zone } from "./state.js";
import { dateToken } from "./time.js";
import { sentenceOf } from "./toast.js";
import { Traffic } from "./traffic.js";

const REMEMBERED = "caseline.inspector";
const PAGE = 150; // rows at once; more on demand

export class Inspector {
  constructor() {
    this.node = document.getElementById("inspector");
    this.traffic = new Traffic(debounce(() => this.draw(), 40));
    this.opened = new Set(); // numbers of the calls whose JSON is shown
    this.cache = new Map();
    this.limit = PAGE;
    this.button = toggleButton(() => this.toggle());
    this.build();
    on("live:traffic", ({ entry }) => {
      if (this.isOpen) this.traffic.pushed(entry);
    });
    on("live:resync", () => {
      if (this.isOpen) this.traffic.resync();
    });
    if (localStorage.getItem(REMEMBERED) === "open" && innerWidth >= 1000) this.show();
  }

  get isOpen() {
    return !this.node.hidden;
  }

  build() {
    this.search = h("input", {
      class: "input inspector-search",
      type: "search",
      placeholder: "Filter",
      "aria-label": "Filter the traffic",
      autocomplete: "off",
      spellcheck: "false",
      dataset: { testid: "inspector-filter" },
      on: { input: debounce(() => this.filter({ text: this.search.value }), 120) },
    });
    this.outcomes = ["all", "ok", "failed"].map((name) =>
      h(
        "button",
        {
          class: "segment",
          type: "button",
          dataset: { testid: `inspector-${name}`, outcome: name },
          on: { click: () => this.filter({ outcome: name }) },
        },
        { all: "All", ok: "OK", failed: "Failed" }[name],
      ),
    );
    this.pauseButton = tool("inspector-pause", () => this.traffic.pause(!this.traffic.paused));
    const clear = tool("inspector-clear", () => {
      this.opened.clear();
      this.limit = PAGE;
      this.traffic.clear();
    });
    fill(clear, icon("bin", 17));
    label(clear, "Clear");
    const cross = tool("inspector-close", () => this.hide());
    fill(cross, icon("close", 18));
    label(cross, "Close the traffic");
    this.list = h("div", {
      class: "traffic",
      role: "list",
      "aria-label": "Calls, newest first",
      dataset: { testid: "traffic" },
    });
    this.node.append(
      h(
        "header",
        { class: "main-head" },
        h("h2", { class: "main-title" }, "Traffic"),
        h("span", { class: "inspector-tools" }, this.pauseButton, clear, cross),
      ),
      h(
        "div",
        { class: "inspector-filters" },
        this.search,
        h("div", { class: "segments", role: "group", "aria-label": "Outcome" }, this.outcomes),
      ),
      this.list,
    );
    this.settle = arrowList(this.list, ".call-row");
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.hide();
    });
  }

  toggle() {
    if (this.isOpen) this.hide();
    else {
      this.show();
      this.search.focus();
    }
  }

  show() {
    closePopover();
    this.place(true);
    this.draw();
    this.traffic.refresh();
  }

  hide() {
    const hadFocus = this.node.contains(document.activeElement);
    this.place(false);
    if (hadFocus) this.button.focus();
  }

  place(open) {
    this.node.hidden = !open;
    document.getElementById("app").classList.toggle("has-inspector", open);
    this.button.setAttribute("aria-expanded", String(open));
    localStorage.setItem(REMEMBERED, open ? "open" : "shut");
    emit("framed");
  }

  filter(wanted) {
    Object.assign(this.traffic, wanted);
    this.limit = PAGE;
    this.draw();
  }

  draw() {
    if (!this.isOpen) return;
    const { traffic } = this;
    for (const one of this.outcomes)
      one.setAttribute("aria-pressed", String(one.dataset.outcome === traffic.outcome));
    fill(
      this.pauseButton,
      icon(traffic.paused ? "play" : "pause", 17),
      traffic.waiting.length
        ? h("span", { class: "inspector-waiting" }, `${traffic.waiting.length} new`)
        : null,
    );
    label(this.pauseButton, traffic.paused ? "Go on" : "Pause");
    this.pauseButton.classList.toggle("is-on", traffic.paused);
    const shown = traffic.shown();
    const used = new Map();
    const nodes = shown.slice(0, this.limit).map((one) => {
      const key = `${one.n} ${one.ok} ${one.ms} ${zone()}`;
      const node = this.cache.get(key) ?? this.call(one);
      used.set(key, node);
      return node;
    });
    this.cache = used;
    if (shown.length > this.limit) nodes.push(this.more(shown.length - this.limit));
    reconcile(this.list, nodes.length ? nodes : [this.nothing()]);
    this.settle();
  }

  nothing() {
    const { traffic } = this;
    let why = "Nothing yet. Every call to the app and from it will stand here.";
    if (traffic.trouble) why = sentenceOf(traffic.trouble);
    else if (traffic.entries.length) why = "No call matches the filter.";
    return h("div", { class: "empty inspector-empty", role: "listitem" }, why);
  }

  more(count) {
    return h(
      "div",
      { role: "listitem", class: "traffic-more" },
      h(
        "button",
        {
          class: "button button-small",
          type: "button",
          on: {
            click: () => {
              this.limit += PAGE;
              this.draw();
            },
          },
        },
        `Show more (${count})`,
      ),
    );
  }

  call(one) {
    const inwards = one.direction === "to_bot";
    const row = h(
      "button",
      {
        class: `call-row${one.ok ? "" : " is-failed"}`,
        type: "button",
        title: inwards ? "From the workspace to the app" : "From the app to the workspace",
        "aria-expanded": String(this.opened.has(one.n)),
        on: { click: () => this.unfold(one, node, row) },
      },
      icon(inwards ? "to" : "from", 15, inwards ? "call-to" : "call-from"),
      h("span", { class: "call-name" }, one.kind ?? one.method ?? "call"),
      h("span", { class: "call-ok" }, one.ok ? "OK" : "failed"),
      h("span", { class: "call-ms" }, Number.isFinite(one.ms) ? `${Math.round(one.ms)} ms` : "…"),
      h("span", { class: "call-summary" }, one.summary ?? ""),
      h("span", { class: "call-at" }, dateToken("{time_secs}", one.at, zone()) ?? ""),
    );
    const node = h(
      "div",
      { class: "call", role: "listitem", dataset: { testid: "call", n: String(one.n) } },
      row,
    );
    if (this.opened.has(one.n)) node.append(details(one));
    return node;
  }

  unfold(one, node, row) {
    const open = !this.opened.has(one.n);
    if (open) {
      this.opened.add(one.n);
      node.append(details(one));
    } else {
      this.opened.delete(one.n);
      node.querySelector(".call-details")?.remove();
    }
    row.setAttribute("aria-expanded", String(open));
  }
}

function details(one) {
  const json = JSON.stringify(one.detail ?? null, null, 2);
  return h(
    "div",
    { class: "call-details" },
    h(
      "button",
      {
        class: "button button-small call-copy",
        type: "button",
        on: { click: () => copyText(json, "The JSON is on the clipboard.") },
      },
      "Copy",
    ),
    h(
      "pre",
      { class: "call-json", tabindex: "0", "aria-label": "JSON", dataset: { testid: "call-json" } },
      json,
    ),
  );
}

function toggleButton(run) {
  return h(
    "button",
    {
      class: "bar-button",
      type: "button",
      title: "Traffic between workspace and app",
      "aria-label": "Traffic",
      "aria-expanded": "false",
      "aria-controls": "inspector",
      dataset: { testid: "inspector-toggle" },
      on: { click: run },
    },
    icon("traffic", 18),
  );
}

function tool(testid, run) {
  return h("button", { class: "modal-icon", type: "button", dataset: { testid }, on: { click: run } });
}

function label(node, words) {
  node.setAttribute("aria-label", words);
  node.title = words;
}
