/** The live connection to the sandbox: turns what it pushes into events of the page, reconnects by itself. */
import { emit, state } from "./state.js";

let socket = null;
let wait = 300;

/** Connects as the person acted as; a connection for somebody else is dropped. */
export function connectLive() {
  socket?.close();
  const own = new WebSocket(
    `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ui/live?as=${encodeURIComponent(state.me)}`,
  );
  socket = own;
  own.addEventListener("open", () => {
    if (own !== socket) return;
    wait = 300;
    state.online = true;
    // Whatever was pushed while nobody listened is fetched again.
    emit("live:resync");
  });
  own.addEventListener("message", (event) => {
    if (own !== socket) return;
    const data = JSON.parse(event.data);
    emit(`live:${data.type}`, data);
  });
  own.addEventListener("close", () => {
    if (own !== socket) return;
    if (state.online) {
      state.online = false;
      emit("online");
    }
    setTimeout(() => {
      if (own === socket) connectLive();
    }, wait);
    wait = Math.min(wait * 1.7, 4000);
  });
}
