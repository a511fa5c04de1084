"""Settings: a wrong one is said in one line that names it; a secret is made once and only its owner reads it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forum import create_app
from forum.core.config import PROJECT, SETTINGS, WrongSetting, kept_secret, load

VAULT = "a-long-secret-that-is-kept-in-a-vault-elsewhere"
WRONG = [
    ("PROVEN_PORT", "eighty"),
    ("PROVEN_PORT", "-1"),
    ("PROVEN_PORT", "0"),
    ("PROVEN_PORT", "65536"),
    ("PROVEN_THREADS", "0"),
    ("PROVEN_THREADS", "2.5"),
    ("PROVEN_PROXIES", "all"),
    ("PROVEN_HTTPS", "maybe"),
    ("PROVEN_DURABLE", "2"),
    ("PROVEN_SESSION_DAYS", "forever"),
    ("PROVEN_SESSION_DAYS", "999999999999"),
    ("PROVEN_INVITATION_DAYS", "0"),
    ("PROVEN_WORKER_POLL", "soon"),
    ("PROVEN_WORKER_POLL", "nan"),
    ("PROVEN_WORKER_POLL", "0"),
    ("PROVEN_MAX_REQUEST", "1 MB"),
    ("PROVEN_LOG", "chatty"),
    ("PROVEN_DATABASE", "mysql://root@localhost/proven"),
    ("PROVEN_SIGN_IN_LIMIT", "not often"),
    ("PROVEN_POST_LIMIT", "10"),
    ("PROVEN_PREVIEW_LIMIT", "per minute"),
    ("PROVEN_VOTE_LIMIT", "now and then"),
    ("PROVEN_SEARCH_LIMIT", "5 a second"),
    ("PROVEN_DRAFT_LIMIT", "often"),
    ("PROVEN_SEARCH", "elsewhere"),
    ("PROVEN_SEARCH", "postgresql"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_said_in_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        create_app({"PROVEN_DATA": str(tmp_path), name: value})
    said = str(refused.value)
    assert name in said
    assert value.split(":")[0] in said
    assert "\n" not in said


def test_an_address_of_a_database_is_not_repeated_with_its_password(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as refused:
        load({"PROVEN_DATA": str(tmp_path), "PROVEN_DATABASE": "mysql://proven:secret@db/proven"})
    assert "secret" not in str(refused.value)


ISSUER = {"PROVEN_OIDC_ISSUER": "https://login.example.org", "PROVEN_OIDC_CLIENT_ID": "proven"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"PROVEN_OIDC_ISSUER": "http://login.example.org"}, "PROVEN_OIDC_ISSUER must be like https"),
        ({"PROVEN_OIDC_ISSUER": "https://proven:secret@login.example.org"}, "PROVEN_OIDC_ISSUER must be like https"),
        ({"PROVEN_OIDC_CLIENT_ID": ""}, "PROVEN_OIDC_CLIENT_ID is missing"),
        ({"PROVEN_OIDC_SCOPES": "email"}, "must hold openid"),
        ({"PROVEN_OIDC_CLIENT_SECRET_FILE": "/nowhere/at all"}, "PROVEN_OIDC_CLIENT_SECRET_FILE must be a file"),
        ({"PROVEN_OIDC_ISSUER": "", "PROVEN_LOCAL_SIGN_IN": "off"}, "PROVEN_LOCAL_SIGN_IN can be off only where"),
    ],
)
def test_an_identity_provider_that_cannot_be_meant_stops_the_start(
    tmp_path: Path, given: dict[str, str], words: str
) -> None:
    with pytest.raises(WrongSetting, match=words) as refused:
        load({"PROVEN_DATA": str(tmp_path), **ISSUER, **given})
    assert "secret@" not in str(refused.value)


def test_the_secret_of_the_identity_provider_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("between the two\n")
    given = {"PROVEN_DATA": str(tmp_path), "PROVEN_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    assert load({**given, **ISSUER})["PROVEN_OIDC_CLIENT_SECRET"] == "between the two"


def test_an_identity_provider_on_this_machine_needs_no_tls(tmp_path: Path) -> None:
    given = {"PROVEN_DATA": str(tmp_path), **ISSUER, "PROVEN_OIDC_ISSUER": "http://127.0.0.1:8080/realms/x"}
    assert load(given)["PROVEN_OIDC_ISSUER"] == "http://127.0.0.1:8080/realms/x"


def test_a_data_folder_that_cannot_be_made_is_said_too(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(WrongSetting, match="PROVEN_DATA"):
        load({"PROVEN_DATA": str(tmp_path / "file" / "data")})


def test_whoever_starts_the_server_reads_the_line_and_nothing_else(tmp_path: Path) -> None:
    environ = {**os.environ, "PROVEN_DATA": str(tmp_path), "PROVEN_PORT": "eighty"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    done = subprocess.run(command, cwd=PROJECT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert (done.stdout + done.stderr).strip().startswith("Proven cannot start: PROVEN_PORT")
    assert len((done.stdout + done.stderr).strip().splitlines()) == 1


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    config = load({"PROVEN_DATA": str(tmp_path / "data")})
    assert config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'data' / 'proven.sqlite'}"
    assert (config["PROVEN_HOST"], config["PROVEN_PORT"]) == ("127.0.0.1", 8000)
    assert config["MAX_CONTENT_LENGTH"] == 1_000_000


def test_an_empty_setting_is_the_default(tmp_path: Path) -> None:
    assert load({"PROVEN_DATA": str(tmp_path), "PROVEN_PORT": ""})["PROVEN_PORT"] == 8000


def test_a_postgresql_address_gets_its_driver(tmp_path: Path) -> None:
    given = {"PROVEN_DATA": str(tmp_path), "PROVEN_DATABASE": "postgresql://proven@db/proven"}
    assert load(given)["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://proven@db/proven"


@pytest.mark.parametrize(
    ("word", "value"), [("on", True), ("YES", True), ("1", True), ("off", False), ("False", False)]
)
def test_a_switch_understands_the_usual_words(tmp_path: Path, word: str, value: bool) -> None:
    assert load({"PROVEN_DATA": str(tmp_path), "PROVEN_HTTPS": word})["PROVEN_HTTPS"] is value


def test_names_of_the_site_are_a_list(tmp_path: Path) -> None:
    given = {"PROVEN_DATA": str(tmp_path), "PROVEN_HOSTS": "proven.example, www.proven.example,"}
    assert load(given)["TRUSTED_HOSTS"] == ["proven.example", "www.proven.example"]
    assert load({"PROVEN_DATA": str(tmp_path)})["TRUSTED_HOSTS"] is None


def test_every_setting_says_its_unit_and_its_reason() -> None:
    assert [each.name for each in SETTINGS if not each.unit or not each.reason or "PROVEN_" not in each.name] == []
    assert len({each.name for each in SETTINGS}) == len(SETTINGS)


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = load({"PROVEN_DATA": str(tmp_path)})["SECRET_KEY"]
    assert len(first) == 64
    assert load({"PROVEN_DATA": str(tmp_path)})["SECRET_KEY"] == first
    assert load({"PROVEN_DATA": str(tmp_path / "other")})["SECRET_KEY"] != first


def test_a_given_secret_is_used_and_not_written_down(tmp_path: Path) -> None:
    given = {"PROVEN_DATA": str(tmp_path), "PROVEN_SECRET_KEY": VAULT, "PROVEN_PERSONA_KEY": VAULT[::-1]}
    assert load(given)["SECRET_KEY"] == VAULT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("weak", ["changeme", "dev", "secret key", "a" * 64, "abcabcabcabcabcabcabcabcabcabcabcabc"])
def test_a_secret_that_can_be_guessed_stops_the_start_and_is_not_repeated(tmp_path: Path, weak: str) -> None:
    with pytest.raises(WrongSetting, match="PROVEN_SECRET_KEY must be at least 32") as refused:
        load({"PROVEN_DATA": str(tmp_path), "PROVEN_SECRET_KEY": weak})
    assert weak not in str(refused.value).replace("PROVEN_SECRET_KEY", "")


@pytest.mark.parametrize(
    "reachable",
    [{"PROVEN_HTTPS": "on"}, {"PROVEN_HOST": "0.0.0.0"}, {"PROVEN_HOSTS": "proven.example"}, {"PROVEN_PROXIES": "1"}],
)
def test_the_debugger_is_refused_where_others_can_reach_the_site(tmp_path: Path, reachable: dict[str, str]) -> None:
    with pytest.raises(WrongSetting, match="FLASK_DEBUG must be off"):
        load({"PROVEN_DATA": str(tmp_path), "FLASK_DEBUG": "1", **reachable})
    assert load({"PROVEN_DATA": str(tmp_path), "FLASK_DEBUG": "0", **reachable})
    assert load({"PROVEN_DATA": str(tmp_path), "FLASK_DEBUG": "1"})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_only_its_owner_reads_the_secret_and_the_data(tmp_path: Path) -> None:
    load({"PROVEN_DATA": str(tmp_path / "data")})
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(kept_secret, [tmp_path / "key"] * 8))
    assert len(secrets) == 1
    assert secrets != {""}


def test_a_secret_that_another_process_is_just_writing_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    writer = threading.Timer(0.2, (tmp_path / "key").write_text, ["the secret"])
    writer.start()
    assert kept_secret(tmp_path / "key") == "the secret"
    writer.join()


def test_an_empty_secret_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    with pytest.raises(WrongSetting, match="is empty"):
        kept_secret(tmp_path / "key")
