// Asks before a page is left on which words stand that are neither kept as a draft nor sent.
const isUnsaved = (field) => field.value.trim() && field.value !== field.defaultValue && !("sent" in field.form.dataset);

addEventListener("beforeunload", (event) => {
  const fields = [...document.querySelectorAll("form[method=post]:not([data-keep], [data-draft], [data-reply]) textarea")];
  if (fields.some(isUnsaved)) event.preventDefault();
});
