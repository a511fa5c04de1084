// A button to copy what stands in a block of code. Drawn here: without scripts, or where a site has no clipboard, there is
// nothing it could do.
import { _ } from "./words.js";
function add() {
  for (const block of document.querySelectorAll(".prose pre:not(:has(> button))")) {
    const button = document.createElement("button");
    button.className = "copy-code";
    button.dataset.copy = "";
    button.textContent = _("Copy");
    button.ariaLabel = _("Copy the code");
    block.prepend(button);
  }
}

if (navigator.clipboard) {
  add();
  document.addEventListener("htmx:after:swap", add);
}
