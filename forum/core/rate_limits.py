"""Rate limits counted in the database, so that several processes share one count and a restart forgets nothing."""

from __future__ import annotations

import time
from typing import Any

from flask import Flask, current_app, g, has_request_context
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import parse_many
from limits.storage import Storage
from sqlalchemy import delete, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.config import WrongSetting
from forum.core.db import Model, db


class RateCount(Model):
    """How often `key` was hit in the window that ends at `expires` (seconds since the epoch)."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[int]
    expires: Mapped[float] = mapped_column(index=True)


HIT = text(
    """
    INSERT INTO rate_count (key, hits, expires) VALUES (:key, :amount, :now + :window)
    ON CONFLICT (key) DO UPDATE SET
        hits = CASE WHEN rate_count.expires <= :now THEN :amount ELSE rate_count.hits + :amount END,
        expires = CASE WHEN rate_count.expires <= :now THEN :now + :window ELSE rate_count.expires END
    RETURNING hits, expires
    """
)


class DatabaseStorage(Storage):
    """A storage of the `limits` library over the application's own database; fixed windows, one atomic statement."""

    STORAGE_SCHEME = ["database"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What means that the storage is out of reach."""
        return OperationalError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a hit and return how many there are in the window of `expiry` seconds."""
        with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
            values = {"key": key, "amount": amount, "now": time.time(), "window": float(expiry)}
            hits, expires = connection.execute(HIT, values).one()
        if has_request_context():
            _counted()[key] = hits, expires
        return int(hits)

    def get(self, key: str) -> int:
        """Hits in the present window."""
        if key in _counted():
            return _counted()[key][0]
        with db.engine.connect() as connection:
            query = select(RateCount.hits).where(RateCount.key == key, RateCount.expires > time.time())
            return connection.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds since the epoch."""
        if key in _counted():
            return _counted()[key][1]
        with db.engine.connect() as connection:
            return connection.scalar(select(RateCount.expires).where(RateCount.key == key)) or time.time()

    def check(self) -> bool:
        """Whether the storage answers."""
        with db.engine.connect() as connection:
            connection.execute(select(1))
        return True

    def reset(self) -> int | None:
        """Forget every count; returns how many there were."""
        with db.engine.begin() as connection:
            return connection.execute(delete(RateCount)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with db.engine.begin() as connection:
            connection.execute(delete(RateCount).where(RateCount.key == key))


def _counted() -> dict[str, tuple[int, float]]:
    """What this request counted, for the headers of its answer: nobody looks up again what was just written."""
    counted: dict[str, tuple[int, float]] = g.setdefault("rate_counts", {}) if has_request_context() else {}
    return counted


def forget_old_counts() -> None:
    """Delete the windows that are over; the worker does it now and then."""
    with db.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(delete(RateCount).where(RateCount.expires < time.time()))


def person_or_address() -> str:
    """What a limit counts by: the person once signed in, before that the network address."""
    who: Any = current_user
    return f"person {who.id}" if who.is_authenticated else get_remote_address()


def everybody() -> str:
    """What a limit counts by that holds for all together."""
    return "everybody"


LIMITS = (
    "PROVEN_SIGN_IN_LIMIT",
    "PROVEN_POST_LIMIT",
    "PROVEN_VOTE_LIMIT",
    "PROVEN_PREVIEW_LIMIT",
    "PROVEN_DRAFT_LIMIT",
    "PROVEN_SEARCH_LIMIT",
    "PROVEN_FACTOR_LIMIT",
    "PROVEN_UPLOAD_LIMIT",
    "PROVEN_SCIM_LIMIT",
)
ALL_WRONG_TRIES = "1000 per 5 minutes"  # of everybody: no office mistypes that often; many guessers together do
POLICY_REPORTS = "20 per minute"  # of one person or address: a page that breaks the policy says so once or twice

# Without the database each process counts for itself: a search must answer while nothing can be written.
limiter = Limiter(
    key_func=person_or_address,
    storage_uri="database://",
    headers_enabled=True,
    in_memory_fallback_enabled=True,
)


def attach(app: Flask) -> None:
    """Start limiting. Routes name their limits; of reading only searching has one. Raises `WrongSetting`."""
    for name in LIMITS:
        try:
            parse_many(app.config[name])
        except ValueError:
            raise WrongSetting(f"{name} must be a rate such as '10 per minute', not {app.config[name]!r}.") from None
    limiter.init_app(app)


def is_within(rate: str, *key: str) -> bool:
    """Count one more under `key`, and say whether that is still within `rate`."""
    return all(limiter.limiter.hit(each, *key) for each in parse_many(rate))


def post_limit() -> str:
    """How often one person may write."""
    return str(current_app.config["PROVEN_POST_LIMIT"])


def vote_limit() -> str:
    """How often one person may vote."""
    return str(current_app.config["PROVEN_VOTE_LIMIT"])


def search_limit() -> str:
    """How often one person may search, on the page and while typing together."""
    return str(current_app.config["PROVEN_SEARCH_LIMIT"])


def preview_limit() -> str:
    """How often one person may ask for a preview."""
    return str(current_app.config["PROVEN_PREVIEW_LIMIT"])


def draft_limit() -> str:
    """How often what one person types may be kept."""
    return str(current_app.config["PROVEN_DRAFT_LIMIT"])


def upload_limit() -> str:
    """How often one person may add a picture or file."""
    return str(current_app.config["PROVEN_UPLOAD_LIMIT"])


def sign_in_limit() -> str:
    """How often a password may be tried."""
    return str(current_app.config["PROVEN_SIGN_IN_LIMIT"])


def factor_limit() -> str:
    """How often a second factor, or one's password to confirm something, may be tried."""
    return str(current_app.config["PROVEN_FACTOR_LIMIT"])


def scim_limit() -> str:
    """How often one directory may send something."""
    return str(current_app.config["PROVEN_SCIM_LIMIT"])
