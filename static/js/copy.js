// Copies the address of a post, or what stands in a field, and says so.
const status = document.createElement("div");
status.className = "visually-hidden";
status.setAttribute("role", "status");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-link]");
  if (!button || !navigator.clipboard) return;
  event.preventDefault();
  const text = button.dataset.copy ? document.querySelector(button.dataset.copy).value : button.href;
  await navigator.clipboard.writeText(text);
  document.body.append(status);
  status.textContent = "Copied";
  button.dataset.copied = "";
  setTimeout(() => {
    delete button.dataset.copied;
    status.textContent = "";
  }, 2500);
});
