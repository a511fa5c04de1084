// Pages with a form that needs more than the browser's own fields.
import "./ask_draft.js";
import "./choose_all.js";
import "./draft.js";
import "./known_seen.js";
import "./passkey.js";
import "./tick.js";
import "./picker.js"; // After the drafts, which fill the fields in.
