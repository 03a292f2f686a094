/** Floating layers: select lists, overflow menus and confirm dialogs; one popover is open at a time. */
import { h, uid } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";

let open = null;

/** Shows `node` under (or above) `anchor`. Returns {close, place}. `onClose` runs once. */
export function openPopover(anchor, node, { onClose, align = "start", matchWidth = false } = {}) {
  closePopover();
  const layer = h("div", { class: "popover" }, node);
  document.body.append(layer);
  const place = () => {
    const box = anchor.getBoundingClientRect();
    if (matchWidth) layer.style.minWidth = `${box.width}px`;
    const { offsetWidth: width, offsetHeight: height } = layer;
    const below = innerHeight - box.bottom - 12;
    const top = height <= below || below >= box.top ? box.bottom + 4 : Math.max(8, box.top - height - 4);
    const left = align === "end" ? box.right - width : box.left;
    layer.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
    layer.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  };
  const outside = (event) => {
    if (!layer.contains(event.target) && !anchor.contains(event.target)) closePopover();
  };
  const scrolled = (event) => {
    if (!layer.contains(event.target)) place();
  };
  document.addEventListener("pointerdown", outside, true);
  addEventListener("scroll", scrolled, true);
  addEventListener("resize", place);
  open = {
    layer,
    finish: () => {
      document.removeEventListener("pointerdown", outside, true);
      removeEventListener("scroll", scrolled, true);
      removeEventListener("resize", place);
      layer.remove();
      onClose?.();
    },
  };
  place();
  return { close: closePopover, place };
}

/** Closes the open popover, if any. */
export function closePopover() {
  const closing = open;
  open = null;
  closing?.finish();
}

/** A menu of buttons under an anchor; `items` are {label, description, run, testid}. */
export function openMenu(anchor, items) {
  const buttons = items.map((item) =>
    h(
      "button",
      {
        class: "menu-item",
        type: "button",
        role: "menuitem",
        tabIndex: -1,
        dataset: item.dataset,
        on: {
          click: () => {
            closePopover();
            anchor.focus();
            item.run();
          },
        },
      },
      h("span", { class: "menu-label" }, item.label),
      item.description ? h("span", { class: "menu-description" }, item.description) : null,
    ),
  );
  const menu = h(
    "div",
    {
      class: "menu",
      role: "menu",
      on: { keydown: (event) => menuKey(event, buttons, anchor) },
    },
    buttons,
  );
  anchor.setAttribute("aria-expanded", "true");
  openPopover(anchor, menu, { align: "end", onClose: () => anchor.setAttribute("aria-expanded", "false") });
  buttons[0]?.focus();
}

function menuKey(event, buttons, anchor) {
  const at = buttons.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to !== undefined) {
    buttons.at(to % buttons.length)?.focus();
    event.preventDefault();
  } else if (event.key === "Escape" || event.key === "Tab") {
    closePopover();
    anchor.focus();
    event.preventDefault();
  }
  event.stopPropagation();
}

/** Slack's confirm dialog; resolves to true when the person confirms. */
export function askConfirm(confirm) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const titleId = uid("confirm");
    const textId = uid("confirm");
    const done = (answer) => {
      layer.remove();
      before?.focus?.();
      resolve(answer);
    };
    const style = confirm.style === "danger" ? "button-danger-solid" : "button-primary";
    const yes = h(
      "button",
      {
        class: `button ${style}`,
        type: "button",
        dataset: { testid: "confirm-yes" },
        on: { click: () => done(true) },
      },
      words(confirm.confirm) || "Yes",
    );
    const no = h(
      "button",
      {
        class: "button",
        type: "button",
        dataset: { testid: "confirm-no" },
        on: { click: () => done(false) },
      },
      words(confirm.deny) || "Cancel",
    );
    const dialog = h(
      "div",
      {
        class: "modal modal-confirm",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-labelledby": titleId,
        "aria-describedby": textId,
        dataset: { testid: "confirm" },
      },
      h(
        "div",
        { class: "modal-head" },
        h("h2", { class: "modal-title", id: titleId }, textObject(confirm.title)),
      ),
      h("div", { class: "modal-body text", id: textId, dir: "auto" }, textObject(confirm.text)),
      h("div", { class: "modal-foot" }, no, yes),
    );
    const layer = h("div", { class: "modal-layer modal-layer-confirm" }, dialog);
    layer.addEventListener("keydown", (event) => {
      if (event.key === "Escape") done(false);
      if (event.key === "Tab") {
        (document.activeElement === yes ? no : yes).focus();
        event.preventDefault();
      }
      event.stopPropagation();
    });
    document.body.append(layer);
    yes.focus();
  });
}
