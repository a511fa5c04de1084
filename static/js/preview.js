// Write and Preview as two sides of one field. Preview is a submit button; htmx fetches what it shows.
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-editor-tab]");
  if (!tab) return;
  const editor = tab.closest("[data-editor]");
  show(editor, tab.dataset.editorTab);
  if (tab.dataset.editorTab === "write") editor.querySelector("textarea").focus();
});

function show(editor, mode) {
  editor.dataset.mode = mode;
  for (const tab of editor.querySelectorAll("[data-editor-tab]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.editorTab === mode));
  }
}

for (const editor of document.querySelectorAll("[data-editor]")) {
  const previewed = editor.querySelector("[data-editor-panel]").childElementCount > 0;
  show(editor, previewed ? "preview" : "write");
}
