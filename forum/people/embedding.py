"""Which other sites may show a card of a practice in a frame: named by an administrator, none by default."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.people.models import Organisation, Person

MOST = 20  # sites: more cannot be looked over, and a header has to hold them
# A scheme, a name and perhaps a port: nothing that could end this part of the policy and begin another.
SITE = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?::[0-9]{1,5})?")


@dataclass(frozen=True, kw_only=True)
class EmbeddingChanged(Event):
    """An administrator named the sites that may show cards; all that may from now on."""

    sites: list[str]


def sites_of(organisation: Organisation | None) -> Sequence[str]:
    """The sites that may show cards, as a browser is told of them."""
    return organisation.embedded_by.split() if organisation is not None else []


def let_embed(administrator: Person, typed: str) -> None:
    """Name the sites that may show cards, one on each line; none at all switches cards off.

    `intranet.example.org` is taken for https. Raises `Invalid` for a line that is no site.
    """
    require(administrator, "organisation.edit")
    sites = list(dict.fromkeys(_site(line) for line in typed.splitlines() if line.strip()))
    if len(sites) > MOST:
        raise Invalid(gettext("Name at most %(most)s sites.", most=MOST), "embedded_by")
    organisation = db.session.scalars(select(Organisation)).one()
    if sites != sites_of(organisation):
        organisation.embedded_by = "\n".join(sites)
        publish(EmbeddingChanged(sites=sites), actor=administrator)


def _site(line: str) -> str:
    site = line.strip().lower().rstrip("/")
    site = site if "://" in site else f"https://{site}"
    if not SITE.fullmatch(site):
        raise Invalid(
            gettext("“%(line)s” is no site. Write one on each line, like https://intranet.example.org.", line=line),
            "embedded_by",
        )
    return site
