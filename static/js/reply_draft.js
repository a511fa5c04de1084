// An answer or a comment that is being written is kept on the server, and found again in any browser. While the server
// cannot take it, this browser keeps it and hands it over later.
import { askWhich, say, tellRestored } from "./reply_draft_notes.js";
import { _ } from "./words.js";

const AFTER = 2000; // ms after the last key
const WINDOW = Math.random().toString(36).slice(2); // which window writes; see posts/reply_drafts.py
const begun = new Map(); // form -> what is not saved yet
const unsent = (form) => `draft:${form.dataset.reply}`;
const words = (form) => new URLSearchParams(new FormData(form));

for (const kind of ["focusin", "input"]) {
  document.addEventListener(kind, ({ target }) => {
    const form = target.closest?.("form[data-reply]");
    if (form && !begun.has(form)) begin(form);
    if (form && kind === "input" && target.name !== "draft_seen") wait(form);
  });
}
const here = document.activeElement?.closest("form[data-reply]");
for (const form of document.querySelectorAll("form[data-reply]")) {
  const { body } = form.elements;
  const isTyped = body.value !== body.defaultValue; // Whoever was quicker than this script has no key left to press.
  if (form === here || isTyped || localStorage.getItem(unsent(form))) begin(form); // See editor_later.js.
  if (isTyped) wait(form);
}

document.addEventListener("submit", ({ target: form, submitter }) => {
  if (!begun.has(form) || submitter?.name === "preview") return;
  stop(form);
  if (!form.dataset.reply.endsWith("answer")) return;
  localStorage.setItem(unsent(form), form.elements.body.value); // Until the next page shows that it went well: draft_sent.js.
  sessionStorage.setItem("draft-sent", unsent(form));
}, { capture: true });
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (begun.has(ctx.sourceElement) && !(ctx.response?.status < 400)) wait(ctx.sourceElement);
});
for (const [place, kind] of [[window, "pagehide"], [document, "visibilitychange"]]) {
  place.addEventListener(kind, () => {
    if (kind === "visibilitychange" && !document.hidden) return;
    for (const [form, state] of begun) if (state.timer && stop(form)) navigator.sendBeacon(form.dataset.reply, words(form));
  });
}

async function begin(form) {
  begun.set(form, {});
  for (const [name, value] of [["draft_seen", "0"], ["draft_window", WINDOW]]) {
    const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
    field.value ||= value;
  }
  const { body } = form.elements;
  if (body.value) return;
  const answer = await fetch(form.dataset.reply).catch(() => ({}));
  const kept = answer.status === 200 && (await answer.json());
  const left = localStorage.getItem(unsent(form));
  if (body.value || !(kept || left)) return;
  take(form, kept || { body: left, version: 0 });
  tellRestored(form, () => { body.value = ""; save(form); });
}

export function take(form, { body, unnamed, shows_department, version }) {
  form.elements.body.value = body;
  form.elements.draft_seen.value = version;
  if (form.elements.unnamed) form.elements.unnamed.checked = unnamed;
  if (form.elements.shows_department) form.elements.shows_department.checked = shows_department;
}

function wait(form) {
  stop(form);
  begun.get(form).timer = setTimeout(save, AFTER, form);
}

function stop(form) {
  clearTimeout(begun.get(form).timer);
  return delete begun.get(form).timer;
}

export async function save(form) {
  stop(form);
  if (begun.get(form).saving) return wait(form); // One after the other: each tells the next which version it has seen.
  begun.get(form).saving = true;
  const sent = form.elements.body.value;
  const answer = await fetch(form.dataset.reply, { method: "POST", body: words(form) }).catch(() => ({ status: 0 }));
  begun.get(form).saving = false;
  if (answer.status === 409) return askWhich(form, await answer.json());
  if (answer.status !== 204 && answer.status !== 202) {
    localStorage.setItem(unsent(form), sent);
    return say(form, _("Kept in this browser for now; you can go on."));
  }
  localStorage.removeItem(unsent(form));
  form.elements.draft_seen.value = answer.headers.get("Draft");
  say(form, answer.status === 204 ? _("Saved") : "", true);
}
