"""How the product speaks, as far as a machine can hear it: docs/voice.md says the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from forum.core.catalogues import gathered
from forum.core.config import PROJECT
from tests.rules.source import MODULES, Module

NEVER = re.compile(
    r"\b(learners?|trainings?|KPIs?|users?|click(?:ed|ing)?|submit(?:s|ted|ting)?|successfully|oops|invalid|"
    r"gamification|leaderboards?|log(?:ged|s)? ?(?:in|out))\b",
    re.IGNORECASE,
)
CODE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html")) + sorted((PROJECT / "templates").rglob("*.txt"))
SAID_BY = {"flash", "Invalid", "Refused", "Forbidden"}  # Their first argument is read by people.
# Speaks to a directory in the words of its own protocol.
TO_MACHINES = {"identity.scim", "identity.scim_routes", "identity.provisioning", "identity.groups"}
LAST = (".", "?", "”", ":", "…")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_page_keeps_to_our_words(template: object) -> None:
    words = CODE.sub(" ", template.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert NEVER.findall(words) == [], "docs/voice.md says what we say instead"


def test_what_is_translated_keeps_to_our_words() -> None:
    said = (words for each in gathered() for words in ([each.id] if isinstance(each.id, str) else each.id))
    assert [words for words in said if NEVER.search(words)] == []


def test_every_message_keeps_to_our_words() -> None:
    assert [(where, said) for where, said in _messages() if NEVER.search(said)] == []


def test_every_message_is_a_calm_sentence() -> None:
    told = list(_messages())
    assert len(told) > 300
    assert [(where, said) for where, said in told if not said.rstrip().endswith(LAST) or "!" in said] == []


def test_every_refusal_that_says_already_says_what_to_do_or_why_nothing_is() -> None:
    alone = [
        (where, said)
        for where, said in _messages()
        if re.fullmatch(r"[^.:;,?]*\balready\.", said) and not said.startswith("You have said so")
    ]
    assert alone == [], "a refusal says what to do next: docs/voice.md"


def _messages() -> Iterator[tuple[str, str]]:
    """Every sentence that is said to somebody by a message or a refusal, with where it stands; values as “…”."""
    for module in MODULES.values():
        if module.name not in TO_MACHINES:
            for node in (*_called_with(module), *_of_refusals(module)):
                said = _words(node)
                if said:
                    yield module.place(node), said


def _called_with(module: Module) -> Iterator[ast.expr]:
    return (call.args[0] for name, call in module.calls if name.rpartition(".")[2] in SAID_BY and call.args)


def _of_refusals(module: Module) -> Iterator[ast.expr]:
    lines = (line for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef) for line in node.body)
    return (line.value for line in lines if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "message")


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("gettext", "Message") and node.args:
        return _words(node.args[0])
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) or "…" for part in node.values)
    return ""
