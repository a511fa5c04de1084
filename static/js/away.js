// The site cannot be reached: nothing is sent, the words stay where they are, and the page says so.
const WORDS = "The site cannot be reached just now. What you typed is still here: try again in a moment.";
let going = null; // the form that may go after all: a site on this very machine needs no network

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (navigator.onLine || form.method !== "post" || form === going) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await fetch("/healthz").then((answer) => answer.ok, () => false))) return say();
  going = form;
  form.requestSubmit(submitter);
}, { capture: true });

document.addEventListener("htmx:error", ({ target, detail }) => {
  if (detail.error instanceof TypeError && target.matches?.("form, form *")) say(); // What `fetch` throws then.
});

function say() {
  const flash = document.createElement("div");
  flash.className = "flash flash--problem";
  flash.setAttribute("role", "alert");
  flash.textContent = WORDS;
  document.getElementById("problem").replaceChildren(flash);
}
