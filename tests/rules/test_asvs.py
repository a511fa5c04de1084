"""What docs/asvs.csv says of the requirements of OWASP ASVS 5.0, levels 1 and 2, can be looked up where it says."""

from __future__ import annotations

import csv
import re
from datetime import date

from forum.core.config import PROJECT
from tests.rules.source import hold, project_files

# How many requirements each chapter has at levels 1 and 2.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13}
CHAPTERS |= {16: 16, 17: 7}
ANSWERS = {"yes", "no", "open"}  # open: it applies, and is not shown yet; the evidence says what is missing


def rows() -> list[dict[str, str]]:
    with (PROJECT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_tests() -> set[str]:
    files = project_files(".py")
    return {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)}


def test_every_requirement_of_both_levels_stands_there_once() -> None:
    ids = [row["id"] for row in rows()]
    assert len(ids) == len(set(ids))
    assert {chapter: sum(id.startswith(f"{chapter}.") for id in ids) for chapter in CHAPTERS} == CHAPTERS


def test_what_applies_names_a_test_or_a_document_that_there_is() -> None:
    tests = known_tests()
    missing = [
        f"{row['id']} names {evidence}"
        for row in rows()
        if row["applies"] == "yes"
        for evidence in row["evidence"].split("; ")
        if evidence not in tests and not (PROJECT / evidence).is_file()
    ]
    hold("Whoever follows docs/asvs.csv finds what it names.", missing)


def test_what_does_not_apply_or_is_open_says_why() -> None:
    assert {row["applies"] for row in rows()} <= ANSWERS
    hold("A reason is more than a word.", [row["id"] for row in rows() if len(row["evidence"].split()) < 1])
    assert all(date.fromisoformat(row["date"]) for row in rows())
