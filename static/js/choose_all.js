// One box that ticks all of a form that carry one of these names; `data-choose-all` says which.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-choose-all]")) return;
  const names = target.dataset.chooseAll.split(" ");
  for (const box of target.form.elements) if (names.includes(box.name)) box.checked = target.checked;
});
