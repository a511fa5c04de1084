// htmx as one object for the page: its extension for strict policies looks for it there.
import htmx from "htmx.org/dist/htmx.esm.js";

window.htmx = htmx;
export default htmx;
