// The buttons above a text put their signs around or before what is chosen, and take them away again.
import { put } from "./put.js";

const AROUND = { bold: "**", italic: "_", code: "`" };
const BEFORE = { quote: () => "> ", "unordered-list": () => "- ", "ordered-list": (place) => `${place + 1}. `, "task-list": () => "- [ ] " };
const IS_BEFORE = { quote: /^> ?/, "unordered-list": /^- (?!\[)/, "ordered-list": /^\d+\. /, "task-list": /^- \[.\] / };
const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-md-button]");
  const field = button?.closest("[data-editor]")?.querySelector("textarea");
  if (!field) return;
  const { mdButton: kind } = button.dataset;
  if (kind === "link") link(field);
  else if (kind in AROUND) around(field, AROUND[kind]);
  else before(field, kind);
});

// One stop for Tab; the arrow keys go through the buttons.
document.addEventListener("keydown", (event) => {
  const buttons = [...event.target.closest?.("[role=toolbar]")?.children ?? []];
  if (!buttons.length || !(event.key in STEPS)) return;
  event.preventDefault();
  const at = buttons.indexOf(event.target) + STEPS[event.key];
  const next = buttons[Number.isFinite(at) ? (at + buttons.length) % buttons.length : at < 0 ? 0 : buttons.length - 1];
  for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
  next.focus();
});

// What is chosen without the blanks around it; the word at the cursor where nothing is.
function chosen({ value, selectionStart: start, selectionEnd: end }) {
  if (start === end) return [start - value.slice(0, start).match(/\S*$/)[0].length, end + value.slice(end).match(/^\S*/)[0].length];
  const words = value.slice(start, end);
  return [start + words.length - words.trimStart().length, end - words.length + words.trimEnd().length];
}

function around(field, sign) {
  const [start, end] = chosen(field);
  const words = field.value.slice(start, end);
  const long = sign.length;
  if (sign === "`" && words.includes("\n")) return put(field, `\`\`\`\n${words}\n\`\`\``, start, end);
  const [outer, inner] = [field.value.slice(start - long, end + long), [start + long, end + long]];
  if (words.length >= 2 * long && words.startsWith(sign) && words.endsWith(sign)) return choose(field, words.slice(long, -long), start, end);
  if (start >= long && words && outer === `${sign}${words}${sign}`) return choose(field, words, start - long, end + long);
  put(field, `${sign}${words}${sign}`, start, end);
  field.setSelectionRange(...inner);
}

function choose(field, words, start, end) {
  put(field, words, start, end);
  field.setSelectionRange(start, start + words.length);
}

function link(field) {
  const [start, end] = chosen(field);
  const words = field.value.slice(start, end);
  const isAddress = /^https?:\/\//.test(words);
  put(field, isAddress ? `[](${words})` : `[${words}](url)`, start, end);
  const at = start + (isAddress || !words ? 1 : words.length + 3); // What is still to be typed: the text, or the address.
  field.setSelectionRange(at, isAddress || !words ? at : at + 3);
}

function before(field, kind) {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const end = field.selectionEnd + field.value.slice(field.selectionEnd).match(/^[^\n]*/)[0].length;
  const lines = field.value.slice(start, end).split("\n");
  const isSet = lines.every((line) => IS_BEFORE[kind].test(line));
  const bare = lines.map((line) => line.replace(isSet ? IS_BEFORE[kind] : /^(- \[.\] |- |\d+\. )/, ""));
  choose(field, (isSet ? bare : (kind === "quote" ? lines : bare).map((line, place) => BEFORE[kind](place) + line)).join("\n"), start, end);
  if (lines.length === 1) field.setSelectionRange(field.selectionEnd, field.selectionEnd);
}
