// Puts a link into the text that is being written, where the cursor stands.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = button && document.querySelector(button.dataset.into);
  if (!field) return;
  const { selectionEnd: at, value } = field;
  const gap = at && !/\s/.test(value[at - 1]) ? " " : "";
  field.focus();
  field.setRangeText(gap + button.dataset.insert + " ", at, at, "end");
  field.dispatchEvent(new Event("input", { bubbles: true })); // For the draft.
});
