// What was copied from a page, a mail or Word, as Markdown. The copied HTML is parsed into a document without a window:
// nothing in it runs, is loaded or shown, and only its words, links and a few kinds of tags are read.
const BLOCKS = "p,div,section,article,header,footer,main,aside,nav,h1,h2,h3,h4,h5,h6,ul,ol,li,dl,dt,dd,blockquote,pre,table,tbody,tr,td,th,hr,figure,figcaption,form,details,summary";
const SILENT = "style,script,head,title,template,svg,math,noscript,select,textarea,button,iframe,object";
const SIGNS = { B: "**", STRONG: "**", I: "_", EM: "_", CODE: "`", KBD: "`", SAMP: "`", TT: "`", DEL: "~~", S: "~~", STRIKE: "~~" };
const MOST = 500_000; // characters of HTML: Word is wordy, and whoever pastes a book is better off with its plain text
const policy = window.trustedTypes?.createPolicy("paste", { createHTML: (html) => html });
let found; // whether there was anything that plain text would lose

// A document to read, or nothing.
export function read(html) {
  if (!html || html.length > MOST) return null;
  const { body } = new DOMParser().parseFromString(policy?.createHTML(quiet(html)) ?? quiet(html), "text/html");
  for (const each of body.querySelectorAll(SILENT)) each.remove();
  return body;
}

// Styles are read as words, and what would run is none of it: the policy of the page forbids both, and would report them.
const quiet = (html) => html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'/])(style|on\w+)(?=\s*=)/gi, "$1data-$2")).replace(/<(\/?)style\b/gi, "<$1title");
const style = (node) => node.dataset?.style ?? "";

// Whether a table is all that was copied.
export function isOnlyTable(body) {
  const tables = [...(body?.querySelectorAll("table") ?? [])].map((each) => each.textContent).join("");
  return !!body?.querySelector("table") && bare(tables).length === bare(body.textContent).length;
}

const bare = (words) => words.replace(/\s/g, "");

// The Markdown of what was copied, or null where its plain text says as much.
export function asMarkdown(body) {
  found = false;
  // Code that was copied from an editor is in its colours; it stays as it is.
  if (!body || [...body.querySelectorAll("[data-style]")].some((each) => /white-space:\s*pre\s*(;|$)/.test(style(each)))) return null;
  const words = tidy(blocks(body));
  const isOneWord = /^(#+ [^\n]*|\*\*[^\n*]*\*\*)$/.test(words); // Of a heading, most likely, and meant as a word.
  return found && words && !isOneWord ? words : null;
}

// Items of Word are paragraphs, marked by a sign that nobody types; they stand in lines and not apart.
const tidy = (parts) => parts.join("\n\n").replace(/(\f[^\n]*)\n\n(?=\f)/g, "$1\n").replaceAll("\f", "").replace(/\n{3,}/g, "\n\n").trim();

function blocks(parent) {
  const parts = [];
  let line = "";
  const end = () => {
    if (line.trim()) parts.push(joined(line).replace(/ *\n */g, "\n").trim());
    line = "";
  };
  for (const node of parent.childNodes) {
    if (node.nodeType === 1 && (node.matches(BLOCKS) || node.querySelector(BLOCKS))) {
      end();
      parts.push(...block(node));
    } else line += inline(node);
  }
  end();
  return parts;
}

function block(node) {
  const { tagName: kind } = node;
  if (/^H[1-6]$/.test(kind)) return marked(`${"#".repeat(+kind[1])} `, inside(node, true).replace(/\s+/g, " ").trim());
  if (kind === "PRE") return code(node.textContent.replace(/\n$/, ""));
  if (kind === "BLOCKQUOTE") return marked("> ", tidy(blocks(node)).replace(/\n/g, "\n> "));
  if (kind === "UL" || kind === "OL") return marked("", list(node));
  if (kind === "TABLE" && node.rows.length > 1 && node.rows[0].cells.length > 1) return marked("", table(node));
  if (kind === "HR") return ["---"];
  const item = style(node).match(/mso-list:[^;]*level(\d)/);
  return item ? marked("", itemOfWord(node, +item[1])) : blocks(node);
}

function marked(sign, words) {
  found ||= !!words;
  return words ? [sign + words] : [];
}

function code(words) {
  const fence = "`".repeat(Math.max(3, ...(words.match(/`+/g) ?? []).map((each) => each.length + 1)));
  return words.trim() ? marked("", words.includes("\n") ? `${fence}\n${words}\n${fence}` : around("`", words)) : [];
}

function list(node) {
  const lines = [];
  let number = node.start ?? 1;
  for (const each of node.children) {
    const isItem = each.tagName === "LI";
    const parts = isItem ? blocks(each) : block(each); // Some put the inner list beside its item.
    const words = parts.reduce((all, part) => all + (/^(- |\d+\. )/.test(part) ? "\n" : "\n\n") + part, "").trim();
    const box = each.querySelector(":scope > input[type=checkbox], :scope > label > input[type=checkbox]");
    const sign = `${node.tagName === "OL" ? `${number++}.` : "-"} ${box ? (box.checked ? "[x] " : "[ ] ") : ""}`;
    if (words) lines.push(isItem ? sign + indented(words) : `    ${indented(words)}`);
  }
  return lines.join("\n");
}

const indented = (words, by = "    ") => words.replace(/\n(?=[^\n])/g, `\n${by}`);

function itemOfWord(node, level) {
  const sign = [...node.querySelectorAll("[data-style]")].find((each) => /mso-list:\s*ignore/i.test(style(each)));
  const number = sign?.textContent.match(/^\s*(\d+)[.)]/)?.[1];
  sign?.remove();
  const words = inside(node).replace(/\s+/g, " ").trim();
  return words && `\f${"    ".repeat(level - 1)}${number ? `${number}.` : "-"} ${words}`;
}

function table(node) {
  const rows = [...node.rows].map((row) => [...row.cells].map((cell) => inside(cell, cell.tagName === "TH").replace(/\s+/g, " ").trim().replaceAll("|", "\\|")));
  const wide = Math.max(...rows.map((row) => row.length));
  const lines = rows.map((row) => `| ${[...row, ...Array(wide - row.length).fill("")].join(" | ")} |`);
  lines.splice(1, 0, `|${"---|".repeat(wide)}`);
  return lines.join("\n");
}

const inside = (node, isStrong) => joined([...node.childNodes].map((each) => inline(each, isStrong)).join(""));
const joined = (line) => line.replaceAll("****", ""); // Word cuts one bold word into several.

function inline(node, isStrong) {
  if (node.nodeType === 3) return escaped(node.data.replace(/\s+/g, " "));
  if (node.nodeType !== 1) return "";
  const { tagName: kind } = node;
  if (kind === "BR") return "\n";
  if (kind === "IMG") return escaped(node.alt);
  const sign = signOf(node);
  if (sign === "`") return around(sign, node.textContent.replace(/\s+/g, " "));
  const words = inside(node, isStrong || sign === "**");
  if (kind === "A") return link(node, words);
  return sign && !(sign === "**" && isStrong) ? around(sign, words) : words;
}

// By the tag, unless its style says otherwise, as in what comes from Google Docs.
function signOf(node) {
  const weight = style(node).match(/font-weight:\s*(\w+)/)?.[1];
  const isBold = weight && (weight === "bold" || weight >= 600);
  if (SIGNS[node.tagName] === "**") return weight && !isBold ? "" : "**";
  return SIGNS[node.tagName] ?? (isBold ? "**" : /font-style:\s*italic/.test(style(node)) ? "_" : "");
}

// The blanks at both ends stay outside, and each line has its own signs.
function around(sign, words) {
  const [, before, within, after] = words.match(/^(\s*)([^]*?)(\s*)$/);
  if (!within) return words;
  found = true;
  if (sign === "`") return within.includes("`") ? `${before}\`\` ${within} \`\`${after}` : before + sign + within + sign + after;
  return before + within.replace(/[^\n]*\S/g, (line) => sign + line.trim() + sign) + after;
}

function link(node, words) {
  const address = node.getAttribute("href")?.trim().replace(/[\s()<>]/g, (each) => (each === "(" ? "%28" : each === ")" ? "%29" : encodeURIComponent(each))) ?? "";
  const [, before, within, after] = words.replace(/\s+/g, " ").match(/^( ?)(.*?)( ?)$/);
  if (!within || !/^(https?:\/\/|mailto:)./i.test(address)) return words;
  if (/^[@#]\w/.test(within) && address.startsWith(`${location.origin}/`)) return words; // A mention of ours is one again.
  found = true;
  if (within === address || `mailto:${within}` === address || `${within}/` === address) return before + within + after;
  return `${before}[${within.replace(/(?<!\\)[[\]]/g, "\\$&")}](${address})${after}`;
}

// Only what would become a mark: "2 * 3" and snake_case stay as they are.
function escaped(words) {
  const marks = /`|\*(?=\S)|(?<=\S)\*|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|\[(?=[^\]]*\]\()/g;
  return words.replace(marks, "\\$&").replace(/<(?=[a-z/!?])/gi, "&lt;");
}
