"""A database for the index of each test process, and one engine in it: connections are few."""

from __future__ import annotations

import atexit
import os
from functools import cache

import psycopg

from forum.search.engines.postgresql import PostgresqlEngine
from tests.services import create_database

IS_THERE = os.environ.get("PROVEN_TEST_DATABASE") == "postgresql"


@cache
def address() -> str:
    """The address of a database that no other test process touches, as psycopg takes it."""
    name = f"proven_search_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    return create_database(os.environ["PROVEN_TEST_POSTGRES"], name)


def for_sqlalchemy(address: str) -> str:
    """The same address as the application has it."""
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


def emptied_engine() -> PostgresqlEngine:
    """The engine of this test process, with nothing left of the test before."""
    with psycopg.connect(address(), autocommit=True) as connection:
        for schema in schemas():
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE')
    return _engine()


def schemas() -> list[str]:
    """The schemas of the index."""
    with psycopg.connect(address()) as connection:
        names = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'proven_search%' ORDER BY nspname"
        return [name for (name,) in connection.execute(names)]


@cache
def _engine() -> PostgresqlEngine:
    made = PostgresqlEngine(for_sqlalchemy(address()))
    atexit.register(made.close)
    return made
