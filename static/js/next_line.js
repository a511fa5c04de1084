// Enter within a list or a quotation begins its next line, and on an empty one ends it. Shift+Enter is a plain line
// break, and Ctrl+Z takes the signs away again.
import { put } from "./put.js";

const BEGINNING = /^((?: {0,3}> ?)*)(\s*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?/; // Not "2019. ": that is a sentence.
const RULE = /^ {0,3}([-*])(?: *\1){2,} *$/;

document.addEventListener("keydown", (event) => {
  const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  const field = event.key === "Enter" && isPlain && !event.defaultPrevented && event.target.closest?.("[data-editor] textarea");
  if (field && goOn(field)) event.preventDefault();
});

function goOn(field) {
  const { value, selectionStart: at, selectionEnd: end } = field;
  const start = value.lastIndexOf("\n", at - 1) + 1;
  const line = value.slice(start).match(/^.*/)[0];
  const [signs, quoted, item = ""] = line.match(BEGINNING);
  const isCode = (value.slice(0, start).match(/^ {0,3}(?:```|~~~)/gm) ?? []).length % 2;
  if (!signs || at < start + signs.length || isCode || RULE.test(line)) return false;
  if (at === end && !line.slice(signs.length).trim()) {
    // With an empty line, or what comes next would still belong to the item above.
    put(field, `${item && quoted}\n${item && quoted}`, start, start + line.length);
    return true;
  }
  put(field, `\n${quoted}${item.replace(/\d+/, (number) => +number + 1).replace(/\[[xX]\]/, "[ ]")}`);
  return true;
}
