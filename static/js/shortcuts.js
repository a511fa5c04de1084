// Keys for those who like them: / c r g h g p j k and ? for help. Off for whoever switched them off in the settings.
import { reply } from "./quote.js";

const PLACES = { h: "/", p: "/practices", d: "/departments", s: "/settings" };
let waiting = false; // for the second key after g

document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.documentElement.dataset)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (press(event.key)) event.preventDefault();
});

function press(key) {
  if (waiting) {
    waiting = false;
    if (PLACES[key]) return go(PLACES[key]);
  }
  if (key === "g") {
    waiting = true;
    setTimeout(() => (waiting = false), 1500);
    return false;
  }
  if (key === "/") return focus(document.querySelector("[data-shortcut='/']"));
  if (key === "c") return go("/ask");
  if (key === "r") return reply();
  if (key === "?") return go("/help#shortcuts");
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
  return false;
}

function go(address) {
  location.assign(address);
  return true;
}

function focus(element) {
  element?.focus();
  return Boolean(element);
}

function move(step) {
  const links = [...document.querySelectorAll(".row__title a, .result__title a, .card__title a, .post__number")];
  const at = links.indexOf(document.activeElement);
  return focus(links[Math.min(Math.max(at + step, 0), links.length - 1)]);
}
