// The keys everybody tries in a text: Ctrl+B, I, K, E for the toolbar's buttons and Ctrl+Enter to send.
const BUTTONS = { b: "bold", i: "italic", k: "link", e: "code" };

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.tagName !== "TEXTAREA") return;
  if (event.key === "Enter") {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  const button = event.target.closest("[data-editor]")?.querySelector(`[data-md-button="${BUTTONS[event.key]}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
