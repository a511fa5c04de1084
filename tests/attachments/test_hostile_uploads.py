"""S13: hostile files. None outside the allowed kinds gets in, nothing but pixels stays of a picture, memory is bounded.

`pytest -s` prints the figures.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.attachments import picture_child, storing
from forum.attachments.models import Attachment
from forum.core.db import db
from forum.people.models import Person
from tests.attachments import files
from tests.attachments.sending import send
from tests.conftest import Browser

# name sent with it, and bytes
REFUSED: dict[str, tuple[str, bytes]] = {
    "a drawing": ("a.svg", files.SVG),
    "a drawing with a declaration": ("a.svg", b'<?xml version="1.0"?>\n' + files.SVG),
    "a drawing called a picture": ("a.png", files.SVG),
    "a drawing behind blanks and a byte order mark": ("a.txt", b"\xef\xbb\xbf\n\n  " + files.SVG),
    "a drawing in two bytes": ("a.txt", files.SVG.decode().encode("utf-16")),
    "a page": ("a.html", files.HTML),
    "a page called a picture": ("a.png", files.HTML),
    "a page called a text": ("a.txt", b"Dear all,\n" + files.HTML),
    "a page behind the mark of a PDF": ("a.pdf", b"%PDF-1.4\n" + files.HTML + b"\n%%EOF"),
    "a page behind the end of a PDF": ("a.pdf", files.PDF + files.HTML),
    "an archive behind the end of a PDF": ("a.pdf", files.PDF + files.archive()),
    "an archive inside a PDF": ("a.pdf", files.PDF[:20] + files.archive() + files.PDF[20:]),
    "a PDF that is cut off": ("a.pdf", files.PDF[:40]),
    "an archive": ("a.txt", files.archive()),
    "an archive that unfolds to a gigabyte": ("a.pdf", files.archive(bytes(1_000_000_000 // 8))),
    "a program": ("a.png", b"MZ\x90\x00\x03" + bytes(200)),
    "a program for Linux": ("a.txt", b"\x7fELF\x02\x01\x01\x00" + bytes(200)),
    "a script behind the mark of a GIF": ("a.gif", b"GIF89a=1;alert(1)//"),
    "a page behind the mark of a PNG": ("a.png", b"\x89PNG\r\n\x1a\n" + files.HTML),
    "a page behind the mark of a JPEG": ("a.jpg", b"\xff\xd8\xff\xe0" + files.HTML),
    "a picture that is cut off": ("a.png", files.picture(size=(400, 400))[:60]),
    "400 million pixels": ("a.png", files.bomb()),
    "16 million pixels": ("a.png", files.bomb(4_100, 4_100)),
    "268 million pixels of a WebP": ("a.webp", files.webp_header(16_383, 16_383)),
    "a remark that unfolds to 100 MB": ("a.png", files.text_bomb()),
    "a TIFF": ("a.png", files.picture("TIFF")),
    "a bitmap": ("a.png", files.picture("BMP")),
    "an icon": ("a.png", files.picture("ICO")),
    "nothing": ("a.png", b""),
}
# Two things at once: what is behind the picture has to be gone.
POLYGLOTS = {
    "a page behind a PNG": files.picture() + files.HTML,
    "a page behind a JPEG": files.picture("JPEG") + files.HTML,
    "an archive behind a PNG": files.picture() + files.archive(b"secret"),
    "a page behind a GIF": files.picture("GIF") + files.HTML,
    "a page in the remark of a JPEG": files.picture("JPEG", comment=files.HTML),
    "a photograph with its position": files.photograph(),
}
TRACES = (b"<script", b"PK\x03\x04", b"Exif", b"Kim", b"GPS", b"ICC_PROFILE", b"tEXt", b"eXIf", b"http")
MOST_MEMORY = 200_000_000  # bytes
WHAT_WAS_USED = """
import runpy, sys
try:
    runpy.run_path(sys.argv[1], run_name="__main__")
except Exception:
    pass  # A damaged picture ends the child; how much it took until then counts too.
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


def test_nothing_outside_the_allowed_kinds_gets_in(
    app: Flask, browser: Callable[[Person], Browser], kim: Person
) -> None:
    window = browser(kim)
    answers = {what: send(window, data, name) for what, (name, data) in REFUSED.items()}
    let_in = {what: answer.status_code for what, answer in answers.items() if answer.status_code != 422}
    wordless = [what for what, answer in answers.items() if len(answer.get_json()["message"]) < 20]
    print(f"\nS13: {len(REFUSED)} hostile files, {len(let_in)} let in")
    assert let_in == {}
    assert wordless == []
    assert db.session.scalar(select(func.count(Attachment.id))) == 0


def test_of_a_picture_nothing_stays_but_the_picture(
    app: Flask, browser: Callable[[Person], Browser], kim: Person
) -> None:
    window, left = browser(kim), []
    for what, data in POLYGLOTS.items():
        address = send(window, data, "Kim Tran.png").get_json()["address"]
        served = window.get(address)
        assert served.content_type.startswith("image/"), what
        left += [f"{what}: {trace!r}" for trace in TRACES if trace in served.data]
        left += [f"{what}: in the headers" for value in served.headers.values() if "Kim" in str(value)]
    print(f"\nS13: {len(POLYGLOTS)} pictures with something else in them, {len(left)} traces left")
    assert left == []


@pytest.mark.skipif(sys.platform != "linux", reason="where the system says how much memory a process had")
def test_no_picture_takes_more_than_200_megabytes() -> None:
    hardest = {
        "400 million pixels": files.bomb(),
        "15 million see-through pixels": files.picture(size=(5_120, 2_880), mode="RGBA"),
        "15 million pixels of a palette": files.picture(size=(5_120, 2_880), mode="P", transparency=3),
        "15 million deep grey pixels": files.picture(size=(5_120, 2_880), mode="I;16"),
        "20 million pixels in steps": files.picture("JPEG", (5_160, 3_870), progressive=True, subsampling=0),
        "5 million pixels of a WebP": files.picture("WEBP", (2_900, 1_700), lossless=True),
        "a remark that unfolds to 100 MB": files.text_bomb(),
    }
    used = {what: peak(data) for what, data in hardest.items()}
    print("\nS13: most memory", max(used.values()) // 1_000_000, "MB")
    assert {what: size for what, size in used.items() if size >= MOST_MEMORY} == {}


def peak(data: bytes) -> int:
    """The most memory, in bytes, that the child had at once while it made a picture of the data."""
    command = [sys.executable, "-P", "-c", WHAT_WAS_USED, picture_child.__file__]
    done = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)
    return int(done.stderr.decode().split("VmHWM:")[1].split()[0]) * 1_024


def test_an_address_made_up_finds_no_other_file(app: Flask, browser: Callable[[Person], Browser], kim: Person) -> None:
    storing.save("ab" * 16, b"secret")  # Bytes without a row, as somebody who climbs through folders would reach them.
    window = browser(kim)
    made_up = ["ab" * 16, "..%2f..%2fsecret-key", "....//secret-key", "%2e%2e%2fproven.sqlite", "ab%00", "AB" * 16]
    assert {window.get(f"/attachments/{token}").status_code for token in made_up} == {404}
