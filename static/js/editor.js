// Pages with a text to write: the tools around the textarea.
import "@github/text-expander-element";
import "./attach.js";
import "./insert.js";
import "./next_line.js";
import "./preview.js";
import "./reply_draft.js";
import "./suggest.js";
import "./toolbar.js";
