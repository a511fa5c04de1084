// What is said under an answer or a comment about its draft: that it is saved, or that two windows have changed it.
import { save, take } from "./reply_draft.js";
import { LANGUAGE, _ } from "./words.js";

const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });

function make(tag, words = "", also = {}) {
  return Object.assign(document.createElement(tag), { textContent: words, ...also });
}

function act(words, deed) {
  const button = make("button", words, { type: "button", className: "act" });
  button.addEventListener("click", deed);
  return button;
}

function place(form) {
  const there = form.querySelector("[data-draft-note]");
  if (there) return there;
  const note = make("div", "", { className: "cluster soft small" });
  note.dataset.draftNote = "";
  note.append(make("span", "", { role: "status" }), make("span", "", { ariaHidden: "true" }));
  form.append(note);
  return note;
}

// A screen reader says once that it is saved, and not at every word when.
export function say(form, words, withTime = false) {
  const [status, time] = place(form).children;
  if (status.textContent !== words) status.replaceChildren(words);
  time.textContent = words && withTime ? CLOCK.format(new Date()) : "";
}

export function tellRestored(form, discard) {
  say(form, _("Restored what you had typed."));
  const button = act(_("Discard it"), () => {
    button.remove();
    discard();
    form.elements.body.focus();
  });
  place(form).append(button);
}

// Both texts are there, and nothing is kept over the other until somebody says which.
export function askWhich(form, theirs) {
  const note = place(form);
  const done = (deed) => () => {
    box.remove();
    deed();
    form.elements.body.focus();
  };
  const box = make("div", "", { className: "stack stack--close", role: "alert" });
  const other = make("div", theirs.body, { className: "diff card" });
  const mine = act(_("Keep this one"), done(() => {
    form.elements.draft_seen.value = theirs.version;
    save(form);
  }));
  const its = act(_("Take the other one"), done(() => take(form, theirs)));
  box.append(make("p", _("You have changed this draft in another window. There it says:")), other, its, mine);
  note.querySelector("[role=alert]")?.remove();
  say(form, "");
  note.append(box);
}
