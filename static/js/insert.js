// Puts a link into the text that is being written, where the cursor stands.
import { put } from "./put.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = button && document.querySelector(button.dataset.into);
  if (!field) return;
  const { selectionEnd: at, value } = field;
  put(field, `${at && !/\s/.test(value[at - 1]) ? " " : ""}${button.dataset.insert} `, at, at);
});
