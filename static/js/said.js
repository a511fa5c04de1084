// What became of what was pressed is shown over the page, and read out since its place is a status. It stays 20 seconds,
// longer while somebody is in it, and can be closed; what was refused stays until then.
import htmx from "./htmx.js";
import { _ } from "./words.js";

const STAYS = 20_000; // ms
const said = document.getElementById("said");
const problem = document.getElementById("problem");

export function say(words) {
  const message = htmx.find("#message").content.firstElementChild.cloneNode(true);
  message.lastElementChild.textContent = words;
  problem.replaceChildren(message);
}

for (const place of [said, problem]) {
  new MutationObserver((changes) => {
    for (const message of changes.flatMap(({ addedNodes }) => [...addedNodes])) if (message.matches?.(".flash")) open(message);
  }).observe(place, { childList: true });
}

function open(message) {
  const close = document.createElement("button");
  close.className = "act";
  close.textContent = "✕";
  close.ariaLabel = _("Close");
  close.addEventListener("click", () => message.remove());
  message.append(close);
  const leave = () => (message.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : message.remove());
  if (message.parentElement === said) setTimeout(leave, STAYS);
}

// Nobody answered: what was pressed is as it was before. A look that nobody asked for needs no words.
export const AWAY = _("The site cannot be reached just now, and nothing was changed. What you typed is still here: try again in a moment.");
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx.request?.method !== "GET") say(AWAY);
});
