/** Buttons and menus of Block Kit: everything that acts without keeping a value. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { plain, words } from "./mrkdwn.js";
import { insideTarget } from "./pills.js";
import { askConfirm, openMenu } from "./popover.js";
import { emit } from "./state.js";

/** Follows a button's link: inside the page where it leads there, else in a new tab. */
function follow(url) {
  const place = insideTarget(url);
  if (place) emit("go", place);
  else if (/^(https?:|mailto:|tel:)/i.test(url)) window.open(url, "_blank", "noopener,noreferrer");
}

/** Asks where the element wants it, shows that it works, delivers the action. */
async function press(node, block, element, ctx, value) {
  if (element.confirm && !(await askConfirm(element.confirm))) return;
  node.classList.add("is-busy");
  node.setAttribute("aria-busy", "true");
  try {
    await ctx.act(block, element, value);
  } finally {
    node.classList.remove("is-busy");
    node.removeAttribute("aria-busy");
  }
}

/** A button element. */
export function button(block, element, ctx) {
  const style = { primary: " button-primary", danger: " button-danger" }[element.style] ?? "";
  const node = h(
    "button",
    {
      class: `button${style}`,
      type: "button",
      "aria-label": element.accessibility_label,
      dataset: { actionId: element.action_id ?? "", value: element.value, testid: "block-button" },
      on: {
        click: () => {
          if (node.classList.contains("is-busy")) return;
          if (element.url) follow(element.url);
          press(
            node,
            block,
            element,
            ctx,
            element.value === undefined ? undefined : { value: element.value },
          );
        },
      },
    },
    h(
      "span",
      { class: "button-text", dir: "auto" },
      plain(element.text?.text ?? "", { emoji: element.text?.emoji !== false }),
    ),
  );
  return node;
}

/** An overflow menu. */
export function overflow(block, element, ctx) {
  const node = h(
    "button",
    {
      class: "button button-icon",
      type: "button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": element.accessibility_label ?? "More actions",
      dataset: { actionId: element.action_id ?? "", testid: "overflow" },
      on: {
        click: () =>
          openMenu(
            node,
            (element.options ?? []).map((option) => ({
              label: words(option.text),
              description: option.description ? words(option.description) : null,
              dataset: { value: option.value },
              run: () => {
                if (option.url) follow(option.url);
                press(node, block, element, ctx, {
                  selected_option: { text: option.text, value: option.value },
                });
              },
            })),
          ),
      },
    },
    icon("dots", 18),
  );
  return node;
}

/** An icon button, shown by its words. */
export function iconButton(block, element, ctx) {
  const node = h(
    "button",
    {
      class: "button",
      type: "button",
      dataset: { actionId: element.action_id ?? "", testid: "block-button" },
      on: {
        click: () =>
          press(
            node,
            block,
            element,
            ctx,
            element.value === undefined ? undefined : { value: element.value },
          ),
      },
    },
    words(element.text),
  );
  return node;
}

/** The pair of feedback buttons. */
export function feedbackButtons(block, element, ctx) {
  return h(
    "span",
    { class: "block-actions" },
    [element.positive_button, element.negative_button].filter(Boolean).map((one) => {
      const node = h(
        "button",
        {
          class: "button",
          type: "button",
          dataset: { actionId: element.action_id ?? "" },
          on: { click: () => press(node, block, element, ctx, { value: one.value }) },
        },
        words(one.text),
      );
      return node;
    }),
  );
}
