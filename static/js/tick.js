// A proposal is pressed: its box is ticked, as if by hand, also where a picker stands in its place.
import { _ } from "./words.js";

document.addEventListener("click", ({ target }) => {
  const pressed = target.closest("[data-tick]");
  const [name, value] = pressed?.dataset.tick.split("-") ?? [];
  const box = pressed?.form.querySelector(`[name="${name}"][value="${value}"]`);
  if (!box) return;
  box.checked = true;
  for (const kind of ["input", "change"]) box.dispatchEvent(new Event(kind, { bubbles: true }));
  pressed.closest("p").replaceChildren(_("%(name)s is ticked.", { name: pressed.textContent }));
});
