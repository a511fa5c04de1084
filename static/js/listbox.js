// A list of options under a box in which one types: arrow keys go through it, Enter or a press takes one.
export function listbox(box, { label, take }) {
  const element = Object.assign(document.createElement("div"), { id: `list-${document.querySelectorAll("[role=listbox]").length}`, className: "suggestions", hidden: true });
  const is = (on, names) => Object.entries(names).forEach(([name, value]) => on.setAttribute(name, value));
  is(element, { role: "listbox", "aria-label": label });
  is(box, { role: "combobox", "aria-autocomplete": "list", "aria-controls": element.id, "aria-expanded": "false" });
  const current = () => element.querySelector("[aria-selected='true']");

  function show(offered, first = false) {
    element.replaceChildren(...offered.map(({ value, shown }, place) => {
      const option = Object.assign(document.createElement("div"), { id: `${element.id}-${place}` });
      option.append(Object.assign(document.createElement("bdi"), { textContent: shown })); // In its own direction.
      option.dataset.value = value;
      is(option, { role: "option", "aria-selected": "false" });
      return option;
    }));
    element.hidden = !offered.length;
    is(box, { "aria-expanded": String(!element.hidden) });
    point(first ? element.firstChild : null);
  }

  function point(option) {
    for (const each of element.children) is(each, { "aria-selected": String(each === option) });
    if (option) is(box, { "aria-activedescendant": option.id });
    else box.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (element.hidden) return;
    if (event.key === "Escape") show(event.preventDefault() ?? []);
    if (event.key === "Enter" && current()) take(event.preventDefault() ?? current().dataset.value);
    if (!step) return;
    event.preventDefault();
    const options = [...element.children];
    const at = options.indexOf(current());
    point(options[at < 0 && step < 0 ? options.length - 1 : at + step] ?? null); // Past either end is back in the box.
  }

  box.addEventListener("keydown", press);
  box.addEventListener("blur", () => show([]));
  element.addEventListener("mousedown", (event) => event.preventDefault()); // The box keeps the focus.
  element.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]"); // Whatever of it was pressed.
    if (option) take(option.dataset.value);
  });
  return { element, show };
}
