// The page after a form was sent of which this browser keeps the words. What was taken answers with a redirect; anything
// else may be a refusal, a question back or a session that has ended, and the text is still needed.
const sent = sessionStorage.getItem("draft-sent");
if (sent) {
  if (performance.getEntriesByType("navigation")[0].redirectCount > 0) localStorage.removeItem(sent);
  sessionStorage.removeItem("draft-sent");
}
