// "Go to", laid over the page: what is typed is looked for, arrow keys and Enter choose, Escape leaves and gives the
// focus back. Fetched by going.js when somebody first asks for it. Without it there is the page /go.
import { listbox } from "./listbox.js";
import { _ } from "./words.js";

const make = (kind, properties) => Object.assign(document.createElement(kind), properties);
const name = _("Go to");
const sheet = make("dialog", { className: "sheet sheet--go", ariaLabel: name, closedBy: "any" });
const label = make("label", { htmlFor: "going", textContent: _("A page, question, practice, colleague, department or topic") });
const box = make("input", { id: "going", className: "input", maxLength: 80, autocomplete: "off", autocapitalize: "none", spellcheck: false, enterKeyHint: "go", dir: "auto" });
const status = make("p", { className: "visually-hidden", role: "status" });
const list = listbox(box, { label: name, take: (url) => location.assign(url) });
let turn = 0;
let timer;

sheet.append(label, box, list.element, status);
document.body.append(sheet);
document.addEventListener("go", open);
sheet.addEventListener("keydown", leave, { capture: true }); // Before the list, which would only close itself.
box.addEventListener("focus", () => look());
box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(look, 150);
});

function open() {
  if (sheet.open) return sheet.close();
  box.value = "";
  sheet.showModal();
}

function leave(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  sheet.close();
}

async function look() {
  const mine = ++turn;
  const answer = await fetch(`/suggest/goals?q=${encodeURIComponent(box.value.trim())}`).catch(() => null);
  if (!answer?.ok || answer.redirected) return sheet.open && location.assign("/go"); // The page says what is the matter.
  const found = await answer.json();
  if (mine !== turn || !sheet.open) return; // Overtaken by what was typed since.
  list.show(found.map(({ title, url }) => ({ value: url, shown: title })), true);
  found.forEach(({ kind, about }, place) => {
    list.element.children[place].append(make("span", { className: "linklist__count", textContent: [about, kind].filter(Boolean).join(" · ") }));
  });
  status.textContent = _("To choose from: %(number)s", { number: found.length });
}
