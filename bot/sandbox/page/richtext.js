/** rich_text blocks and standard Markdown (the markdown block) as DOM nodes. */
import { h } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { inline } from "./mrkdwn.js";
import { broadcastPill, channelPill, dateElement, linkNode, userPill } from "./pills.js";

/** A rich_text block as nodes. */
export function richText(block) {
  return (block.elements ?? []).map(richElement);
}

function richElement(element) {
  switch (element.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section", dir: "auto" }, (element.elements ?? []).map(richInline));
    case "rich_text_quote":
      return h("blockquote", { class: "quote", dir: "auto" }, (element.elements ?? []).map(richInline));
    case "rich_text_preformatted":
      return h("pre", { class: "pre", dir: "auto" }, (element.elements ?? []).map(richInline));
    case "rich_text_list": {
      const ordered = element.style === "ordered";
      const items = (element.elements ?? []).map((item) =>
        h("li", { dir: "auto" }, (item.elements ?? []).map(richInline)),
      );
      return h(
        ordered ? "ol" : "ul",
        {
          class: `rich-list rich-list-${(element.indent ?? 0) % 3}`,
          style: { "--level": element.indent ?? 0 },
          start: ordered && element.offset ? element.offset + 1 : undefined,
        },
        items,
      );
    }
    default:
      return h("div", { class: "unknown" }, `rich text element ${element.type}`);
  }
}

function richInline(part) {
  let node;
  switch (part.type) {
    case "text":
      node = document.createTextNode(part.text ?? "");
      break;
    case "link":
      node = linkNode(part.url, part.text ? [part.text] : null);
      break;
    case "user":
      node = userPill(part.user_id);
      break;
    case "channel":
      node = channelPill(part.channel_id);
      break;
    case "usergroup":
      node = broadcastPill(part.usergroup_id);
      break;
    case "broadcast":
      node = broadcastPill(part.range);
      break;
    case "date":
      node = dateElement(part.timestamp, part.format ?? "", part.fallback ?? "", part.url);
      break;
    case "emoji":
      node = h(
        "span",
        { class: "emoji", title: `:${part.name}:` },
        emojiFor(part.name, part.skin_tone) ?? `:${part.name}:`,
      );
      break;
    case "color":
      node = h(
        "span",
        { class: "swatch-text" },
        h("i", { class: "swatch", style: { background: safeColour(part.value) } }),
        part.value,
      );
      break;
    default:
      node = h("span", { class: "unknown" }, part.type);
  }
  return styled(node, part.style ?? {});
}

/** A colour that is nothing but a hex colour. */
export function safeColour(value) {
  return /^#?[0-9a-f]{3,8}$/i.test(value ?? "") ? `#${value.replace("#", "")}` : "#6b6b70";
}

function styled(node, style) {
  const tags = { code: "code", strike: "s", italic: "em", bold: "strong", underline: "u" };
  let result = node;
  for (const [name, tag] of Object.entries(tags))
    if (style[name]) result = h(tag, { class: tag === "code" ? "code" : undefined }, result);
  return result;
}

/** Standard Markdown as nodes: headings, lists, quotes, code, tables, rules and paragraphs. */
export function markdown(text) {
  const rows = String(text ?? "").split("\n");
  const nodes = [];
  while (rows.length) nodes.push(...nextMarkdown(rows));
  return nodes;
}

const STARTS = /^(#{1,6}\s|```|>\s?|\s*[-*+]\s|\s*\d+[.)]\s|\|)/;

function nextMarkdown(rows) {
  const row = rows[0];
  if (!row.trim()) {
    rows.shift();
    return [];
  }
  if (/^```/.test(row)) return [h("pre", { class: "pre" }, takeFence(rows))];
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(row);
  if (heading) {
    rows.shift();
    return [
      h(
        `h${Math.min(6, heading[1].length + 2)}`,
        { class: `md-heading md-h${heading[1].length}` },
        span(heading[2]),
      ),
    ];
  }
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(row)) {
    rows.shift();
    return [h("hr", { class: "divider" })];
  }
  if (/^>/.test(row))
    return [
      h(
        "blockquote",
        { class: "quote", dir: "auto" },
        markdown(
          take(rows, /^>/)
            .map((one) => one.replace(/^>\s?/, ""))
            .join("\n"),
        ),
      ),
    ];
  if (/^\s*[-*+]\s/.test(row)) return [mdList("ul", take(rows, /^\s*[-*+]\s/), /^\s*[-*+]\s+/)];
  if (/^\s*\d+[.)]\s/.test(row)) return [mdList("ol", take(rows, /^\s*\d+[.)]\s/), /^\s*\d+[.)]\s+/)];
  if (/^\|/.test(row)) return [mdTable(take(rows, /^\|/))];
  const words = [rows.shift()];
  while (rows.length && rows[0].trim() && !STARTS.test(rows[0])) words.push(rows.shift());
  return [h("p", { class: "md-paragraph", dir: "auto" }, span(words.join("\n")))];
}

function take(rows, pattern) {
  const taken = [];
  while (rows.length && pattern.test(rows[0])) taken.push(rows.shift());
  return taken;
}

function takeFence(rows) {
  const taken = [];
  rows.shift();
  while (rows.length && !/^```/.test(rows[0])) taken.push(rows.shift());
  rows.shift();
  return taken.join("\n");
}

function mdList(tag, rows, mark) {
  return h(
    tag,
    { class: "rich-list" },
    rows.map((row) => {
      const task = /^\[([ xX])\]\s+/.exec(row.replace(mark, ""));
      const body = row.replace(mark, "").replace(/^\[[ xX]\]\s+/, "");
      return h("li", { dir: "auto" }, task ? `${task[1] === " " ? "☐" : "☑"} ` : null, span(body));
    }),
  );
}

function mdTable(rows) {
  const cells = rows.map((row) =>
    row
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim()),
  );
  const [head, ...body] = cells.filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)));
  return h(
    "div",
    { class: "table-wrap" },
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          (head ?? []).map((cell) => h("th", {}, span(cell))),
        ),
      ),
      h(
        "tbody",
        {},
        body.map((row) =>
          h(
            "tr",
            {},
            row.map((cell) => h("td", {}, span(cell))),
          ),
        ),
      ),
    ),
  );
}

/** Inline Markdown, rewritten into mrkdwn's marks and rendered by the same safe renderer. */
function span(text) {
  const marked = text
    .replace(/\[([^\]\n]+)\]\((https?:[^\s)]+|mailto:[^\s)]+)\)/g, (_, label, url) => `<${url}|${label}>`)
    .replace(/(?<!\*)\*(?!\*)(\S(?:[^*\n]*\S)?)\*(?!\*)/g, "_$1_")
    .replace(/\*\*(\S(?:[^\n]*?\S)?)\*\*/g, "*$1*")
    .replace(/__(\S(?:[^\n]*?\S)?)__/g, "*$1*")
    .replace(/~~(\S(?:[^\n]*?\S)?)~~/g, "~$1~");
  return marked.split("\n").flatMap((row, index) => [...(index ? [h("br")] : []), ...inline(row)]);
}
