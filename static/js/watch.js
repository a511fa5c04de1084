// While a thread is looked at, asks now and then for what others wrote. It only says so; nothing moves until the reader
// presses it, and then the first new post is where they go on.
import htmx from "./htmx.js";

const EVERY = 45_000; // ms
const REST = 3_600_000; // ms without a key or a hand: the session may end as it would on any open page
let last = Date.now();
let touched = Date.now();

const watch = () => document.querySelector("[data-watch]");
if (watch()) {
  for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, () => (touched = Date.now()), { passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 1000);
}

function look() {
  const now = Date.now();
  if (document.hidden || now - last < EVERY || now - touched > REST || !watch()) return;
  last = now;
  htmx.trigger(watch(), "look");
}

// A question that nobody asked is not answered with a complaint.
document.addEventListener("htmx:before:swap", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (sourceElement.matches("[data-watch]") && response.status >= 400) event.preventDefault();
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!event.detail.ctx.request.action.includes("/answers?after=")) return;
  const line = document.getElementById("new");
  line?.closest("details")?.setAttribute("open", "");
  line?.focus({ preventScroll: true });
  line?.scrollIntoView({ block: "start" });
});
