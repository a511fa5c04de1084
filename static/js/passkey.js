// Forms that a passkey fills in: the browser asks for a finger, a face or a key, and its answer is sent like any form.
import { _ } from "./words.js";
const CALLS = {
  add: async (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  sign: async (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};
const isAble = () => window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;

function whyNot(form) {
  if (location.origin !== form.dataset.origin) return _("Passkeys work at %(address)s only.", { address: form.dataset.origin });
  return isAble() ? "" : _("This browser knows no passkeys. A newer one does.");
}

async function optionsOf(form) {
  const answer = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
  });
  if (!answer.ok) throw new Error(answer.status === 429 ? _("Too many tries. Wait a few minutes.") : _("Reload the page and try again."));
  return answer.json();
}

async function fillIn(form) {
  const field = form.querySelector("[name$=credential]");
  const credential = await CALLS[form.dataset.passkey](await optionsOf(form));
  field.value = JSON.stringify(credential.toJSON());
  form.submit(); // Not as a press would: that would come here again.
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.passkey) return;
  event.preventDefault();
  const says = form.querySelector("[data-passkey-says]");
  says.textContent = whyNot(form);
  if (says.textContent) return;
  try {
    await fillIn(form);
  } catch (error) {
    const known = { NotAllowedError: _("Nothing was signed. Try again."), InvalidStateError: _("This device has one already.") };
    says.textContent = known[error.name] ?? error.message;
  }
});
