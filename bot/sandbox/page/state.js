/** What the page knows: who acts, what the last snapshot said, what is shown; modules listen here for changes. */

export const state = {
  me: null, // user id of the person acted as
  snapshot: null,
  place: null, // {kind: "channel", id} or {kind: "home"}
  thread: null, // ts of the thread shown on the right
  online: false, // the live connection of this page
};

const bus = new EventTarget();

/** Tells listeners that something happened. */
export function emit(name, detail = {}) {
  bus.dispatchEvent(new CustomEvent(name, { detail }));
}

/** Listens for something. */
export function on(name, run) {
  bus.addEventListener(name, (event) => run(event.detail));
}

/** A person (or the bot) by id; unknown ids give a stand-in so that nothing breaks. */
export function person(id) {
  const found = state.snapshot?.people.find((one) => one.id === id);
  if (found) return found;
  const bot = state.snapshot?.bot;
  if (bot && (bot.id === id || !id))
    return { id: bot.id, name: bot.name, handle: bot.name.toLowerCase(), is_bot: true };
  return { id, name: id ?? "Unknown", handle: id ?? "unknown", title: "", tz: "UTC" };
}

/** Everybody whom one can name: people and the app, not the workspace's own voice. */
export function nameable() {
  return (state.snapshot?.people ?? []).filter((one) => one.id !== "USLACKBOT");
}

/** The person acted as. */
export function me() {
  return person(state.me);
}

/** The acting person's time zone. */
export function zone() {
  return me().tz || "UTC";
}

/** A channel or direct message by id, or null. */
export function channel(id) {
  const { channels = [], dms = [] } = state.snapshot ?? {};
  const found = channels.find((one) => one.id === id);
  if (found) return { ...found, kind: "channel" };
  const dm = dms.find((one) => one.id === id);
  return dm ? { ...dm, kind: "dm", is_member: true } : null;
}

/** The direct message with the bot, or null. */
export function botDm() {
  const { dms = [], bot } = state.snapshot ?? {};
  return dms.find((dm) => dm.user === bot?.id) ?? null;
}

/** The id of the conversation that is on screen, or null while Home is. */
export function shownChannel() {
  return state.place?.kind === "channel" ? state.place.id : null;
}
