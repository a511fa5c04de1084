// What is selected, or a whole post, is put into the field for whatever is written about it: under a question the answer,
// else the remark or reply there. Without this file the link comes back with the field filled in.
import { put } from "./put.js";

const POST = ".comment, .post, .practice";

document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-quote]");
  const post = link?.closest(POST);
  const field = post && fieldFor(post);
  if (!field) return;
  event.preventDefault();
  const answer = await fetch(`/posts/${link.dataset.quote}/quotation`);
  if (answer.ok && !answer.redirected) write(field, await answer.text());
});

// The key r: quotes what is selected, and goes to the field.
export function reply() {
  const words = getSelection().toString().trim();
  const at = words ? getSelection().anchorNode.parentElement : document.activeElement;
  const post = at.closest(POST) ?? document.querySelector(POST);
  const field = post && fieldFor(post);
  if (field) write(field, words && `${words.replace(/^/gm, "> ")}\n\n`);
  return Boolean(field);
}

function fieldFor(post) {
  const id = post.id.slice(5); // post-17
  return (
    document.querySelector(`[data-reply="/posts/${id}/draft?of=answer"] textarea`) ??
    post.querySelector(":scope > .comment__acts textarea, :scope [data-add-comment] textarea") ??
    document.querySelector("[data-add-comment] textarea")
  );
}

function write(field, words) {
  for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  field.closest("[data-editor]")?.querySelector("[data-editor-tab]").click();
  const { selectionEnd: at, value } = field;
  if (words) put(field, at && !/\s/.test(value[at - 1]) ? `\n\n${words}` : words, at, at);
  else field.focus();
}
