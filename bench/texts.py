"""Invented threads of real words, drawn by Zipf's law; the same seed gives the same threads."""

from __future__ import annotations

import re
import sysconfig
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from random import Random

PEOPLE = 200
DEPARTMENTS = (
    "Sales",
    "Finance",
    "IT Service Desk",
    "Customer Service",
    "Human Resources",
    "Operations",
    "Legal",
    "Marketing",
    "Research",
    "Facilities",
)
SEED = 42
VOCABULARY = 12_000  # words: what people of one organisation write has about as many different ones
ZIPF_EXPONENT, ZIPF_SHIFT = 1.05, 2.7  # so that document frequencies look like those of real text
TAGS = slice(300, 600)  # ranks of the words that serve as tags
# Different paragraphs. At a million posts a word of the last rank then still stands in about as many posts as Zipf's
# law would put it in, and each paragraph need be rendered only once.
PARAGRAPHS = 20_000
MORE_REPLIES = 0.75  # chance that another reply follows, with at most MOST_REPLIES: mean 3
MOST_REPLIES = 40
LONG_EVERY, LONG = 500, 100  # every 500th topic is one that everybody knows: 100 replies, which makes the mean 3.2


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment. People are numbers below `PEOPLE`, everywhere here."""

    author: int
    body: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with those who voted for it and against it."""

    author: int
    body: str
    voters: tuple[int, ...]
    opponents: tuple[int, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with all that stands under it. `accepted` is the place of the accepted reply, if any."""

    title: str
    department: int
    author: int
    body: str
    replies: tuple[Reply, ...]
    tags: tuple[str, ...] = ()
    voters: tuple[int, ...] = ()
    remarks: tuple[Remark, ...] = ()
    accepted: int | None = None
    promoted: bool = False

    @property
    def size(self) -> int:
        """How many posts it is: question, answers, comments, and the practice that came out of it."""
        return 1 + len(self.replies) + len(self.remarks) + sum(len(r.remarks) for r in self.replies) + self.promoted


def invented(posts: int, seed: int = SEED) -> Iterator[Topic]:
    """Threads of exactly `posts` posts in all."""
    author = Author(seed)
    number = 0
    while posts > 0:
        topic = author.topic(number)
        if topic.size > posts:  # The last few stay alone, so that the sum is right.
            topic = replace(topic, replies=(), remarks=(), accepted=None, promoted=False)
        yield topic
        posts -= topic.size
        number += 1


class Author:
    """Writes threads, one after the other."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = Random(seed)
        self._words = vocabulary()
        self._weights = list(accumulate(1.0 / (rank + ZIPF_SHIFT) ** ZIPF_EXPONENT for rank in range(len(self._words))))
        self._paragraph: Callable[[int], str] = lru_cache(maxsize=PARAGRAPHS)(self._write_paragraph)

    def topic(self, number: int) -> Topic:
        """The next thread; `number` says which one it is."""
        random = self._random
        count = LONG if number % LONG_EVERY == LONG_EVERY // 2 else self._length()
        replies = tuple(self._reply() for _ in range(count))
        accepted = random.randrange(min(count, 3)) if count and random.random() < 0.5 else None
        author = random.randrange(PEOPLE)
        return Topic(
            title=" ".join([*self._draw(random, random.randint(4, 7)), *random.sample(self._words[300:6000], 2)])
            .capitalize()[:110]
            .strip(),
            department=min(9, int(random.expovariate(0.3))),
            author=author,
            body=self._text(),
            replies=replies,
            tags=tuple(dict.fromkeys(random.choice(self._words[TAGS]) for _ in range(random.randint(0, 3)))),
            voters=self._voters(author),
            remarks=self._remarks(0.15),
            accepted=accepted,
            promoted=accepted is not None and random.random() < 0.04,
        )

    def _reply(self) -> Reply:
        author = self._random.randrange(PEOPLE)
        voters = self._voters(author)
        against = tuple({(author + 1) % PEOPLE} - set(voters)) if self._random.random() < 0.08 else ()
        return Reply(author, self._text(), voters, against, self._remarks(0.1))

    def _length(self) -> int:
        length = 0
        while self._random.random() < MORE_REPLIES and length < MOST_REPLIES:
            length += 1
        return length

    def _voters(self, author: int) -> tuple[int, ...]:
        return voters(self._random, author, int(self._random.expovariate(0.5)))

    def _remarks(self, chance: float) -> tuple[Remark, ...]:
        if self._random.random() >= chance:
            return ()
        return (Remark(self._random.randrange(PEOPLE), self._paragraph(self._random.randrange(PARAGRAPHS))),)

    def _text(self) -> str:
        """About 80 words in 2 to 4 paragraphs, one text in ten with a list."""
        numbers = [self._random.randrange(PARAGRAPHS) for _ in range(self._random.choice((2, 2, 3, 3, 3, 4)))]
        parts = [self._paragraph(number) for number in numbers]
        if self._random.random() < 0.1:
            parts.append(self._list(numbers[0]))
        return "\n\n".join(parts)

    def _list(self, number: int) -> str:
        random = Random(f"{self._seed} list {number}")
        return "\n".join("- " + " ".join(self._draw(random, 5)) for _ in range(3))

    def _write_paragraph(self, number: int) -> str:
        random = Random(f"{self._seed} paragraph {number}")
        words = self._draw(random, random.randint(18, 40))
        if random.random() < 0.25:
            words[len(words) // 2] = f"**{words[len(words) // 2]}**"
        if random.random() < 0.1:
            words[len(words) // 3] = f"`{words[len(words) // 3]}`"
        return " ".join(words).capitalize() + "."

    def _draw(self, random: Random, count: int) -> list[str]:
        return random.choices(self._words, cum_weights=self._weights, k=count)


def voters(random: Random, author: int, count: int) -> tuple[int, ...]:
    """`count` different people who are not the author; fewer when there are not so many."""
    return tuple((author + step) % PEOPLE for step in random.sample(range(2, PEOPLE), min(count, PEOPLE - 2)))


@lru_cache(maxsize=1)
def vocabulary() -> list[str]:
    """The commonest words of this Python's own standard library, the commonest first."""
    root = Path(sysconfig.get_paths()["stdlib"])
    folders = ("", "asyncio", "email", "http", "json", "logging", "multiprocessing", "sqlite3", "unittest", "idlelib")
    counted: Counter[str] = Counter()
    for file in sorted(file for folder in folders for file in (root / folder).glob("*.py")):
        source = file.read_text(encoding="utf-8", errors="ignore")
        counted.update(word.lower() for word in re.findall(r"[A-Za-z]{3,14}", source))
    return sorted(counted, key=lambda word: (-counted[word], word))[:VOCABULARY]


def queries(bodies: list[str], count: int = 60) -> list[str]:
    """Searches of two words that these texts have: one in 2 to 10 % of them, the other in 0.3 to 1.5 %."""
    frequency = Counter(word for body in bodies for word in set(re.findall(r"[a-z]{4,}", body.lower())))
    share = {word: number / len(bodies) for word, number in sorted(frequency.items())}
    common = [word for word, part in share.items() if 0.02 < part < 0.10]
    rare = [word for word, part in share.items() if 0.003 < part < 0.015]
    random = Random(SEED)
    return [f"{random.choice(common)} {random.choice(rare)}" for _ in range(count)]
