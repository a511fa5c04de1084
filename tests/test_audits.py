"""An audit that looked nothing up never sounds like one that found nothing."""

from __future__ import annotations

import json
from pathlib import Path

from tests.audits import LOCK, read, write_parts

FINE = {"name": "flask", "version": "3.1.3", "vulns": []}
WEAK = {"name": "bleach", "version": "6.0.0", "vulns": [{"id": "GHSA-8rfp-98v4-mmr6"}]}
SKIPPED = {"name": "alembic", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def told(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_packages_that_were_looked_up_are_counted() -> None:
    found = read(0, told(FINE, FINE), "")
    assert (found.audited, found.weak, found.not_audited) == (2, [], "")
    assert found.words().startswith("2 packages looked up")


def test_what_was_skipped_is_not_audited_although_the_tool_ends_well() -> None:
    for said in (told(SKIPPED), told(FINE, SKIPPED), told()):
        assert read(0, said, "").words().startswith("NOT AUDITED")


def test_a_service_that_cannot_be_reached_is_said_with_its_reason() -> None:
    assert read(1, "", "ERROR: alembic could not be audited\n").words() == (
        "NOT AUDITED, 0 packages were looked up: ERROR: alembic could not be audited"
    )


def test_a_known_weakness_is_named_whatever_else_was_skipped() -> None:
    assert read(1, told(FINE, WEAK, SKIPPED), "").weak == ["bleach 6.0.0 (GHSA-8rfp-98v4-mmr6)"]


def test_the_list_of_parts_names_every_package_of_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "parts.json"
    assert write_parts(str(file)) == 0
    parts = {part["name"].lower() for part in json.loads(file.read_text())["components"]}
    locked = [line.split("==")[0] for line in LOCK.read_text("utf-8").splitlines() if "==" in line]
    assert {name.split("[")[0].lower() for name in locked} == parts
