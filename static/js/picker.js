// Topics, colleagues, and departments where there are many, are chosen by typing: a combobox, with what is chosen before it as chips.
// What is sent stays the plain field, or the boxes to tick, of the page without this file.
import { listbox } from "./listbox.js";
import { isSame, ticked, typed } from "./picker_sources.js";
import { _ } from "./words.js";

const make = (kind, properties) => Object.assign(document.createElement(kind), properties);
for (const field of document.querySelectorAll("[data-picker]")) start(field, field.matches("input") ? typed(field) : ticked(field));

function start(field, source) {
  const box = make("input", { className: "picker__box", autocomplete: "off", autocapitalize: "none", enterKeyHint: "done" });
  const [chips, status, picker] = [make("ul"), make("p", { role: "status" }), make("div", { className: "input picker" })];
  const list = listbox(box, { label: source.label, take: add });
  let chosen = source.chosen();
  let turn = 0;

  for (const name of ["aria-describedby", "aria-invalid"]) if (field.hasAttribute(name)) box.setAttribute(name, field.getAttribute(name));
  if (field.matches("input")) [box.id, field.id] = [field.id, ""]; // Its label is the box's from now on.
  else box.ariaLabel = source.label;
  source.hides.hidden = true;
  source.hides.after(picker, status);
  picker.append(chips, box, list.element);
  picker.addEventListener("click", (event) => event.target === picker && box.focus());
  box.value = source.begun();
  field.addEventListener("change", () => { [chosen, box.value] = [source.chosen(), source.begun()]; draw(); }); // A draft was put in or thrown away.
  box.addEventListener("click", () => (box.value || source.isStrict) && offer()); // Nothing is covered before a word.
  box.addEventListener("input", () => {
    take(box.value.split(source.between));
    if (box.value.trim()) offer();
    else list.show([], ++turn);
  });
  box.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return; // By the list.
    if (event.key === "ArrowDown") offer(event.preventDefault());
    if (event.key === "Enter" && box.value) take([box.value, ""], event.preventDefault());
    if (event.key === "Backspace" && !box.value && chosen.length) drop(chosen.at(-1));
  });
  draw();

  function draw() {
    chips.replaceChildren(...chosen.map((each) => {
      const item = make("li");
      const chip = make("button", { type: "button", className: "picker__chip", textContent: each, ariaLabel: _("Remove %(name)s", { name: each }) });
      chip.addEventListener("click", () => { drop(each); box.focus(); });
      item.append(chip);
      return item;
    }));
    write();
  }
  // What is typed and not chosen yet is sent, too.
  function write() {
    source.write(chosen, box.value.trim());
  }
  function change(all, said) {
    chosen = all;
    draw();
    say(said);
    field.dispatchEvent(new Event("input", { bubbles: true })); // For the draft.
  }
  function add(each) {
    box.value = "";
    list.show([]);
    const others = field.dataset.most === "1" ? [] : chosen; // A colleague takes the place of another.
    if (!chosen.some((other) => isSame(each, other))) change([...others, each], _("%(name)s chosen, %(all)s in all", { name: each, all: others.length + 1 }));
  }
  function drop(each) {
    change(chosen.filter((other) => other !== each), _("%(name)s removed", { name: each }));
  }
  function say(words) {
    const over = chosen.length > field.dataset.most;
    status.className = over ? "field__error" : "visually-hidden";
    status.textContent = over ? _("At most %(most)s: leave one out.", { most: field.dataset.most }) : words;
  }

  // What stands before a separator is chosen; the last of the words is still being typed.
  function take(words) {
    const last = words.pop();
    const known = words.map((each) => source.known(each.trim())).filter(Boolean);
    known.forEach(add);
    if (known.length) box.value = last;
    write();
  }
  async function offer() {
    const mine = ++turn;
    const found = await source.find(box.value.trim());
    if (mine !== turn || document.activeElement !== box) return;
    const others = found.filter((each) => !chosen.includes(each.value));
    list.show(others, source.isStrict);
    say(others.length ? _("To choose from: %(number)s", { number: others.length }) : "");
  }
}
