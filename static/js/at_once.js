// A vote, a follow, a need of one's own, thanks: what is pressed shows at once. The part that the server draws takes its place; what it refuses is taken back.
const undoing = new WeakMap();

document.addEventListener("submit", (event) => {
  if (!undoing.has(event.target)) return;
  event.preventDefault(); // One press is on its way.
  event.stopImmediatePropagation();
}, { capture: true });

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement;
  if (form.matches("[data-at-once]")) undoing.set(form, change(form, ctx.request.submitter));
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (!(ctx.response?.status < 400)) undoing.get(ctx.sourceElement)?.();
  undoing.delete(ctx.sourceElement);
});

function change(form, pressed) {
  const before = [];
  const set = (on, name, value) => before.push([on, name, on[name]]) && (on[name] = value);
  const score = form.querySelector("[data-score]")?.firstChild;
  const own = Number(pressed.value);
  for (const button of form.querySelectorAll("[data-own]")) {
    if (score && button.ariaPressed === "true") set(score, "data", Number(score.data) - button.dataset.own);
    const isOn = button.dataset.own === pressed.value;
    set(button, "value", isOn ? 0 : button.dataset.own);
    set(button, "ariaPressed", String(isOn));
  }
  if (score) set(score, "data", Number(score.data) + own);
  const menu = form.closest("[data-menu]");
  menu?.querySelector("summary").focus(); // What has the focus is about to be out of sight.
  if (menu) set(menu, "open", false);
  for (const words of (menu ?? form).querySelectorAll("[data-then]")) set(words, "textContent", words.dataset.then);
  return () => before.reverse().forEach(([on, name, value]) => (on[name] = value));
}
