/** Small helpers to build DOM nodes; every module of the page uses them, so that no text becomes markup. */

/**
 * Builds an element. `props` may hold `class`, `dataset`, `on` (listeners), `style` (object),
 * properties that must be set as such (`value`, `checked`, `disabled`...) and plain attributes.
 * Children may be nodes, strings, arrays, null or false.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  append(node, children);
  return node;
}

const AS_PROPERTY = new Set([
  "value",
  "checked",
  "disabled",
  "readOnly",
  "hidden",
  "tabIndex",
  "textContent",
]);

function setProp(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "dataset") {
    for (const [key, item] of Object.entries(value))
      if (item !== undefined && item !== null) node.dataset[key] = item;
  } else if (name === "on") {
    for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
  } else if (name === "style") {
    for (const [key, item] of Object.entries(value)) node.style.setProperty(key, item);
  } else if (AS_PROPERTY.has(name)) node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Appends children of any accepted kind to a node. */
export function append(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** Replaces what a node holds. */
export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/**
 * Makes `parent` hold exactly `nodes` in order, moving as little as possible,
 * so that focus and typed text in nodes that stay are not lost.
 */
export function reconcile(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

let counter = 0;

/** An id that is unique in this page, for labels and aria references. */
export function uid(prefix = "n") {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Calls `run` once, `ms` after the last call. */
export function debounce(run, ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...args), ms);
  };
}
