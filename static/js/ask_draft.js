// What is typed at /ask is kept on the server and found again in any browser. While the server cannot take it, signed
// out or out of reach, this browser keeps it and hands it over later.
import { _, LANGUAGE } from "./words.js";
const UNSENT = "draft:ask";
const KEEP_FOR = 14 * 24 * 3600 * 1000; // ms: as long as the server
const form = document.querySelector("form[data-keep]");
const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
let isApart = false;
const typed = () => new URLSearchParams(new FormData(form));
if (form) start();

function start() {
  let timer;
  let pending = false;
  const wait = () => {
    pending = true;
    clearTimeout(timer);
    timer = setTimeout(save, 1000);
  };
  const save = async () => {
    pending = false;
    const words = typed();
    const { status, headers } = await fetch(form.dataset.keep, { method: "POST", body: words }).catch(() => ({ status: 0 }));
    if (status === 204) localStorage.removeItem(UNSENT);
    else if (status !== 202) keepHere(words);
    if (status === 204) saved(headers.get("Draft"));
    else if (status !== 202) say(_("Kept in this browser for now; you can go on."));
  };
  if (restore() || "keepNow" in form.dataset) save();
  form.addEventListener("input", wait);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (event.submitter?.hasAttribute("formaction")) localStorage.removeItem(UNSENT);
    else if (pending) keepHere(typed());
    if (event.submitter?.name !== "preview") sessionStorage.setItem("draft-sent", UNSENT); // See draft_sent.js.
    pending = false;
  });
  addEventListener("pagehide", () => pending && navigator.sendBeacon(form.dataset.keep, typed()));
}

function keepHere(words) {
  for (const ofThePage of ["csrf_token", "similar_seen"]) words.delete(ofThePage);
  localStorage.setItem(UNSENT, JSON.stringify({ at: Date.now(), words: words.toString() }));
}

// Only over the same draft or an empty form: what the server has otherwise is another question.
function restore() {
  const { at, words } = JSON.parse(localStorage.getItem(UNSENT) ?? "{}");
  const kept = new URLSearchParams(words);
  const isEmpty = !form.elements.title.value && !form.elements.body.value;
  if (!at || Date.now() - at > KEEP_FOR || !(isEmpty || kept.get("draft") === form.elements.draft.value)) return false;
  for (const field of form.querySelectorAll("input[name], textarea[name]")) {
    if (["checkbox", "radio"].includes(field.type)) field.checked = kept.getAll(field.name).includes(field.value);
    else if (kept.has(field.name)) field.value = kept.get(field.name);
  }
  return true;
}

// Another window changed this draft since: what is typed here is a draft of its own from now on, and the other one stays.
function saved(key) {
  const { draft } = form.elements;
  if (draft.value !== key) isApart = true;
  draft.value = key;
  say(isApart ? _("Saved as a draft of its own: the other was changed in another window. Both are kept.") : _("Saved"));
  form.querySelector("[data-kept-at]").textContent = CLOCK.format(new Date());
}

function say(words) {
  const place = form.querySelector("[data-kept]");
  if (place.textContent !== words) place.textContent = words;
  form.querySelector("[data-kept-at]").textContent = "";
}
