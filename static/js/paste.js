// A table that was copied somewhere becomes a table, and an address pasted over words becomes their link. Ctrl+Z takes
// it back, and Ctrl+Shift+V pastes what was copied as it is.
import { put } from "./put.js";

const CELL = /("(?:[^"]|"")*"|[^\t\n]*)(\t|\n|$)/g; // As spreadsheets copy them: quoted where there is a line break within.

document.addEventListener("paste", (event) => {
  const field = event.target.closest?.("textarea[data-attachable]");
  if (!field) return;
  const copied = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
  const isTable = /<table[\s>]/i.test(event.clipboardData.getData("text/html"));
  const words = asLink(field, copied.trim()) ?? asTable(field, rowsOf(copied.replace(/\n+$/, "")), isTable);
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
  const isCode = (before.match(/^```/gm) ?? []).length % 2;
  // Without a sign that it is one: something in each first cell, and all rows alike. Indented code is none.
  const looks = isTable || rows.every((row) => row[0] && row.length === wide);
  if (wide < 2 || rows.length < 2 || isCode || !looks) return null;
  const lines = rows.map((row) => `| ${[...row, ...Array(wide - row.length).fill("")].join(" | ")} |`);
  lines.splice(1, 0, `|${"---|".repeat(wide)}`);
  const gap = before ? "\n\n".slice(before.match(/\n{0,2}$/)[0].length) : "";
  return `${gap}${lines.join("\n")}\n`;
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
