"""Files of the design are sent as they were packed, and kept by the browser where that can do no harm."""

from __future__ import annotations

from collections.abc import Callable
from gzip import compress
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from forum.core.assets import ServingAssets

PLAIN = b"body { color: black }" * 50
AS_GZIP = compress(PLAIN, mtime=0)


@pytest.fixture
def fetch(tmp_path: Path) -> Callable[..., TestResponse]:
    (tmp_path / "dist").mkdir()
    (tmp_path / "img").mkdir()
    for name in ("dist/main-1a2b.css", "dist/small-3c4d.css", "img/logo.svg"):
        (tmp_path / name).write_bytes(PLAIN)
    (tmp_path / "dist" / "main-1a2b.css.br").write_bytes(b"as brotli has it")
    (tmp_path / "dist" / "main-1a2b.css.gz").write_bytes(AS_GZIP)
    window = ServingAssets(__name__, static_folder=str(tmp_path), static_url_path="/static").test_client()

    def fetch(name: str, **headers: str) -> TestResponse:
        answer = window.get(f"/static/{name}", headers={key.replace("_", "-"): value for key, value in headers.items()})
        answer.get_data()  # Read, then closed: the file is open as long as it is being sent.
        answer.close()
        return answer

    return fetch


@pytest.mark.parametrize(
    ("reads", "sent", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"as brotli has it"),
        ("gzip", "gzip", AS_GZIP),
        ("gzip, br;q=0", "gzip", AS_GZIP),
        ("identity", None, PLAIN),
        ("", None, PLAIN),
    ],
)
def test_the_smallest_form_that_the_browser_reads_is_sent(
    fetch: Callable[..., TestResponse], reads: str, sent: str | None, content: bytes
) -> None:
    answer = fetch("dist/main-1a2b.css", Accept_Encoding=reads)
    assert (answer.content_encoding, answer.mimetype) == (sent, "text/css")
    assert answer.data == content
    assert "Accept-Encoding" in answer.vary


def test_a_file_that_was_not_packed_is_sent_as_it_is(fetch: Callable[..., TestResponse]) -> None:
    answer = fetch("dist/small-3c4d.css", Accept_Encoding="br, gzip")
    assert (answer.content_encoding, answer.data) == (None, PLAIN)


def test_what_was_built_is_kept_for_a_year_and_the_rest_is_asked_for_again(fetch: Callable[..., TestResponse]) -> None:
    built, drawn = fetch("dist/main-1a2b.css"), fetch("img/logo.svg")
    assert (built.cache_control.max_age, built.cache_control.immutable) == (31_536_000, True)
    assert (drawn.cache_control.max_age, bool(drawn.cache_control.immutable)) == (None, False)


@pytest.mark.parametrize(
    "name", ["dist/../../secret", "dist/%2e%2e/%2e%2e/secret", "dist/", "dist/absent.css", "dist/*"]
)
def test_nothing_beside_the_folder_is_sent(fetch: Callable[..., TestResponse], name: str) -> None:
    assert fetch(name, Accept_Encoding="br").status_code == 404
