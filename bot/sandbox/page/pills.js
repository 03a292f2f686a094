/** Mentions, channel names, dates and links inside text; both text renderers (mrkdwn, rich text) use them. */
import { h } from "./dom.js";
import { unescape } from "./mrkdwn.js";
import { channel, emit, person, state, zone } from "./state.js";
import { dateToken, zoneName } from "./time.js";

/** "@Ana Lima", highlighted when it is the person acted as. */
export function userPill(id, label) {
  const known = state.snapshot?.people.some((one) => one.id === id) || state.snapshot?.bot?.id === id;
  const name = known ? person(id).name : unescape(label ?? id);
  return h(
    "span",
    { class: id === state.me ? "mention mention-me" : "mention", dataset: { userMention: id } },
    `@${name}`,
  );
}

/** "#support-cases", which opens the channel; a private one that is not hers stays unnamed. */
export function channelPill(id, label) {
  const found = channel(id);
  if (!found)
    return h("span", { class: "mention mention-plain" }, label ? `#${unescape(label)}` : "#private-channel");
  return h(
    "a",
    {
      class: "mention",
      href: "#",
      on: {
        click: (event) => {
          event.preventDefault();
          emit("go", { channel: id });
        },
      },
    },
    `#${found.name}`,
  );
}

/** "@channel", "@here", "@everyone" or a group. */
export function broadcastPill(name) {
  return h("span", { class: "mention mention-all" }, `@${name}`);
}

/** A `!date^unix^format^link` token in the acting person's zone, with the zone named on hover. */
export function dateNode(target, fallback) {
  const [, unix, format, url] = target.split("^");
  return dateElement(Number(unix), unescape(format ?? ""), unescape(fallback ?? ""), url);
}

/** A date by its parts; shows the fallback where the format is not understood. */
export function dateElement(unix, format, fallback, url) {
  const text = dateToken(format, unix, zone());
  if (text === null) return h("span", {}, fallback || format);
  const title = `${dateToken("{date_long} {time_secs}", unix, zone())} ${zoneName(unix, zone())}`;
  const node = h("time", { class: "date", title, datetime: new Date(unix * 1000).toISOString() }, text);
  return url ? linkNode(unescape(url), [node]) : node;
}

/** A link; only harmless schemes become one, and links to this workspace open inside the page. */
export function linkNode(url, label = null) {
  const children = label?.length ? label : [url.replace(/^mailto:/, "")];
  if (!/^(https?:|mailto:|tel:|slack:)/i.test(url)) return h("span", {}, children);
  const place = insideTarget(url);
  return h(
    "a",
    {
      class: "link",
      href: url,
      target: place ? undefined : "_blank",
      rel: "noopener noreferrer",
      on: place
        ? {
            click: (event) => {
              event.preventDefault();
              emit("go", place);
            },
          }
        : undefined,
    },
    children,
  );
}

/** Where in this page a permalink or an app link leads, or null for the wide web. */
export function insideTarget(url) {
  const archive = /\/archives\/([A-Z0-9]+)(?:\/p(\d+)(\d{6}))?(?:\?.*?thread_ts=([\d.]+))?/.exec(url);
  if (archive && (channel(archive[1]) || isLocal(url))) {
    const [, id, seconds, micros, thread] = archive;
    return { channel: id, ts: seconds ? `${seconds}.${micros}` : undefined, thread };
  }
  if (/^slack:\/\/app\b/.test(url)) return /tab=messages/.test(url) ? { messages: true } : { home: true };
  return null;
}

function isLocal(url) {
  try {
    return new URL(url).origin === location.origin;
  } catch {
    return false;
  }
}
