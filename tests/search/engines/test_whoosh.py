"""What can go wrong with an index in a folder: other processes, damage, a kill in the middle, a rebuild meanwhile."""

from __future__ import annotations

import gc
import os
import threading
import time
from pathlib import Path

import pytest

from forum.search.engines.builds import POINTER
from forum.search.engines.whoosh import WhooshEngine
from forum.search.engines.whoosh_readers import LOOK_EVERY
from forum.search.port import SearchUnavailable
from forum.search.query import parse
from tests.search.engines.documents import LIBRARY, document
from tests.search.engines.writers import acknowledged_before_kills, start_writer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> WhooshEngine:
    made = WhooshEngine(folder)
    made.rebuild(LIBRARY)
    return made


def test_a_reader_finds_what_another_process_wrote(engine: WhooshEngine, folder: Path) -> None:
    assert engine.search(parse("acknowledged")).total == 0
    start_writer(WhooshEngine, folder, 500, "once").communicate()
    time.sleep(LOOK_EVERY)
    assert engine.search(parse("acknowledged")).total == 1


def test_a_killed_writer_loses_nothing_that_it_acknowledged(engine: WhooshEngine, folder: Path) -> None:
    acknowledged = acknowledged_before_kills(WhooshEngine, folder)
    fresh = WhooshEngine(folder)
    assert {f"q{number}" for number in acknowledged} <= set(fresh.versions())
    fresh.index([document("q9999999", "Still writable")])
    assert fresh.search(parse("writable")).total == 1


def is_unavailable(engine: WhooshEngine) -> bool:
    try:
        engine.search(parse("address"))
    except SearchUnavailable:
        return not engine.health().ok
    finally:
        gc.collect()  # Here and not during the next test, which would be blamed for the files left open.
    return False


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves damaged files to the garbage collector.
@pytest.mark.parametrize("damage", ["pointer", "toc", "folder", "segment"])
def test_a_damaged_index_says_so_and_a_rebuild_mends_it(engine: WhooshEngine, folder: Path, damage: str) -> None:
    name = (folder / POINTER).read_text()
    if damage == "pointer":
        (folder / POINTER).unlink()
    elif damage == "folder":
        for file in (folder / name).iterdir():
            file.unlink()
        (folder / name).rmdir()
    else:
        for file in (folder / name).glob("_MAIN_*.toc" if damage == "toc" else "*.seg"):
            file.write_bytes(b"not an index")
    broken = WhooshEngine(folder)
    assert is_unavailable(broken)
    broken.rebuild(LIBRARY)
    assert broken.search(parse("address")).total == 2


def test_an_index_of_an_older_format_is_not_used(engine: WhooshEngine, folder: Path) -> None:
    (folder / POINTER).write_text("v0-123")
    with pytest.raises(SearchUnavailable, match="another version"):
        WhooshEngine(folder).search(parse("address"))


def test_searching_goes_on_while_the_index_is_rebuilt(engine: WhooshEngine) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            try:
                assert engine.search(parse("address")).total == 2
                time.sleep(0.01)  # Leaves the writer, which is in the same process here, its share of the time.
            except BaseException as failure:
                failures.append(failure)
                return

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        engine.rebuild(LIBRARY)
        time.sleep(LOOK_EVERY / 2)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_failed_write_leaves_the_index_as_it_was_and_writable(engine: WhooshEngine) -> None:
    def broken() -> object:
        yield document("q77", "Half way")
        raise OSError("no space left on device")

    with pytest.raises(SearchUnavailable, match="no space left"):
        engine.index(broken())  # type: ignore[arg-type]
    assert "q77" not in engine.versions()
    engine.index([document("q78", "Written afterwards")])
    assert engine.search(parse("afterwards")).total == 1


@pytest.mark.skipif(os.name != "posix", reason="rights of folders are another matter on Windows")
def test_nobody_else_may_put_files_into_the_index(engine: WhooshEngine, folder: Path) -> None:
    name = (folder / POINTER).read_text()
    assert (folder / name).stat().st_mode & 0o077 == 0
