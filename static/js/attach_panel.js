// The panel under a text in which a file is shown while it is sent, and which asks what a picture shows.
import { put } from "./put.js";
import { _ } from "./words.js";

const WORDS = {
  0: _("The connection was lost. Try again; your text is as it was."),
  401: _("You are signed out. Sign in in another tab, then try again; your text is as it was."),
  413: _("It is larger than this site takes. Make it smaller first."),
  429: _("You have added many files in a short time. Try again later; your text is as it was."),
};

export function openPanel(field, file) {
  const { content, dataset } = document.getElementById("attach-panel");
  const panel = content.firstElementChild.cloneNode(true);
  const find = (selector) => panel.querySelector(selector);
  const [alt, decorates, status] = ["input[type=text]", "input[type=checkbox]", "[role=status]"].map(find);
  const at = field.selectionEnd;
  let made, wanted;
  panel.setAttribute("aria-label", _("Attachment %(name)s", { name: file.name }));
  find(".attach__name").textContent = file.name;
  status.textContent = _("Sending …");
  const isPicture = file.type.startsWith("image/");
  find(".attach__picture").hidden = !isPicture;
  (field.closest("[data-editor]") ?? field.closest("text-expander") ?? field).after(panel);
  if (isPicture) alt.focus();
  panel.most = Number(dataset.most);
  panel.progress = (share) => { find("progress").value = share; };
  panel.complain = (words) => {
    Object.assign(find("[role=alert]"), { textContent: words, hidden: false });
    (alt.checkVisibility() ? alt : find("[data-attach-insert]:not([hidden]), [data-attach-leave]")).focus();
  };
  panel.fail = (words) => {
    status.textContent = _("Not attached");
    for (const part of ["progress", ".attach__picture", "[data-attach-insert]"]) find(part).hidden = true;
    panel.complain(words);
  };
  panel.answer = ({ status: code, response }) => {
    if (code !== 201) return panel.fail(response?.message ?? WORDS[code] ?? _("It could not be attached. Try again."));
    made = response;
    find("progress").hidden = true;
    status.textContent = made.remark || _("Sent");
    find(".attach__picture").hidden = !made.picture;
    if (made.picture) Object.assign(find("img"), { src: made.address, hidden: false });
    if (wanted) insert();
  };
  function insert() {
    wanted = true;
    if (!made) return void (status.textContent = _("Put in as soon as it is sent …"));
    const words = made.picture ? (decorates.checked ? "" : alt.value.trim()) : made.name;
    if (made.picture && !words && !decorates.checked) return panel.complain(_("Say in a sentence what it shows, or tick that it only decorates."));
    const line = `${made.picture ? "!" : ""}[${words.replace(/[[\]\\]/g, "\\$&")}](${made.address})`;
    const gap = at && field.value[at - 1] !== "\n" ? "\n\n" : "";
    panel.remove();
    put(field, `${gap}${line}\n`, at, at);
  }

  find("[data-attach-insert]").addEventListener("click", insert);
  find("[data-attach-leave]").addEventListener("click", () => { panel.request?.abort(); panel.remove(); field.focus(); });
  alt.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); insert(); } });
  return panel;
}
