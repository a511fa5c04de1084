// Copies the address of a post, what stands in a field, or a block of code, and says so.
import { _ } from "./words.js";
const status = document.createElement("div");
status.className = "visually-hidden";
status.setAttribute("role", "status");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-link]");
  if (!button || !navigator.clipboard) return;
  event.preventDefault();
  const { copy } = button.dataset;
  const text = copy ? document.querySelector(copy).value : button.href ?? blockWithout(button);
  await navigator.clipboard.writeText(text);
  document.body.append(status);
  status.textContent = _("Copied");
  button.dataset.copied = "";
  setTimeout(() => {
    delete button.dataset.copied;
    status.textContent = "";
  }, 2500);
});

function blockWithout(button) {
  return [...button.parentElement.childNodes].slice(1).map((each) => each.textContent).join("").trimEnd();
}
