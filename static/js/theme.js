// The colours change at once, and the form tells the server, which draws the next page in them.
document.addEventListener("submit", (event) => {
  const theme = event.submitter?.name === "theme" && event.submitter.value;
  if (theme) document.documentElement.dataset.theme = theme;
});
