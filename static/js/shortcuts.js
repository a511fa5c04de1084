// Keys for those who like them; ? shows which, and lets them be switched off. They act outside of text fields only.
import htmx from "./htmx.js";
import { reply } from "./quote.js";

const PLACES = { h: "/", q: "/questions", i: "/inbox", p: "/practices", d: "/departments", s: "/settings" };
const ROWS = ".row__title a, .result__title a, .card__title a, a.card__title, .post__when a:first-child";
const DEEDS = {
  "/": () => focus(document.querySelector("[data-shortcut='/']")),
  c: () => go("/ask"),
  j: () => move(1),
  k: () => move(-1),
  o: () => press(document.activeElement.closest(ROWS)),
  b: () => press(here('a[href$="/bookmark"]')),
  e: () => press(here('a[href$="/edit"]')),
  r: reply,
  v: () => press(focus(here(".vote button"))),
  "?": show,
};
let waiting = false; // for the second key after g

document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.documentElement.dataset)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return; // The focus leaves a closed one with the next picture only.
  const deed = waiting && PLACES[event.key] ? () => go(PLACES[event.key]) : DEEDS[event.key];
  waiting = event.key === "g";
  if (waiting) setTimeout(() => (waiting = false), 1500);
  else if (deed?.()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts-help]")) show(event.preventDefault());
});

function go(address) {
  location.assign(address);
  return true;
}

function focus(element) {
  element?.focus();
  return element;
}

function press(element) {
  element?.click();
  return element;
}

// In the post that has the focus, else the first there is.
function here(control) {
  return (document.activeElement.closest("article, .comment") ?? document.querySelector("main")).querySelector(control);
}

function move(step) {
  const links = [...document.querySelectorAll(ROWS)];
  const at = links.indexOf(document.activeElement);
  return focus(links[Math.min(Math.max(at + step, 0), links.length - 1)]);
}

function show() {
  const sheet = document.querySelector(".sheet") ?? Object.assign(document.createElement("dialog"), { className: "sheet", closedBy: "any" });
  sheet.setAttribute("aria-labelledby", "keys-title");
  document.body.append(sheet);
  htmx.ajax("GET", "/shortcuts", { target: sheet, swap: "innerHTML" }).then(() => sheet.open || sheet.showModal());
  return true;
}
