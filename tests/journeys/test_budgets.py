"""What comes over the line before a page is seen as it is meant: little enough for a telephone in a warehouse."""

from __future__ import annotations

import pytest

from bench.pages import FIRST_VIEW, MOST_BYTES, MOST_SCRIPT, MOST_SHIFT, OBSERVE, main_pages, stillness, weigh
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


def test_no_main_page_weighs_more_than_it_may(visit: Visit) -> None:
    page = visit("ola")
    weights = {name: weigh(page, path) for name, path in main_pages(page.context).items()}
    first_view = {name: sum(weight.get(kind, 0) for kind in FIRST_VIEW) for name, weight in weights.items()}
    assert {name: size for name, size in first_view.items() if size > MOST_BYTES} == {}
    assert {name: each for name, each in weights.items() if not 0 < each.get("Script", 0) <= MOST_SCRIPT} == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_on_a_main_page_moves_while_it_loads(visit: Visit, width: int) -> None:
    page = visit("ola", width=width)
    page.context.add_init_script(OBSERVE)
    moved = {name: stillness(page, path) for name, path in main_pages(page.context).items()}
    assert {name: each for name, each in moved.items() if each[0] > MOST_SHIFT} == {}
