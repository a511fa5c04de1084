// What scripts say: the English words, or those that the page brings along in its language; see core/languages.py.
const words = JSON.parse(document.getElementById("message")?.dataset.words ?? "{}");
export const LANGUAGE = `${document.documentElement.lang}-u-nu-latn`; // With the digits of the rest of the page.

export function _(said, values = {}) {
  return (words[said] ?? said).replace(/%\((\w+)\)s/g, (_place, name) => values[name]);
}
