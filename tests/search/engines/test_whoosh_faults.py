"""What a disk, an operator and a second process can do to the files of the index while somebody searches."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from forum.core.config import PROJECT
from forum.search.engines.builds import BUILDING, POINTER
from forum.search.engines.whoosh import WhooshEngine
from forum.search.port import Building, NotNow, SearchUnavailable
from forum.search.query import parse
from tests.search.engines.documents import LIBRARY, document

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, rights and limits are other matters on Windows")

DAMAGES = 60  # of a fixed seed
SEED = 20261125
NOBODY = 65534


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> WhooshEngine:
    made = WhooshEngine(folder)
    made.rebuild(LIBRARY)
    made.index([document(f"q{number}", f"Valve number {number}", "It drips.") for number in range(100, 140)])
    return made


def used(folder: Path) -> Path:
    return folder / (folder / POINTER).read_text()


def answers(engine: WhooshEngine) -> list[list[str]]:
    return [[hit.id for hit in engine.search(parse(typed)).hits] for typed in ("address", "valve drips", "is:question")]


def in_a_child(program: str, *arguments: object) -> str:
    """Run a program of its own; whatever ends it, a signal too, is a failure."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert ended.returncode == 0, (ended.returncode, ended.stderr)
    return ended.stdout


# Damage


def flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 3, 40)) if data else 0):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size + 1))


def drop(path: Path, chance: random.Random) -> None:
    path.unlink()


def overwrite(path: Path, chance: random.Random) -> None:
    path.write_bytes(chance.randbytes(chance.choice((0, 7, 5_000))))


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves damaged files to the garbage collector.
def test_whatever_is_damaged_an_answer_is_right_or_there_is_none_and_a_rebuild_mends_it(
    engine: WhooshEngine, folder: Path, tmp_path: Path
) -> None:
    right, chance = answers(engine), random.Random(SEED)
    unnoticed = 0
    for number in range(DAMAGES):
        broken = tmp_path / f"broken{number}"
        shutil.copytree(folder, broken)
        files = sorted([*used(broken).iterdir(), broken / POINTER])
        chance.choice((flip, cut, drop, overwrite))(chance.choice(files), chance)
        opened = WhooshEngine(broken)
        try:
            assert answers(opened) == right
            assert opened.health().ok
            unnoticed += 1  # A lock file, or no damage at all.
        except SearchUnavailable:
            assert not opened.health().ok
            with pytest.raises(SearchUnavailable):
                opened.index([document("q900", "New")])
        opened.rebuild(LIBRARY)
        assert opened.search(parse("address")).total == 2
        shutil.rmtree(broken)
    assert unnoticed < DAMAGES / 2


@pytest.mark.parametrize("pointed", ["", "v3-nothing", "../../etc", "v3-\x00", "é" * 300])
def test_a_pointer_to_nothing_is_said(pointed: str, engine: WhooshEngine, folder: Path) -> None:
    (folder / POINTER).write_text(pointed)
    with pytest.raises(SearchUnavailable):
        WhooshEngine(folder).search(parse("address"))
    assert not WhooshEngine(folder).health().ok


CUT_WHILE_OPEN = """
import os, sys
from pathlib import Path
from forum.search.engines.whoosh import WhooshEngine
from forum.search.query import parse
engine = WhooshEngine(Path(sys.argv[1]))
before = [hit.id for hit in engine.search(parse("valve drips")).hits]
for path in Path(sys.argv[2]).glob("*.seg"):
    os.truncate(path, 10) if sys.argv[3] == "cut" else path.unlink()
for typed in ("valve", "address", "coffee", "is:question sort:votes"):
    engine.search(parse(typed))
print(len(before), [hit.id for hit in engine.search(parse("valve drips")).hits] == before)
"""


@pytest.mark.parametrize("deed", ["cut", "delete"])
def test_files_that_are_cut_or_deleted_under_a_running_process_do_not_end_it(
    deed: str, engine: WhooshEngine, folder: Path
) -> None:
    assert in_a_child(CUT_WHILE_OPEN, folder, used(folder), deed).split() == ["20", "True"]


# No room, no right, no folder

FULL = """
import resource, sys
from pathlib import Path
from tests.search.engines.documents import LIBRARY, document
from forum.search.engines.whoosh import WhooshEngine
from forum.search.port import NotNow
from forum.search.query import parse
folder = Path(sys.argv[1])
engine = WhooshEngine(folder)
def tried(deed):
    try:
        deed()
        print("done")
    except NotNow as refused:
        print(refused)
def limit(most):
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
limit(900)
tried(lambda: engine.index([document("q900", "Late", "word " * 3000)]))
tried(lambda: engine.rebuild(LIBRARY))
print(engine.search(parse("valve")).total, engine.health().ok)
limit(resource.RLIM_INFINITY)
tried(lambda: engine.index([document("q900", "Late", "word " * 3000)]))
print(engine.search(parse("late word")).total)
"""


def test_on_a_full_disk_the_index_stays_as_it_was_and_works_again_when_there_is_room(
    engine: WhooshEngine, folder: Path
) -> None:
    told = in_a_child(FULL, folder).splitlines()
    assert "cannot be written: the disk is full. Make room" in told[0]
    assert "cannot be built: the disk is full. Make room" in told[1]
    assert told[2:] == ["40 True", "done", "1"]
    assert list(folder.glob(f"{BUILDING}*-*")) == []  # What was half built takes no room.
    assert list(used(folder).glob("*.tmp")) == []


READ_ONLY = """
import os, sys
from pathlib import Path
from tests.search.engines.documents import LIBRARY, document
from forum.search.engines.whoosh import WhooshEngine
from forum.search.port import NotNow
from forum.search.query import parse
WhooshEngine(Path(sys.argv[1])).search(parse("valve"))  # Loads what a stranger may not read of Python itself.
if os.geteuid() == 0:
    os.setuid(int(sys.argv[2]))
engine = WhooshEngine(Path(sys.argv[1]))
print(engine.search(parse("valve")).total, engine.health().ok)
late = [document("q900", "Late")]
for deed in (lambda: engine.index(late), lambda: engine.delete({"q1"}), lambda: engine.rebuild(LIBRARY)):
    try:
        deed()
    except NotNow as refused:
        print(refused)
"""


def test_a_folder_that_can_only_be_read_is_searched_and_what_helps_is_said(engine: WhooshEngine, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as reachable:  # By anybody, which the folders of pytest are not.
        shutil.copytree(folder, read_only := Path(reachable) / "index")
        paths = [Path(reachable), read_only, *read_only.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        told = in_a_child(READ_ONLY, read_only, NOBODY).splitlines()
        for path in paths:
            path.chmod(0o755)
    assert told[0] == "40 True"
    assert len(told) == 4
    assert all("the account that runs Proven has no right to" in words for words in told[1:])


def test_a_file_where_the_folder_should_be_is_said(folder: Path) -> None:
    folder.write_text("not a folder")
    engine = WhooshEngine(folder)
    assert "Put it away" in engine.health().message
    with pytest.raises(NotNow, match="Put it away"):
        engine.rebuild(LIBRARY)


# A rebuild that is killed, and two at once

HALF_BUILT = """
import os, signal, sys
from pathlib import Path
from tests.search.engines.documents import document
from forum.search.engines.whoosh import WhooshEngine
def documents():
    for number in range(500):
        yield document(f"q{number}", f"Number {number}")
        if number == 300:
            print("half", flush=True)
            if sys.argv[2] == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            sys.stdin.read()
WhooshEngine(Path(sys.argv[1])).rebuild(documents())
"""


def start_building(folder: Path, then: str) -> subprocess.Popen[str]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = subprocess.Popen([sys.executable, "-c", HALF_BUILT, str(folder), then], cwd=PROJECT, **pipes)  # type: ignore[call-overload]
    assert started.stdout.readline() == "half\n"
    return started  # type: ignore[no-any-return]


def test_a_rebuild_that_is_killed_half_way_changes_nothing_and_the_next_one_clears_up(
    engine: WhooshEngine, folder: Path
) -> None:
    right = answers(engine)
    start_building(folder, "die").communicate()
    assert len(list(folder.glob(f"{BUILDING}v*"))) == 1
    assert answers(WhooshEngine(folder)) == right
    engine.rebuild(LIBRARY)
    assert list(folder.glob(f"{BUILDING}v*")) == []


def test_of_two_who_rebuild_at_once_the_second_is_refused_and_the_first_gets_through(
    engine: WhooshEngine, folder: Path
) -> None:
    other = start_building(folder, "wait")
    with pytest.raises(Building):
        engine.rebuild(LIBRARY)
    other.communicate()
    assert WhooshEngine(folder).health().documents == 500
    engine.rebuild(LIBRARY)
    assert engine.health().documents == len(LIBRARY)


def test_what_a_killed_writer_left_behind_is_cleared_up_by_the_next(engine: WhooshEngine, folder: Path) -> None:
    stray = used(folder) / "abc.tmp"
    stray.mkdir()
    (stray / "MAIN_half.pst").write_bytes(b"half")
    engine.index([document("q900", "Late")])
    assert not stray.exists()
