"""Who may open who a persona is: a short list, each with its reason."""

from __future__ import annotations

import re

from forum.core.config import PROJECT
from tests.rules.source import hold

# Whoever calls `person_behind`, and why they may. Everything else asks `selves`, `voice_for` or `same_person`, which
# answer a person about themselves, or say nothing of who it is.
MAY_OPEN = {
    "forum/people/persona_links.py": "it is the one that can",
    "forum/notifications/digests.py": "a mail has to reach its mailbox",
    "forum/notifications/preferences.py": "a link in that mail ends mails for whoever got it",
    "forum/posts/wishes.py": "what somebody muted without a name, nobody tells them by name; only that nothing is told",
    "forum/revealing/revealing.py": "two people together agreed to know it",
}


def test_only_a_few_open_who_a_persona_is() -> None:
    users = {
        str(file.relative_to(PROJECT)).replace("\\", "/")
        for file in (PROJECT / "forum").rglob("*.py")
        if re.search(r"\bperson_behind\b|\bperson_of\b", file.read_text(encoding="utf-8"))
    }
    hold(
        "Whoever opens a persona can show it by mistake. If there is no other way, add the reason to MAY_OPEN.",
        [f"{name} opens personas" for name in sorted(users - MAY_OPEN.keys())],
    )
    assert users == MAY_OPEN.keys()


def test_no_table_but_one_can_hold_who_a_persona_is() -> None:
    text = (PROJECT / "forum/people/persona_links.py").read_text(encoding="utf-8")
    columns = re.findall(r"^    (\w+): Mapped", text, re.MULTILINE)
    assert columns == ["persona_id", "thread_id", "tag", "sealed"]
