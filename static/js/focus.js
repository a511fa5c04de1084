// Takes the reader to what the page has to say first, such as why a form came back.
document.querySelector("[data-focus]")?.focus();
