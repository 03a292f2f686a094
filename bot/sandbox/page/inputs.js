/** The inputs that are typed or ticked: text boxes, choices, dates and times; controls.js asks for them by type. */
import { api } from "./api.js";
import { dateField, timeField } from "./calendar.js";
import { h, uid } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";
import { zone } from "./state.js";
import { businessNow, clockTime, dayKey, zoneName, zonedToUnix } from "./time.js";

/** What Slack sends back of an option. */
export function strip(option) {
  return (
    option && {
      text: option.text,
      value: option.value,
      ...(option.description ? { description: option.description } : {}),
    }
  );
}

function common(element, use) {
  return {
    id: use.id,
    placeholder: words(element.placeholder),
    "aria-label": use.label,
    "aria-describedby": use.describedBy,
    "aria-required": use.optional === false ? "true" : undefined,
    dir: "auto",
  };
}

/** Tells of typing, and of Enter, as dispatch_action_config asks. */
function listeners(element, use, read) {
  return {
    input: () => use.change(read(), "typed"),
    keydown: (event) => {
      if (
        event.key === "Enter" &&
        !event.shiftKey &&
        !event.isComposing &&
        use.dispatches &&
        !element.multiline
      ) {
        event.preventDefault();
        event.stopPropagation();
        use.change(read(), "enter");
      }
    },
  };
}

/** A text box of one or many lines, with a counter near its limit. */
export function textInput(element, use, value) {
  const tag = element.multiline ? "textarea" : "input";
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const input = h(tag, {
    ...common(element, use),
    class: `input${element.multiline ? " input-area" : ""}`,
    type: element.multiline ? undefined : "text",
    rows: element.multiline ? 4 : undefined,
    value: value ?? "",
    autocomplete: "off",
    on: listeners(element, use, () => input.value || null),
  });
  const count = () => {
    const left = element.max_length ? element.max_length - [...input.value].length : Infinity;
    counter.textContent = left <= Math.max(20, (element.max_length ?? 0) * 0.2) ? String(left) : "";
    counter.classList.toggle("is-over", left < 0);
    node.classList.toggle("has-counter", counter.textContent !== "" && !element.multiline);
  };
  const node = h("div", { class: "input-wrap" }, input, counter);
  input.addEventListener("input", count);
  count();
  return { node, focus: () => input.focus() };
}

/** A one-line box for an e-mail address, a URL or a number. */
export function lineInput(element, use, value, attributes) {
  const input = h("input", {
    ...common(element, use),
    ...attributes,
    class: "input",
    value: value ?? "",
    on: listeners(element, use, () => input.value.trim() || null),
  });
  return { node: h("div", { class: "input-wrap" }, input), focus: () => input.focus() };
}

/** A rich text box; the trial page takes plain words in it. */
export function richInput(element, use, value) {
  const flat = (part) =>
    part.text ?? (part.elements ?? []).map(flat).join(part.type === "rich_text" ? "\n" : "");
  const wrap = (text) =>
    text
      ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] }
      : null;
  const input = h("textarea", {
    ...common(element, use),
    class: "input input-area",
    rows: 4,
    value: value ? flat(value) : "",
    on: { input: () => use.change(wrap(input.value), "typed") },
  });
  return { node: h("div", { class: "input-wrap" }, input), focus: () => input.focus() };
}

/** Radio buttons or checkboxes. */
export function choices(element, use, value, type) {
  const name = uid("choice");
  const options = element.options ?? [];
  const boxes = options.map((option, index) => {
    const textId = uid("choice");
    const box = h("input", {
      type,
      name,
      id: index ? undefined : use.id,
      checked: value.some((one) => one.value === option.value),
      "aria-describedby": textId,
      dataset: { value: option.value },
      on: {
        change: () => {
          const chosen = options.filter((_, at) => boxes[at].box.checked).map(strip);
          use.change(type === "radio" ? (chosen[0] ?? null) : chosen, "chosen");
        },
      },
    });
    const row = h(
      "label",
      { class: "choice" },
      box,
      h(
        "span",
        { class: "choice-words" },
        h("span", { class: "choice-text", dir: "auto" }, textObject(option.text)),
        option.description
          ? h("span", { class: "choice-description", id: textId }, textObject(option.description))
          : null,
      ),
    );
    return { box, row };
  });
  const group = h(
    "div",
    {
      class: "choices",
      role: type === "radio" ? "radiogroup" : "group",
      "aria-label": use.label,
      "aria-describedby": use.describedBy,
    },
    boxes.map(({ row }) => row),
  );
  return { node: group, focus: () => (boxes.find(({ box }) => box.checked) ?? boxes[0])?.box.focus() };
}

/** A date. */
export function datePicker(element, use, value) {
  return dateField(common(element, use), value, (day) => use.change(day, "chosen"));
}

/** A time of day. */
export function timePicker(element, use, value) {
  return timeField(timeProps(element, use), value, (time) => use.change(time, "chosen"));
}

function timeProps(element, use) {
  return {
    id: use.id,
    label: use.label,
    describedBy: use.describedBy,
    placeholder: words(element.placeholder),
    compact: use.compact,
  };
}

/** An instant, as date and time in the acting person's zone. */
export function dateTimePicker(element, use, value) {
  const tell = () =>
    use.change(date.value && time.value ? zonedToUnix(date.value, time.value, zone()) : null, "chosen");
  const date = dateField(common(element, use), value ? dayKey(value, zone()) : null, tell);
  const time = timeField(
    { label: `${use.label}, time`, compact: use.compact },
    value ? clockTime(value, zone()) : null,
    tell,
  );
  const where = h("span", { class: "input-zone" }, zoneName(value ?? businessNow(), zone()));
  return { node: h("div", { class: "input-row" }, date.node, time.node, where), focus: date.focus };
}

/** A file input: what is picked is uploaded at once, as Slack's client does. */
export function fileInput(element, use, value) {
  const names = h("div", { class: "input-note" }, (value ?? []).map((one) => one.name).join(", "));
  const input = h("input", {
    ...common(element, use),
    type: "file",
    multiple: (element.max_files ?? 10) > 1,
    on: {
      change: async () => {
        const picked = [...input.files].slice(0, element.max_files ?? 10);
        const answers = await Promise.all(picked.map(uploaded));
        const files = answers.flatMap((one) => (one.file ? [one.file] : []));
        names.textContent = files.map((one) => one.name).join(", ") || "Nothing could be uploaded.";
        use.change(files, "chosen");
      },
    },
  });
  return { node: h("div", { class: "input-wrap" }, input, names), focus: () => input.focus() };
}

async function uploaded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const letters = Array.from(bytes, (one) => String.fromCharCode(one)).join("");
  return api.upload(file.name, btoa(letters));
}
