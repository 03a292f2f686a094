/** The stateful elements of Block Kit (inputs, selects, pickers) as form controls; blocks.js places them. */
import { avatar } from "./avatar.js";
import { dateField, timeField } from "./calendar.js";
import { h, uid } from "./dom.js";
import { bare } from "./form.js";
import { icon } from "./icons.js";
import { textObject, words } from "./mrkdwn.js";
import { Select } from "./select.js";
import { nameable, state as page, zone } from "./state.js";
import { businessNow, clockTime, dayKey, zoneName, zonedToUnix } from "./time.js";

/**
 * Builds the control of an element. `use` holds: id, state (the element's state), change(value, how),
 * label, describedBy, compact (inside section or actions), optional.
 * Gives {node, focus()}.
 */
export function control(element, use) {
  const make = MAKERS[element.type];
  const built = make(element, use, bare(element, use.state));
  built.node.dataset.actionId = element.action_id ?? "";
  built.node.dataset.elementType = element.type;
  if (element.focus_on_load) built.node.dataset.focusOnLoad = "true";
  return built;
}

const MAKERS = {
  plain_text_input: textInput,
  email_text_input: (element, use, value) => lineInput(element, use, value, { type: "email", autocomplete: "off" }),
  url_text_input: (element, use, value) => lineInput(element, use, value, { type: "url", autocomplete: "off" }),
  number_input: (element, use, value) => lineInput(element, use, value, { type: "text", inputmode: "decimal" }),
  rich_text_input: richInput,
  static_select: (element, use, value) => optionSelect(element, use, value ? [value] : [], false),
  multi_static_select: (element, use, value) => optionSelect(element, use, value, true),
  external_select: (element, use, value) => externalSelect(element, use, value ? [value] : [], false),
  multi_external_select: (element, use, value) => externalSelect(element, use, value, true),
  users_select: (element, use, value) => keySelect(element, use, value ? [value] : [], false, peopleGroups, "Select a person"),
  multi_users_select: (element, use, value) => keySelect(element, use, value, true, peopleGroups, "Select people"),
  channels_select: (element, use, value) => keySelect(element, use, value ? [value] : [], false, () => channelGroups(false), "Select a channel"),
  multi_channels_select: (element, use, value) => keySelect(element, use, value, true, () => channelGroups(false), "Select channels"),
  conversations_select: (element, use, value) => keySelect(element, use, value ? [value] : [], false, () => channelGroups(true), "Select a conversation"),
  multi_conversations_select: (element, use, value) => keySelect(element, use, value, true, () => channelGroups(true), "Select conversations"),
  radio_buttons: (element, use, value) => choices(element, use, value ? [value] : [], "radio"),
  checkboxes: (element, use, value) => choices(element, use, value, "checkbox"),
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: dateTimePicker,
  file_input: fileInput,
};

function common(element, use) {
  return {
    id: use.id, placeholder: words(element.placeholder), "aria-label": use.label, "aria-describedby": use.describedBy,
    "aria-required": use.optional === false ? "true" : undefined, dir: "auto",
  };
}

/** Tells of typing, and of Enter, as dispatch_action_config asks. */
function listeners(element, use, read) {
  return {
    input: () => use.change(read(), "typed"),
    keydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && use.dispatches && !element.multiline) {
        event.preventDefault();
        event.stopPropagation();
        use.change(read(), "enter");
      }
    },
  };
}

function textInput(element, use, value) {
  const tag = element.multiline ? "textarea" : "input";
  const counter = h("span", { class: "counter", "aria-hidden": "true" });
  const input = h(tag, {
    ...common(element, use), class: `input${element.multiline ? " input-area" : ""}`, type: element.multiline ? undefined : "text",
    rows: element.multiline ? 4 : undefined, value: value ?? "", autocomplete: "off",
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

function lineInput(element, use, value, attributes) {
  const input = h("input", {
    ...common(element, use), ...attributes, class: "input", value: value ?? "",
    on: listeners(element, use, () => input.value.trim() || null),
  });
  return { node: h("div", { class: "input-wrap" }, input), focus: () => input.focus() };
}

function richInput(element, use, value) {
  const flat = (part) => part.text ?? (part.elements ?? []).map(flat).join(part.type === "rich_text" ? "\n" : "");
  const wrap = (text) => (text ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] } : null);
  const input = h("textarea", {
    ...common(element, use), class: "input input-area", rows: 4, value: value ? flat(value) : "",
    on: { input: () => use.change(wrap(input.value), "typed") },
  });
  return { node: h("div", { class: "input-wrap" }, input), focus: () => input.focus() };
}

function picked(select) {
  return { node: select.node, focus: () => select.focus() };
}

function selectProps(element, use, placeholder) {
  return {
    id: use.id, label: use.label, describedBy: use.describedBy, compact: use.compact, max: element.max_selected_items,
    placeholder: words(element.placeholder) || placeholder, clearable: use.optional === true, dataset: { testid: "select" },
  };
}

function asOption(option) {
  return { key: option.value, text: words(option.text), description: option.description ? words(option.description) : "", raw: option };
}

function optionSelect(element, use, value, multi) {
  const groups = element.option_groups
    ? element.option_groups.map((group) => ({ label: words(group.label), options: (group.options ?? []).map(asOption) }))
    : [{ options: (element.options ?? []).map(asOption) }];
  const all = groups.flatMap((group) => group.options);
  const raw = (key) => strip((all.find((option) => option.key === key) ?? {}).raw);
  return picked(new Select({
    ...selectProps(element, use, multi ? "Select options" : "Select an option"), multi, groups: () => groups,
    selected: value.map((option) => option.value),
    change: (keys) => use.change(multi ? keys.map(raw) : keys.length ? raw(keys[0]) : null, "chosen"),
  }));
}

/** What Slack sends back of an option. */
function strip(option) {
  return option && { text: option.text, value: option.value, ...(option.description ? { description: option.description } : {}) };
}

function externalSelect(element, use, value, multi) {
  const groups = [{ options: value.map(asOption) }];
  return picked(new Select({
    ...selectProps(element, use, "Search"), multi, groups: () => groups, selected: value.map((option) => option.value),
    empty: "This list comes from the app as you type. The trial workspace does not offer that yet.",
    change: (keys) => use.change(multi ? value.filter((one) => keys.includes(one.value)) : (value.find((one) => one.value === keys[0]) ?? null), "chosen"),
  }));
}

function peopleGroups() {
  return [{
    options: nameable().map((one) => ({
      key: one.id, text: one.name, also: one.handle, description: one.is_bot ? "App" : one.title, lead: () => avatar(one, 20),
    })),
  }];
}

function channelGroups(withPeople) {
  const { channels, dms, people } = page.snapshot;
  const rooms = channels.map((one) => ({
    key: one.id, text: one.name, description: one.topic, lead: () => icon(one.is_private ? "lock" : "hash", 16),
  }));
  const direct = dms.map((dm) => ({ dm, one: people.find((someone) => someone.id === dm.user) ?? page.snapshot.bot }))
    .map(({ dm, one }) => ({ key: dm.id, text: one.name, lead: () => avatar(one, 20) }));
  return withPeople ? [{ label: "Channels", options: rooms }, { label: "Direct messages", options: direct }] : [{ options: rooms }];
}

function keySelect(element, use, value, multi, groups, placeholder) {
  return picked(new Select({
    ...selectProps(element, use, placeholder), multi, groups, selected: value,
    change: (keys) => use.change(multi ? keys : (keys[0] ?? null), "chosen"),
  }));
}

function choices(element, use, value, type) {
  const name = uid("choice");
  const options = element.options ?? [];
  const boxes = options.map((option, index) => {
    const textId = uid("choice");
    const box = h("input", {
      type, name, id: index ? undefined : use.id, checked: value.some((one) => one.value === option.value), "aria-describedby": textId, dataset: { value: option.value },
      on: {
        change: () => {
          const chosen = options.filter((_, at) => boxes[at].box.checked).map(strip);
          use.change(type === "radio" ? (chosen[0] ?? null) : chosen, "chosen");
        },
      },
    });
    const row = h("label", { class: "choice" }, box, h("span", { class: "choice-words" },
      h("span", { class: "choice-text", dir: "auto" }, textObject(option.text)),
      option.description ? h("span", { class: "choice-description", id: textId }, textObject(option.description)) : null));
    return { box, row };
  });
  const group = h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": use.label, "aria-describedby": use.describedBy }, boxes.map(({ row }) => row));
  return { node: group, focus: () => (boxes.find(({ box }) => box.checked) ?? boxes[0])?.box.focus() };
}

function datePicker(element, use, value) {
  return dateField(common(element, use), value, (day) => use.change(day, "chosen"));
}

function timePicker(element, use, value) {
  return timeField(timeProps(element, use), value, (time) => use.change(time, "chosen"));
}

function timeProps(element, use) {
  return { id: use.id, label: use.label, describedBy: use.describedBy, placeholder: words(element.placeholder), compact: use.compact };
}

function dateTimePicker(element, use, value) {
  const tell = () => use.change(date.value && time.value ? zonedToUnix(date.value, time.value, zone()) : null, "chosen");
  const date = dateField(common(element, use), value ? dayKey(value, zone()) : null, tell);
  const time = timeField({ label: `${use.label}, time`, compact: use.compact }, value ? clockTime(value, zone()) : null, tell);
  const where = h("span", { class: "input-zone" }, zoneName(value ?? businessNow(), zone()));
  return { node: h("div", { class: "input-row" }, date.node, time.node, where), focus: date.focus };
}

function fileInput(element, use) {
  const node = h("div", { class: "input-note", id: use.id, tabindex: "-1" }, "Files cannot be added in the trial workspace.");
  return { node, focus: () => node.focus() };
}
