"""Levels of following: how much somebody wishes to hear of a question, a topic or a department. The rule, without rows.

The five are those that people know from other forums: https://meta.discourse.org/t/notifications/152
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from forum.core.languages import messages

# The strongest first: of several labels of a question the strongest counts.
LEVELS = ("watching", "first_posts", "tracking", "normal", "muted")
FOLLOWED = ("watching", "first_posts", "tracking")  # levels that count as following; the others ask for less than usual
# Which levels there are for what can be followed. `normal` of a label is the same as none, so it is not kept.
LEVELS_OF = {
    "department": LEVELS,
    "tag": LEVELS,
    "question": ("watching", "tracking", "normal", "muted"),
    "person": ("watching", "normal"),
    "cause": ("watching", "normal"),
}
# What following meant before there were levels, and still means where nothing else is chosen.
USUAL = {
    "department": "first_posts",
    "tag": "first_posts",
    "question": "watching",
    "person": "watching",
    "cause": "watching",
}
OPENING = ("question", "practice", "chat")  # kinds of notes about what begins; the others are about posts in a thread
FOLLOWS = "follows_"  # Reasons begin with it that there are only because somebody follows something.
# What colleagues say to one in a thread, without waiting for anything: (kind of the note, reason).
ADDRESSED = (("comment", "replied"), ("comment", "wrote"), ("thanks", "wrote"))


NAMES = messages(
    {
        "watching": "Watching",
        "first_posts": "New questions",
        "tracking": "Tracking",
        "normal": "Normal",
        "muted": "Muted",
    }
)
# What each level does, as the menu says it after its name.
OF_THREAD = messages(
    {
        "watching": "every new answer and comment",
        "tracking": "you are told nothing, but it is under Following, and lists count what is new",
        "normal": "only what concerns you: mentions, replies, and what you asked",
        "muted": "nothing, and it is not offered to you. What you are asked about a need of your own still comes",
    }
)
OF_LABEL = messages(
    {
        "watching": "every new question, and each answer and comment below it",
        "first_posts": "every new question, practice and chat, but nothing of what follows",
        "tracking": "you are told nothing, but its questions are under Following, and lists count what is new",
        "normal": "only what concerns you: mentions, replies, and what you are asked",
        "muted": "you are not told of its questions or asked about them, and home leaves them out; lists do not",
    }
)
PICTURES = {
    "watching": "bell-ring",
    "first_posts": "bell-plus",
    "tracking": "bell-dot",
    "normal": "bell",
    "muted": "bell-off",
}


def is_told(kind: str, reason: str, *, thread: str | None = None, labels: Collection[str] = ()) -> bool:
    """Whether somebody hears of something for a reason, by the levels that they have chosen.

    `thread` is the level of the question on whose page it happens, None where none was chosen; `labels` are those of
    its topics and departments about which something was chosen.

    1. What is asked of somebody, what becomes of their own need, answer or nomination, and what they look after by a
       role is told at every level: somebody waits for it, or they have waited for it themselves.
    2. What is said to them (mentions, replies, comments on what they wrote, thanks) is told unless they muted the
       thread. A muted topic or department does not silence it: who takes part in a thread is in it.
    3. What they hear because they follow something is decided by the thread's own level where there is one, else by
       the strongest of the labels': `watching` tells everything, `first_posts` what begins (a question, a practice, a
       chat), the others nothing.
    4. Whoever follows a colleague hears of what that colleague begins, unless thread or labels are muted by rule 3.
    """
    if not reason.startswith(FOLLOWS) and not _is_addressed(kind, reason):
        return True
    if thread == "muted":
        return False
    if _is_addressed(kind, reason) or reason == "follows_cause":
        return True
    level = level_in(thread, labels)
    return level != "muted" if reason == "follows_person" else level in telling(kind)


def level_in(thread: str | None, labels: Iterable[str]) -> str:
    """The level that counts in a thread: its own, else the strongest of its labels', else `normal`."""
    return thread or min(labels, key=LEVELS.index, default="normal")


def level_shown(thread: str | None, labels: Iterable[str]) -> str:
    """The level of a thread as its page says it: who hears only of what begins is told nothing more there."""
    level = level_in(thread, labels)
    return "normal" if level == "first_posts" else level


def telling(kind: str) -> tuple[str, ...]:
    """The levels that tell of this kind of note."""
    return ("watching", "first_posts") if kind in OPENING else ("watching",)


def stronger(one: str | None, other: str) -> str:
    """Of two levels of what has become one thread: `muted` where either is, as its person wished; else the stronger."""
    chosen = {one or other, other}
    return "muted" if "muted" in chosen else min(chosen, key=LEVELS.index)


def _is_addressed(kind: str, reason: str) -> bool:
    return reason == "mentioned" or (kind, reason) in ADDRESSED
