// The tools around a text are fetched when somebody goes near it: who only reads does not wait for them.
const TOOLS = "[data-editor] button, [data-attach], [data-insert]";
const { tools: address, paste: ofPasting } = document.getElementById("attach-panel")?.dataset ?? {};
let fetched;
let isPasting = !ofPasting; // whether what was pasted is looked at
let here = !address;

const fetchTools = () => fetched ??= import(address).catch(() => {}).then(begin); // Without them it is a plain form.

function begin() {
  here = true;
  const writing = document.activeElement?.closest("[data-editor] textarea");
  writing?.dispatchEvent(new Event("input", { bubbles: true })); // What was typed meanwhile may ask for names.
}

for (const kind of ["focusin", "pointerover", "pointerdown", "dragenter"]) {
  document.addEventListener(kind, ({ target }) => {
    if (!here && target.closest?.(`[data-editor], [data-reply], ${TOOLS}`)) fetchTools();
  });
}

// Whoever was quicker than the tools has the press done when they are here.
document.addEventListener("click", async (event) => {
  const tool = event.target.closest(TOOLS);
  if (!tool || here) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await fetchTools();
  tool.click();
}, { capture: true });

// So has who pasted first: a table becomes one, and a picture, which a plain field would drop, is sent.
document.addEventListener("paste", async (event) => {
  const field = event.target.closest?.("[data-editor] textarea");
  if (!field || (here && isPasting) || !event.clipboardData?.types.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const clipboardData = new DataTransfer(); // What the event brings can be read only now.
  for (const type of event.clipboardData.types.filter((each) => each !== "Files")) clipboardData.setData(type, event.clipboardData.getData(type));
  for (const file of event.clipboardData.files) clipboardData.items.add(file);
  const { value, selectionStart: start, selectionEnd: end } = field;
  await Promise.all([fetchTools(), isPasting || import(ofPasting).catch(() => {})]);
  isPasting = true;
  const typed = field.value === value ? 0 : Math.max(field.selectionStart - start, 0); // It stands before what came after it.
  field.setSelectionRange(start, typed ? start : end);
  const again = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  if (field.dispatchEvent(again)) document.execCommand("insertText", false, clipboardData.getData("text/plain"));
  field.setSelectionRange(field.selectionEnd + typed, field.selectionEnd + typed);
}, { capture: true });

// A preview from the server is one of two sides at once, a text that has the focus is being written, and what could not
// be sent last time is put in again.
const isLeft = ({ dataset }) => localStorage.getItem(`draft:${dataset.reply}`);
const begun = document.querySelector("[data-editor-panel]:not(:empty), [data-editor] :focus");
if (!here && (begun || [...document.querySelectorAll("[data-reply]")].some(isLeft))) fetchTools();
