/** Coloured initials for people and the picture of the app. */
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./state.js";
import { safeColour } from "./richtext.js";

const PALETTE = [
  "#8f3b76",
  "#2c6e8f",
  "#3a7d44",
  "#a8522b",
  "#5b4db1",
  "#99322f",
  "#1f7a7a",
  "#7a5c1e",
  "#b0416b",
  "#41629b",
];

function initials(name) {
  const parts = name.split(/\s+/).filter(Boolean);
  const letters = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0] ?? "?"];
  return letters
    .map((part) => [...part][0])
    .join("")
    .toUpperCase();
}

/** Dark enough for white letters: light colours are mixed with black. */
function background(one) {
  if (one.color) return `color-mix(in srgb, ${safeColour(one.color)} 82%, #1a1020)`;
  const sum = [...(one.id ?? one.name)].reduce((total, char) => total + char.codePointAt(0), 0);
  return PALETTE[sum % PALETTE.length];
}

/** A square avatar of some size; hidden from screen readers because the name always stands beside it. */
export function avatar(one, size) {
  if (one.is_bot || one.id === state.snapshot?.bot?.id) {
    return h(
      "span",
      { class: "avatar avatar-app", "aria-hidden": "true", style: { "--size": `${size}px` } },
      icon("buoy", Math.round(size * 0.68)),
    );
  }
  if (one.is_workspace) {
    return h(
      "span",
      { class: "avatar avatar-workspace", "aria-hidden": "true", style: { "--size": `${size}px` } },
      icon("info", Math.round(size * 0.6)),
    );
  }
  return h(
    "span",
    { class: "avatar", "aria-hidden": "true", style: { "--size": `${size}px`, background: background(one) } },
    initials(one.name ?? "?"),
  );
}
