/** Slack's mrkdwn as DOM nodes; text from people and bots only ever becomes text nodes, never markup. */
import { h } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { broadcastPill, channelPill, dateNode, linkNode, userPill } from "./pills.js";

// Finished nodes stand in the text as OPEN index CLOSE while emphasis is looked for around them.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const ATOM = /\uE000(\d+)\uE001/;
const CODE_OR_ANGLE = /`([^`\n]+)`|<([^<>\n]+)>/g;
const MARKS = [
  { tag: "strong", find: /(?<![\p{L}\p{N}*])\*(?![\s*])([^*\n]*[^\s*])\*(?![\p{L}\p{N}*])/u },
  { tag: "em", find: /(?<![\p{L}\p{N}_])_(?![\s_])([^\n]*?[^\s_])_(?![\p{L}\p{N}_])/u },
  { tag: "s", find: /(?<![\p{L}\p{N}~])~(?![\s~])([^~\n]*[^\s~])~(?![\p{L}\p{N}~])/u },
];
const EMOJI = /:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?/;

/** Undoes Slack's escaping of the three characters that it escapes. */
export function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** mrkdwn as a list of nodes. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const clean = String(text ?? "")
    .replaceAll(OPEN, "")
    .replaceAll(CLOSE, "");
  const nodes = [];
  clean.split(/```\n?([\s\S]*?)\n?```\n?/).forEach((piece, index) => {
    if (index % 2) nodes.push(h("pre", { class: "pre", dir: "auto" }, angleToText(piece)));
    else nodes.push(...lines(piece, verbatim));
  });
  return nodes;
}

/** plain_text as nodes: emoji names and escapes are read, nothing else. */
export function plain(text, { emoji = true } = {}) {
  return emoji ? emojiNodes(String(text ?? "")) : [unescape(String(text ?? ""))];
}

/** A text object ({type, text}) as nodes. */
export function textObject(object) {
  if (!object) return [];
  if (typeof object === "string") return plain(object);
  return object.type === "mrkdwn"
    ? mrkdwn(object.text, object)
    : plain(object.text, { emoji: object.emoji !== false });
}

/** The words of a text object as one string, for attributes and labels. */
export function words(object) {
  const holder = h("div", {}, textObject(object));
  return holder.textContent.trim();
}

/** Groups lines into quotes, list-like lines and plain lines, and keeps empty lines between them. */
function lines(piece, verbatim) {
  const nodes = [];
  let quote = null;
  let openEnded = false;
  let before = null; // what the line before was: "text", "empty" or "block"
  const startBlock = (node) => {
    if (before === "empty") nodes.push("\n");
    nodes.push(node);
    before = "block";
  };
  for (const row of piece.split("\n")) {
    const marked = /^(?:&gt;|>)(?:(?:&gt;|>){2})?\s?/.exec(row);
    if (openEnded || marked) {
      const rest = openEnded ? row : row.slice(marked[0].length);
      openEnded ||= /^(?:&gt;|>){3}/.test(row);
      if (quote) quote.append("\n");
      else startBlock((quote = h("blockquote", { class: "quote", dir: "auto" })));
      quote.append(...inline(rest, verbatim));
      continue;
    }
    quote = null;
    const bullet = /^(\s*)([•◦▪-]|\d{1,3}\.)\s+(\S.*)$/.exec(row);
    if (bullet) {
      startBlock(listLine(bullet, verbatim));
      continue;
    }
    if (before === "text" || before === "empty") nodes.push("\n");
    nodes.push(...(row ? inline(row, verbatim) : []));
    before = row ? "text" : "empty";
  }
  return nodes;
}

function listLine([, indent, mark, rest], verbatim) {
  const level = Math.min(4, Math.floor(indent.length / 2));
  return h(
    "div",
    { class: "list-line", style: { "--level": level } },
    h("span", { class: "list-mark" }, mark === "-" ? "•" : mark),
    h("span", { class: "list-text", dir: "auto" }, inline(rest, verbatim)),
  );
}

/** One line of mrkdwn as nodes. */
export function inline(text, verbatim = false) {
  const atoms = [];
  const keep = (node) => `${OPEN}${atoms.push(node) - 1}${CLOSE}`;
  let prepared = text.replace(CODE_OR_ANGLE, (whole, code, angle) => {
    if (code !== undefined) return keep(h("code", { class: "code" }, angleToText(code)));
    const node = angleNode(angle);
    return node ? keep(node) : whole;
  });
  if (!verbatim)
    prepared = prepared.replace(
      /\bhttps?:\/\/[^\s\uE000\uE001<>|*~"']+[^\s\uE000\uE001<>|*~"'.,;:!?)]/g,
      (url) => keep(linkNode(unescape(url))),
    );
  return emphasis(prepared, atoms);
}

function emphasis(text, atoms) {
  let first = null;
  for (const mark of MARKS) {
    const match = mark.find.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { mark, match };
  }
  if (!first) return leaves(text, atoms);
  const { mark, match } = first;
  return [
    ...leaves(text.slice(0, match.index), atoms),
    h(mark.tag, {}, emphasis(match[1], atoms)),
    ...emphasis(text.slice(match.index + match[0].length), atoms),
  ];
}

function leaves(text, atoms) {
  return text.split(ATOM).flatMap((piece, index) => {
    if (index % 2) return [atoms[Number(piece)]];
    return piece ? emojiNodes(piece) : [];
  });
}

function emojiNodes(text) {
  const nodes = [];
  let rest = text;
  let kept = "";
  for (let match = EMOJI.exec(rest); match; match = EMOJI.exec(rest)) {
    const char = emojiFor(match[1], Number(match[2] ?? 0));
    if (char) {
      nodes.push(unescape(kept + rest.slice(0, match.index)));
      nodes.push(
        h(
          "span",
          { class: "emoji", role: "img", "aria-label": match[1].replaceAll("_", " "), title: match[0] },
          char,
        ),
      );
      kept = "";
      rest = rest.slice(match.index + match[0].length);
    } else {
      // The closing colon of an unknown name may open the next one.
      const until = match.index + match[0].length - 1;
      kept += rest.slice(0, until);
      rest = rest.slice(until);
    }
  }
  nodes.push(unescape(kept + rest));
  return nodes.filter((node) => node !== "");
}

/** The node of what stands between angle brackets, or null when it is nothing we know. */
function angleNode(body) {
  const [target, label] = splitOnce(body, "|");
  const id = target.slice(1);
  if (/^@[UWB][A-Z0-9]+$/.test(target)) return userPill(id, label);
  if (/^#[CG][A-Z0-9]+$/.test(target)) return channelPill(id, label);
  if (/^!(channel|here|everyone)$/.test(target)) return broadcastPill(id);
  if (/^!subteam\^/.test(target)) return broadcastPill((label ?? target.split("^")[1]).replace(/^@/, ""));
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (/^(https?:|mailto:|tel:|slack:)/i.test(target)) {
    return linkNode(unescape(target), label === undefined ? null : emojiNodes(label));
  }
  return null;
}

/** Inside code, mentions and links keep their visible words only. */
function angleToText(text) {
  return unescape(
    text.replace(/<([^<>\n]+)>/g, (whole, body) => {
      const node = angleNode(body);
      return node
        ? node.textContent.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
        : whole;
    }),
  );
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
