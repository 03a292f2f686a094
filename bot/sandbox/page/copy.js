/** Puts text on the clipboard, also where the browser gives no clipboard to a page without a certificate. */
import { h } from "./dom.js";
import { toast } from "./toast.js";

function theOldWay(text) {
  const before = document.activeElement;
  const box = h("textarea", { class: "off-screen", value: text, "aria-hidden": "true" });
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  before?.focus?.();
  return done;
}

/** Copies and says so. */
export async function copyText(text, sentence) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = theOldWay(text);
  }
  if (done) toast(sentence);
  else toast("The browser does not let this page use the clipboard.", "error");
}
