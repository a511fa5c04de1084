"""The files of a Whoosh index: each carries its checksum and is read whole, so that a damaged one is never made use of.

Whoosh itself maps segments into memory and trusts what stands in them. A mapped file that somebody cuts ends the whole
process, flipped bits give wrong hits or endless loops, and some parts are pickles.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile

SEAL = struct.Struct(">4sI")  # the end of a file: MARK, and the CRC-32 of all that stands before it
MARK = b"PRVN"
BLOCK = 1_000_000  # bytes read at a time where the whole is not needed


class Damaged(Exception):
    """A file is not what was written."""


class SealedStorage(FileStorage):  # type: ignore[misc]
    """A folder of files that are sealed when they are closed and checked when they are opened.

    `kept` are segments that were read before: a segment never changes, so that it is read and checked once, and what
    changes on the disk under a running process does not touch it.
    """

    def __init__(self, folder: Path, kept: dict[str, bytes]) -> None:
        super().__init__(str(folder), supports_mmap=False)
        self._kept = kept

    def create_file(self, name: str, **options: Any) -> StructFile:
        """See `FileStorage`."""
        made = super().create_file(name, **options)
        if _is_sealed(name):
            made.onclose = _sealing(Path(self.folder) / name)
        return made

    def open_file(self, name: str, **options: Any) -> StructFile:
        """See `FileStorage`. Raises `Damaged`."""
        if not _is_sealed(name):
            return super().open_file(name, **options)
        held = self._kept.get(name)
        if held is None:
            held = _unsealed(Path(self.folder) / name)
            if name.endswith(".seg"):
                self._kept[name] = held
        return _Part(held, 0, len(held), name)

    def forget_all_but(self, segments: set[str]) -> None:
        """Let go of segments that are no longer part of the index."""
        for name in set(self._kept) - segments:
            self._kept.pop(name, None)


class _Part(BufferFile):  # type: ignore[misc]
    """A file in memory, or a part of one. All parts share the same bytes."""

    def __init__(self, whole: bytes, start: int, length: int, name: str) -> None:
        self._whole, self._start = whole, start
        self._buf = memoryview(whole)[start : start + length]
        self._name = name
        self.file = _Cursor(whole, start, length)
        self.onclose = None
        self.is_real = self.is_closed = False

    def subset(self, position: int, length: int, name: str | None = None) -> _Part:
        """A part of it."""
        return _Part(self._whole, self._start + position, length, name or self._name)


class _Cursor:
    """Reads a part from front to back. What is behind its end is not hidden: it was written by ourselves."""

    def __init__(self, whole: bytes, start: int, length: int) -> None:
        bytes_of = BytesIO(whole)  # Shares them: they are copied by the first who writes, and nobody does.
        bytes_of.seek(start)
        self._seek, self._tell, self.read, self.readline = (
            bytes_of.seek,
            bytes_of.tell,
            bytes_of.read,
            bytes_of.readline,
        )
        self._start, self._end = start, start + length

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: self._start, os.SEEK_CUR: self._tell(), os.SEEK_END: self._end}[whence]
        return self._seek(base + position) - self._start

    def tell(self) -> int:
        """Where it stands."""
        return self._tell() - self._start


def _is_sealed(name: str) -> bool:
    return name.endswith(".seg") or ".toc" in name


def _sealing(path: Path) -> Callable[[StructFile], None]:
    def seal(file: StructFile) -> None:
        file.flush()
        written = 0
        with path.open("rb") as so_far:
            while block := so_far.read(BLOCK):
                written = zlib.crc32(block, written)
        file.seek(0, os.SEEK_END)
        file.write(SEAL.pack(MARK, written))

    return seal


def _unsealed(path: Path) -> bytes:
    """What was written into a file, without its seal."""
    data = path.read_bytes()
    body, end = data[: -SEAL.size], data[-SEAL.size :]
    if end != SEAL.pack(MARK, zlib.crc32(body)):
        raise Damaged(f"{path.name} is not as it was written")
    return body
