"""What somebody wrote, put into words that are being written about it."""

from __future__ import annotations

from forum.posts.models import Post

NAMES = {"question": "this question", "answer": "this answer", "comment": "this comment", "practice": "this practice"}


def quoted(post: Post) -> str:
    """The text of a post as a quotation in Markdown, with a link to where it stands, to be written on below."""
    lines = "\n".join(f"> {line}".rstrip() for line in post.body.strip().splitlines())
    return f"From [{NAMES.get(post.kind, 'this')}](/posts/{post.id}):\n\n{lines}\n\n"
