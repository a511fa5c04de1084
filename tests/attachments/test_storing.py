"""Both storages keep the same promises; S3 is asked for real, of a server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from flask import Flask
from moto.server import ThreadedMotoServer
from obstore.store import S3Store

from forum import create_app
from forum.attachments import storing

KEYS = {"PROVEN_S3_KEY": "key", "PROVEN_S3_SECRET": "secret"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with the bucket `proven`."""
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    address = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    import boto3

    given: dict[str, Any] = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    boto3.client("s3", endpoint_url=address, region_name="us-east-1", **given).create_bucket(Bucket="proven")
    yield address
    server.stop()


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path, s3: str) -> Iterator[Flask]:
    """An application with that storage. Its database is never opened."""
    environ = {"PROVEN_DATA": str(tmp_path), "PROVEN_LOG": "error"}
    if request.param == "s3":
        environ |= {"PROVEN_STORAGE": "s3://proven/files", "PROVEN_S3_ENDPOINT": s3, **KEYS}
    app = create_app(environ)
    with app.app_context():
        yield app


def test_what_is_saved_is_read_again(storage: Flask) -> None:
    storing.save("a" * 32, b"\x00bytes\xff")
    assert storing.read("a" * 32) == b"\x00bytes\xff"


def test_what_is_deleted_is_gone_and_may_be_deleted_again(storage: Flask) -> None:
    storing.save("b" * 32, b"bytes")
    storing.delete(["b" * 32, "b" * 32])
    with pytest.raises(storing.StorageAway):
        storing.read("b" * 32)


def test_a_storage_that_answers_says_so(storage: Flask) -> None:
    assert storing.answers()


def test_the_bytes_lie_under_the_prefix_of_the_bucket(s3: str, tmp_path: Path) -> None:
    app = create_app(
        {"PROVEN_DATA": str(tmp_path), "PROVEN_STORAGE": "s3://proven/files", "PROVEN_S3_ENDPOINT": s3, **KEYS}
    )
    with app.app_context():
        storing.save("c" * 32, b"bytes")
    bucket = S3Store(
        "proven", endpoint=s3, access_key_id="key", secret_access_key="secret", client_options={"allow_http": True}
    )
    assert bytes(obstore.get(bucket, f"files/{'c' * 32}").bytes()) == b"bytes"


def test_a_bucket_that_is_not_there_is_said_to_be_away(s3: str, tmp_path: Path) -> None:
    app = create_app({"PROVEN_DATA": str(tmp_path), "PROVEN_STORAGE": "s3://nobody", "PROVEN_S3_ENDPOINT": s3, **KEYS})
    with app.app_context():
        assert not storing.answers()
        with pytest.raises(storing.StorageAway):
            storing.save("d" * 32, b"bytes")


def test_a_folder_that_is_gone_is_made_again_and_a_file_in_its_place_is_said(tmp_path: Path) -> None:
    app = create_app({"PROVEN_DATA": str(tmp_path), "PROVEN_LOG": "error"})
    with app.app_context():
        (tmp_path / storing.FOLDER).write_text("in the way")
        with pytest.raises(storing.StorageAway):
            storing.save("e" * 32, b"bytes")
        (tmp_path / storing.FOLDER).unlink()
        storing.save("e" * 32, b"bytes")
        assert (tmp_path / storing.FOLDER).stat().st_mode & 0o077 == 0


def test_a_full_disk_is_told_from_one_that_is_away() -> None:
    said = "Generic LocalFileSystem error: Unable to copy data to file: No space left on device (os error 28)"
    assert storing.why_not_kept(said).status == 507
    assert storing.why_not_kept("connection refused").status == 503
