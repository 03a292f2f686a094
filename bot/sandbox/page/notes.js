/** Notices of the workspace itself ("/case failed…") that stand in a conversation and only this person sees. */
import { emit, state } from "./state.js";
import { businessNow } from "./time.js";

/** Who speaks where the workspace itself has something to say. */
export const WORKSPACE = "USLACKBOT";

const notes = new Map();

function key(channel, thread) {
  return `${state.me} ${channel} ${thread ?? ""}`;
}

/** Adds a notice to a conversation or thread of the person acted as. */
export function addNote(channel, thread, text) {
  const list = notes.get(key(channel, thread)) ?? [];
  // Escaped as Slack escapes text, because it runs through the same renderer.
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  list.push({ ts: businessNow().toFixed(6), user: WORKSPACE, text: escaped, ephemeral: true, note: true });
  notes.set(key(channel, thread), list);
  emit("notes", { channel, thread });
}

/** The notices of a conversation or thread. */
export function notesOf(channel, thread) {
  return notes.get(key(channel, thread)) ?? [];
}
