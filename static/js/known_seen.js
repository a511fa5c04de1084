// What is known already stands open where there is room beside the form, and folded in one line where there is none.
// Whoever had it open is not asked again before the question is posted.
const list = document.getElementById("similar");
const seen = document.querySelector("#ask [name=similar_seen]");
let isWanted = matchMedia("(width >= 62rem)").matches;
const folded = () => list.querySelector("section > details");

function look() {
  if (folded()) seen.value = folded().open ? "yes" : "";
}

if (list) {
  document.addEventListener("htmx:after:swap", () => {
    if (folded()) folded().open = isWanted;
    look();
  });
  list.addEventListener("click", ({ target }) => {
    if (target.closest(".known__fold")) isWanted = !folded().open; // Before it opens or closes.
  });
  list.addEventListener("toggle", look, { capture: true });
}
