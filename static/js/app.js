// Every page: parts that change in place, and small comforts. All of it is a plain form or link without this file.
import "./htmx.js";
import "htmx.org/dist/ext/hx-csp.js";
import "./at_once.js";
import "./away.js";
import "./code.js";
import "./copy.js";
import "./draft_sent.js";
import "./editor_later.js";
import "./focus.js";
import "./going.js";
import "./keep_focus.js";
import "./leaving.js";
import "./local_time.js";
import "./menu.js";
import "./print.js";
import "./said.js";
import "./said_here.js";
import "./search.js";
import "./shortcuts.js";
import "./submit_once.js";
import "./theme.js";
import "./watch.js";
import "./writing_keys.js";

document.documentElement.dataset.js = "";
