"""In which order what was found is shown, and what is said of it."""

from __future__ import annotations

from forum.search.ranking import moved


def test_only_what_its_words_alone_would_not_have_put_there_was_moved() -> None:
    assert moved([12.0, 11.0, 10.0], [1.3, 1.0, 1.0]) == [1, 0, 0]
    assert moved([14.0, 11.0, 10.0], [1.1, 1.0, 1.0]) == [0, 0, 0]
    assert moved([11.0, 10.0, 9.0], [1.0, 1.0, 0.5]) == [0, 0, -1]
    assert moved([], []) == []
