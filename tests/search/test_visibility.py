"""Nothing that may not be read shows in a search: not before the index has caught up, and not afterwards.

A seeded walk writes, edits, removes, restores, merges and takes apart; every piece of text holds a made-up word of its
own, by which it would be known. `PROVEN_TEST_EXAMPLES` takes more walks, some seconds each.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.answers.answering import edit_answer
from forum.answers.models import Answer
from forum.core.db import db, transaction
from forum.core.errors import Refused
from forum.needs import drafts
from forum.people.models import Person
from forum.posts.comments import edit_comment
from forum.posts.models import Comment, Post
from forum.posts.pages import shown_post
from forum.posts.removing import remove, restore
from forum.posts.writing import write
from forum.practices.models import SECTIONS, Practice
from forum.practices.promoting import retire, revise, texts_of
from forum.questions import merging
from forum.questions.asking import edit_question
from forum.questions.models import Question
from forum.search import indexing
from forum.search.known import known
from forum.search.query import parse
from forum.search.results import Found, Result, find
from tests import factories
from tests.conftest import Browser
from tests.search.engines.test_contract import ENGINES

WALKS = max(int(os.environ.get("PROVEN_TEST_EXAMPLES", "25")) // 12, 1)
STEPS = 14  # deeds before the first look; half as many before every further one
LOOKS = 3
EVERYTHING = ("is:question", "is:answer", "is:comment", "is:practice", "dept:sales", "after:2020-01-01")
TAG = re.compile(r"<[^>]*>")

# What keeps a post from being read, as a question to the post itself. Another state is another line.
HIDING: tuple[Callable[[Post], bool], ...] = (lambda post: post.removed_at is not None,)


@dataclass
class Piece:
    """A made-up word, the post in which it stands (none for a draft), and how it got there."""

    word: str
    post_id: int | None
    place: str  # title, body or tag
    is_old: bool = False


class World:
    """People, what they wrote, and the words by which it would be known."""

    def __init__(self, seed: int, kim: Person, marta: Person, farah: Person) -> None:
        self.chance = random.Random(seed)
        self.kim, self.marta, self.farah = kim.id, marta.id, farah.id
        self.pieces: list[Piece] = []
        self.used: set[str] = set()

    # What people do

    def walk(self, steps: int) -> None:
        """Do that many random things; what is refused is not done."""
        deeds = [self.ask, self.ask, self.answer, self.answer, self.comment, self.promote, self.edit, self.edit]
        deeds += [self.remove, self.remove, self.restore, self.merge, self.take_apart, self.retire, self.draft]
        for _ in range(steps):
            with suppress(Refused), transaction():
                self.chance.choice(deeds)()

    def ask(self) -> None:
        title, body, tag = self.word(), self.word(), self.word()
        asked = factories.question(
            self.person(self.kim), f"Where does the {title} go now?", body=f"I looked for the {body}.", tags=tag
        )
        self.note(asked, title=title, body=body, tag=tag)

    def answer(self) -> None:
        word = self.word()
        self.note(factories.answer(self.person(self.marta), self.any(Question), f"Take the {word}."), body=word)

    def comment(self) -> None:
        word = self.word()
        self.note(factories.comment(self.person(self.marta), self.any(Post), f"And the {word}?"), body=word)

    def promote(self) -> None:
        source, title, tag = self.any(Answer), self.word(), self.word()
        texts = {name: self.word() for name in SECTIONS}
        made = factories.practice(self.person(self.farah), source, title=f"Keep the {title}", texts={**texts}, tags=tag)
        self.note(made, title=title, tag=tag)
        self.pieces += [Piece(word, made.id, "body") for word in texts.values()]

    def edit(self) -> None:
        post = shown_post(self.any(Post).id)
        title, body, tag = self.word(), self.word(), self.word()
        farah, written = self.person(self.farah), write(f"Now it is the {body}.")
        if isinstance(post, Question):
            labels = {"departments": [each.id for each in post.departments], "tags": tag}
            edit_question(farah, post, title=f"Where is the {title} now?", body=written, seen=post.version, **labels)
            self.note(post, title=title, body=body, tag=tag)
        elif isinstance(post, Practice):
            sources = {"title": f"Mind the {title}", **dict.fromkeys(SECTIONS, f"As the {body}.")}
            revise(farah, post, texts_of(sources), seen=post.version)
            self.note(post, title=title, body=body)
        else:
            change = edit_answer if isinstance(post, Answer) else edit_comment
            change(farah, post, written, seen=post.version)  # type: ignore[operator]
            self.note(post, body=body)

    def remove(self) -> None:
        remove(self.person(self.farah), self.any(Post))

    def restore(self) -> None:
        removed = db.session.scalars(select(Post).where(Post.removed_at.is_not(None)).order_by(Post.id)).all()
        if removed:
            restore(self.person(self.farah), self.chance.choice(removed))

    def merge(self) -> None:
        merging.merge(self.person(self.farah), self.any(Question), self.any(Question), "The same.")

    def take_apart(self) -> None:
        merges = db.session.scalars(select(merging.Merge).order_by(merging.Merge.id)).all()
        if merges:
            merging.undo(self.person(self.farah), self.chance.choice(merges))

    def retire(self) -> None:
        retire(self.person(self.farah), self.any(Practice), because="It is over.")

    def draft(self) -> None:
        word = self.word()
        words = {"title": [f"What about the {word} in there?"], "body": [f"I keep the {word} to myself."]}
        drafts.keep(self.person(self.kim), f"draft-{word}", words)
        self.pieces.append(Piece(word, None, "body"))

    # What is known of it

    def word(self) -> str:
        """A word that nobody has used, unlike all others."""
        while True:
            syllables = (self.chance.choice("bdfgklmnprtvz") + self.chance.choice("aou") for _ in range(5))
            word = "q" + "".join(syllables) + "x"
            if word[:6] not in self.used:
                self.used.add(word[:6])
                return word

    def note(self, post: Post, **words: str) -> None:
        """Write down which words stand where now; what stood there before is an earlier revision's."""
        for place, word in words.items():
            for piece in self.pieces:
                piece.is_old = piece.is_old or (piece.post_id == post.id and piece.place == place)
            self.pieces.append(Piece(word, post.id, place))

    def any(self, kind: type[Post]) -> Any:
        """A random post of a kind that may be read. Refused when there is none."""
        posts = db.session.scalars(select(kind).order_by(kind.id)).all()
        readable = [post for post in posts if not is_hidden(post)]
        if not readable:
            raise Refused()
        return self.chance.choice(readable)

    def person(self, id: int) -> Person:
        return db.session.get_one(Person, id)

    def hidden(self) -> list[Piece]:
        """What may not be read: drafts, and what stands in or under something hidden."""
        return [piece for piece in self.pieces if piece.post_id is None or is_hidden(post_of(piece))]

    def replaced(self) -> list[Piece]:
        """What stands in an earlier revision only of something that may be read."""
        return [piece for piece in self.pieces if piece.is_old and piece not in self.hidden()]

    def readable(self) -> list[Piece]:
        """What may be read and therefore has to be found."""
        hidden = self.hidden()
        return [piece for piece in self.pieces if not piece.is_old and piece not in hidden]


def post_of(piece: Piece) -> Post:
    return db.session.get_one(Post, piece.post_id)


def is_hidden(post: Post) -> bool:
    return any(hides(each) for each in [post, *above(post)] for hides in HIDING)


def above(post: Post) -> Iterator[Post]:
    """What has to be read to come to a post: what it stands on, and what stands for that."""
    over: int | None = None
    if isinstance(post, Comment):
        over = post.on_id
    elif isinstance(post, Answer):
        over = post.question_id
    elif isinstance(post, Question):
        over = post.merged_into_id
    if over is not None:
        found = db.session.get_one(Post, over)
        yield found
        yield from above(found)


def found_as(post: Post) -> int:
    """The post as which a post is found: a merged question is the one that stands for it."""
    return post.merged_into_id or post.id if isinstance(post, Question) else post.id


def is_under_merged(post: Post) -> bool:
    """Whether it is a remark on the wording of a merged question: one reads it there, and it is not searched."""
    return isinstance(post, Comment) and any(isinstance(each, Question) and each.merged_into_id for each in above(post))


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> str:
    app.extensions["search"] = ENGINES[request.param](tmp_path)
    indexing.rebuild(lambda done: None)
    return str(request.param)


@pytest.mark.parametrize("seed", range(WALKS))
def test_what_may_not_be_read_shows_nowhere_and_what_may_be_is_found(
    seed: int,
    engine_name: str,
    kim: Person,
    marta: Person,
    farah: Person,
    browser: Callable[[Person], Browser],
    work_off: Callable[[], None],
) -> None:
    world, window = World(seed, kim, marta, farah), browser(kim)
    db.session.commit()
    for look in range(LOOKS):
        world.walk(STEPS if not look else STEPS // 2)
        check_that_nothing_hidden_shows(world, window, caught_up=False)
        work_off()
        check_that_nothing_hidden_shows(world, window, caught_up=True)
        check_that_the_rest_is_found(world)


def check_that_nothing_hidden_shows(world: World, window: Browser, *, caught_up: bool) -> None:
    hidden = world.hidden()
    # A topic has a page of its own and is shown there, whatever became of the posts.
    gone = [piece.word for piece in hidden if caught_up or piece.place != "tag"]
    gone += [piece.word for piece in world.replaced() if caught_up]
    hidden_ids = {piece.post_id for piece in hidden if piece.post_id}
    for word in gone:
        found = find(parse(word), page=1)
        assert not {each.id for each in every(found)} & hidden_ids, word
        assert not shows(str([without_marks(asdict(each)) for each in found.results]), [word])
        assert not {each.id for each in known(f"where does the {word} go", gone=True)} & hidden_ids
        if caught_up:
            assert (found.page.total, [*filter(None, found.page.facets.values())]) == (0, []), word
        nearly = f"{word[:-2]}{word[-1]}{word[-2]}"
        for path, name, typed in (
            ("/search", "q", nearly),
            ("/search", "q", f"tag:{nearly}"),
            ("/suggest", "q", word[:5]),
            ("/ask/similar", "title", f"where does the {nearly} go"),
        ):
            assert not shows(window.get(path, query_string={name: typed}).text, gone), (path, typed)
    for typed in EVERYTHING:
        shown = find(parse(typed), page=1)
        assert not {each.id for each in every(shown)} & hidden_ids
        assert not shows(window.get("/search", query_string={"q": typed}).text, gone), typed


def check_that_the_rest_is_found(world: World) -> None:
    for piece in world.readable():
        post = post_of(piece)
        if is_under_merged(post) or (piece.place == "tag" and found_as(post) != post.id):
            continue
        typed = f"tag:{piece.word}" if piece.place == "tag" else piece.word
        assert found_as(post) in {each.id for each in every(find(parse(typed), page=1))}, (piece, post.kind)


def every(found: Found) -> list[Result]:
    """All that was found, a thread's others too."""
    return [each for result in found.results for each in (result, *result.more)]


def without_marks(values: object) -> str:
    return unescape(TAG.sub("", str(values)))


def shows(text: str, words: list[str]) -> list[str]:
    """Which of these words a text shows, whatever is marked in it."""
    read = without_marks(text) + text
    return [word for word in words if word in read]
