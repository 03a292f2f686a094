/** Business time and how instants read in a person's zone, with all of Slack's date tokens. */

let anchor = { now: Date.now() / 1000, at: performance.now() };

/** Takes over the workspace's clock. */
export function setNow(unix) {
  anchor = { now: unix, at: performance.now() };
}

/** Business time now, in unix seconds. */
export function businessNow() {
  return anchor.now + (performance.now() - anchor.at) / 1000;
}

const formatters = new Map();

function formatter(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formatters.has(key)) {
    let made;
    try {
      made = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
    } catch {
      made = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
    }
    formatters.set(key, made);
  }
  return formatters.get(key);
}

const PARTS = {
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  weekday: "long",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
};

/** Year, month, day, weekday, hour, minute, second of an instant in a zone. */
function partsIn(unix, zone) {
  const parts = {};
  for (const { type, value } of formatter(zone, PARTS).formatToParts(unix * 1000)) parts[type] = value;
  return parts;
}

/** "2026-03-01" of an instant in a zone. */
export function dayKey(unix, zone) {
  const { year, month, day } = partsIn(unix, zone);
  return `${year}-${month}-${day}`;
}

/** "14:05". */
export function clockTime(unix, zone) {
  const { hour, minute } = partsIn(unix, zone);
  return `${hour}:${minute}`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function ordinal(day) {
  const tail = day % 100 >= 11 && day % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][day % 10] ?? "th");
  return `${day}${tail}`;
}

const DAY_NAMES = new Map([
  [-1, "yesterday"],
  [0, "today"],
  [1, "tomorrow"],
]);

/** How many calendar days `unix` lies after today in the zone (negative: before). */
function daysFromToday(unix, zone) {
  const noon = (key) => Date.parse(`${key}T12:00:00Z`) / 86_400_000;
  return Math.round(noon(dayKey(unix, zone)) - noon(dayKey(businessNow(), zone)));
}

function pretty(unix, zone, otherwise) {
  return DAY_NAMES.get(daysFromToday(unix, zone)) ?? otherwise;
}

function ago(unix) {
  const gap = unix - businessNow();
  const size = Math.abs(gap);
  const [unit, seconds] = [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ].find(([, s]) => size >= s) ?? ["second", 1];
  const count = Math.round(size / seconds);
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return gap > 0 ? `in ${words}` : `${words} ago`;
}

/** ", 2026", or nothing where the date is less than half a year away, as Slack's client does. */
function farYear(parts, unix) {
  return Math.abs(unix - businessNow()) < 182 * 86_400 ? "" : `, ${parts.year}`;
}

const TOKENS = {
  date_num: (p) => `${p.year}-${p.month}-${p.day}`,
  date_slash: (p) => `${p.day}/${p.month}/${p.year}`,
  date: (p, unix) => `${MONTHS[p.month - 1]} ${ordinal(Number(p.day))}${farYear(p, unix)}`,
  date_short: (p, unix) => `${MONTHS[p.month - 1].slice(0, 3)} ${Number(p.day)}${farYear(p, unix)}`,
  date_long: (p) => `${p.weekday}, ${MONTHS[p.month - 1]} ${ordinal(Number(p.day))}, ${p.year}`,
  date_long_full: (p) => `${MONTHS[p.month - 1]} ${Number(p.day)}, ${p.year}`,
  date_pretty: (p, unix, zone) => pretty(unix, zone, TOKENS.date(p, unix)),
  date_short_pretty: (p, unix, zone) => pretty(unix, zone, TOKENS.date_short(p, unix)),
  date_long_pretty: (p, unix, zone) => pretty(unix, zone, TOKENS.date_long(p)),
  day_divider_pretty: (p, unix, zone) => pretty(unix, zone, `${p.weekday}, ${TOKENS.date(p, unix)}`),
  time: (p) => `${p.hour}:${p.minute}`,
  time_secs: (p) => `${p.hour}:${p.minute}:${p.second}`,
  ago: (p, unix) => ago(unix),
};

/** Fills Slack's date tokens for an instant; null when the format holds no known token. */
export function dateToken(format, unix, zone) {
  if (!Number.isFinite(unix)) return null;
  const parts = partsIn(unix, zone);
  let known = 0;
  const text = format.replace(/\{([a-z_]+)\}/g, (whole, name) => {
    if (!TOKENS[name]) return whole;
    known += 1;
    return TOKENS[name](parts, unix, zone);
  });
  if (!known) return null;
  return /^\{(date|day)\w*_pretty\}/.test(format) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** "Today", "Yesterday" or "Monday, March 2nd" for the divider between days. */
export function dividerLabel(unix, zone) {
  return dateToken("{day_divider_pretty}", unix, zone);
}

/** "today at 10:12" or "Mar 2, 2026 at 10:12". */
export function dayAndTime(unix, zone) {
  return dateToken("on {date_short_pretty} at {time}", unix, zone).replace(
    /^on (today|yesterday|tomorrow)/,
    "$1",
  );
}

/** The zone's short name at an instant: "GMT+1", "JST"... */
export function zoneName(unix, zone) {
  const part = formatter(zone, { timeZoneName: "short", hour: "2-digit" })
    .formatToParts(unix * 1000)
    .find(({ type }) => type === "timeZoneName");
  return part?.value ?? zone;
}

/** "Lisbon" of "Europe/Lisbon". */
export function zoneCity(zone) {
  return zone.split("/").pop().replaceAll("_", " ");
}

/** The unix instant of a wall clock time in a zone ("2026-03-01", "14:05"). */
export function zonedToUnix(date, time, zone) {
  const naive = Date.parse(`${date}T${time}:00Z`) / 1000;
  let guess = naive;
  // Two rounds settle it also where the zone's offset changes close by.
  for (let round = 0; round < 2; round += 1) {
    const p = partsIn(guess, zone);
    const shown = Date.parse(`${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}:${p.second}Z`) / 1000;
    guess += naive - shown;
  }
  return guess;
}
