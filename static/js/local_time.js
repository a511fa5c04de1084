// Times to come are written in UTC by the server; here they become the reader's own hours, in parts that change, too.
import { LANGUAGE } from "./words.js";
const format = new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

function translate() {
  for (const time of document.querySelectorAll("time[data-local]")) time.textContent = format.format(new Date(time.dateTime));
}

translate();
document.addEventListener("htmx:after:swap", translate);
