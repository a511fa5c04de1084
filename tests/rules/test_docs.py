"""What an operator or a developer reads is about the product as it is."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask

from forum.core.config import PROJECT, SETTINGS
from forum.core.events import PostEvent
from forum.core.jobs import EVENT_KINDS
from tests.rules.source import hold, project_files

DOCS = PROJECT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.DOTALL | re.MULTILINE)


def names(*files: str) -> set[str]:
    """Every word that stands in one of these files between backquotes, or in a code block."""
    text = "\n".join((DOCS / file).read_text(encoding="utf-8") for file in files if (DOCS / file).is_file())
    return {word for found in CODE.finditer(text) for word in re.findall(r"[\w-]+", found[0])}


def test_every_setting_is_described_to_the_operator() -> None:
    known = names("operations.md")
    hold("docs/operations.md names every setting.", [each.name for each in SETTINGS if each.name not in known])


def test_no_setting_is_described_that_there_is_not() -> None:
    known = {each.name for each in SETTINGS}
    described = {word for word in names("operations.md") if re.fullmatch(r"PROVEN_[A-Z_]+", word)}
    for_tests = {word for word in described if word.startswith(("PROVEN_TEST_", "PROVEN_CHROMIUM"))}
    hold("It would be set in vain.", described - known - for_tests)


def test_every_command_is_described_to_the_operator(app: Flask) -> None:
    ours = {name for name, command in app.cli.commands.items() if command.callback.__module__ == "forum.cli"}
    assert ours, "the application has no commands"
    known = names("operations.md")
    hold("docs/operations.md names every command.", [f"flask {name}" for name in ours if name not in known])


def test_every_event_is_described_to_the_developer() -> None:
    ours = {name for name, kind in EVENT_KINDS.items() if kind.__module__.startswith("forum.")} - {PostEvent.__name__}
    assert ours, "the application has no events"
    hold("docs/architecture.md or docs/events.md names every event.", ours - names("architecture.md", "events.md"))


def test_every_test_that_a_document_names_is_there() -> None:
    known = {name for file in (PROJECT / "tests").rglob("test_*.py") for name in _tests_of(file)}
    documents = [str(file.relative_to(DOCS)) for file in DOCS.rglob("*.md")]
    named = {word for word in names(*documents) if word.startswith("test_")}
    assert named, "no document names a test"
    hold("Whoever looks for it does not find it.", named - known)


def _tests_of(file: Path) -> set[str]:
    return {file.stem, *re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)}


def test_the_texts_that_people_look_for_are_there() -> None:
    wanted = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/operations.md", "docs/glossary.md")
    hold("It is missing.", [file for file in wanted if not (PROJECT / file).is_file()])


@pytest.mark.parametrize("file", project_files(".md"), ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_link_leads_to_a_file_that_exists(file: Path) -> None:
    text = CODE.sub("", file.read_text(encoding="utf-8"))
    broken = []
    for found in LINK.finditer(text):
        address = found[1] or found[2]
        path, _, anchor = unquote(address).partition("#")
        target = (file.parent / path) if path else file
        if re.match(r"[a-z]+:", address):
            continue
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(address)
    assert broken == []


def anchors(file: Path) -> set[str]:
    """What the headings of a Markdown file are called in an address."""
    headings = re.findall(
        r"^#+\s+(.*?)\s*#*$", CODE.sub(lambda found: found[0].strip("`"), file.read_text("utf-8")), re.M
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
