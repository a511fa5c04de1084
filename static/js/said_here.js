// The page went to one of its posts: what happened is said there, and not far above where nobody looks.
const flashes = document.querySelector(".flashes");
const place = location.hash.startsWith("#post-") && document.getElementById(location.hash.slice(1));
if (flashes && place) {
  const post = place.closest("article, .comment");
  if (post?.matches("li")) post.prepend(flashes);
  else post?.before(flashes);
  flashes.scrollIntoView({ block: "center" });
}
