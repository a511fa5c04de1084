// Ctrl+K, or Cmd+K, lays "Go to" over the page; what it needs is fetched then. In an editor the keys make a link.
const address = document.querySelector("[data-palette]")?.dataset.palette;

document.addEventListener("keydown", async (event) => {
  const isAsked = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
  if (!address || !isAsked || event.defaultPrevented || event.target.closest("[data-editor]")) return;
  event.preventDefault();
  await import(address).catch(() => location.assign("/go"));
  document.dispatchEvent(new Event("go"));
});
