"""Settings: each with its unit, default and reason, read once from the environment."""

from __future__ import annotations

import math
import os
import re
import secrets
import shlex
import shutil
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Setting:
    """One setting that an operator may change. `docs/operations.md` names every one; a test keeps it so."""

    name: str
    default: str
    unit: str
    reason: str


class WrongSetting(Exception):
    """A setting that cannot be used, said in one line to whoever starts the server."""


SETTINGS = (
    Setting("PROVEN_DATA", str(PROJECT / "data"), "folder", "One folder holds all state: back it up and all is saved."),
    Setting("PROVEN_DATABASE", "", "database address", "Empty: SQLite inside the data folder. Or postgresql://..."),
    Setting("PROVEN_SEARCH", "whoosh", "engine", "whoosh: to 20,000 posts. fts5 or postgresql: to 200,000."),
    Setting("PROVEN_HOST", "127.0.0.1", "network address", "Nobody else can reach it until you say so."),
    Setting("PROVEN_PORT", "8000", "port number", "Free on most machines and needs no special rights."),
    Setting("PROVEN_THREADS", "8", "threads", "Enough for a few hundred people on two cores."),
    Setting("PROVEN_PROXIES", "0", "proxies", "How many trusted proxies stand in front; 0 ignores forwarded headers."),
    Setting("PROVEN_HTTPS", "off", "on or off", "On: cookies only over TLS, and browsers are told to insist on it."),
    Setting("PROVEN_HOSTS", "", "host names, comma", "Names this site answers to; empty answers to any."),
    Setting("PROVEN_ADDRESS", "", "web address", "What links in mails begin with; empty: http:// with host and port."),
    Setting(
        "PROVEN_SMTP",
        "console",
        "mail server",
        "console: mails go to the log. off: none. Or smtp://user:password@host.",
    ),
    Setting("PROVEN_MAIL_FROM", "Proven <proven@localhost>", "mail address", "Whom mails come from; nobody reads it."),
    Setting("PROVEN_REPLY_ADDRESS", "", "mail address", "Where replies to mails go; empty: they are not taken."),
    Setting("PROVEN_SECRET_KEY", "", "text", "Empty: made at the first start and kept in the data folder."),
    Setting(
        "PROVEN_PERSONA_KEY",
        "",
        "text",
        "Opens who wrote without a name; empty: made at the first start. Back it up apart from the database.",
    ),
    Setting("PROVEN_SESSION_DAYS", "7", "days", "However much it is used: a stolen session ends within the week."),
    Setting("PROVEN_SESSION_IDLE_HOURS", "8", "hours", "A lunch or a long meeting signs nobody out; a night does."),
    Setting("PROVEN_INVITATION_DAYS", "14", "days", "Long enough for a holiday, short enough for a lost mail."),
    Setting(
        "PROVEN_SIGN_IN_LIMIT", "10 per 5 minutes", "rate", "Stops guessing; a person with a sticky key survives it."
    ),
    Setting(
        "PROVEN_FACTOR_LIMIT",
        "5 per 5 minutes; 20 per hour; 50 per day",
        "rates",
        "Wrong codes of one person: at fifty a day, six digits are guessed in a lifetime.",
    ),
    Setting(
        "PROVEN_PASSWORD_LIST", "", "file", "Passwords that nobody may have, one on each line, beside our own list."
    ),
    Setting("PROVEN_LOCAL_SIGN_IN", "on", "on, off or administrators", "Who may sign in with a password kept here."),
    Setting("PROVEN_OIDC_ISSUER", "", "web address", "The organisation's identity provider; empty: none."),
    Setting("PROVEN_OIDC_NAME", "your organisation", "text", "What the sign-in page calls the identity provider."),
    Setting("PROVEN_OIDC_CLIENT_ID", "", "text", "What the identity provider calls this site."),
    Setting("PROVEN_OIDC_CLIENT_SECRET", "", "text", "Empty: a public client, which PKCE alone protects."),
    Setting("PROVEN_OIDC_CLIENT_SECRET_FILE", "", "file", "Where the secret stands instead, as containers give it."),
    Setting(
        "PROVEN_OIDC_SCOPES", "openid email profile", "words", "What is asked for; some providers want groups, too."
    ),
    Setting("PROVEN_OIDC_DEPARTMENT_CLAIM", "department", "claim", "Where the provider says the department."),
    Setting("PROVEN_OIDC_ROLES_CLAIM", "", "claim", "Where it says groups or roles; empty: roles are given here."),
    Setting("PROVEN_OIDC_ACTIVE_CLAIM", "", "claim", "Where it says false of whoever has left; empty: nowhere."),
    Setting(
        "PROVEN_OIDC_ACR", "", "words", "What a sign-in must have proved, as the provider calls it; empty: anything."
    ),
    Setting("PROVEN_OIDC_SECOND_FACTOR", "on", "on or off", "On: its sign-in counts as with one. Off: if it says so."),
    Setting("PROVEN_SCIM_LIMIT", "600 per minute", "rate", "A directory sends ten a second when it starts afresh."),
    Setting("PROVEN_POST_LIMIT", "30 per minute", "rate", "Nobody types faster; a script that runs wild is stopped."),
    Setting("PROVEN_VOTE_LIMIT", "30 per minute", "rate", "One every two seconds: who votes has read."),
    Setting("PROVEN_SEARCH_LIMIT", "300 per minute", "rate", "Five a second is faster than a search while typing."),
    Setting("PROVEN_PREVIEW_LIMIT", "120 per minute", "rate", "Two a second is more than any typist needs."),
    Setting("PROVEN_DRAFT_LIMIT", "240 per minute", "rate", "Once a second while one types, in four tabs."),
    Setting("PROVEN_MAX_REQUEST", "1000000", "bytes", "A long post is 30,000 characters; nothing larger is sent yet."),
    Setting("PROVEN_UPLOAD_LIMIT", "60 per hour", "rate", "A report with many pictures; not a folder of holiday ones."),
    Setting("PROVEN_MAX_ATTACHMENT", "10000000", "bytes", "A photograph as it comes from a telephone."),
    Setting("PROVEN_ATTACHMENT_DAY", "100000000", "bytes", "What one person may add within 24 hours."),
    Setting("PROVEN_ATTACHMENT_TOTAL", "2000000000", "bytes", "What one person may keep: some thousand pictures."),
    Setting("PROVEN_SCAN", "", "command", "A virus scanner that reads a file from its input, as clamdscan - does."),
    Setting("PROVEN_STORAGE", "local", "place", "local: in the data folder. Or s3://bucket/prefix."),
    Setting("PROVEN_S3_ENDPOINT", "", "web address", "Of the S3-compatible service; empty: Amazon's own."),
    Setting("PROVEN_S3_KEY", "", "text", "Access key; empty: what the machine itself is given."),
    Setting("PROVEN_S3_SECRET", "", "text", "The secret of that key."),
    Setting("PROVEN_S3_REGION", "us-east-1", "name", "Where the bucket lies; most services ignore it."),
    Setting("PROVEN_HOOKS", "off", "off, outside or inside", "Whom web hooks may reach; inside: this network, too."),
    Setting("PROVEN_CHAT_SECRET", "", "text", "With what a chat signs the searches typed in it; empty: nobody may."),
    Setting(
        "PROVEN_WORKER_POLL", "0.25", "seconds", "A new post is found within two seconds; this is an eighth of it."
    ),
    Setting("PROVEN_DURABLE", "off", "on or off", "On: SQLite waits for the disk at each commit, against power loss."),
    Setting("PROVEN_LANGUAGE", "", "en, de or ar", "Of whoever has not chosen one; empty: as their browser says."),
    Setting("PROVEN_LOG", "info", "level", "debug, info, warning or error."),
)

SEARCH_ENGINES = ("whoosh", "fts5", "postgresql")
LOCAL_SIGN_IN = ("on", "off", "administrators")
HOOKS = ("off", "outside", "inside")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SPOKEN = ("", "en", "de", "ar")  # as in core/languages.py; a test keeps it so
LEVELS = ("debug", "info", "warning", "error")
SECRET_LENGTH = 32  # characters: in hexadecimal digits 128 bits, which nobody tries out
SECRET_VARIETY = 8  # different characters, which every random secret of that length has
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
SECRET_TRIES = 20  # looks at a secret that another process is about to write; a second in all
WORDS = {"on": True, "yes": True, "true": True, "1": True, "off": False, "no": False, "false": False, "0": False}


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The Flask configuration made of the environment. Raises `WrongSetting`, which says what to change."""
    given = os.environ if environ is None else environ
    raw = {setting.name: given.get(setting.name) or setting.default for setting in SETTINGS}
    data = Path(raw["PROVEN_DATA"]).expanduser().absolute()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(
            f"PROVEN_DATA must be a folder that can be made and written, not {data} ({error.strerror})."
        ) from None
    https = _switch(raw, "PROVEN_HTTPS")
    _refuse_debugging(given, raw, https=https)
    return {
        **raw,
        "PROVEN_DATA": data,
        "PROVEN_PORT": _number(raw, "PROVEN_PORT", 1, 65_535),
        "PROVEN_THREADS": _number(raw, "PROVEN_THREADS", 1, 1_000),
        "PROVEN_PROXIES": _number(raw, "PROVEN_PROXIES", 0, 10),
        "PROVEN_SESSION_DAYS": _number(raw, "PROVEN_SESSION_DAYS", 1, 366),
        "PROVEN_SESSION_IDLE_HOURS": _number(raw, "PROVEN_SESSION_IDLE_HOURS", 1, 8_784),
        "PROVEN_PASSWORD_LIST": _list_of_words(raw, "PROVEN_PASSWORD_LIST"),
        "PROVEN_INVITATION_DAYS": _number(raw, "PROVEN_INVITATION_DAYS", 1, 366),
        "PROVEN_WORKER_POLL": _decimal(raw, "PROVEN_WORKER_POLL", 0.01, 60),
        "PROVEN_SEARCH": _search_engine(raw),
        "PROVEN_LOCAL_SIGN_IN": _local_sign_in(raw),
        "PROVEN_OIDC_ISSUER": _issuer(raw),
        "PROVEN_OIDC_CLIENT_SECRET": _client_secret(raw),
        "PROVEN_OIDC_SECOND_FACTOR": _switch(raw, "PROVEN_OIDC_SECOND_FACTOR"),
        "PROVEN_LANGUAGE": _one_of(raw, "PROVEN_LANGUAGE", SPOKEN),
        "PROVEN_LOG": _one_of(raw, "PROVEN_LOG", LEVELS),
        "PROVEN_HOOKS": _one_of(raw, "PROVEN_HOOKS", HOOKS),
        "PROVEN_CHAT_SECRET": _given_secret(raw, "PROVEN_CHAT_SECRET"),
        "PROVEN_DURABLE": _switch(raw, "PROVEN_DURABLE"),
        "PROVEN_HTTPS": https,
        "PROVEN_ADDRESS": _web_address(raw),
        "PROVEN_MAX_ATTACHMENT": _number(raw, "PROVEN_MAX_ATTACHMENT", 100_000, 100_000_000),
        "PROVEN_ATTACHMENT_DAY": _number(raw, "PROVEN_ATTACHMENT_DAY", 0, 10**15),
        "PROVEN_ATTACHMENT_TOTAL": _number(raw, "PROVEN_ATTACHMENT_TOTAL", 0, 10**15),
        "PROVEN_SCAN": _command(raw, "PROVEN_SCAN"),
        "PROVEN_STORAGE": _storage(raw),
        "PROVEN_S3_ENDPOINT": _endpoint(raw),
        "PROVEN_SMTP": _mail_server(raw),
        "PROVEN_MAIL_FROM": _mail_address(raw),
        "PROVEN_REPLY_ADDRESS": _reply_address(raw),
        "SECRET_KEY": _given_secret(raw, "PROVEN_SECRET_KEY") or kept_secret(data / "secret-key"),
        "PROVEN_PERSONA_KEY": _given_secret(raw, "PROVEN_PERSONA_KEY") or kept_secret(data / "persona-key"),
        "SQLALCHEMY_DATABASE_URI": _database_address(raw["PROVEN_DATABASE"], data),
        "MAX_CONTENT_LENGTH": _number(raw, "PROVEN_MAX_REQUEST", 100_000, 1_000_000_000),
        "MAX_FORM_MEMORY_SIZE": _number(raw, "PROVEN_MAX_REQUEST", 100_000, 1_000_000_000),
        "MAX_FORM_PARTS": 200,
        "TRUSTED_HOSTS": [name.strip() for name in raw["PROVEN_HOSTS"].split(",") if name.strip()] or None,
        "SESSION_COOKIE_NAME": "__Host-proven" if https else "proven",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # A token that dies after an hour throws away a long answer; ours lives as long as the session it belongs to.
        "WTF_CSRF_TIME_LIMIT": None,
        "SEND_FILE_MAX_AGE_DEFAULT": 0,
        # Brotli at 5 makes a page a seventh smaller than zstandard at its default, in one or two milliseconds.
        "COMPRESS_ALGORITHM": ["br", "zstd", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
    }


def kept_secret(file: Path) -> str:
    """The secret kept in `file`, made at the first call. Never in the repository, readable by the owner only.

    Raises `WrongSetting` when the file is empty and stays so: an empty key would be everybody's key.
    """
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_hex(32))
    except FileExistsError:
        pass  # Made at an earlier start, or by the process that starts beside this one.
    for _ in range(SECRET_TRIES):
        if secret := file.read_text().strip():
            return secret
        time.sleep(0.05)  # The process beside this one has made the file and not yet written it.
    raise WrongSetting(f"{file} is empty. Delete it, and the next start makes a new secret.")


def _given_secret(raw: Mapping[str, str], name: str) -> str:
    given = raw[name]
    if given and (len(given) < SECRET_LENGTH or len(set(given)) < SECRET_VARIETY):
        # Not shown as it was typed: part of it may be part of the next one.
        raise WrongSetting(
            f"{name} must be at least {SECRET_LENGTH} characters that nobody can guess. "
            "Leave it empty, and the first start makes one."
        )
    return given


def _refuse_debugging(given: Mapping[str, str], raw: Mapping[str, str], *, https: bool) -> None:
    """Flask's debugger shows its innards, and lets whoever knows its number run code: only where nobody else comes."""
    wanted = given.get("FLASK_DEBUG", "").lower() not in ("", "0", "false", "no")
    reachable = https or raw["PROVEN_HOSTS"] or raw["PROVEN_PROXIES"] != "0" or raw["PROVEN_HOST"] not in THIS_MACHINE
    if wanted and reachable:
        raise WrongSetting("FLASK_DEBUG must be off where others can reach this site.")


def _database_address(given: str, data: Path) -> str:
    if not given:
        return f"sqlite:///{data / 'proven.sqlite'}"
    if given.startswith("postgresql://"):
        return given.replace("postgresql://", "postgresql+psycopg://", 1)
    if given.startswith(("sqlite:", "postgresql+psycopg://")):
        return given
    raise WrongSetting(f"PROVEN_DATABASE must start with postgresql:// or sqlite:, not {given.split(':')[0]!r}.")


def _list_of_words(raw: Mapping[str, str], name: str) -> frozenset[str]:
    if not raw[name]:
        return frozenset()
    try:
        lines = Path(raw[name]).expanduser().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise WrongSetting(f"{name} must be a file of text that can be read, not {raw[name]} ({error}).") from None
    return frozenset(line.strip().casefold() for line in lines if line.strip())


def _command(raw: Mapping[str, str], name: str) -> list[str]:
    """The words of a command, whose programme is there; none for none."""
    try:
        words = shlex.split(raw[name])
    except ValueError as error:
        raise WrongSetting(f"{name} must be a command with its quotes closed, not {raw[name]!r} ({error}).") from None
    if words and shutil.which(words[0]) is None:
        raise WrongSetting(f"{name} names {words[0]!r}, which is no programme that can be run here.")
    return words


def _search_engine(raw: Mapping[str, str]) -> str:
    chosen = _one_of(raw, "PROVEN_SEARCH", SEARCH_ENGINES)
    if chosen == "postgresql" and not raw["PROVEN_DATABASE"].startswith("postgresql"):
        raise WrongSetting(
            "PROVEN_SEARCH can be postgresql only where PROVEN_DATABASE is a postgresql:// address. Use fts5."
        )
    return chosen


def _web_address(raw: Mapping[str, str]) -> str:
    given = raw["PROVEN_ADDRESS"].rstrip("/") or f"http://{raw['PROVEN_HOST']}:{raw['PROVEN_PORT']}"
    if not re.fullmatch(r"https?://[^\s/]+", given):
        raise WrongSetting(f"PROVEN_ADDRESS must be like https://proven.example.org, not {given!r}.")
    return given


def is_safe_to_fetch(address: str) -> bool:
    """Whether nobody on the way can read or change what this address says: HTTPS, or this very machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or re.search(r"[\s\x00-\x1f]", address):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def _issuer(raw: Mapping[str, str]) -> str:
    given = raw["PROVEN_OIDC_ISSUER"]
    if not given:
        return ""
    if not is_safe_to_fetch(given) or "?" in given:
        # Not shown as it was typed: there may be a password in it.
        raise WrongSetting("PROVEN_OIDC_ISSUER must be like https://login.example.org: https, no name, no query.")
    if not raw["PROVEN_OIDC_CLIENT_ID"]:
        raise WrongSetting(
            "PROVEN_OIDC_CLIENT_ID is missing: register this site with the provider, which then says it."
        )
    if "openid" not in raw["PROVEN_OIDC_SCOPES"].split():
        raise WrongSetting("PROVEN_OIDC_SCOPES must hold openid, or the provider does not say who signed in.")
    return given


def _client_secret(raw: Mapping[str, str]) -> str:
    file = raw["PROVEN_OIDC_CLIENT_SECRET_FILE"]
    if not file:
        return raw["PROVEN_OIDC_CLIENT_SECRET"]
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise WrongSetting(
            f"PROVEN_OIDC_CLIENT_SECRET_FILE must be a file that can be read, not {file} ({error.strerror})."
        ) from None


def _local_sign_in(raw: Mapping[str, str]) -> str:
    chosen = _one_of(raw, "PROVEN_LOCAL_SIGN_IN", LOCAL_SIGN_IN)
    if chosen != "on" and not raw["PROVEN_OIDC_ISSUER"]:
        raise WrongSetting("PROVEN_LOCAL_SIGN_IN can be off only where PROVEN_OIDC_ISSUER says how else to sign in.")
    return chosen


def _storage(raw: Mapping[str, str]) -> str:
    given = raw["PROVEN_STORAGE"].rstrip("/")
    if given != "local" and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(?:/[\w.-]+)*", given):
        raise WrongSetting(f"PROVEN_STORAGE must be local or like s3://bucket/prefix, not {given!r}.")
    return given


def _endpoint(raw: Mapping[str, str]) -> str:
    given = raw["PROVEN_S3_ENDPOINT"].rstrip("/")
    if given and not re.fullmatch(r"https?://[^\s/@]+", given):
        raise WrongSetting("PROVEN_S3_ENDPOINT must be like https://s3.example.org, without a key in it.")
    return given


def _mail_server(raw: Mapping[str, str]) -> str:
    given = raw["PROVEN_SMTP"]
    try:
        parts = urlsplit(given)
        usable = parts.scheme in ("smtp", "smtps") and parts.hostname is not None and parts.port != 0
    except ValueError:
        usable = False
    if given not in ("console", "off") and not usable:
        # Not shown as it was typed: there is a password in it.
        raise WrongSetting("PROVEN_SMTP must be console, off, smtp://user:password@host:port or smtps://...")
    return given


def _mail_address(raw: Mapping[str, str]) -> str:
    given = raw["PROVEN_MAIL_FROM"]
    if not re.fullmatch(r"[^<>\s@]+@[^<>\s@]+|[^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>", given):
        raise WrongSetting(f"PROVEN_MAIL_FROM must be like Proven <proven@example.org>, not {given!r}.")
    return given


def _reply_address(raw: Mapping[str, str]) -> str:
    given = raw["PROVEN_REPLY_ADDRESS"].lower()
    # What stands before the @ is followed by a plus and 34 letters and digits, and has room for 64.
    if given and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,27}@[a-z0-9-]+(?:\.[a-z0-9-]+)*", given):
        raise WrongSetting(
            f"PROVEN_REPLY_ADDRESS must be like reply@proven.example.org, without a plus, not {given!r}."
        )
    return given


def _number(raw: Mapping[str, str], name: str, least: int, most: int) -> int:
    if not raw[name].isdecimal() or not least <= int(raw[name]) <= most:
        raise WrongSetting(f"{name} must be a whole number from {least} to {most}, not {raw[name]!r}.")
    return int(raw[name])


def _decimal(raw: Mapping[str, str], name: str, least: float, most: float) -> float:
    try:
        value = float(raw[name])
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise WrongSetting(f"{name} must be a number from {least} to {most}, not {raw[name]!r}.")
    return value


def _one_of(raw: Mapping[str, str], name: str, words: Collection[str]) -> str:
    if raw[name].lower() not in words:
        raise WrongSetting(f"{name} must be one of {', '.join(words)}, not {raw[name]!r}.")
    return raw[name].lower()


def _switch(raw: Mapping[str, str], name: str) -> bool:
    if raw[name].lower() not in WORDS:
        raise WrongSetting(f"{name} must be on or off, not {raw[name]!r}.")
    return WORDS[raw[name].lower()]
