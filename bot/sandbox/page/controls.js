/** The stateful elements of Block Kit (inputs, selects, pickers) as form controls; blocks.js places them. */
import { avatar } from "./avatar.js";
import { bare } from "./form.js";
import { icon } from "./icons.js";
import {
  choices,
  datePicker,
  dateTimePicker,
  fileInput,
  lineInput,
  richInput,
  strip,
  textInput,
  timePicker,
} from "./inputs.js";
import { words } from "./mrkdwn.js";
import { Select } from "./select.js";
import { nameable, state as page } from "./state.js";

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
  email_text_input: (element, use, value) =>
    lineInput(element, use, value, { type: "email", autocomplete: "off" }),
  url_text_input: (element, use, value) =>
    lineInput(element, use, value, { type: "url", autocomplete: "off" }),
  number_input: (element, use, value) =>
    lineInput(element, use, value, { type: "text", inputmode: "decimal" }),
  rich_text_input: richInput,
  static_select: (element, use, value) => optionSelect(element, use, value ? [value] : [], false),
  multi_static_select: (element, use, value) => optionSelect(element, use, value, true),
  external_select: (element, use, value) => externalSelect(element, use, value ? [value] : [], false),
  multi_external_select: (element, use, value) => externalSelect(element, use, value, true),
  users_select: (element, use, value) =>
    keySelect(element, use, value ? [value] : [], false, peopleGroups, "Select a person"),
  multi_users_select: (element, use, value) =>
    keySelect(element, use, value, true, peopleGroups, "Select people"),
  channels_select: (element, use, value) =>
    keySelect(element, use, value ? [value] : [], false, () => channelGroups(false), "Select a channel"),
  multi_channels_select: (element, use, value) =>
    keySelect(element, use, value, true, () => channelGroups(false), "Select channels"),
  conversations_select: (element, use, value) =>
    keySelect(element, use, value ? [value] : [], false, () => channelGroups(true), "Select a conversation"),
  multi_conversations_select: (element, use, value) =>
    keySelect(element, use, value, true, () => channelGroups(true), "Select conversations"),
  radio_buttons: (element, use, value) => choices(element, use, value ? [value] : [], "radio"),
  checkboxes: (element, use, value) => choices(element, use, value, "checkbox"),
  datepicker: datePicker,
  timepicker: timePicker,
  datetimepicker: dateTimePicker,
  file_input: fileInput,
};

function picked(select) {
  return { node: select.node, focus: () => select.focus() };
}

function selectProps(element, use, placeholder) {
  return {
    id: use.id,
    label: use.label,
    describedBy: use.describedBy,
    compact: use.compact,
    max: element.max_selected_items,
    placeholder: words(element.placeholder) || placeholder,
    clearable: use.optional === true,
    dataset: { testid: "select" },
  };
}

function asOption(option) {
  return {
    key: option.value,
    text: words(option.text),
    description: option.description ? words(option.description) : "",
    raw: option,
  };
}

function optionSelect(element, use, value, multi) {
  const groups = element.option_groups
    ? element.option_groups.map((group) => ({
        label: words(group.label),
        options: (group.options ?? []).map(asOption),
      }))
    : [{ options: (element.options ?? []).map(asOption) }];
  const all = groups.flatMap((group) => group.options);
  const raw = (key) => strip((all.find((option) => option.key === key) ?? {}).raw);
  return picked(
    new Select({
      ...selectProps(element, use, multi ? "Select options" : "Select an option"),
      multi,
      groups: () => groups,
      selected: value.map((option) => option.value),
      change: (keys) => use.change(multi ? keys.map(raw) : keys.length ? raw(keys[0]) : null, "chosen"),
    }),
  );
}

/** A select whose options the app gives while somebody types. */
function externalSelect(element, use, value, multi) {
  const groups = [{ options: value.map(asOption) }];
  const least = element.min_query_length ?? 3;
  const known = new Map(value.map((option) => [option.value, option]));
  let asked = 0;
  const raw = (key) => strip(known.get(key));
  const select = new Select({
    ...selectProps(element, use, "Search"),
    multi,
    groups: () => groups,
    selected: value.map((option) => option.value),
    empty: "No matches",
    async seek(sought) {
      const turn = ++asked;
      if (!use.suggest || sought.length < least) return;
      const answer = await use.suggest(sought);
      if (turn !== asked) return; // something else was typed meanwhile
      for (const option of answer.options ?? []) known.set(option.value, option);
      groups[0].options = (answer.options ?? []).map(asOption);
      select.empty = answer.ok === false ? "The list could not be loaded. Type again." : "No matches";
      select.draw(true);
    },
    textOf: (key) => words(known.get(key)?.text),
    change: (keys) => use.change(multi ? keys.map(raw) : keys.length ? raw(keys[0]) : null, "chosen"),
  });
  return picked(select);
}

function peopleGroups() {
  return [
    {
      options: nameable().map((one) => ({
        key: one.id,
        text: one.name,
        also: one.handle,
        description: one.is_bot ? "App" : one.title,
        lead: () => avatar(one, 20),
      })),
    },
  ];
}

function channelGroups(withPeople) {
  const { channels, dms, people } = page.snapshot;
  const rooms = channels.map((one) => ({
    key: one.id,
    text: one.name,
    description: one.topic,
    lead: () => icon(one.is_private ? "lock" : "hash", 16),
  }));
  const direct = dms
    .map((dm) => ({ dm, one: people.find((someone) => someone.id === dm.user) ?? page.snapshot.bot }))
    .map(({ dm, one }) => ({ key: dm.id, text: one.name, lead: () => avatar(one, 20) }));
  return withPeople
    ? [
        { label: "Channels", options: rooms },
        { label: "Direct messages", options: direct },
      ]
    : [{ options: rooms }];
}

function keySelect(element, use, value, multi, groups, placeholder) {
  return picked(
    new Select({
      ...selectProps(element, use, placeholder),
      multi,
      groups,
      selected: value,
      change: (keys) => use.change(multi ? keys : (keys[0] ?? null), "chosen"),
    }),
  );
}
