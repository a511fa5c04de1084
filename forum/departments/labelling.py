"""Departments and tags as labels: reading what somebody chose or typed, and describing them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import String, bindparam, cast, null, select, union_all

from forum.core import text
from forum.core.db import db
from forum.core.errors import Invalid
from forum.core.events import Event, publish
from forum.core.languages import gettext
from forum.core.permissions import require
from forum.departments.models import Department, Tag, post_department, post_tag

UNDISCLOSED = ("Undisclosed", "Not disclosed", "Department not said")  # names, the first that no department has
MOST_TAGS = 5  # More would say nothing about what a question is about.
TAG_LENGTH = 35  # characters
NAME_LENGTH = 60  # characters


@dataclass(frozen=True, kw_only=True)
class DepartmentRenamed(Event):
    """A department has another name, and with it another address."""

    department_id: int


@dataclass(frozen=True, kw_only=True)
class DepartmentDescribed(Event):
    """A department was made, or its name or description was written anew."""

    department_id: int


@dataclass(frozen=True, kw_only=True)
class TagDescribed(Event):
    """A moderator said what a tag is for."""

    tag_id: int


def slug_of(words: str, length: int = 60) -> str:
    """Words as an address part: lower case, accents folded, everything else to hyphens. May be empty."""
    folded = unicodedata.normalize("NFKD", words.casefold().replace("ł", "l"))
    return re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode()).strip("-")[:length].strip("-")


def all_departments() -> Sequence[Department]:
    """Every department, by name."""
    return db.session.scalars(select(Department).where(~Department.is_hidden).order_by(Department.name)).all()


def undisclosed() -> Department:
    """What stands in place of the department that somebody without a name does not say; made when first needed."""
    found = db.session.scalar(select(Department).where(Department.is_hidden))
    if found is None:
        taken = set(db.session.scalars(select(Department.name)))
        name = next(name for name in UNDISCLOSED if name not in taken)
        found = Department(slug=f"{slug_of(name)}-", name=name, description="", calendar={}, is_hidden=True)
        db.session.add(found)
        db.session.flush()
    return found


def chosen_departments(ids: Iterable[int]) -> list[Department]:
    """The departments with these ids. Raises `Invalid` when none is left: a question always concerns somebody."""
    found = list(
        db.session.scalars(
            select(Department).where(Department.id.in_(list(ids)), ~Department.is_hidden).order_by(Department.name)
        )
    )
    if not found:
        raise Invalid("Choose at least one department that this concerns.", "departments")
    return found


def checked_slugs(words: str) -> list[str]:
    """What the tags that somebody typed are called, each once. Raises `Invalid` for too many."""
    slugs = list(dict.fromkeys(slug for word in re.split(r"[\s,#]+", words) if (slug := slug_of(word, TAG_LENGTH))))
    if len(slugs) > MOST_TAGS:
        raise Invalid(
            gettext("At most %(most)s topics: keep the ones a colleague would look for.", most=MOST_TAGS), "tags"
        )
    return slugs


def typed_tags(words: str) -> list[Tag]:
    """The tags somebody typed, separated by blanks or commas; new ones are made. Raises `Invalid` for too many."""
    slugs = checked_slugs(words)
    known = {tag.slug: tag for tag in db.session.scalars(select(Tag).where(Tag.slug.in_(slugs)))}
    new = [Tag(slug=slug, description="") for slug in slugs if slug not in known]
    db.session.add_all(new)
    db.session.flush()
    return sorted([*known.values(), *new], key=lambda tag: tag.slug)


def names_of_tags(ids: Collection[int]) -> Sequence[str]:
    """The topics with these ids, as they are written, by name."""
    return db.session.scalars(select(Tag.slug).where(Tag.id.in_(ids)).order_by(Tag.slug)).all() if ids else []


def labels_of(post_ids: Collection[int]) -> tuple[dict[int, list[tuple[str, str]]], dict[int, list[str]]]:
    """Departments (slug, name) and tags (slug) of posts, each by post id, in one statement; none for no posts."""
    departments: dict[int, list[tuple[str, str]]] = defaultdict(list)
    tags: dict[int, list[str]] = defaultdict(list)
    if not post_ids:
        return departments, tags
    for id, slug, name in db.session.execute(_labels_of(), {"ids": list(post_ids)}):
        if name is None:
            tags[id].append(slug)
        else:
            departments[id].append((slug, name))
    return departments, tags


@cache  # Made once: putting a statement together takes longer than running it.
def _labels_of() -> Any:
    ids: Any = bindparam("ids", expanding=True)
    departments = (
        select(post_department.c.post_id, Department.slug, Department.name)
        .join(Department, Department.id == post_department.c.department_id)
        .where(post_department.c.post_id.in_(ids))
    )
    tags = (
        select(post_tag.c.post_id, Tag.slug, cast(null(), String))
        .join(Tag, Tag.id == post_tag.c.tag_id)
        .where(post_tag.c.post_id.in_(ids))
    )
    labels = union_all(departments, tags).subquery()
    return select(labels).order_by(labels.c.name, labels.c.slug)


def found_department(slug: str) -> Department | None:
    """The department with that slug."""
    return db.session.scalar(select(Department).where(Department.slug == slug, ~Department.is_hidden))


def found_tag(slug: str) -> Tag | None:
    """The tag with that slug."""
    return db.session.scalar(select(Tag).where(Tag.slug == slug))


def add_department(person: Any, name: str, description: str = "") -> Department:
    """Make a department. Raises `Invalid` for a name that is empty or taken."""
    require(person, "department.edit")
    made = Department(slug="", name="", description="", calendar={})
    db.session.add(made)
    with db.session.no_autoflush:
        _describe(person, made, name, description)
    db.session.flush()
    publish(DepartmentDescribed(department_id=made.id), actor=person)
    return made


def describe_department(person: Any, department: Department, name: str, description: str) -> None:
    """Rename or describe a department; its address follows the name."""
    require(person, "department.edit")
    _describe(person, department, name, description)
    publish(DepartmentDescribed(department_id=department.id), actor=person)


def _describe(person: Any, department: Department, name: str, description: str) -> None:
    name = text.clean_line(name, NAME_LENGTH)
    slug = slug_of(name)
    if not slug:
        raise Invalid("A department needs a name with letters.", "name")
    same = select(Department).where(
        (Department.name == name) | (Department.slug == slug), Department.id != department.id
    )
    if department.id is None:
        same = select(Department).where((Department.name == name) | (Department.slug == slug))
    if db.session.scalar(same) is not None:
        raise Invalid(gettext("There is a department called %(name)s already. Choose another name.", name=name), "name")
    if department.id is not None and department.slug != slug:
        publish(DepartmentRenamed(department_id=department.id), actor=person)
    department.name, department.slug, department.description = name, slug, text.clean_source(description).strip()


def describe_tag(person: object, tag: Tag, description: str) -> None:
    """Say in a line what a tag is for."""
    require(person, "tag.describe", tag)
    tag.description = text.clean_line(description, 200)
    publish(TagDescribed(tag_id=tag.id), actor=person)
