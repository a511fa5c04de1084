// Pictures and files by paste, drop or button: sent at once, asked about, then put into the text as a line of Markdown.
import { openPanel } from "./attach_panel.js";
import { _ } from "./words.js";

document.addEventListener("paste", (event) => {
  // A table or a text that was copied brings a picture of itself along; the words are meant.
  if (!event.clipboardData.types.includes("text/plain")) take(event, event.clipboardData.files);
});
document.addEventListener("drop", (event) => take(event, event.dataTransfer.files));
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("[data-attachable]") && event.dataTransfer.types.includes("Files")) event.preventDefault();
});

// The button: a link to a page for whoever has no JavaScript.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-attach]");
  if (!button) return;
  event.preventDefault();
  const chooser = Object.assign(document.createElement("input"), { type: "file", multiple: true });
  chooser.accept = ".png,.jpg,.jpeg,.webp,.gif,.pdf,.txt,.csv";
  chooser.addEventListener("change", () => attach(document.getElementById(button.dataset.attach), chooser.files));
  chooser.click();
});

// A text is not sent while a file of it waits to be put in or left out.
document.addEventListener("submit", (event) => {
  const panel = event.submitter?.name !== "preview" && event.target.querySelector(".attach");
  if (!panel) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  panel.complain(_("Insert this into your text first, or leave it out."));
}, { capture: true });

function take(event, files) {
  const field = event.target.closest?.("[data-attachable]");
  if (!field || !files.length) return;
  event.preventDefault();
  attach(field, files);
}

function attach(field, files) {
  for (const file of files) send(file, field.form.elements.csrf_token.value, openPanel(field, file));
}

function send(file, token, panel) {
  const most = panel.most;
  if (file.size > most) return panel.fail(_("It is larger than %(most)s MB, which is the most. Make it smaller first.", { most: most / 1e6 }));
  const request = new XMLHttpRequest(); // `fetch` does not tell how much has been sent.
  const form = new FormData();
  form.append("file", file);
  request.open("POST", "/attachments");
  request.setRequestHeader("X-CSRFToken", token);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total }) => panel.progress(loaded / total));
  request.addEventListener("loadend", () => panel.answer(request));
  panel.request = request;
  request.send(form);
}
