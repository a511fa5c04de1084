// Names of colleagues after an @. The list is built from nodes, never from text as HTML.
for (const expander of document.querySelectorAll("text-expander")) {
  expander.addEventListener("text-expander-change", (event) => {
    const { key, text, provide } = event.detail;
    if (key === "@") provide(suggest(text));
  });
  expander.addEventListener("text-expander-value", (event) => {
    event.detail.value = `@${event.detail.item.dataset.handle}`;
  });
}

async function suggest(text) {
  const answer = await fetch(`/people/suggest?q=${encodeURIComponent(text)}`);
  const people = answer.ok ? await answer.json() : [];
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Colleagues");
  list.append(...people.map(option));
  return { matched: people.length > 0, fragment: list };
}

function option(person) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.id = `mention-${person.handle}`;
  item.dataset.handle = person.handle;
  item.textContent = `${person.name} (@${person.handle}, ${person.department})`;
  return item;
}
