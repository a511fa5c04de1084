"""The project's own source as the rules see it: Python modules with their trees, templates with their tags."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from forum.core.config import PROJECT

NOT_OURS = {
    ".git",
    ".venv",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__pycache__",
    "data",
    "dist",
    "node_modules",
}


@dataclass(frozen=True)
class Module:
    """One module of the application; `name` is its dotted name without the leading `forum`, "" for the package."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        """What Python reads in it."""
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def imports(self) -> dict[str, int]:
        """The modules of the application that it imports, anywhere in it: name -> line."""
        found: dict[str, int] = {}
        for node in ast.walk(self.tree):
            for name in _imported_names(node):
                if name.split(".")[0] == "forum":
                    found.setdefault(_module_of(name), node.lineno)  # type: ignore[attr-defined]
        return found

    @property
    def libraries(self) -> set[str]:
        """The top packages outside of the application that it imports."""
        return {name.split(".")[0] for node in ast.walk(self.tree) for name in _imported_names(node)} - {"forum"}

    @property
    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call in it as (what is called, as it is written; the call)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    @property
    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function and method in it."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def place(self, node: ast.AST) -> str:
        """Where a node stands, for a message."""
        return f"{self.path.relative_to(PROJECT)}:{getattr(node, 'lineno', 1)}"


def _imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _module_of(name: str) -> str:
    """The module in which an imported name stands: `forum.posts.votes.cast` -> `posts.votes`."""
    path = PROJECT.joinpath(*name.split("."))
    is_module = path.is_dir() or path.with_suffix(".py").is_file()
    return (name if is_module else name.rpartition(".")[0]).removeprefix("forum").removeprefix(".")


def _name_of(path: Path) -> str:
    parts = path.relative_to(PROJECT / "forum").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name_of(path): Module(_name_of(path), path) for path in sorted((PROJECT / "forum").rglob("*.py"))}


@dataclass(frozen=True)
class HtmlTag:
    """A start tag of a template. `attributes` holds the written value of each, None for one without a value.

    An expression stands in a value as `{{ ... }}`; `expressions` are those printed into the tag outside of any value.
    """

    name: str
    attributes: dict[str, str | None]
    unquoted: tuple[str, ...]
    expressions: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Template:
    """One template; `name` is what another template includes it by."""

    name: str
    path: Path

    @cached_property
    def source(self) -> str:
        """What is written in the file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> nodes.Template:
        """What Jinja reads in it."""
        return PARSER.parse(self.source)

    @cached_property
    def html(self) -> str:
        """The HTML with every expression left as `{{ ... }}`, statements and comments dropped, lines kept."""
        return "".join(_html_of(self.source))

    @property
    def tags(self) -> Iterator[HtmlTag]:
        """Every start tag."""
        return read_tags(self.html)

    def line_of(self, found: re.Match[str]) -> int:
        """On which line something in the HTML begins."""
        return self.html.count("\n", 0, found.start()) + 1


PARSER = Environment(autoescape=True, loader=FileSystemLoader(PROJECT / "templates"), extensions=["jinja2.ext.i18n"])
VALUE = r"\"(?:\{\{.*?\}\}|[^\"])*\"|'(?:\{\{.*?\}\}|[^'])*'"
TAG = re.compile(rf"<([a-zA-Z][\w-]*)((?:\{{\{{.*?\}}\}}|{VALUE}|[^>\"'{{])*)>", re.DOTALL)
PART = re.compile(rf"\{{\{{(.*?)\}}\}}|([^\s=>\"'/{{}}]+)(?:\s*=\s*({VALUE}|\{{\{{.*?\}}\}}|[^\s>\"']+))?", re.DOTALL)


def _html_of(source: str) -> Iterator[str]:
    inside = ""  # "variable", "block" or "comment": what the present piece of Jinja is
    for _, kind, text in PARSER.lex(source):
        if kind in ("variable_begin", "block_begin", "comment_begin", "raw_begin"):
            inside = kind.removesuffix("_begin")
            yield "{{" if inside == "variable" else ""
        if kind == "data" or (inside == "variable" and kind not in ("variable_begin", "variable_end")):
            yield text
        else:
            yield "\n" * text.count("\n")
        if kind in ("variable_end", "block_end", "comment_end", "raw_end"):
            yield "}}" if inside == "variable" else ""
            inside = ""


def read_tags(html: str) -> Iterator[HtmlTag]:
    """Every start tag of HTML with expressions in it."""
    for found in TAG.finditer(html):
        yield _tag(found[1].lower(), found[2], html.count("\n", 0, found.start()) + 1)


def _tag(name: str, rest: str, line: int) -> HtmlTag:
    attributes: dict[str, str | None] = {}
    unquoted, expressions = [], []
    for expression, attribute, value in PART.findall(rest):
        if expression:
            expressions.append(expression.strip())
            continue
        if value and value[0] not in "\"'":
            unquoted.append(f"{attribute}={value}")
        attributes[attribute.lower()] = value.strip("\"'") if value else None
    return HtmlTag(name, attributes, tuple(unquoted), tuple(expressions), line)


TEMPLATES = {name: Template(name, PROJECT / "templates" / name) for name in sorted(PARSER.list_templates())}


def hold(why: str, breaches: Iterable[str]) -> None:
    """Fail when there is a breach, with the reason for the rule and every place that breaks it."""
    found = list(breaches)
    if found:
        pytest.fail("\n".join([why, *found]), pytrace=False)


def project_files(*endings: str) -> list[Path]:
    """Every file of the project with one of these endings, without what tools and people put beside them."""
    found: list[Path] = []
    for folder, folders, files in os.walk(PROJECT):
        folders[:] = sorted(set(folders) - NOT_OURS)
        found += [Path(folder, file) for file in sorted(files) if file.endswith(endings)]
    return found
