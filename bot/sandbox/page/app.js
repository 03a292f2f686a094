/** Starts the page: who acts, where they are, and what happens when the sandbox pushes something. */
import { api } from "./api.js";
import { debounce, h } from "./dom.js";
import { closeDrawer } from "./drawer.js";
import { refreshFaults } from "./faults.js";
import { Inspector } from "./inspector.js";
import { listenToKeys } from "./keys.js";
import { connectLive } from "./live.js";
import { MainView } from "./main.js";
import { ModalHost } from "./modals.js";
import { drawPeople } from "./people.js";
import { closePopover } from "./popover.js";
import { drawSidebar } from "./sidebar.js";
import { botDm, channel, emit, me, on, shownChannel, state } from "./state.js";
import { ThreadPane } from "./thread.js";
import { businessNow, dayKey, setNow } from "./time.js";
import { sentenceOf, toast } from "./toast.js";
import { buildTopbar, drawTopbar } from "./topbar.js";

const REMEMBERED = "caseline.as";
let main;
let thread;
let modals;
let shownDay = "";

/** The hash as parameters; a permalink arrives as a query and is taken over. */
function readHash() {
  return new URLSearchParams(location.hash.length > 1 ? location.hash.slice(1) : location.search);
}

function writeHash(push) {
  const hash = new URLSearchParams({
    as: state.me,
    channel: state.place.kind === "home" ? "home" : state.place.id,
  });
  if (state.thread) hash.set("thread", state.thread);
  if (location.hash.slice(1) !== String(hash))
    history[push ? "pushState" : "replaceState"](null, "", `${location.pathname}#${hash}`);
}

/** Fetches the snapshot and draws everything that shows it. */
async function refreshSnapshot() {
  const asked = state.me;
  const snapshot = await api.snapshot();
  if (asked !== state.me || snapshot.ok === false || !snapshot.people) return snapshot;
  state.snapshot = snapshot;
  state.me = snapshot.me.id;
  setNow(snapshot.clock.now);
  if (main && state.place) drawAround();
  return snapshot;
}

function drawAround() {
  drawPeople();
  drawSidebar();
  drawTopbar();
  main.drawHead();
  main.drawComposer();
  thread.draw();
  const day = dayKey(businessNow(), me().tz);
  if (day !== shownDay) {
    shownDay = day;
    main.list.redraw();
    thread.list.redraw();
    if (main.home.view && state.place.kind === "home") main.home.show(main.home.view);
  }
}

/** Where the hash points, or the person's first useful place. */
function placeOf(hash) {
  const wanted = hash.get("channel");
  if (wanted === "home") return { kind: "home" };
  const { channels } = state.snapshot;
  const found = channel(wanted) ?? channels.find((one) => one.name === wanted);
  const first =
    channels.find((one) => one.is_member && one.unread) ??
    channels.find((one) => one.is_member && one.name === "general") ??
    channels.find((one) => one.is_member);
  const id = found?.id ?? first?.id ?? botDm()?.id;
  return id ? { kind: "channel", id } : { kind: "home" };
}

/** Goes somewhere: {channel, ts?, thread?}, {home} or {messages}. */
async function go(target, { push = true } = {}) {
  closePopover();
  closeDrawer();
  const id = target.messages ? botDm()?.id : target.channel;
  const place = target.home ? { kind: "home" } : { kind: "channel", id };
  if (!target.home && !channel(id)) {
    await refreshSnapshot();
    if (!channel(id)) return toast(`${me().name} cannot see that conversation.`, "error");
  }
  const same = JSON.stringify(place) === JSON.stringify(state.place);
  state.place = place;
  state.thread = target.thread ?? null;
  writeHash(push);
  drawAround();
  const jobs = [];
  if (!same || !target.ts) jobs.push(main.show({ ts: target.thread ? undefined : target.ts }));
  else if (!target.thread) jobs.push(main.list.reveal(target.ts));
  jobs.push(thread.show({ ts: target.ts, focus: Boolean(target.thread) }));
  return Promise.all(jobs);
}

/** Becomes another person; stays in the channel where they can see it. */
async function actAs(id, { push = true } = {}) {
  closeDrawer();
  if (id === state.me) return;
  const before = state.me;
  modals.clear();
  // What is pushed meanwhile must not ask for this conversation in the name of somebody who may not see it.
  main.list.reset(null, null);
  thread.list.reset(null, null);
  state.me = id;
  const answer = await refreshSnapshot();
  if (answer.ok === false || !answer.people) {
    state.me = before;
    toast(sentenceOf(answer), "error");
    await Promise.all([main.show(), thread.show()]);
    return;
  }
  localStorage.setItem(REMEMBERED, state.me);
  main.home.clear();
  connectLive();
  const wanted = state.place?.kind === "home" ? "home" : shownChannel();
  state.place = placeOf(new URLSearchParams({ channel: wanted ?? "" }));
  state.thread = null;
  writeHash(push);
  drawAround();
  await Promise.all([main.show(), thread.show(), modals.refresh()]);
}

async function followHash() {
  const hash = readHash();
  if (hash.get("as") && hash.get("as") !== state.me) await actAs(hash.get("as"), { push: false });
  const place = placeOf(hash);
  await go(
    place.kind === "home" ? { home: true } : { channel: place.id, thread: hash.get("thread") ?? undefined },
    { push: false },
  );
}

function refreshLists() {
  main.list.refresh();
  if (state.thread) thread.list.refresh();
}

/** Tells the lists where something changed; without a ts it may be anywhere. */
function touchLists(ts) {
  for (const list of [main.list, thread.list]) list.touch(ts);
}

/** Listens to the page's own events and to what the sandbox pushes. */
function listen() {
  const snapshotSoon = debounce(refreshSnapshot, 60);
  const listsSoon = debounce(refreshLists, 30);
  const homeSoon = debounce(() => {
    if (state.place.kind === "home") main.home.refresh();
  }, 30);
  const about = (data) => {
    const id = data.channel ?? data.message?.channel ?? data.deleted?.channel;
    if (id === shownChannel()) {
      const { ts, thread_ts: root } = data.message ?? {};
      touchLists(root ?? ts);
    }
    if (!id || id === shownChannel()) listsSoon();
    snapshotSoon();
  };
  on("go", (target) => go(target));
  on("act-as", ({ id }) => actAs(id));
  on("thread", ({ ts }) => {
    state.thread = ts;
    writeHash(true);
    thread.show();
  });
  on("sent", ({ thread: inThread }) => (inThread ? thread.list : main.list).toBottom());
  on("notes", () => {
    main.list.draw();
    thread.list.draw();
    main.list.toBottom();
  });
  on("acted", () => {
    listsSoon();
    snapshotSoon();
    modals.refresh();
  });
  on("read", drawSidebar);
  on("framed", drawPeople);
  on("write", () => main.composer.focus());
  on("thread-left", ({ ts }) => main.list.focusOn(ts) || main.composer.focus());
  on("live:faults", refreshFaults);
  on("online", drawTopbar);
  on("travelled", () => {
    snapshotSoon();
    touchLists();
    refreshLists();
    homeSoon();
    modals.refresh();
  });
  for (const type of ["message", "message_changed", "message_deleted", "ephemeral"])
    on(`live:${type}`, about);
  on("live:unread", snapshotSoon);
  on("live:bot", snapshotSoon);
  on("live:modals", () => modals.refresh());
  on("live:home", homeSoon);
  on("live:clock", (data) => {
    if (Number.isFinite(data.now ?? data.clock?.now)) setNow(data.now ?? data.clock.now);
    snapshotSoon();
  });
  on("live:toast", (data) =>
    toast(data.sentence ?? data.text ?? sentenceOf(data), data.level ?? (data.error ? "error" : "info")),
  );
  on("live:resync", () => {
    refreshFaults();
    snapshotSoon();
    touchLists();
    refreshLists();
    homeSoon();
    modals.refresh();
  });
  addEventListener("popstate", followHash);
  document.addEventListener("visibilitychange", () => main.list.markRead());
}

function failed(answer) {
  document
    .getElementById("main")
    .replaceChildren(
      h(
        "div",
        { class: "empty" },
        h("p", {}, sentenceOf(answer)),
        h("button", { class: "button", type: "button", on: { click: () => location.reload() } }, "Try again"),
      ),
    );
}

async function start() {
  const candidates = [readHash().get("as"), localStorage.getItem(REMEMBERED), "U0ANA", ""].filter(
    (one) => one !== null,
  );
  let answer;
  for (const candidate of candidates) {
    state.me = candidate;
    answer = await refreshSnapshot();
    if (answer.people || answer.error === "unreachable") break;
  }
  if (!answer.people) return failed(answer);
  localStorage.setItem(REMEMBERED, state.me);
  // As in Slack, messages that only one person sees do not survive a reload of the page.
  if (performance.getEntriesByType("navigation")[0]?.type === "reload") await api.reload();
  const inspector = new Inspector();
  buildTopbar(inspector.button);
  listenToKeys();
  main = new MainView();
  thread = new ThreadPane();
  modals = new ModalHost();
  const query = readHash();
  state.place = placeOf(query);
  state.thread = state.place.kind === "channel" ? query.get("thread") : null;
  writeHash(false);
  listen();
  connectLive();
  drawAround();
  setInterval(() => {
    drawTopbar();
    drawPeople();
  }, 1000);
  const ts = query.get("ts") ?? undefined;
  await Promise.all([
    main.show({ ts: state.thread ? undefined : ts }),
    thread.show({ ts, focus: false }),
    modals.refresh(),
  ]);
  document.body.dataset.ready = "true";
  return emit("ready");
}

start();
