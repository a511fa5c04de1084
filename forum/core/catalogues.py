"""What the product says, gathered from the source, and the files that hold it in other languages.

Gathered are, besides what `gettext` and `ngettext` are given: what templates and scripts pass to `_`, the words of
`Message` and `messages`, messages after something was done, refusals, and the labels and hints of forms.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from forum.core.config import PROJECT
from forum.core.languages import LANGUAGES, SOURCE, file_of

Found = tuple[int, str | tuple[str, str]]  # the line, and a message or the forms for one and for many

# Which arguments of a call are said to somebody; they are looked up where they are shown.
SAID = {
    "gettext": (0,),
    "Message": (0,),
    "flash": (0,),
    "say_posted": (1,),
    "_after": (1,),
    "_added": (1,),
    "_changed": (0,),
    "_error_page": (1, 2),
    "Invalid": (0,),
    "Refused": (0,),
    "Forbidden": (0,),
    "Unsuitable": (0,),
    "NotReached": (0,),
    "NotKnownHere": (0,),
    "__init__": (0,),  # of a refusal that always says the same
    "Kept": (0, 2, 3),
    "Practised": (1, 2, 3),
    "Threshold": (1, 2),
    "Timer": (3, 4, 5),
    "Limit": (3, 4, 5),
    "Line": (1,),
    "Checkboxes": (0,),
}
NAMED = ("description", "words")  # arguments that are said, whatever is called
ADDRESS = re.compile("/|$")  # beside words in a table; nothing is no message
TO_NOBODY = ("forum/exchange/", "forum/identity/scim", "forum/identity/provisioning")  # the story, and a protocol
OF_REFUSALS = ("title", "message")
JINJA_OPTIONS = {"extensions": "jinja2.ext.i18n", "trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}


def gathered() -> Catalog:
    """Everything that is said, with the files that say it."""
    catalogue = Catalog(project="Proven", charset="utf-8")
    for file, message in _everywhere():
        catalogue.add(message, locations=[(file, 0)])
    return catalogue


def update() -> None:
    """Bring the file of every language up to date: what is new stands in it without a translation."""
    source = gathered()
    for code in LANGUAGES:
        if code != SOURCE:
            file_of(code).write_bytes(updated(code, source))


def updated(code: str, source: Catalog) -> bytes:
    """The file of a language with the messages of `source`, in the order of the files that say them."""
    with file_of(code).open("rb") as file:
        catalogue = read_po(file, locale=code)
    begun = catalogue.creation_date
    catalogue.update(source, no_fuzzy_matching=True)
    catalogue.creation_date = begun  # Else every two branches change the same line.
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "Proven", "", ""
    catalogue.last_translator = catalogue.language_team = ""
    written = BytesIO()
    write_po(written, catalogue, omit_header=False, sort_by_file=True, include_lineno=False, width=10_000)
    return written.getvalue()


def _everywhere() -> Iterator[tuple[str, str | tuple[str, str]]]:
    for file in sorted((PROJECT / "forum").rglob("*.py")):
        if not _named(file).startswith(TO_NOBODY):
            for _, message in from_python(file.read_text(encoding="utf-8")):
                yield _named(file), message
    for file in sorted((PROJECT / "templates").rglob("*.html")):
        yield from _extracted("jinja2", file, JINJA_OPTIONS)
    for file in sorted((PROJECT / "static" / "js").glob("*.js")):
        yield from _extracted("javascript", file, {})


def _extracted(method: str, file: Path, options: dict[str, str]) -> Iterator[tuple[str, str | tuple[str, str]]]:
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2)}
    with file.open("rb") as source:
        for _, message, _, _ in extract(method, source, keywords=keywords, options=options):
            yield _named(file), message  # type: ignore[misc]


def _named(file: Path) -> str:
    return file.relative_to(PROJECT).as_posix()


def from_python(source: str) -> Iterator[Found]:
    """The messages of a module, each with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call():
                yield from _called(node)
            case ast.ClassDef():
                yield from _held(node)


def _called(call: ast.Call) -> Iterator[Found]:
    name = ast.unparse(call.func).rpartition(".")[2]
    if name == "ngettext":
        one, many = (each.value for each in call.args[:2] if isinstance(each, ast.Constant))
        yield call.lineno, (str(one), str(many))
    elif name == "partial" and ast.unparse(call.args[0]) == "ngettext":
        yield from _called(ast.Call(call.args[0], call.args[1:], [], lineno=call.lineno))
    elif name == "messages":
        for argument in call.args:
            yield from _words(argument)
    else:
        places = (0,) if name.endswith("Field") else SAID.get(name, ())
        given = [call.args[place] for place in places if place < len(call.args)]
        for argument in (*given, *(each.value for each in call.keywords if each.arg in NAMED)):
            yield from _constants(argument)


def _held(held: ast.ClassDef) -> Iterator[Found]:
    for line in held.body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) in OF_REFUSALS:
            yield from _constants(line.value)


def _constants(node: ast.expr) -> Iterator[Found]:
    """The text itself, or either of two; nothing of what is put together, which `gettext` was given before."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and not ADDRESS.match(node.value):
        yield node.lineno, node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def _words(node: ast.expr) -> Iterator[Found]:
    """As `messages` finds them in a table or a list."""
    match node:
        case ast.Dict():
            inner = list(node.values)
        case ast.List() | ast.Tuple() if all(isinstance(each, ast.Tuple) and len(each.elts) == 2 for each in node.elts):
            inner = [each.elts[1] for each in node.elts]  # type: ignore[attr-defined]
        case ast.List() | ast.Tuple():
            inner = node.elts
        case _:
            yield from _constants(node)
            return
    for each in inner:
        yield from _words(each)
