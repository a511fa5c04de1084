// The site cannot be reached: nothing is sent, the words stay where they are, and the page says so.
import { AWAY, say } from "./said.js";

let going = null; // the form that may go after all: a site on this very machine needs no network

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (navigator.onLine || form.method !== "post" || form === going) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await fetch("/healthz").then((answer) => answer.ok, () => false))) return say(AWAY);
  going = form;
  form.requestSubmit(submitter);
}, { capture: true });
