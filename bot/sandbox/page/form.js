/** What has been typed and chosen in one view or message, in the shape of Slack's `state.values`. */
import { shownChannel, zone } from "./state.js";

// For each stateful element: the name of its value, and where its first value comes from.
const SHAPES = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options", []],
  multi_static_select: ["selected_options", "initial_options", []],
  multi_external_select: ["selected_options", "initial_options", []],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users", []],
  channels_select: ["selected_channel", "initial_channel"],
  multi_channels_select: ["selected_channels", "initial_channels", []],
  conversations_select: ["selected_conversation", "initial_conversation"],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  file_input: ["files", "initial_files", []],
};

/** Whether an element keeps a value. */
export function isStateful(element) {
  return Boolean(element && SHAPES[element.type]);
}

/** The value inside an element's state: a string, an option, a list... */
export function bare(element, stateValue) {
  return stateValue?.[SHAPES[element.type][0]] ?? SHAPES[element.type][2] ?? null;
}

/** An element's state for a value. */
function stateOf(element, value) {
  const state = { type: element.type, [SHAPES[element.type][0]]: value };
  if (element.type === "timepicker") state.timezone = element.timezone ?? zone();
  return state;
}

function initialState(element) {
  const [, initial, empty = null] = SHAPES[element.type];
  const here = element.default_to_current_conversation ? shownChannel() : null;
  const value = element[initial] ?? here ?? empty;
  return stateOf(
    element,
    typeof value === "number" && element.type === "number_input" ? String(value) : value,
  );
}

/** Every stateful element of a list of blocks with the block that holds it. */
function statefulElements(blocks) {
  const found = [];
  for (const block of blocks ?? []) {
    const elements = [block.element, block.accessory, ...(block.elements ?? [])];
    for (const element of elements) if (isStateful(element)) found.push({ block, element });
    if (block.child_blocks) found.push(...statefulElements(block.child_blocks));
  }
  return found;
}

function stillOffered(element, value) {
  if (!/^(static_select|radio_buttons)$/.test(element.type) || !value) return true;
  const options = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options ?? []);
  return options.some((option) => option.value === value.value);
}

/** The typed input of one view or message; survives updates where block and action ids stay the same. */
export class Form {
  constructor() {
    this.blocks = [];
    this.typed = new Map();
    this.fields = new Map(); // block id -> {setError, focus} of input blocks on screen
  }

  static key(block, element) {
    return `${block.block_id} ${element.action_id} ${element.type}`;
  }

  /** Takes over a new version of the blocks and forgets what is no longer asked. */
  update(blocks) {
    this.blocks = blocks;
    const keys = new Set();
    const ids = new Set((blocks ?? []).map((block) => block.block_id));
    for (const { block, element } of statefulElements(blocks)) {
      const key = Form.key(block, element);
      if (!this.typed.has(key) || stillOffered(element, bare(element, this.typed.get(key)))) keys.add(key);
    }
    for (const key of [...this.typed.keys()]) if (!keys.has(key)) this.typed.delete(key);
    for (const id of [...this.fields.keys()]) if (!ids.has(id)) this.fields.delete(id);
  }

  /** The state of one element: what was typed, else what the view starts with. */
  get(block, element) {
    return this.typed.get(Form.key(block, element)) ?? initialState(element);
  }

  set(block, element, value) {
    const state = stateOf(element, value);
    this.typed.set(Form.key(block, element), state);
    return state;
  }

  /** Everything as Slack sends it: {block_id: {action_id: state}}. */
  values() {
    const values = {};
    for (const { block, element } of statefulElements(this.blocks)) {
      (values[block.block_id] ??= {})[element.action_id] = this.get(block, element);
    }
    return values;
  }

  /** What the client itself refuses, as {block_id: sentence}; the same checks that Slack's client makes. */
  problems() {
    const problems = {};
    for (const block of this.blocks ?? []) {
      if (block.type !== "input" || !isStateful(block.element)) continue;
      const problem = check(block, block.element, bare(block.element, this.get(block, block.element)));
      if (problem) problems[block.block_id] = problem;
    }
    return problems;
  }

  /** Shows sentences under their fields, clears all others, and goes to the first. */
  showErrors(errors) {
    for (const [id, field] of this.fields) field.setError(errors[id] ?? null);
    const first = (this.blocks ?? []).find(
      (block) => errors[block.block_id] && this.fields.has(block.block_id),
    );
    if (first) this.fields.get(first.block_id).focus();
  }
}

function check(block, element, value) {
  const empty = value === null || value === "" || (Array.isArray(value) && !value.length);
  if (empty || (typeof value === "string" && !value.trim())) {
    return block.optional ? null : "Please complete this required field.";
  }
  if (element.type === "plain_text_input") return checkLength(element, value);
  if (element.type === "email_text_input" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return "Please enter a valid email address.";
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/i.test(value))
    return "Please enter a valid URL, starting with https://";
  if (element.type === "number_input") return checkNumber(element, value);
  return null;
}

function checkLength(element, value) {
  const { length } = [...value];
  const { min_length: min = 0, max_length: max = 3000 } = element;
  if (length < min) return `Please write at least ${min} character${min === 1 ? "" : "s"}.`;
  if (length > max) return `This is too long by ${length - max} character${length - max === 1 ? "" : "s"}.`;
  return null;
}

function checkNumber(element, value) {
  const { min_value: min, max_value: max } = element;
  const pattern = element.is_decimal_allowed ? /^-?\d+([.,]\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(value.trim()))
    return element.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
  const number = Number(value.replace(",", "."));
  if (min !== undefined && number < Number(min)) return `Please enter a number of at least ${min}.`;
  if (max !== undefined && number > Number(max)) return `Please enter a number of at most ${max}.`;
  return null;
}
