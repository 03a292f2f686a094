/** Block Kit blocks as DOM nodes for messages, modals and Home; unknown kinds stay visible as a grey box. */
import { append, debounce, h, uid } from "./dom.js";
import { chart } from "./chart.js";
import { control } from "./controls.js";
import { button, feedbackButtons, iconButton, overflow } from "./elements.js";
import { isStateful } from "./form.js";
import { icon } from "./icons.js";
import { mrkdwn, textObject, words } from "./mrkdwn.js";
import { markdown, richText } from "./richtext.js";
import { dataTable, table } from "./tables.js";

/**
 * One block as a node. `ctx` holds: surface, form (typed input of this surface) and
 * act(block, element, value) which delivers a block action and resolves when it is acknowledged.
 */
export function renderBlock(block, ctx) {
  const make = BLOCKS[block.type];
  const node = make ? make(block, ctx) : unknown(`Block type ${block.type}`);
  node.classList.add("block", `block-${block.type}`);
  if (block.block_id) node.dataset.blockId = block.block_id;
  node.dataset.blockType = block.type;
  return node;
}

/** A list of blocks as nodes. */
export function renderBlocks(blocks, ctx) {
  return (blocks ?? []).map((block) => renderBlock(block, ctx));
}

function unknown(what) {
  return h("div", { class: "unknown", dataset: { testid: "unknown-block" } }, what);
}

const BLOCKS = {
  header: (block, ctx) => h(ctx.surface === "home" ? "h2" : "h3", { dir: "auto" }, textObject(block.text)),
  divider: () => h("hr", { class: "divider" }),
  section,
  context: (block) => h("div", { dir: "auto" }, (block.elements ?? []).map(contextElement)),
  actions: (block, ctx) =>
    h(
      "div",
      {},
      (block.elements ?? []).map((element) => placed(block, element, ctx)),
    ),
  context_actions: (block, ctx) =>
    h(
      "div",
      { class: "block-actions" },
      (block.elements ?? []).map((element) => placed(block, element, ctx)),
    ),
  image: imageBlock,
  input: inputBlock,
  rich_text: (block) => h("div", { class: "text" }, richText(block)),
  markdown: (block) => h("div", { class: "text" }, markdown(block.text)),
  table,
  data_table: dataTable,
  data_visualization: chart,
  alert,
  container,
  card,
  carousel: (block, ctx) => h("div", {}, renderBlocks(block.elements, ctx)),
};

function text(object, className = "") {
  return h("div", { class: `text ${className}`.trim(), dir: "auto" }, textObject(object));
}

function section(block, ctx) {
  const body = h("div", { class: "section-body" });
  if (block.text) body.append(text(block.text));
  if (block.fields?.length)
    append(
      body,
      h(
        "div",
        { class: "fields" },
        block.fields.map((field) => text(field, "field-cell")),
      ),
    );
  const side = block.accessory ? h("div", { class: "accessory" }, placed(block, block.accessory, ctx)) : null;
  const wide = /^(radio_buttons|checkboxes)$/.test(block.accessory?.type);
  return h("div", { class: wide ? "section-stacked" : "" }, body, side);
}

function contextElement(element) {
  if (element.type === "image") return picture(element, "context-image");
  return h("span", { class: "text context-text", dir: "auto" }, textObject(element));
}

/** Only images that the workspace itself serves are loaded; the page asks nobody else. */
function safeImage(url) {
  return /^(data:image\/|\/(?!\/))/.test(url ?? "") || String(url).startsWith(`${location.origin}/`)
    ? url
    : undefined;
}

function picture(source, className) {
  const src = safeImage(source.image_url);
  if (src) return h("img", { class: className, src, alt: source.alt_text ?? "" });
  return h(
    "div",
    { class: `${className} image-stand-in`, role: "img", "aria-label": source.alt_text },
    source.alt_text ?? "Image",
  );
}

function imageBlock(block) {
  return h(
    "figure",
    {},
    block.title ? h("figcaption", {}, textObject(block.title)) : null,
    picture(block, "image"),
  );
}

/** An element in a section, actions or card. Stateful ones send an action whenever they change. */
function placed(block, element, ctx) {
  if (element.type === "button") return button(block, element, ctx);
  if (element.type === "overflow") return overflow(block, element, ctx);
  if (element.type === "image") return picture(element, "accessory-image");
  if (element.type === "icon_button") return iconButton(block, element, ctx);
  if (element.type === "feedback_buttons") return feedbackButtons(block, element, ctx);
  if (!isStateful(element)) return unknown(`Element type ${element.type}`);
  const label = words(element.placeholder) || (block.text ? words(block.text) : "") || "Choice";
  return control(element, {
    state: ctx.form.get(block, element),
    compact: true,
    label,
    change: (value) => ctx.act(block, element, ctx.form.set(block, element, value)),
  }).node;
}

function inputBlock(block, ctx) {
  const { element } = block;
  if (!isStateful(element)) return unknown(`Input element type ${element?.type}`);
  const ids = { input: uid("input"), hint: uid("hint"), error: uid("error") };
  const dispatches = Boolean(block.dispatch_action);
  const send = (state) => ctx.act(block, element, state);
  const soon = debounce(send, 400);
  const onTyping = element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  const built = control(element, {
    id: ids.input,
    state: ctx.form.get(block, element),
    optional: Boolean(block.optional),
    label: words(block.label),
    dispatches,
    suggest: ctx.suggest && ((typed) => ctx.suggest(block, element, typed)),
    describedBy: `${block.hint ? `${ids.hint} ` : ""}${ids.error}`,
    change: (value, how) => {
      const state = ctx.form.set(block, element, value);
      field.setError(null);
      if (!dispatches) return;
      if (how === "typed") {
        if (onTyping) soon(state);
      } else send(state);
    },
  });
  const error = h("div", {
    class: "field-error",
    id: ids.error,
    role: "alert",
    "aria-live": "polite",
    dataset: { testid: "field-error" },
  });
  const isGroup = /^(radio_buttons|checkboxes|file_input)$/.test(element.type);
  const node = h(
    "div",
    { class: "field", dataset: { testid: "field", actionId: undefined } },
    h(
      isGroup ? "div" : "label",
      { class: "field-label", for: isGroup ? undefined : ids.input },
      textObject(block.label),
      block.optional ? h("span", { class: "field-optional" }, " (optional)") : null,
    ),
    built.node,
    error,
    block.hint ? h("div", { class: "field-hint", id: ids.hint }, textObject(block.hint)) : null,
  );
  const field = {
    focus: () => {
      built.focus();
      node.scrollIntoView({ block: "nearest" }); // with the sentence under the input
    },
    setError: (sentence) => {
      error.textContent = sentence ?? "";
      node.classList.toggle("has-error", Boolean(sentence));
      node.querySelector("input, textarea")?.setAttribute("aria-invalid", sentence ? "true" : "false");
    },
  };
  ctx.form.fields.set(block.block_id, field);
  return node;
}

const ALERT_ICONS = { info: "info", warning: "warning", error: "error", success: "success", default: "info" };

function alert(block) {
  const level = ALERT_ICONS[block.level] ? block.level : "default";
  const severe = level === "error" || level === "warning";
  return h(
    "div",
    { class: `alert alert-${level}`, role: severe ? "alert" : "status" },
    icon(ALERT_ICONS[level], 18),
    text(block.text),
  );
}

function container(block, ctx) {
  const title = h(
    "div",
    { class: "container-title" },
    block.rich_text_title ? richText(block.rich_text_title) : textObject(block.title),
    block.subtitle ? h("div", { class: "container-subtitle" }, textObject(block.subtitle)) : null,
  );
  const inner = h("div", { class: "container-body" }, renderBlocks(block.child_blocks, ctx));
  if (!block.is_collapsible) return h("div", { class: "container" }, title, inner);
  const open = !block.default_collapsed;
  return h("div", {}, h("details", { class: "container", open }, h("summary", {}, title), inner));
}

function card(block, ctx) {
  return h(
    "div",
    { class: "card" },
    block.hero_image ? picture(block.hero_image, "image") : null,
    block.title ? h("div", { class: "card-title text" }, mrkdwn(block.title.text)) : null,
    block.subtitle ? h("div", { class: "card-subtitle text" }, mrkdwn(block.subtitle.text)) : null,
    block.body ? text(block.body) : null,
    block.actions
      ? h(
          "div",
          { class: "block-actions" },
          block.actions.map((element) => placed(block, element, ctx)),
        )
      : null,
  );
}
