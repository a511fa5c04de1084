"""What the pages of every kind of post share: the edit page, and the page that shows two texts side by side."""

from __future__ import annotations

from collections.abc import Iterable

from flask import abort, flash, render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectin_polymorphic, selectinload

from forum.answers.models import Answer
from forum.core.db import db
from forum.core.diff import word_diff
from forum.core.forms import PostForm
from forum.core.languages import messages
from forum.core.templating import trusted
from forum.core.web import current_person
from forum.moderation.converting import standing
from forum.posts import reply_drafts
from forum.posts.forms import ReplyForm
from forum.posts.models import Comment, Post, ReplyDraft
from forum.posts.writing import write
from forum.questions.asking import address as question_address
from forum.questions.models import Question

PLACES = {
    "practice": "practices",
    "cause": "causes",
    "request": "requests",
    "chat": "chats",
}  # where a kind of post has a page of its own

# What the parts of a text are called.
FIELD_NAMES = messages(
    {
        "body": "Text",
        "title": "Title",
        "departments": "Departments",
        "tags": "Topics",
        "problem": "Problem",
        "why_it_works": "Why it works",
        "when_not": "When not",
        "what_it_takes": "What it takes",
        "objective": "What it is in the way of",
    }
)


def edit_page(form: PostForm, post: Post, *, preview: bool = False, template: str = "posts/edit.html") -> str:
    """The page on which a post is edited."""
    return render_template(
        template,
        form=form,
        post=post,
        back_url=page_url(post),
        preview_html=write(form.body.data or "", at_least=0).html if preview else None,
        theirs=None,
    )


def stale_page(form: PostForm, post: Post, *, template: str = "posts/edit.html") -> str:
    """The same page after somebody else saved first: their text beside the one typed here, and a form that can go on.

    The form now carries the new version, so sending it again replaces their text knowingly.
    """
    differences = [(name, text, trusted(word_diff(text, _typed(form, name)))) for name, text in post.texts.items()]
    form.version.data = str(post.version)
    return render_template(
        template,
        form=form,
        post=post,
        back_url=page_url(post),
        preview_html=None,
        names=FIELD_NAMES,
        theirs=[
            (name, text, diff) for name, text, diff in differences if text != _typed(form, name) and _has(form, name)
        ],
    )


def keep_sent(form: ReplyForm, on: Post, kind: str) -> ReplyDraft | None:
    """Keep what a form for an answer or a comment holds as a draft; see `reply_drafts.keep`."""
    return reply_drafts.keep(
        current_person(),
        on,
        kind,
        form.body.data or "",
        seen=form.seen,
        unnamed=bool(form.unnamed.data),
        shows_department="shows_department" in form and bool(form.shows_department.data),
    )


def titles_of(posts: Iterable[Post]) -> dict[int, str]:
    """What each of these posts is called in a list, by id: its title, or that of the page on which it stands.

    Empty where that page was removed or hidden: what it was called is nobody's to read any more.
    """
    posts = list(posts)
    pages = {post.id: _page_id(post) for post in posts}
    query = select(Post).where(Post.id.in_(set(pages.values())), Post.removed_at.is_(None))
    found = db.session.scalars(query.options(selectin_polymorphic(Post, Post.__subclasses__()))).all()
    titles = {page.id: str(getattr(page, "title", "")) for page in found}
    return {id: titles.get(page_id, "") for id, page_id in pages.items()}


def _page_id(post: Post) -> int:
    if isinstance(post, Answer):
        return post.question_id
    return post.page_id if isinstance(post, Comment) else post.id


def say_posted(post: Post, words: str) -> None:
    """Say at the next page that something is out, with a button that takes it back."""
    undo = render_template("posts/_posted.html", post=post, words=words)
    flash(trusted(undo), "done")


def page_url(post: Post) -> str:
    """Where a post is shown: its thread, at the post itself; for one that is withheld the page that says why."""
    if post.withheld == "converted":
        stands = standing(post)
        return page_url(stands) if stands is not None and stands.withheld != "converted" else "/"
    if post.withheld is not None:
        return f"/posts/{post.id}/state"
    if isinstance(post, Question):
        return f"/questions/{post.id}/wording" if post.merged_into_id else question_address(post.id, post.title)
    if post.kind in PLACES:
        return f"/{PLACES[post.kind]}/{post.id}"
    if isinstance(post, Comment):
        page = db.session.get(Post, post.page_id)
        base = f"/questions/{post.page_id}"
        if page is not None and page.kind in PLACES:
            base = f"/{PLACES[page.kind]}/{post.page_id}"
        elif isinstance(page, Question) and page.merged_into_id:
            base += "/wording"
        return f"{base}#post-{post.id}"
    return f"/questions/{post.question_id}#post-{post.id}"  # type: ignore[attr-defined]  # Only an answer is left.


def shown_post(id: int, *, removed: bool = False) -> Post:
    """The post with that id, whatever its kind, with author and labels loaded. Answers 404 for one that was removed,
    or what it stands under, unless `removed` asks for it."""
    query = select(Post).where(Post.id == id)
    if not removed:
        query = query.where(Post.removed_at.is_(None))
    loaded = query.options(
        selectin_polymorphic(Post, Post.__subclasses__()),
        joinedload(Post.author),
        selectinload(Post.departments),
        selectinload(Post.tags),
    )
    post = db.session.scalars(loaded.execution_options(populate_existing=True)).one_or_none()
    if post is None or (not removed and _stands_under_removed(post)):
        abort(404)
    return post


def _stands_under_removed(post: Post) -> bool:
    """Whether its question was removed, or for a comment also the answer or practice that it remarks on."""
    above = {post.on_id, post.page_id} if isinstance(post, Comment) else set()
    if isinstance(post, Answer):
        above = {post.question_id}
    removed = select(Post.id).where(Post.id.in_(above), Post.removed_at.is_not(None))
    return bool(above) and db.session.scalar(removed.limit(1)) is not None


def _has(form: PostForm, name: str) -> bool:
    return hasattr(form, name) and name != "departments"


def _typed(form: PostForm, name: str) -> str:
    return (getattr(form, name).data or "") if _has(form, name) else ""
