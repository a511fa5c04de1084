// Pages with a text to write: the tools around the textarea.
import "@github/markdown-toolbar-element";
import "@github/text-expander-element";
import "./attach.js";
import "./mention.js";
import "./preview.js";
import "./writing_keys.js";
