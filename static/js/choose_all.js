// One box that ticks all of a form that carry a name; `data-choose-all` says which.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-choose-all]")) return;
  for (const box of target.form.elements[target.dataset.chooseAll]) box.checked = target.checked;
});
