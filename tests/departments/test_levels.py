"""The rule of levels: every level against every kind of note for every reason, and what wins where several count."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest

from forum.departments.levels import (
    FOLLOWED,
    LEVELS,
    LEVELS_OF,
    NAMES,
    OF_LABEL,
    OF_THREAD,
    OPENING,
    PICTURES,
    USUAL,
    is_told,
    level_in,
    level_shown,
    stronger,
)
from forum.departments.models import FOLLOWED_KINDS
from forum.notifications.models import KINDS
from forum.notifications.words.reasons import REASONS

# Who is told what at which level of a thread. "own": asked of them, their own need or answer, or theirs by a role;
# "said": mentions, replies, comments on what they wrote, thanks; "begins" and "below": because they follow something.
OF_A_THREAD = {
    #            own   said  begins below
    None: (True, True, False, False),
    "watching": (True, True, True, True),
    "tracking": (True, True, False, False),
    "normal": (True, True, False, False),
    "muted": (True, False, False, False),
}
OF_A_LABEL = {
    "watching": (True, True, True, True),
    "first_posts": (True, True, True, False),
    "tracking": (True, True, False, False),
    "normal": (True, True, False, False),
    "muted": (True, True, False, False),
}
GROUPS = ("own", "said", "begins", "below")
EVERY = list(product(KINDS, REASONS))  # each kind of note for each reason, whether it happens or not
LABELS = list(chain.from_iterable(combinations(LEVELS, number) for number in range(4)))


def group_of(kind: str, reason: str) -> str:
    if reason in ("mentioned", "replied") or (reason == "wrote" and kind in ("comment", "thanks")):
        return "own" if reason == "replied" and kind != "comment" else "said"
    if reason.startswith("follows_"):
        return "begins" if kind in ("question", "practice", "chat") else "below"
    return "own"


def expected(table: dict[str | None, tuple[bool, ...]], level: str | None, kind: str, reason: str) -> bool:
    return table[level][GROUPS.index(group_of(kind, reason))]


def is_of_labels(reason: str) -> bool:
    return reason not in ("follows_person", "follows_cause")


@pytest.mark.parametrize("thread", OF_A_THREAD)
def test_the_level_of_a_thread_says_of_every_kind_and_reason_who_is_told(thread: str | None) -> None:
    for kind, reason in filter(lambda each: is_of_labels(each[1]), EVERY):
        told = is_told(kind, reason, thread=thread)
        assert told == expected(OF_A_THREAD, thread, kind, reason), (kind, reason)


@pytest.mark.parametrize("label", OF_A_LABEL)
def test_the_level_of_a_label_says_of_every_kind_and_reason_who_is_told(label: str) -> None:
    for kind, reason in filter(lambda each: is_of_labels(each[1]), EVERY):
        told = is_told(kind, reason, labels=[label])
        assert told == expected(OF_A_LABEL, label, kind, reason), (kind, reason)  # type: ignore[arg-type]


def test_a_level_of_the_thread_counts_more_than_any_of_its_labels() -> None:
    for thread, labels, (kind, reason) in product(LEVELS_OF["question"], LABELS, EVERY):
        assert is_told(kind, reason, thread=thread, labels=labels) == is_told(kind, reason, thread=thread)


def test_among_labels_the_strongest_counts_and_a_muted_one_only_where_no_other_was_chosen() -> None:
    for labels, (kind, reason) in product(filter(None, LABELS), EVERY):
        alone = is_told(kind, reason, labels=[min(labels, key=LEVELS.index)])
        assert is_told(kind, reason, labels=labels) == alone
    assert level_in(None, ["muted", "first_posts", "tracking"]) == "first_posts"
    assert level_in(None, ["muted"]) == "muted"


def test_a_stronger_level_never_tells_less() -> None:
    for weaker, louder in combinations(reversed(LEVELS_OF["question"]), 2):
        for kind, reason in EVERY:
            assert is_told(kind, reason, thread=louder) >= is_told(kind, reason, thread=weaker), (kind, reason)
    for weaker, louder in combinations(reversed(LEVELS), 2):
        for kind, reason in EVERY:
            assert is_told(kind, reason, labels=[louder]) >= is_told(kind, reason, labels=[weaker]), (kind, reason)


def test_what_is_asked_of_somebody_is_told_whatever_they_have_muted() -> None:
    asked = [
        ("check_in", "needs"),
        ("invitation", "invited"),
        ("invitation", "offered"),
        ("word", "stays"),
        ("answer", "asked"),
        ("answer", "shares"),
        ("waiting", "asked"),
        ("outcome", "wrote"),
        ("practice", "wrote"),
        ("moderated", "wrote"),
        ("moderation", "moderates"),
        ("comment", "decides"),
    ]
    assert all(is_told(kind, reason, thread="muted", labels=["muted"]) for kind, reason in asked)


def test_a_colleague_one_follows_is_heard_unless_thread_or_labels_are_muted() -> None:
    for kind, thread, labels in product(OPENING, OF_A_THREAD, LABELS):
        muted = level_in(thread, labels) == "muted"
        assert is_told(kind, "follows_person", thread=thread, labels=labels) is not muted


def test_what_following_meant_before_there_were_levels_is_the_usual_level() -> None:
    assert is_told("answer", "follows_question", thread=USUAL["question"])
    assert is_told("comment", "follows_question", thread=USUAL["question"])
    for kind in ("tag", "department"):
        assert is_told("question", f"follows_{kind}", labels=[USUAL[kind]])
        assert is_told("practice", f"follows_{kind}", labels=[USUAL[kind]])
        assert not is_told("answer", f"follows_{kind}", labels=[USUAL[kind]])


def test_the_page_of_a_thread_says_of_a_label_what_it_means_there() -> None:
    assert level_shown(None, ["first_posts"]) == "normal"
    assert level_shown(None, ["watching", "muted"]) == "watching"
    assert level_shown("muted", ["watching"]) == "muted"
    assert level_shown(None, []) == "normal"


def test_of_two_threads_that_become_one_the_stronger_level_counts_unless_one_is_muted() -> None:
    for one, other in product((None, *LEVELS_OF["question"]), LEVELS_OF["question"]):
        both = stronger(one, other)
        assert both == ("muted" if "muted" in (one, other) else min((one or other, other), key=LEVELS.index))


def test_every_level_has_a_name_a_picture_and_words() -> None:
    assert set(NAMES) == set(PICTURES) == set(OF_LABEL) == set(LEVELS)
    assert set(OF_THREAD) == set(LEVELS_OF["question"])
    assert set(LEVELS_OF) == set(USUAL) == set(FOLLOWED_KINDS)
    assert all(USUAL[kind] in FOLLOWED and USUAL[kind] in LEVELS_OF[kind] for kind in FOLLOWED_KINDS)
