"""Which groups may be shown without saying anything about a single person (k-anonymity with secondary suppression)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

K = 5  # People who belong to a group, and people who replied, before it is shown.


class Group(NamedTuple):
    """Some people of whom `replied` said something, `favourable` of them in favour."""

    name: str
    members: int
    replied: int
    favourable: int = 0

    @property
    def is_large(self) -> bool:
        """Whether it is large enough to be shown."""
        return self.members >= K and self.replied >= K


class Shown(NamedTuple):
    """The groups that are shown, the small ones as one if they are enough together, with their names, and the names of
    what is hidden."""

    groups: tuple[Group, ...]
    joined: Group | None
    hidden: tuple[str, ...]
    together: tuple[str, ...] = ()


def shown(groups: Sequence[Group]) -> Shown:
    """What of a table may be shown beside its total.

    Small groups are joined when they are large enough together. Otherwise they are hidden, and if somebody could find
    what is hidden by subtracting the rest from the total, the next smallest group is hidden as well. A group without
    anybody in it hides nothing.
    """
    large = [group for group in groups if group.is_large]
    small = [group for group in groups if not group.is_large and group.members]
    if not small:
        return Shown(tuple(large), None, ())
    joined = _together(small)
    if joined.is_large and len(small) > 1:
        return Shown(tuple(large), joined, (), tuple(group.name for group in small))
    hidden = list(small)
    while large and not _is_safe(hidden):
        smallest = min(large, key=lambda group: (group.replied, group.members, group.name))
        large.remove(smallest)
        hidden.append(smallest)
    return Shown(tuple(large), None, tuple(group.name for group in hidden))


def _together(groups: Sequence[Group]) -> Group:
    name = ", ".join(group.name for group in groups)
    return Group(
        name,
        sum(group.members for group in groups),
        sum(group.replied for group in groups),
        sum(group.favourable for group in groups),
    )


def _is_safe(hidden: Sequence[Group]) -> bool:
    """Whether the total less what is shown says nothing about few: as large as a group that may be shown."""
    return len(hidden) > 1 and _together(hidden).is_large
