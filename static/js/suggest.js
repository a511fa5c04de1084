// Colleagues after an @, questions after a #, emoji after a colon, beginnings of a text after a slash. The list is built
// from nodes, never from text as HTML.
import { put } from "./put.js";
import { _ } from "./words.js";

const SOURCES = {
  "@": { address: "/people/suggest", label: _("Colleagues"), shown: (person) => `${person.name} (@${person.handle}, ${person.department})`, value: (person) => `@${person.handle} ` },
  "#": { address: "/suggest", label: _("Questions"), fits: (each) => each.kind === "question", shown: (question) => `#${question.id} ${question.title}`, value: (question) => `#${question.id} ` },
  ":": { address: "/suggest/emoji", label: _("Emoji"), after: /:\S\S+$/, shown: (emoji) => `${emoji.sign} ${emoji.name}`, value: (emoji) => `${emoji.sign} ` },
  "/": { address: "/suggest/blocks", label: _("Begin with"), after: /^\/\w*$/m, shown: (block) => block.name, value: (block) => block.text },
};
let latest = 0;
let sign; // What is being replaced: the source, and where it stands.

// These do not bubble, and a part of the page may bring new ones.
document.addEventListener("text-expander-change", (event) => {
  const { key, text, provide } = event.detail;
  const field = event.target.querySelector("textarea, input");
  sign = { source: SOURCES[key], from: field.selectionEnd - key.length - text.length, to: field.selectionEnd };
  provide(suggest(sign.source, text, field.value.slice(0, sign.to).split("\n").at(-1)));
}, true);

document.addEventListener("text-expander-value", (event) => {
  event.preventDefault(); // It would write the whole text anew, and Ctrl+Z would know nothing of it.
  event.target.dismiss();
  put(event.target.querySelector("textarea, input"), event.detail.item.dataset.value, sign.from, sign.to);
}, true);

async function suggest(source, text, line) {
  const turn = ++latest;
  if (source.after && !source.after.test(line)) return { matched: false };
  const answer = await fetch(`${source.address}?q=${encodeURIComponent(text)}`).catch(() => null);
  const found = answer?.ok && !answer.redirected ? await answer.json() : []; // Redirected: the session has ended.
  const offered = found.filter(source.fits ?? Boolean);
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
