/** Windows of the page itself, such as the quick switcher; those of the app are in modal.js. */
import { h } from "./dom.js";
import { holdFocus, trapTab } from "./focus.js";
import { closePopover } from "./popover.js";

let open = null;

/** Shows `node` as a window; Escape, a click beside it or focus elsewhere closes it, and focus goes back. */
export function openDialog(node, { label, testid, className = "" }) {
  closeDialog();
  closePopover();
  const focusBefore = holdFocus();
  node.setAttribute("role", "dialog");
  node.setAttribute("aria-modal", "true");
  node.setAttribute("aria-label", label);
  node.dataset.testid = testid;
  const layer = h(
    "div",
    {
      class: `modal-layer dialog-layer ${className}`,
      on: {
        pointerdown: (event) => {
          if (event.target !== layer) return;
          event.preventDefault();
          closeDialog();
        },
        keydown: (event) => {
          if (event.key === "Escape") closeDialog();
          else if (event.key === "Tab") trapTab(event, node);
          event.stopPropagation();
        },
      },
    },
    node,
  );
  const left = (event) => {
    if (!layer.contains(event.target)) closeDialog(false);
  };
  document.body.append(layer);
  document.addEventListener("focusin", left);
  open = (giveBack) => {
    document.removeEventListener("focusin", left);
    layer.remove();
    if (giveBack) focusBefore();
  };
}

/** Closes the window, if one is open; `giveBack` puts focus where it was before. */
export function closeDialog(giveBack = true) {
  const closing = open;
  open = null;
  closing?.(giveBack);
}

/** Whether a window of the page or of the app is open. */
export function isBlocked() {
  return Boolean(document.querySelector(".modal-layer:not([hidden])"));
}
