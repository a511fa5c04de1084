// Puts a link into the text that is being written, where the cursor stands.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = button && document.querySelector(button.dataset.into);
  if (field) put(field, `${button.dataset.insert} `, " ");
});

// `gap` stands between it and what is there before.
export function put(field, words, gap) {
  const { selectionEnd: at, value } = field;
  field.focus();
  if (!words) return;
  field.setRangeText((at && !/\s/.test(value[at - 1]) ? gap : "") + words, at, at, "end");
  field.dispatchEvent(new Event("input", { bubbles: true })); // For the draft.
}
