"""What a file is, by what stands in it: its name and what the browser calls it say nothing that can be relied on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from flask import current_app

from forum.attachments import picture_child
from forum.core.errors import Invalid, Refused
from forum.core.languages import Message, gettext, said
from forum.core.text import clean_line

LONGEST_NAME = 120  # characters: it has to fit into a line, and into what a disk takes
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")  # what a picture begins with
LOOKED_AT = 1_024  # bytes in which browsers look for what a file could be
MARKUP = re.compile(rb"^\s*<[a-z!?]|<(?:!doctype|html|head|body|script|svg|iframe)\b", re.IGNORECASE)
ARCHIVE_END = b"PK\x05\x06"  # the end of a ZIP, which programs look for from behind
PDF_END = b"%%EOF"
NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
ALLOWED = Message("Pictures (PNG, JPG, WebP, GIF), PDF and plain text (TXT, CSV) can be attached.")


class Unsuitable(Invalid):
    """It is none of what can be attached."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "file")


class PicturesWait(Refused):
    """Too many pictures at the same moment."""

    status = 503
    title = "Many pictures at once"
    message = "Others are adding pictures at this moment. Wait half a minute and try again; your text is kept."


@dataclass(frozen=True)
class Recognised:
    """A file that may be kept, as it will be stored. `remark` is what whoever sent it should know."""

    kind: str
    data: bytes
    name: str = ""
    width: int | None = None
    height: int | None = None
    remark: str = ""

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self.data)

    @property
    def sha256(self) -> str:
        """The mark of its bytes."""
        return hashlib.sha256(self.data).hexdigest()


def recognise(data: bytes, name: str) -> Recognised:
    """What was sent, made safe to keep. Takes up to `picture_child.TIME` seconds, so never inside a transaction.

    Raises `Unsuitable` with the reason, or `PicturesWait`.
    """
    most = current_app.config["PROVEN_MAX_ATTACHMENT"]
    if not data:
        raise Unsuitable("That file is empty. Choose another one.")
    if len(data) > most:
        raise Unsuitable(
            gettext(
                "This is %(size)s; %(most)s is the most. Make it smaller first.",
                size=megabytes(len(data)),
                most=megabytes(most),
            )
        )
    if data.startswith(SIGNATURES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return _picture(data)
    if data.startswith(b"%PDF-"):
        return _pdf(data, name)
    return _text(data, name)


def megabytes(size: int) -> str:
    """A number of bytes as people read it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1_000))} KB"


def _picture(data: bytes) -> Recognised:
    try:
        made = picture_child.make_anew(data)
    except picture_child.TooManyPixels:
        jpeg, png, webp = (picture_child.MOST_PIXELS[kind] // 1_000_000 for kind in ("JPEG", "PNG", "WEBP"))
        raise Unsuitable(
            gettext(
                "This picture has too many pixels: %(jpeg)s million are the most of a JPG, %(png)s million of a PNG or "
                "GIF, %(webp)s million of a WebP. Make it smaller, or cut out what matters.",
                jpeg=jpeg,
                png=png,
                webp=webp,
            )
        ) from None
    except picture_child.Busy:
        raise PicturesWait() from None
    if made is None:
        raise Unsuitable("This picture cannot be read: it is damaged or cut off. Save it anew and try again.")
    remark = Message("Of the moving picture only the first is kept.") if made.was_animated else ""
    return Recognised(made.kind, made.data, width=made.width, height=made.height, remark=remark)


def _pdf(data: bytes, name: str) -> Recognised:
    """A PDF from its first byte to its last: no page, no archive that would open as something else."""
    _, end, behind = data.rpartition(PDF_END)
    if not end:
        raise Unsuitable("This PDF is cut off. Save it anew and try again.")
    if behind.strip() or MARKUP.search(data[:LOOKED_AT]) or ARCHIVE_END in data:
        raise Unsuitable("This PDF holds another file as well. Print it into a new PDF and attach that.")
    return Recognised("pdf", data, _file_name(name, "pdf"))


def _text(data: bytes, name: str) -> Recognised:
    words = _decoded(data)
    if words is None:
        raise Unsuitable(gettext("%(allowed)s This is something else.", allowed=said(ALLOWED)))
    if MARKUP.search(words.encode()[:LOOKED_AT]):
        raise Unsuitable(
            gettext(
                "%(allowed)s This is a web page or a drawing (HTML, SVG), which could run in a browser.",
                allowed=said(ALLOWED),
            )
        )
    kind = "csv" if name.lower().endswith(".csv") else "txt"  # To a browser both are words; the name is believed here.
    return Recognised(kind, words.encode(), _file_name(name, kind))


def _decoded(data: bytes) -> str | None:
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if NOT_IN_TEXT.search(words) else words
    return None


def _file_name(given: str, kind: str) -> str:
    """The last part of the name, without signs that nobody sees, with the ending of what the file is."""
    last = re.split(r"[/\\]", given)[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cf", "Cc", "Cs", "Co"))
    stem = clean_line(seen.rpartition(".")[0] or seen, LONGEST_NAME).strip(". ")
    return f"{stem or 'file'}.{kind}"
