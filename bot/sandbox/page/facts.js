/** What a list needs of each message whenever it draws, worked out once: a thousand messages are drawn often. */
import { dayKey } from "./time.js";

const known = new WeakMap();

/** {json, day}: the message as text, to see whether it changed, and its day in a zone. */
export function factsOf(message, zone) {
  const old = known.get(message);
  if (old?.zone === zone) return old;
  const facts = { zone, json: JSON.stringify(message), day: dayKey(Number(message.ts), zone) };
  known.set(message, facts);
  return facts;
}
