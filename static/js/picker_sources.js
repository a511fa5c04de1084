// What a picker chooses from: a field in which several stand beside each other, or boxes to tick.
const BETWEEN = /[\s,#]+/;
const BETWEEN_PEOPLE = /\s*[,\n]\s*|\s+(?=@)/; // One name may have several words.
const colleague = ({ handle, name, department }) => ({ value: `@${handle}`, shown: `${name} (@${handle}, ${department})` });
const plain = (words) => ({ value: words, shown: words });
export const isSame = (one, other) => one.toLowerCase() === other.toLowerCase();

// Whatever is typed may be chosen; the server says what others used, or who works here. What is chosen ends with a
// blank, also when the field comes back: words without one behind them are still being typed.
export function typed(field) {
  const isOfPeople = field.dataset.picker === "/people/suggest";
  const between = isOfPeople ? BETWEEN_PEOPLE : BETWEEN;
  const words = () => field.value.split(between);
  const isBegun = () => /\S$/.test(field.value);
  return {
    label: field.labels[0].textContent,
    hides: field,
    between,
    isStrict: isOfPeople,
    chosen: () => words().slice(0, isBegun() ? -1 : undefined).map((each) => each.trim()).filter(Boolean),
    begun: () => (isBegun() ? words().at(-1) : ""),
    write: (chosen, begun) => { field.value = [...chosen, begun].join(isOfPeople ? ", " : " ").replace(/, $/, " "); },
    known: (words) => words,
    async find(words) {
      const answer = await fetch(`${field.dataset.picker}?q=${encodeURIComponent(words.replace(/^@/, ""))}`).catch(() => null);
      const found = answer?.ok && !answer.redirected ? await answer.json() : []; // Redirected: the session has ended.
      return found.map((each) => (each.handle ? colleague(each) : plain(each)));
    },
  };
}

// Only what has a box may be chosen.
export function ticked(field) {
  const boxes = [...field.querySelectorAll("input")];
  const name = (box) => box.labels[0].textContent.trim();
  const names = boxes.map(name);
  return {
    label: field.querySelector("legend").textContent,
    hides: field.querySelector(".choices"),
    between: /\n/, // In no name.
    isStrict: true,
    chosen: () => boxes.filter((box) => box.checked).map(name),
    begun: () => "",
    write: (chosen, begun) => boxes.forEach((box) => { box.checked = [...chosen, begun].some((each) => isSame(each, name(box))); }),
    known: (words) => names.find((each) => isSame(each, words)),
    find: async (words) => names.filter((each) => each.toLowerCase().includes(words.toLowerCase())).map(plain),
  };
}
