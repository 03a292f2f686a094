/** Calls of the sandbox's page endpoints; the rest of the page never touches fetch. */
import { state } from "./state.js";

const TROUBLE = "The trial workspace does not answer. Is it still running?";

async function call(path, options) {
  try {
    const response = await fetch(path, options);
    const body = await response.json();
    if (!response.ok && body.ok !== false)
      return { ok: false, error: `http_${response.status}`, sentence: TROUBLE };
    return body;
  } catch {
    return { ok: false, error: "unreachable", sentence: TROUBLE };
  }
}

function get(path, params = {}) {
  const query = new URLSearchParams({ as: state.me });
  for (const [key, value] of Object.entries(params))
    if (value !== undefined && value !== null) query.set(key, value);
  return call(`${path}?${query}`, { headers: { Accept: "application/json" } });
}

function post(path, body = {}) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: state.me, ...body }),
  });
}

export const api = {
  snapshot: () => get("/ui/snapshot"),
  messages: (params) => get("/ui/messages", params),
  modals: () => get("/ui/modals"),
  home: () => get("/ui/home"),
  say: (channel, text, threadTs) =>
    post("/ui/say", { channel, text, ...(threadTs ? { thread_ts: threadTs } : {}) }),
  command: (channel, command, text) => post("/ui/command", { channel, command, text }),
  action: (body) => post("/ui/action", body),
  suggest: (viewId, blockId, actionId, value) =>
    post("/ui/suggest", { view_id: viewId, block_id: blockId, action_id: actionId, value }),
  submit: (viewId, values) => post("/ui/submit", { view_id: viewId, values }),
  close: (viewId, all, values) =>
    post("/ui/close", { view_id: viewId, values, ...(all ? { all: true } : {}) }),
  openHome: () => post("/ui/home"),
  read: (channel) => post("/ui/read", { channel }),
  travel: (to) => post("/ui/travel", { to }),
  reload: () => post("/ui/reload"),
  faults: () => get("/ui/faults"),
  turnFault: (name, on) => post("/ui/faults", { name, on }),
  mail: () => get("/ui/mail"),
  answerMail: (id, text) => post("/ui/mail", { id, text }),
  writeMail: (from, subject, text) => post("/ui/mail/new", { from, subject, text }),
  traffic: (after) => get("/ui/traffic", { after }),
  edit: (channel, ts, text) => post("/ui/edit", { channel, ts, text }),
  remove: (channel, ts) => post("/ui/delete", { channel, ts }),
  react: (channel, ts, emoji) => post("/ui/react", { channel, ts, emoji }),
  upload: (name, content) => post("/ui/upload", { name, content }),
  shortcut: (callbackId, channel, ts) => post("/ui/shortcut", { callback_id: callbackId, channel, ts }),
};
