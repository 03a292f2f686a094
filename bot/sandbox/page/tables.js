/** The table and data_table blocks. */
import { fill, h } from "./dom.js";
import { plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";

function cell(value) {
  if (!value) return [];
  if (value.type === "rich_text") return richText(value);
  if (value.type === "raw_number") return [String(value.text ?? value.value ?? "")];
  return plain(value.text ?? "");
}

function cellNode(tag, value, setting = {}) {
  const align = setting?.align ?? (value?.type === "raw_number" ? "right" : "left");
  return h(
    tag,
    {
      class: `align-${align}${setting?.is_wrapped ? " is-wrapped" : ""}`,
      dir: "auto",
      scope: tag === "th" ? "col" : undefined,
    },
    cell(value),
  );
}

/** A table block; its first row is the head. */
export function table(block) {
  const [head = [], ...body] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  return h(
    "div",
    {},
    h(
      "div",
      { class: "table-wrap", tabindex: "0" },
      h(
        "table",
        { class: "table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            head.map((value, at) => cellNode("th", value, settings[at])),
          ),
        ),
        h(
          "tbody",
          {},
          body.map((row) =>
            h(
              "tr",
              {},
              row.map((value, at) => cellNode("td", value, settings[at])),
            ),
          ),
        ),
      ),
    ),
  );
}

function sortKey(value) {
  const words = h("div", {}, cell(value)).textContent;
  const number = Number(words.replace(/[\s,]/g, ""));
  return words && Number.isFinite(number) ? number : words.toLowerCase();
}

function compare(a, b) {
  if (typeof a === typeof b) return a < b ? -1 : Number(a > b);
  return typeof a === "number" ? -1 : 1;
}

/** A data_table block: sorted by a click on a column's head, in pages. */
export function dataTable(block) {
  const [head = [], ...body] = block.rows ?? [];
  const size = block.page_size ?? 5;
  let sort = null;
  let page = 0;
  const holder = h("div", {});
  const draw = () => {
    const rows =
      sort === null
        ? body
        : [...body].sort((a, b) => compare(sortKey(a[sort.at]), sortKey(b[sort.at])) * sort.way);
    const pages = Math.max(1, Math.ceil(rows.length / size));
    const shown = rows.slice(page * size, (page + 1) * size);
    const heading = (value, at) =>
      h(
        "th",
        {
          scope: "col",
          class: value?.type === "raw_number" ? "align-right" : "",
          "aria-sort": sort?.at === at ? (sort.way > 0 ? "ascending" : "descending") : "none",
        },
        h(
          "button",
          {
            class: "table-sort",
            type: "button",
            on: {
              click: () => {
                sort = { at, way: sort?.at === at ? -sort.way : 1 };
                page = 0;
                draw();
              },
            },
          },
          cell(value),
          h("span", { "aria-hidden": "true" }, sort?.at === at ? (sort.way > 0 ? " ↑" : " ↓") : ""),
        ),
      );
    fill(
      holder,
      h(
        "div",
        { class: "table-wrap", tabindex: "0" },
        h(
          "table",
          { class: "table", "aria-label": block.caption },
          h("caption", { class: "table-caption" }, block.caption ?? ""),
          h("thead", {}, h("tr", {}, head.map(heading))),
          h(
            "tbody",
            {},
            shown.map((row) =>
              h(
                "tr",
                {},
                row.map((value, at) =>
                  cellNode(at === (block.row_header_column_index ?? 0) ? "th" : "td", value),
                ),
              ),
            ),
          ),
        ),
      ),
      pages > 1
        ? h(
            "div",
            { class: "table-pages" },
            h(
              "button",
              {
                class: "button button-small",
                type: "button",
                disabled: page === 0,
                on: {
                  click: () => {
                    page -= 1;
                    draw();
                  },
                },
              },
              "Previous",
            ),
            h("span", {}, `${page * size + 1}–${Math.min(rows.length, (page + 1) * size)} of ${rows.length}`),
            h(
              "button",
              {
                class: "button button-small",
                type: "button",
                disabled: page >= pages - 1,
                on: {
                  click: () => {
                    page += 1;
                    draw();
                  },
                },
              },
              "Next",
            ),
          )
        : null,
    );
  };
  draw();
  return holder;
}
