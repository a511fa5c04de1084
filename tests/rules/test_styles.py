"""Rules of the style sheets: what nobody sees broken, and everybody feels."""

from __future__ import annotations

import re

from forum.core.config import PROJECT

# `:has` and then whatever stands there: `.side:has(p) > *`, `.card:has(p) :hover`. A name may follow it: `.card__foot`.
NAMELESS = re.compile(r":has\((?:[^()]|\([^()]*\))*\)[^\s>+~,{]*(?:\s*[>+~]\s*|\s+)(?:\*|:)")


def test_what_a_rule_with_has_styles_bears_a_name() -> None:
    """Else any change that any `:has` might see has the styles of the whole page looked up again."""
    sheets = sorted((PROJECT / "static/css").rglob("*.css"))
    assert len(sheets) > 30
    nameless = {sheet.name: found for sheet in sheets if (found := NAMELESS.findall(sheet.read_text("utf-8")))}
    assert nameless == {}


def test_nameless_rules_would_be_noticed() -> None:
    for selector in (
        ".side:has([data-later]) > * {",
        ".a:not(:has(p)) :hover {",
        ".a:has(p) * {",
        ".a:has(b):hover + * {",
    ):
        assert NAMELESS.search(selector), selector
    for selector in (".side:has([data-later]) > section {", ".a:has(> svg)::after {", "body:has(.x) .said {"):
        assert not NAMELESS.search(selector), selector
