// A second net under a long text: what is being typed stays in this browser until it is sent or thrown away.
import { _ } from "./words.js";
const KEEP_FOR = 14 * 24 * 3600 * 1000; // ms: two weeks, then nobody remembers what it was

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = `draft:${form.dataset.draft}`;
  const fields = [...form.querySelectorAll("textarea, input[type=text]")].filter((field) => field.name);
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (kept && Date.now() - kept.at < KEEP_FOR && fields.every((field) => !field.value)) restore(form, fields, kept, key);

  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(fields, key), 400);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    keep(fields, key);
    if (event.submitter?.name !== "preview") sessionStorage.setItem("draft-sent", key);
  });
}

function keep(fields, key) {
  const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  if (Object.values(values).some(Boolean)) localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
  else localStorage.removeItem(key);
}

function restore(form, fields, kept, key) {
  for (const field of fields) field.value = kept.values[field.name] ?? "";
  const note = document.createElement("p");
  note.className = "field__hint";
  note.setAttribute("role", "status");
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "act";
  discard.textContent = _("Discard it");
  discard.addEventListener("click", () => {
    for (const field of fields) {
      field.value = "";
      field.dispatchEvent(new Event("change", { bubbles: true })); // For a picker.
    }
    localStorage.removeItem(key);
    note.remove();
  });
  note.append(_("Restored what you had typed."), " ", discard);
  form.prepend(note);
}
