"""How the files of the design are sent: packed before, and kept by the browser where their name says their content."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.security import safe_join

A_YEAR = 365 * 24 * 60 * 60
BUILT = "dist/"

# What the build packs, best first: the name of the encoding and the ending of the file that holds it.
PACKED = {"br": ".br", "gzip": ".gz"}


class ServingAssets(Flask):
    """Flask, with the files of `static/` sent as small as they were packed."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """A year for what the build made: a file of another content has another name. The others are asked for anew."""
        return A_YEAR if (filename or "").startswith(BUILT) else super().get_send_file_max_age(filename)

    def send_static_file(self, filename: str) -> Response:
        """The file, in the smallest form the browser reads. Packing it at each request takes longer and gains less."""
        if not filename.startswith(BUILT):
            return super().send_static_file(filename)
        encoding = next(
            (each for each in PACKED if request.accept_encodings[each] and self._is_packed(filename, each)), None
        )
        sent = super().send_static_file(filename + PACKED[encoding] if encoding else filename)
        if encoding:
            sent.mimetype = guess_type(filename)[0] or "text/plain"
            sent.content_encoding = encoding
        sent.vary.add("Accept-Encoding")
        sent.cache_control.immutable = True
        return sent

    def _is_packed(self, filename: str, encoding: str) -> bool:
        file = safe_join(self.static_folder or "", filename + PACKED[encoding])
        return file is not None and Path(file).is_file()
