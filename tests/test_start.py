"""start.py: what it decides on a machine that may have nothing, without doing any of it twice."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import start
from forum.core.config import PROJECT

SCRIPT = PROJECT / "start.py"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own for start.py: locks, sources, stamps, nothing built."""
    for name in ("package-lock.json", "build.mjs", "requirements.txt", "static/css/components/a.css", "static/js/b.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "stamps").mkdir()
    monkeypatch.setattr(start, "HERE", tmp_path)
    monkeypatch.setattr(start, "STAMPS", tmp_path / "stamps")
    return tmp_path


@pytest.fixture
def front_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every build of the front end, which here only leaves the list of built files."""
    builds: list[str] = []

    def build() -> None:
        builds.append("built")
        (folder / "static" / "dist").mkdir(exist_ok=True)
        (folder / "static" / "dist" / "manifest.json").write_text("{}")

    monkeypatch.setattr(start, "build", build)
    return builds


def test_help_says_the_two_commands_and_does_nothing(tmp_path: Path) -> None:
    for word in ("--help", "-h"):
        done = subprocess.run([sys.executable, SCRIPT, word], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "python3 start.py test" in done.stdout
        assert "PROVEN_PORT" in done.stdout


@pytest.mark.parametrize(
    ("version", "refused"),
    [((3, 11, 4), True), ((3, 9, 18), True), ((2, 7, 18), True), ((3, 11, 5), False), ((3, 14, 0), False)],
)
def test_an_old_python_is_refused(version: tuple[int, int, int], refused: bool) -> None:
    assert start.too_old(version) is refused


def test_an_old_python_is_told_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "OLDEST_PYTHON", (99, 1, 2))
    assert start.main([]) == 1
    said = capsys.readouterr().out.strip()
    assert said.startswith("Proven needs Python 99.1.2 or newer; this is 3.")
    assert len(said.splitlines()) == 1


def test_even_an_old_python_can_read_as_far_as_that_line() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_nothing_but_the_standard_library_is_needed() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    ("said", "number"), [("v24.1.0\n", 24), ("20.11.1", 20), ("v8", 8), ("", 0), ("command not found", 0), ("v.x", 0)]
)
def test_a_version_of_node_is_read_from_what_it_says(said: str, number: int) -> None:
    assert start.major_version(said) == number


def test_a_fingerprint_changes_with_a_content_or_a_name_and_with_nothing_else(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("b")
    first = start.fingerprint([one, two])
    assert start.fingerprint([one, two]) == first
    os.utime(one, (0, 0))
    assert start.fingerprint([one, two]) == first
    one.write_text("c")
    assert start.fingerprint([one, two]) != first
    one.write_text("a")
    assert start.fingerprint([one, two]) == first
    assert start.fingerprint([one, two.rename(tmp_path / "three")]) != first


def doing(done: list[str]) -> Callable[[], None]:
    return lambda: done.append("done")


def test_a_step_is_done_again_only_when_its_sources_have_changed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done: list[str] = []
    source = folder / "requirements.txt"
    for _ in range(2):
        start.when_changed("python", [source], "Installing", doing(done))
    assert done == ["done"]
    assert capsys.readouterr().out.count("Installing ...") == 1
    source.write_text("another package")
    start.when_changed("python", [source], "Installing", doing(done))
    assert done == ["done", "done"]


def test_a_step_that_failed_is_done_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise OSError("no network")

    done: list[str] = []
    source = folder / "requirements.txt"
    with pytest.raises(OSError, match="no network"):
        start.when_changed("python", [source], "Installing", fail)
    assert "Installing ... failed." in capsys.readouterr().out
    start.when_changed("python", [source], "Installing", doing(done))
    assert done == ["done"]


def test_what_runs_and_what_tests_have_stamps_of_their_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[tuple[str, ...]] = []
    monkeypatch.setattr(start, "call", lambda *command: commands.append(command))
    (folder / "requirements-dev.txt").write_text("more")
    for lock in ("requirements.txt", "requirements-dev.txt", "requirements.txt", "requirements-dev.txt"):
        start.install(lock)
    assert [Path(command[-1]).name for command in commands] == ["requirements.txt", "requirements-dev.txt"]
    assert all({"--require-hashes", "--only-binary=:all:"} <= set(command) for command in commands)


def test_the_front_end_is_built_when_a_source_has_changed(folder: Path, front_end: list[str]) -> None:
    for _ in range(2):
        start.build_front_end()
    assert front_end == ["built"]
    for name in ("static/css/components/a.css", "static/js/b.js", "build.mjs", "package-lock.json"):
        (folder / name).write_text("changed")
        start.build_front_end()
    assert len(front_end) == 5


def test_the_front_end_is_built_again_when_what_was_built_is_gone(folder: Path, front_end: list[str]) -> None:
    start.build_front_end()
    (folder / "static" / "dist" / "manifest.json").unlink()
    start.build_front_end()
    assert len(front_end) == 2


def test_every_source_of_the_front_end_is_among_those_watched() -> None:
    sources = {path for kind in ("css", "js") for path in (PROJECT / "static" / kind).rglob("*") if path.is_file()}
    assert sources == set((PROJECT / "static").glob("[cj]s*/**/*.*s"))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A machine whose only programs are those that a test gives it, each a few lines of shell."""
    if os.name != "posix":
        pytest.skip("no shell on this machine")
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))

    def has(**scripts: str) -> None:
        for name, script in scripts.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)

    return has


def test_its_node_is_used_when_it_is_new_enough(machine: Callable[..., None]) -> None:
    machine(node="echo v22.1.0", npm="")
    found = start.find_node()
    assert found is not None
    assert Path(found[0]).name == "node"
    assert [Path(word).name for word in found[1]] == ["npm"]


@pytest.mark.parametrize("programs", [{"node": "echo v18.0.0", "npm": ""}, {"node": "echo v22.1.0"}, {}])
def test_a_node_that_is_old_or_without_npm_is_not_used(machine: Callable[..., None], programs: dict[str, str]) -> None:
    machine(**programs)
    assert start.find_node() is None


def test_the_site_starts_although_the_front_end_cannot_be_built(
    machine: Callable[..., None],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    machine(node="echo v22.1.0", npm="echo the registry is away; exit 1")
    started: list[list[str]] = []
    monkeypatch.setattr(start, "make_environment", lambda: None)
    monkeypatch.setattr(start, "install", lambda lock: None)
    monkeypatch.setattr(os, "execv", lambda program, command: started.append(command))
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setattr(start, "attended", lambda command: 0)
    assert start.run(["--empty"]) == 0
    assert started[0][1:] == ["-m", "flask", "--app", "wsgi", "serve", "--with-worker", "--empty"]
    said = capfd.readouterr().out
    assert "the registry is away" in said
    assert "Proven starts without it" in said


def test_a_build_that_failed_is_tried_again_at_the_next_start(
    machine: Callable[..., None], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    machine(node="echo v22.1.0", npm="exit 1")
    for _ in range(2):
        start.build_front_end()
    assert capfd.readouterr().out.count("Building the front end ...") == 2


def test_a_build_runs_npm_by_the_lock_and_then_the_script(machine: Callable[..., None], folder: Path) -> None:
    log = folder / "log"
    machine(node=f'echo "node $@" >> "{log}"; echo v22.1.0', npm=f'echo "npm $@" >> "{log}"')
    start.build()
    commands = [line for line in log.read_text().splitlines() if line != "node --version"]
    assert commands[0].startswith("npm ci --ignore-scripts")
    assert commands[1:] == ["node build.mjs"]


def test_a_command_that_fails_shows_its_own_words(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        start.call(sys.executable, "-c", "print('what went wrong'); raise SystemExit(3)")
    assert "what went wrong" in capfd.readouterr().out
    start.call(sys.executable, "-c", "print('nothing to see')")
    assert capfd.readouterr().out == ""


def test_the_exit_code_of_what_was_started_is_its_own() -> None:
    assert start.attended([sys.executable, "-c", "raise SystemExit(7)"]) == 7


def test_the_words_after_test_go_to_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(start, "make_environment", lambda: None)
    monkeypatch.setattr(start, "install", lambda lock: started.append([lock]))
    monkeypatch.setattr(start, "build_front_end", lambda: None)
    monkeypatch.setattr(start, "attended", lambda command: started.append(list(command)) or 5)
    assert start.main(["test", "tests/core", "-q"]) == 5
    assert started == [
        ["requirements-dev.txt"],
        ["requirements-semantic.txt"],
        [str(start.PYTHON), "-m", "tests", "tests/core", "-q"],
    ]
