/** The page's own line icons as inline SVG; used wherever a small picture stands beside or for a word. */

const NS = "http://www.w3.org/2000/svg";

// Each icon is a list of path strings on a 20 x 20 grid, drawn with round strokes.
const PATHS = {
  hash: ["M8 3.5 6.2 16.5", "M13.8 3.5 12 16.5", "M4 7.5h13", "M3 12.5h13"],
  lock: ["M5 9h10v8H5z", "M7 9V6.5a3 3 0 0 1 6 0V9"],
  home: ["M3 9.5 10 3.5l7 6", "M5 8.5V16.5h10V8.5", "M8.5 16.5v-4h3v4"],
  message: ["M4 4h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H9l-4 3v-3H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z"],
  mail: ["M3 5h14v10H3z", "M3.5 5.5 10 11l6.5-5.5"],
  close: ["M5 5l10 10", "M15 5 5 15"],
  chevron: ["M5.5 8l4.5 4.5L14.5 8"],
  back: ["M12 5l-5 5 5 5"],
  check: ["M4.5 10.5l3.5 3.5 7.5-8"],
  send: ["M3.5 4 17 10 3.5 16l2-6z", "M5.5 10H11"],
  dots: ["M5 10h.01", "M10 10h.01", "M15 10h.01"],
  reply: [
    "M4 4h12a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H9l-4 3v-3H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z",
    "M6.5 8h7",
    "M6.5 10.8h4.5",
  ],
  eye: [
    "M2.5 10s2.8-5 7.5-5 7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5z",
    "M10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  ],
  info: ["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M10 9.2V13.5", "M10 6.6h.01"],
  warning: ["M10 3.2 17.5 16.5h-15z", "M10 8v4", "M10 14.2h.01"],
  success: ["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M7 10.2l2.2 2.2L13.2 8"],
  error: ["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M7.6 7.6l4.8 4.8", "M12.4 7.6l-4.8 4.8"],
  clock: ["M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z", "M10 6.2V10l2.6 1.8"],
  forward: ["M4 5l6 5-6 5z", "M10.5 5l6 5-6 5z"],
  sunrise: ["M3 15.5h14", "M6 15.5a4 4 0 0 1 8 0", "M10 5V8.2", "M4.6 8.4l1.6 1.6", "M15.4 8.4l-1.6 1.6"],
  calendar: ["M3.5 5h13v11.5h-13z", "M3.5 8.5h13", "M7 3v3", "M13 3v3"],
  panel: ["M3.5 4h13v12h-13z", "M8.5 4v12"],
  menu: ["M3.5 5.5h13", "M3.5 10h13", "M3.5 14.5h13"],
  sun: [
    "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "M10 2.5v1.6",
    "M10 15.9v1.6",
    "M2.5 10h1.6",
    "M15.9 10h1.6",
    "M4.7 4.7l1.1 1.1",
    "M14.2 14.2l1.1 1.1",
    "M4.7 15.3l1.1-1.1",
    "M14.2 5.8l1.1-1.1",
  ],
  moon: ["M16.3 11.8A6.7 6.7 0 0 1 8.2 3.7a6.7 6.7 0 1 0 8.1 8.1z"],
  bolt: ["M11 2.8 4.8 11h4.4l-1 6.2L15.2 8.6h-4.6z"],
  traffic: ["M6.5 16V4.5", "M3.5 7.5l3-3 3 3", "M13.5 4v11.5", "M10.5 12.5l3 3 3-3"],
  to: ["M3.5 10h12", "M11 5.5l4.5 4.5-4.5 4.5"],
  from: ["M16.5 10h-12", "M9 5.5 4.5 10 9 14.5"],
  pause: ["M7 4.5v11", "M13 4.5v11"],
  play: ["M6.5 4.5l9 5.5-9 5.5z"],
  bin: ["M4 5.5h12", "M8 5.5v-2h4v2", "M5.5 5.5l.8 11h7.4l.8-11", "M8.6 8.5v5", "M11.4 8.5v5"],
  keys: [
    "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14z",
    "M7.8 8.1a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6",
    "M10 13.8h.01",
  ],
  link: [
    "M8.4 11.6a3 3 0 0 0 4.3 0l2.6-2.6a3 3 0 0 0-4.3-4.3L9.8 5.9",
    "M11.6 8.4a3 3 0 0 0-4.3 0L4.7 11a3 3 0 0 0 4.3 4.3l1.2-1.2",
  ],
  copy: ["M7.5 7.5h8.5v9H7.5z", "M12.5 7.5v-4H4v9h3.5"],
  search: ["M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z", "M13 13l4 4"],
  // A ring buoy: the picture of a support desk, used as the app's avatar.
  buoy: [
    "M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4z",
    "M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    "M4.9 4.9l3 3",
    "M15.1 4.9l-3 3",
    "M4.9 15.1l3-3",
    "M15.1 15.1l-3-3",
  ],
};

/** An icon element, hidden from screen readers because words always stand beside it. */
export function icon(name, size = 18, className = "") {
  const svg = document.createElementNS(NS, "svg");
  const attributes = {
    viewBox: "0 0 20 20",
    width: size,
    height: size,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": name === "dots" ? 2.6 : 1.6,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
    class: `icon ${className}`.trim(),
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(NS, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** Builds any SVG element; the charts use it. */
export function svgNode(tag, attributes = {}, ...children) {
  const node = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
