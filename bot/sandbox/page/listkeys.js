/** Keys in a list of messages: arrows from message to message, Enter for the thread, Escape to the box to write in. */

const ROW = ".message";

/** Listens on a list's scroller; `open(ts)` opens a thread, `leave()` is for Escape. */
export function listenInList(scroller, { open, leave }) {
  const rows = () => [...scroller.querySelectorAll(ROW)];
  const inSight = () => {
    const { top, bottom } = scroller.getBoundingClientRect();
    return rows().findLast((one) => {
      const box = one.getBoundingClientRect();
      return box.top < bottom - 8 && box.bottom > top;
    });
  };
  const move = (from, step) => {
    const all = rows();
    const to = from ? all[all.indexOf(from) + step] : inSight();
    to?.focus({ preventScroll: true });
    to?.scrollIntoView({ block: "nearest" });
  };
  scroller.addEventListener("keydown", (event) => {
    const row = event.target.matches(ROW) ? event.target : null;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") {
      const around = event.target.closest(ROW);
      if (around && !row) around.focus();
      else if (!leave(row)) return;
      event.stopPropagation();
    } else if (!row && event.target !== scroller) return;
    else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      move(row, event.key === "ArrowUp" ? -1 : 1);
    } else if (event.key === "Enter" && row && !row.dataset.ephemeral) {
      event.preventDefault();
      open(row.dataset.ts);
    }
  });
}
