"""In which order what was found is shown, and what is said of it."""

from __future__ import annotations

import pytest

from forum.search.ranking import moved, proven


@pytest.mark.parametrize(
    ("worked", "tried", "is_proven"),
    [(9, 10, True), (5, 5, True), (4, 4, False), (14, 20, False), (0, 0, False), (1, 50, False)],
)
def test_a_few_successes_do_not_prove_and_many_failures_disprove(worked: int, tried: int, is_proven: bool) -> None:
    assert proven(worked, tried) is is_proven


def test_only_what_its_words_alone_would_not_have_put_there_was_moved() -> None:
    assert moved([12.0, 11.0, 10.0], [1.3, 1.0, 1.0]) == [1, 0, 0]
    assert moved([14.0, 11.0, 10.0], [1.1, 1.0, 1.0]) == [0, 0, 0]
    assert moved([11.0, 10.0, 9.0], [1.0, 1.0, 0.5]) == [0, 0, -1]
    assert moved([], []) == []
