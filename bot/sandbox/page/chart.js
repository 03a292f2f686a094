/** The data_visualization block: bar, line, area and pie charts as plain SVG with a legend. */
import { h } from "./dom.js";
import { svgNode } from "./icons.js";
import { plain } from "./mrkdwn.js";

const COLOURS = 6; // blocks.css knows them as .series-0 to .series-5, light and dark
const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 40;
const BOTTOM = 34;

/** A chart with its title; screen readers get every figure as words. */
export function chart(block) {
  const { chart: data = {} } = block;
  const draw = { bar, line, area: line, pie }[data.type];
  if (!draw) return h("div", { class: "unknown" }, `Chart type ${data.type}`);
  const names =
    data.type === "pie"
      ? (data.segments ?? []).map((one) => `${one.label}: ${one.value}`)
      : (data.series ?? []).map((one) => one.name);
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", { class: "chart-title" }, plain(block.title ?? "")),
    draw(data),
    h(
      "ul",
      { class: "chart-legend" },
      names.map((name, at) => h("li", {}, h("i", { class: `swatch ${series(at)}` }), plain(name))),
    ),
  );
}

function series(at) {
  return `series-${at % COLOURS}`;
}

function spoken(data) {
  if (data.type === "pie") return data.segments.map((one) => `${one.label} ${one.value}`).join(", ");
  return data.series
    .map((one) => `${one.name}: ${one.data.map((point) => `${point.label} ${point.value}`).join(", ")}`)
    .join("; ");
}

function frame(data, ...children) {
  return svgNode(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart-picture", role: "img", "aria-label": spoken(data) },
    ...children,
  );
}

function label(x, y, words, anchor = "middle") {
  return svgNode(
    "text",
    { x, y, "text-anchor": anchor, class: "chart-label" },
    document.createTextNode(words),
  );
}

/** Values by category in the axis' order, the top of the scale, and the grid behind. */
function axes(data, stacked = false) {
  const categories = data.axis_config?.categories ?? data.series[0].data.map((point) => point.label);
  const rows = data.series.map((one) =>
    categories.map((name) => one.data.find((point) => point.label === name)?.value ?? 0),
  );
  const totals = categories.map((_, at) => rows.reduce((sum, row) => sum + row[at], 0));
  const most = Math.max(1, ...(stacked ? totals : rows.flat()));
  const step = 10 ** Math.floor(Math.log10(most));
  const top = Math.ceil(most / step) * step;
  const x = (at) => LEFT + ((at + 0.5) * (WIDTH - LEFT - 8)) / categories.length;
  const y = (value) => 10 + (1 - value / top) * (HEIGHT - BOTTOM - 10);
  const parts = Number.isInteger(top) && top % 2 ? [0, 1] : [0, 0.5, 1]; // there is no half a case
  const grid = parts.flatMap((part) => [
    svgNode("line", { x1: LEFT, x2: WIDTH - 8, y1: y(top * part), y2: y(top * part), class: "chart-grid" }),
    label(LEFT - 6, y(top * part) + 4, String(Math.round(top * part * 10) / 10), "end"),
  ]);
  // Where names would touch each other they take turns on two lines, and are cut short.
  const room = ((WIDTH - LEFT) / categories.length) * (categories.length > 6 ? 2 : 1);
  const letters = Math.max(4, Math.floor(room / 6));
  const names = categories.map((name, at) =>
    label(
      x(at),
      HEIGHT - (categories.length > 6 && at % 2 ? 4 : 16),
      name.length > letters ? `${name.slice(0, letters - 1)}…` : name,
    ),
  );
  return { categories, rows, x, y, back: [...grid, ...names] };
}

/** Bars of several series stand on each other: a bar is as high as its category has in all. */
function bar(data) {
  const { categories, rows, x, y, back } = axes(data, true);
  const width = Math.min(48, ((WIDTH - LEFT) / categories.length) * 0.62);
  const bars = categories.flatMap((name, at) => {
    let below = 0;
    return rows.map((row, one) => {
      const value = row[at];
      const part = svgNode(
        "rect",
        {
          x: x(at) - width / 2,
          y: y(below + value),
          width,
          height: Math.max(0, y(below) - y(below + value)),
          class: series(one),
          fill: "currentColor",
        },
        svgTitle(`${name}, ${data.series[one].name}: ${value}`),
      );
      below += value;
      return part;
    });
  });
  return frame(data, ...back, ...bars);
}

function svgTitle(words) {
  return svgNode("title", {}, document.createTextNode(words));
}

function line(data) {
  const { rows, x, y, back } = axes(data);
  const shapes = rows.flatMap((row, one) => {
    const points = row.map((value, at) => `${x(at)},${y(value)}`);
    const path = svgNode("polyline", {
      points: points.join(" "),
      class: series(one),
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2.5,
      "stroke-linejoin": "round",
    });
    if (data.type !== "area") return [path];
    const under = svgNode("polygon", {
      points: [`${x(0)},${y(0)}`, ...points, `${x(row.length - 1)},${y(0)}`].join(" "),
      class: series(one),
      fill: "currentColor",
      opacity: 0.18,
    });
    return [under, path];
  });
  return frame(data, ...back, ...shapes);
}

function pie(data) {
  const total = data.segments.reduce((sum, one) => sum + one.value, 0) || 1;
  const [cx, cy, radius] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 12];
  const rim = (share) =>
    `${cx + radius * Math.sin(share * 2 * Math.PI)} ${cy - radius * Math.cos(share * 2 * Math.PI)}`;
  let from = 0;
  const slices = data.segments.map((one, at) => {
    const share = one.value / total;
    const to = from + share;
    const look = { class: `${series(at)} slice`, fill: "currentColor" };
    // An arc cannot go all the way round, so a lone slice is a circle.
    const slice =
      share > 0.999
        ? svgNode("circle", { cx, cy, r: radius, ...look })
        : svgNode("path", {
            d: `M${cx} ${cy} L${rim(from)} A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${rim(to)} Z`,
            ...look,
          });
    from = to;
    return slice;
  });
  return frame(data, ...slices);
}
