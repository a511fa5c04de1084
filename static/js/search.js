// The search box offers titles while one types, and one's last searches while it is empty: a combobox, its list built
// from nodes. On the search page the results follow what is typed, so there only the last searches are offered.
import { _ } from "./words.js";
const box = document.querySelector("[data-search]");
let list;
let turn = 0;
let timer;
if (box) start();

function start() {
  list = Object.assign(document.createElement("div"), { id: "search-list", className: "search__list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", _("Suggestions"));
  box.after(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) {
    box.setAttribute(name, value);
  }
  box.addEventListener("input", wait);
  box.addEventListener("focus", wait);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", press);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // The box keeps the focus.
  list.addEventListener("click", (event) => go(event.target.closest("[data-url]")));
  document.addEventListener("htmx:after:swap", () => {
    document.querySelector("[data-found-status]")?.replaceChildren(document.querySelector("#found h1")?.textContent ?? "");
  });
}

function wait() {
  turn++; // What was asked for before and comes late is not shown.
  clearTimeout(timer);
  timer = setTimeout(offer, box.value ? 200 : 0);
}

async function offer() {
  const mine = ++turn;
  const typed = box.value.trim();
  if (typed && "live" in box.dataset) return close();
  const answer = await fetch(typed ? `/suggest?q=${encodeURIComponent(typed)}` : "/searches").catch(() => null);
  const offered = answer?.ok && !answer.redirected ? await answer.json() : []; // Redirected: the session has ended.
  if (mine !== turn || document.activeElement !== box) return;
  list.replaceChildren(...offered.map(option));
  list.hidden = !offered.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
  choose(null);
}

function option({ title, url }, place) {
  const made = Object.assign(document.createElement("div"), { id: `search-option-${place}`, className: "search__option", textContent: title });
  made.setAttribute("role", "option");
  made.dataset.url = url;
  return made;
}

function press(event) {
  const chosen = list.querySelector("[aria-selected='true']");
  const options = [...list.children];
  if (event.key === "?" && !box.value) show(event);
  if (event.key === "Escape" && !list.hidden) close(event.preventDefault());
  if (list.hidden || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  if (event.key === "Enter") return chosen && (event.preventDefault(), go(chosen));
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = chosen ? options.indexOf(chosen) + step : step > 0 ? 0 : options.length - 1;
  choose(options[at] ?? null); // Past either end is back in the box.
}

function choose(chosen) {
  for (const each of list.children) each.setAttribute("aria-selected", String(each === chosen));
  if (chosen) box.setAttribute("aria-activedescendant", chosen.id);
  else box.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}

function close() {
  turn++;
  clearTimeout(timer);
  list.hidden = true;
  box.setAttribute("aria-expanded", "false");
  choose(null);
}

function go(chosen) {
  if (chosen) location.assign(chosen.dataset.url);
}

function show(event) {
  event.preventDefault();
  const help = document.querySelector("[data-search-help]");
  if (!help) return location.assign("/search#search-help");
  help.open = true;
  help.querySelector("summary").focus();
}
