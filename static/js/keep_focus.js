// A part that is drawn anew takes the focused button with it. The one in its place gets the focus: the same button, the
// head of the box that was open, the only one that there is, or the part itself; never the top of the page.
let left = null;

document.addEventListener("htmx:before:swap", () => {
  const at = document.activeElement;
  const part = at?.parentElement?.closest("[id]");
  // Not part.id: that is the field called "id" where a form has one.
  left = part && { part: part.getAttribute("id"), signs: [words(at), at.name, words(at.closest("details")?.querySelector("summary"))] };
});

document.addEventListener("htmx:after:swap", () => {
  const part = left && document.activeElement === document.body && document.getElementById(left.part);
  if (!part) return;
  const controls = [...part.querySelectorAll("button, summary")].filter((control) => control.checkVisibility());
  const [same = controls[1] ? null : controls[0]] = left.signs.filter(Boolean).flatMap((sign) => controls.filter((control) => [words(control), control.name].includes(sign)));
  if (!same) part.tabIndex = -1;
  (same ?? part).focus();
});

function words(control) {
  return control?.getAttribute("aria-label") ?? control?.textContent.trim();
}
