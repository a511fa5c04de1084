"""What the tests of the engines look for, also in processes of their own.

Import it first in such a process: `forum` is then a folder of modules, of which only those of the engine are loaded.
The application, which `import forum` makes of it otherwise, takes seconds to load, and no engine needs it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

if "forum" not in sys.modules:
    _forum = ModuleType("forum")
    _forum.__path__ = [str(Path(__file__).parents[3] / "forum")]
    sys.modules["forum"] = _forum

from forum.search.port import Document

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def document(id: str, title: str, body: str = "", **given: Any) -> Document:
    kinds = {"q": "question", "a": "answer", "c": "comment", "p": "practice"}
    values = {
        "kind": kinds[id[0]],
        "thread": int(id[1:]),
        "answers": "",
        "departments": ("sales",),
        "tags": (),
        "author": "kim",
        "state": ("open",),
        "created": DAY,
        "activity": DAY,
        "votes": 0,
        "version": 1,
    }
    return Document(id=id, title=title, body=body, **{**values, **given})


LIBRARY = [
    document(
        "q1", "Parcel went to the old warehouse", "I changed the delivery address before release.", tags=("shipping",)
    ),
    document("q2", "How do I stop a shipment", "The order was released.", state=("solved", "answered"), votes=5),
    document("a3", "", "Ring dispatch before half past ten to stop a shipment.", author="marek", state=("accepted",)),
    document(
        "p4", "Read the address aloud", "Change the ship-to record.", state=("practice",), departments=("it", "sales")
    ),
    document(
        "q5", "Coffee machine blinks red", "It says 0x80070005 and C++ runtime.", created=DAY + timedelta(days=40)
    ),
    document("c6", "", "Żółć & café are spelled oddly by the coffee machine.", departments=("marketing",)),
]
