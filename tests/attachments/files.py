"""Files as people and attackers send them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

from forum.attachments.picture_child import ORIENTATION

GPS = 0x8825  # where a camera writes down its position
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **how: Any) -> bytes:
    """A picture whose left half is red."""
    made = Image.new(mode, size)
    if mode == "RGB":
        made.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    made.save(out, kind, **how)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """The picture in the data."""
    return Image.open(io.BytesIO(data))


def photograph(orientation: int = 1) -> bytes:
    """A JPEG with what a telephone writes into it: position, maker, owner, a remark."""
    notes = Image.Exif()
    notes[ORIENTATION], notes[0x010F], notes[0xA430] = orientation, "Telephone of Kim", "Kim Tran"
    notes[GPS] = {1: "N", 2: (52.0, 30.0, 17.0), 3: "E", 4: (13.0, 22.0, 40.0)}
    return picture("JPEG", exif=notes.tobytes(), comment=b"Kim Tran was here", quality=95)


def moving() -> bytes:
    """A GIF of three pictures."""
    pictures = [Image.new("RGB", (30, 30), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=100)
    return out.getvalue()


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A whole, valid PNG of one colour; 20,000 × 20,000 pixels of it take 1.2 GB unpacked and 50 KB packed."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def text_bomb() -> bytes:
    """A PNG of one pixel whose packed remark unfolds to 100 MB."""
    whole = picture(size=(1, 1))
    remark = b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9)
    return whole[:33] + _part(b"zTXt", remark) + whole[33:]


def webp_header(width: int, height: int) -> bytes:
    """The beginning of a WebP that says to be this large."""
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    part = b"VP8X" + struct.pack("<I", 10) + bytes(4) + sizes
    return b"RIFF" + struct.pack("<I", 4 + len(part)) + b"WEBP" + part


def archive(of: bytes = bytes(1_000_000)) -> bytes:
    """A ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", of)
    return out.getvalue()


def _part(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
