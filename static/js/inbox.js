// Keys of the inbox, beside those of every page: they act on the thread that has the focus, else on the first.
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

const place = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
if (place !== null) (titles()[place] ?? titles().at(-1))?.focus();

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
  return titles()[Math.max(at(), 0)]?.closest(".notes").querySelector(control);
}

function press(element) {
  element?.click();
  return element;
}

function leave(control) {
  const button = here(control);
  if (button) sessionStorage.setItem(PLACE, Math.max(at(), 0));
  return press(button);
}

function later() {
  const menu = here("details[data-menu]");
  if (!menu) return false;
  menu.open = true;
  menu.querySelector("button").focus();
  return menu;
}
