// Names of colleagues after an @, questions after a #. The list is built from nodes, never from text as HTML.
const SOURCES = {
  "@": { address: "/people/suggest", label: "Colleagues", shown: (person) => `${person.name} (@${person.handle}, ${person.department})`, value: (person) => person.handle },
  "#": { address: "/suggest", label: "Questions", shown: (question) => `#${question.id} ${question.title}`, value: (question) => question.id },
};

for (const expander of document.querySelectorAll("text-expander")) {
  expander.addEventListener("text-expander-change", (event) => {
    const { key, text, provide } = event.detail;
    provide(suggest(key, text));
  });
  expander.addEventListener("text-expander-value", (event) => {
    event.detail.value = `${event.detail.key}${event.detail.item.dataset.value}`;
  });
}

let latest = 0;

async function suggest(key, text) {
  const turn = ++latest;
  const source = SOURCES[key];
  const answer = await fetch(`${source.address}?q=${encodeURIComponent(text)}`);
  const found = answer.ok && !answer.redirected ? await answer.json() : []; // Redirected: the session has ended.
  const offered = found.filter((each) => key === "@" || each.kind === "question");
  if (turn !== latest) await new Promise(() => {}); // Overtaken by what was typed since: never shown.
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", source.label);
  list.append(...offered.map((each, place) => option(source, each, place)));
  return { matched: offered.length > 0, fragment: list };
}

function option(source, each, place) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.id = `suggestion-${place}`;
  item.dataset.value = source.value(each);
  item.textContent = source.shown(each);
  return item;
}
