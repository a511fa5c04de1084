// A table that was copied somewhere becomes a table, what has links, bold words or lists keeps them as Markdown, and an
// address pasted over words becomes their link. Ctrl+Z takes it back, and Ctrl+Shift+V pastes the words alone.
import { put } from "./put.js";
import { asMarkdown, isOnlyTable, read } from "./rich.js";

const CELL = /("(?:[^"]|"")*"|[^\t\n]*)(\t|\n|$)/g; // As spreadsheets copy them: quoted where there is a line break within.

document.addEventListener("paste", (event) => {
  const field = event.target.closest?.("textarea[data-attachable]");
  if (!field) return;
  const copied = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
  const rich = read(event.clipboardData.getData("text/html"));
  const rows = rowsOf(copied.replace(/\n+$/, ""));
  const words = asLink(field, copied.trim()) ?? asTable(field, rows, isOnlyTable(rich)) ?? asRich(field, rich);
  if (!words) return;
  event.preventDefault();
  put(field, words);
});

function asLink({ value, selectionStart: start, selectionEnd: end }, address) {
  const chosen = value.slice(start, end);
  const isWords = /^[^\n[\]]*\S[^\n[\]]*$/.test(chosen) && !/^https?:/.test(chosen) && !value.slice(0, start).endsWith("](");
  const fits = isWords && /^https?:\/\/[^\s<>()]+$/.test(address);
  return fits ? `[${chosen}](${address})` : null;
}

function asTable({ value, selectionStart: start }, rows, isTable) {
  const wide = Math.max(...rows.map((row) => row.length));
  const before = value.slice(0, start);
  // Without a sign that it is one: something in each first cell, and all rows alike. Indented code is none.
  const looks = isTable || rows.every((row) => row[0] && row.length === wide);
  if (wide < 2 || rows.length < 2 || isCode(before) || !looks) return null;
  const lines = rows.map((row) => `| ${[...row, ...Array(wide - row.length).fill("")].join(" | ")} |`);
  lines.splice(1, 0, `|${"---|".repeat(wide)}`);
  return `${gapAfter(before)}${lines.join("\n")}\n`;
}

const isCode = (before) => (before.match(/^```/gm) ?? []).length % 2;
const gapAfter = (before) => (before ? "\n\n".slice(before.match(/\n{0,2}$/)[0].length) : "");

function asRich({ value, selectionStart: start }, rich) {
  const before = value.slice(0, start);
  const words = isCode(before) ? null : asMarkdown(rich);
  return words && /^(#+ |> |- |\d+\. |```|\|)/.test(words) ? gapAfter(before) + words : words;
}

function rowsOf(copied) {
  const rows = [[]];
  for (const [, cell, end] of copied.matchAll(CELL)) {
    rows.at(-1).push(plain(cell));
    if (end === "\n") rows.push([]);
    if (!end) break;
  }
  return rows;
}

function plain(cell) {
  const words = cell.startsWith('"') && cell.endsWith('"') && cell.length > 1 ? cell.slice(1, -1).replaceAll('""', '"') : cell;
  return words.trim().replace(/\s*\n\s*/g, " ").replaceAll("\\", "\\\\").replaceAll("|", "\\|");
}
