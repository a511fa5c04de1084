// Keys of the inbox, beside those of every page: they act on the thread that has the focus, and on no other.
import { _ } from "./words.js";

const TITLES = ".notes__title a";
const DEEDS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => press(document.activeElement.closest(TITLES)),
  e: () => leave('form[action$="/completion"] button'),
  u: () => leave('form[action$="/reading"] button'),
  h: later,
};
const PLACE = "inbox-place"; // where the list is gone on with, after a thread has left it

document.addEventListener("keydown", (event) => {
  // What has been done by then was meant for the keys of every page: g and then h.
  if (!("shortcuts" in document.documentElement.dataset) || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  if (DEEDS[event.key]?.()) event.preventDefault();
});

// By a key or by hand: the next thread has the focus, and above it stands what became of this one.
document.addEventListener("submit", ({ target }) => {
  const thread = target.closest(".notes");
  if (thread) sessionStorage.setItem(PLACE, titles().indexOf(thread.querySelector(TITLES)));
});

const place = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
if (place !== null) {
  const title = titles()[place] ?? titles().at(-1);
  const flashes = document.querySelector(".flashes");
  if (flashes) title?.closest(".notes").before(flashes);
  title?.focus();
}

function titles() {
  return [...document.querySelectorAll(TITLES)];
}

function at() {
  return titles().indexOf(document.activeElement.closest(".notes")?.querySelector(TITLES));
}

function move(step) {
  const all = titles();
  const next = all[Math.min(Math.max(at() + step, 0), all.length - 1)];
  next?.focus();
  return next;
}

function here(control) {
  return titles()[at()]?.closest(".notes").querySelector(control);
}

function press(element) {
  element?.click();
  return element;
}

function leave(control) {
  return at() < 0 ? tell() : press(here(control));
}

function tell() {
  const message = document.getElementById("message").content.firstElementChild.cloneNode(true);
  message.className = "flash";
  message.removeAttribute("role"); // Its place is a status.
  message.lastElementChild.textContent = _("Choose an entry first: j and k go through them.");
  document.getElementById("said").replaceChildren(message);
  return message;
}

function later() {
  if (at() < 0) return tell();
  const menu = here("details[data-menu]");
  if (!menu) return false;
  menu.open = true;
  menu.querySelector("button").focus();
  return menu;
}
