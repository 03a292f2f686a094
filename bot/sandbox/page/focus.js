/** Where the keyboard's focus may go: stops inside a window, one stop for a list, arrows between its items. */

const FOCUSABLE =
  "input:not([disabled]), textarea:not([disabled]), button:not([disabled]), select, summary, a[href], [tabindex='0']";

/** The places inside `node` where Tab stops, in order. */
export function stops(node) {
  return [...node.querySelectorAll(FOCUSABLE)].filter(
    (one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }),
  );
}

/** Whether an element is one where the keyboard can be. */
export function canFocus(node) {
  return node.matches(FOCUSABLE);
}

/** Keeps Tab inside `node`; for its keydown. */
export function trapTab(event, node) {
  const all = stops(node);
  const [first, last] = [all[0], all.at(-1)];
  const from = document.activeElement;
  if (event.shiftKey ? from === first || !all.includes(from) : from === last) {
    (event.shiftKey ? last : first)?.focus();
    event.preventDefault();
  }
}

/** Whether keys are being typed as text here, so that single letters are no commands. */
export function isTyping(target) {
  return target.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
}

const NEXT = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * Makes the items of a list one stop for Tab, with arrows, Home and End between them.
 * Call what it gives back after every drawing, because items come and go.
 */
export function arrowList(holder, selector, { sideways = false } = {}) {
  const items = () => [...holder.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const settle = (wanted) => {
    const all = items();
    const stop = [wanted, document.activeElement, holder.querySelector(".is-current")].find((one) =>
      all.includes(one),
    );
    for (const one of all) one.tabIndex = one === (stop ?? all[0]) ? 0 : -1;
  };
  holder.addEventListener("focusin", (event) => settle(event.target.closest(selector)));
  holder.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(event.target);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = sideways === /Left|Right/.test(event.key) ? NEXT[event.key] : undefined;
    const to = step ? at + step : { Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length].focus();
  });
  settle();
  return settle;
}

/**
 * Remembers where focus is. What it gives back puts it there again: on the same element, on the one that was drawn
 * in its place, or at least on the message or page around it. It says whether it found something.
 */
export function holdFocus() {
  const element = document.activeElement;
  const root = element?.closest(".scroller, .home");
  const row = element?.closest(".message")?.dataset.ts;
  const { actionId } = element?.closest("[data-action-id]")?.dataset ?? {};
  const { testid, value } = element?.dataset ?? {};
  const same = (one) => !value || one.dataset.value === value;
  const successor = () => {
    const around = row ? root.querySelector(`.message[data-ts="${CSS.escape(row)}"]`) : root;
    const wanted = actionId ? `[data-action-id="${CSS.escape(actionId)}"]` : `[data-testid="${testid}"]`;
    const found = [...(around?.querySelectorAll(wanted) ?? [])];
    const holder = found.find(same) ?? found[0];
    const inside = holder && (canFocus(holder) ? holder : stops(holder)[0]);
    return inside ?? around;
  };
  return () => {
    const target = element?.isConnected ? element : root?.isConnected && successor();
    if (!target || target === document.body) return false;
    target.focus({ preventScroll: true });
    return document.activeElement === target;
  };
}
