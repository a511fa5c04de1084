// The search box offers titles while one types, and one's last searches while it is empty. On the search page the
// results follow what is typed, so there only the last searches are offered.
import { listbox } from "./listbox.js";
import { _ } from "./words.js";

const box = document.querySelector("[data-search]");
const list = box && listbox(box, { label: _("Suggestions"), take: (url) => location.assign(url) });
let turn = 0;
let timer;
if (box) start();

function start() {
  box.after(list.element);
  box.addEventListener("input", wait);
  box.addEventListener("focus", wait);
  box.addEventListener("blur", stop);
  box.addEventListener("keydown", (event) => event.key === "?" && !box.value && explain(event));
  document.addEventListener("htmx:after:swap", () => {
    document.querySelector("[data-found-status]")?.replaceChildren(document.querySelector("#found h1")?.textContent ?? "");
  });
}

function stop() {
  turn++; // What was asked for before and comes late is not shown.
  clearTimeout(timer);
}

function wait() {
  stop();
  timer = setTimeout(offer, box.value ? 200 : 0);
}

async function offer() {
  const mine = ++turn;
  const typed = box.value.trim();
  if (typed && "live" in box.dataset) return list.show([]);
  const answer = await fetch(typed ? `/suggest?q=${encodeURIComponent(typed)}` : "/searches").catch(() => null);
  const offered = answer?.ok && !answer.redirected ? await answer.json() : []; // Redirected: the session has ended.
  if (mine !== turn || document.activeElement !== box) return;
  list.show(offered.map(({ title, url }) => ({ value: url, shown: title })));
}

function explain(event) {
  event.preventDefault();
  const help = document.querySelector("[data-search-help]");
  if (!help) return location.assign("/search#search-help");
  help.open = true;
  help.querySelector("summary").focus();
}
