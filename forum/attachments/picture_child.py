"""Making a picture anew within bounds: in a child process that may be killed, with a cap on its memory.

Nothing of the file that was sent is kept but the colours of its pixels: no position, no camera, no name, no bytes
behind its end. How many pixels it has is read from its first bytes, before anything is unpacked: a file of 100 KB can
unfold to gigabytes. Run as a file, this module reads a picture from its input and writes what it made of it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from PIL import Image

TIME = 15.0  # seconds from the start of the child to the picture; a photograph takes half a second
AT_ONCE = 2  # pictures at a time in this process: more would only share the same processors, and add up in memory
MEMORY = 600_000_000  # bytes of addresses that the child may have, libraries included; it uses a third of that
# What fits into 200 MB while it is unpacked: a photograph of 5,160 × 3,870, of which JPEG unpacks what is needed; a
# screen of 5,120 × 2,880, of which PNG unpacks all; and of WebP, whose library makes four copies, the least.
MOST_PIXELS = {"JPEG": 20_000_000, "PNG": 15_000_000, "WEBP": 5_000_000}
LONGEST_SIDE = 2_560  # pixels: sharp on a large screen; what is larger is made smaller

FORMATS = {"PNG": "PNG", "GIF": "PNG", "JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP"}  # what was sent -> what is kept
# JPEG and WebP at 85: nobody sees the difference, and half the bytes. WebP without its search for the last of them.
SAVED: dict[str, dict[str, int]] = {"PNG": {}, "JPEG": {"quality": 85}, "WEBP": {"quality": 85, "method": 1}}
ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
TURNS = {  # the orientation that a camera wrote down -> what puts the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
ORIENTATION = 0x0112  # the number of that note among those of a camera


class TooManyPixels(Exception):
    """It would take too much memory to unpack."""


class Busy(Exception):
    """Other pictures are being made, and took longer than `TIME`."""


@dataclass(frozen=True)
class Picture:
    """A picture made anew. `was_animated` says that only the first of several was kept."""

    kind: str
    data: bytes
    width: int
    height: int
    was_animated: bool


def make_anew(data: bytes) -> Picture | None:
    """The picture in `data` with nothing but its pixels; None when it cannot be read, or not in time.

    Raises `TooManyPixels`, and `Busy` when its turn does not come.
    """
    if not _turns.acquire(timeout=TIME):
        raise Busy()
    try:
        command = [sys.executable, "-P", __file__]  # As a file: the child needs none of the application.
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=TIME)
    except subprocess.TimeoutExpired:  # `run` has killed it.
        return None
    finally:
        _turns.release()
    head, _, made = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        return None
    said = json.loads(head)
    if "problem" in said:
        raise TooManyPixels()
    return Picture(data=made, **said)


_turns = threading.BoundedSemaphore(AT_ONCE)


def _make(data: bytes) -> tuple[dict[str, Any], bytes]:
    _check_webp(data)
    picture, kept_as, was_animated, turn = _unpack(data)  # What unpacked it is gone then, and its memory free.
    if max(picture.size) > LONGEST_SIDE:
        picture = picture.resize(_wanted(picture.size), reducing_gap=2.0)
    if turn is not None:
        picture = picture.transpose(turn)
    picture.info = {}  # What is known of the picture is written along, were it still there.
    out = io.BytesIO()
    picture.save(out, kept_as, **SAVED[kept_as])
    known = {"kind": ENDINGS[kept_as], "width": picture.width, "height": picture.height, "was_animated": was_animated}
    return known, out.getvalue()


def _unpack(data: bytes) -> tuple[Image.Image, str, bool, Image.Transpose | None]:
    """The first picture in `data`, what it will be kept as, whether others follow, and what puts it upright."""
    Image.MAX_IMAGE_PIXELS = None  # Ours is the lower one.
    with Image.open(io.BytesIO(data), formats=[name for name in FORMATS if name != "MPO"]) as opened:
        kept_as = FORMATS[opened.format or ""]
        if opened.width * opened.height > MOST_PIXELS[kept_as]:
            raise TooManyPixels()
        is_moving = kept_as != "JPEG" and bool(getattr(opened, "is_animated", False))
        opened.draft("RGB", _wanted(opened.size))  # A JPEG is unpacked no larger than is needed.
        turn = TURNS.get(opened.getexif().get(ORIENTATION, 1))
        return _with_plain_colours(opened), kept_as, is_moving, turn


def _check_webp(data: bytes) -> None:
    """Read the size of a WebP ourselves: its library makes room for the whole picture as soon as it is opened."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return
    part, number = data[12:16], int.from_bytes
    if part == b"VP8X":
        width, height = number(data[24:27], "little") + 1, number(data[27:30], "little") + 1
    elif part == b"VP8L":
        bits = number(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = number(data[26:28], "little") & 0x3FFF, number(data[28:30], "little") & 0x3FFF
    if width * height > MOST_PIXELS["WEBP"]:
        raise TooManyPixels()


def _wanted(size: tuple[int, int]) -> tuple[int, int]:
    """The same shape, its longer side no longer than `LONGEST_SIDE`."""
    shrink = min(1.0, LONGEST_SIDE / max(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _with_plain_colours(opened: Image.Image) -> Image.Image:
    """Grey, coloured, or coloured and see-through; eight bits each."""
    opened.load()
    if opened.mode in ("L", "RGB", "RGBA") and ("transparency" not in opened.info):
        opened.info = {}  # Not copied: it would be there twice.
        return opened
    if opened.mode.startswith("I"):  # Sixteen bits of grey: the upper eight are what a screen can show.
        return opened.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if opened.has_transparency_data:
        return opened.convert("RGBA")
    return opened.convert("L" if opened.mode in ("1", "L") else "RGB")


def _serve() -> None:
    """What the child does: a picture in, a line that says what it is and the picture made anew out."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such bound, macOS refuses it.
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        known, made = _make(sys.stdin.buffer.read())
    except TooManyPixels:
        known, made = {"problem": "too many pixels"}, b""
    sys.stdout.buffer.write(json.dumps(known).encode() + b"\n" + made)


if __name__ == "__main__":
    _serve()
