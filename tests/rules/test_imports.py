"""Who may import whom. Knowledge goes down and news goes up, so that a part can be read, tested and taken out alone."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.rules.source import MODULES, Module, hold

# From low to high: what a step consists of, and why it stands no higher. A module imports from its own package and
# from lower steps; parts of the same step do not know each other.
ORDER: tuple[tuple[tuple[str, ...], str], ...] = (
    (("core",), "everything stands on it, so it knows no feature"),
    (
        (
            "search.port",
            "search.query",
            "search.analysis",
            "search.highlight",
            "search.pace",
            "search.ranking",
            "search.spelling",
            "search.embedding",
            "search.embedders",
            "search.matrix",
            "search.engines",
        ),
        "an engine finds documents and knows nothing of posts, so that another one can take its place",
    ),
    (
        (
            "search.current",
            "search.forms",
            "search.keeping",
            "search.meaning",
            "search.models",
            "search.similar",
            "search.synonyms",
            "search.vectors",
        ),
        "which engine the application was given, what else a word is called here, and what is of the same kind",
    ),
    (("departments",), "departments and tags are labels: people and posts carry them, they carry nobody"),
    (("people",), "a person belongs to a department and writes posts; none of that is known here"),
    (("identity",), "who somebody is at the organisation's provider leads to a person; people know of no provider"),
    (("search.history",), "what somebody searched for is theirs, whatever was found"),
    (("attachments",), "a file belongs to whoever added it; which post uses it is known here by its number alone"),
    (("posts",), "what all kinds of posts share must not know the kinds"),
    (("questions",), "a question does not know who answers it"),
    (("answers",), "an answer belongs to its question and knows nothing of what is made of it"),
    (("needs",), "a need is met by the answers to a question; nothing below knows how it went on"),
    (("practices",), "a practice is made of a question and its answers"),
    (("nominations",), "an answer is nominated to become a practice, which does not know how it came to be"),
    (("commitments",), "what somebody will do is about a question or a practice, which know nothing of it"),
    (("bookmarks",), "what somebody wants to find again knows nothing of whoever wants to"),
    (("chats",), "an hour ends in what people will do; a commitment does not know where it was made"),
    (("causes",), "a cause is linked to questions and practices, which know nothing of it"),
    (("revealing",), "who wrote without a name may have written anything; nothing that is written knows of it"),
    (("reviewing",), "what is challenged is a practice or an answer; neither knows who doubts it"),
    (("objectives", "requests"), "what the organisation wants to move, and what is asked of it, point to all of that"),
    (
        ("pulse", "teams"),
        "what is asked of people and promised to them stands on what they did; neither knows the other",
    ),
    (
        ("impact.models", "impact.reach.norm", "impact.reach.welcoming", "impact.silos.introducing"),
        "who is invited, or asked to be a second person, is read from the rows; whoever tells them stands above",
    ),
    (("moderation",), "what a moderator does is done to posts, which know nothing of flags and cases"),
    (("notifications",), "people are told what happened anywhere; nothing that happens knows who is told"),
    (("incoming",), "what comes in by mail replies to what was told, and is posted by the verbs that anything else is"),
    (("audit",), "what needs a right is written down from anywhere; nothing that happens knows of the log"),
    (
        ("privacy",),
        "what is kept of a person lies in every table; nothing that happens knows that it may be taken out",
    ),
    (("impact",), "what came of it is counted from everything; nothing that happens knows that it is counted"),
    (("feeds",), "what is read in other programmes is read from everything; nothing knows that it is"),
    (("hooks",), "a chat is told of anything that happens; nothing that happens knows that it is"),
    (("home",), "what to do now is read from everything; nothing that happens knows where it is shown"),
)

# Pages, commands and exchange cut across features; rules do not. These may import every step and each other, and
# nobody below them imports them, or the order would be gone around.
EDGES = {
    "*.routes": "pages show what several features know",
    "*_routes": "pages of one part of a feature, too",
    "*.pages": "what the pages of several features share",
    "pages": "pages that belong to no feature",
    "styleguide.*": "what the pages of every feature are made of, measured and shown",
    "search.documents": "turns every kind of post into documents",
    "search.comparing": "knows which posts of every kind belong into the index",
    "search.indexing": "hears of what happens to every kind of post",
    "search.excerpts": "looks for what matched in the answers to a question and in its other wordings",
    "search.known": "turns what is similar into questions and practices with what became of them",
    "search.vector_jobs": "makes the vectors of every kind of title",
    "search.evaluating": "asks merged questions again",
    "search.results": "turns documents back into posts of every kind",
    "search.own": "finds what somebody has just written, of whatever kind",
    "search.titles": "searches questions and practices while the index is away",
    "search.visible_words": "looks up what stands in titles of every kind",
    "hooks.command": "searches for whoever is in the chat",
    "search.progress": "tells how the index stands beside the posts",
    "exchange.*": "brings every kind of thing in and out",
    "administration.*": "pages over all features",
    "audit.audited": "the table of what is audited names events of every feature",
    "subscriptions": "the table of who listens to what",
    "subscriptions.*": "its parts, subject by subject",
    "cli": "commands over all features",
    "": "create_app puts the whole together",
}

# What breaks the order today: (who, whom) -> why it is borne with.
EXCEPTIONS = {
    ("posts.rendering", "practices.models"): "a practice has sections of its own to render; only `flask render-again`"
    " runs it",
}

# Libraries that stand behind one module, so that they can be replaced there alone.
BEHIND_ONE_WALL = {
    "whoosh": (
        *(f"search.engines.whoosh{part}" for part in ("", "_files", "_match", "_readers", "_schema")),
        "search.engines.builds",
        "search.analysis",
    ),
    "bleach": ("core.text",),
    "nh3": ("core.text",),
    "markdown": ("core.markdown_child",),
    "limits": ("core.rate_limits",),
    "flask_limiter": ("core.rate_limits",),
    "argon2": ("people.passwords",),
    "cryptography": ("core.sealing", "people.persona_links"),
    "pyotp": ("people.code_apps",),
    "segno": ("people.code_apps",),
    "webauthn": ("people.passkeys",),
    "authlib": ("identity.provider",),
    "joserfc": ("identity.provider",),
    "scim2_models": ("identity.scim",),
    "requests": ("identity.provider",),
    "lucide": ("core.templating",),
    "markdownify": ("exchange.importing", "incoming.mail_child"),
    "waitress": ("cli",),
    "PIL": ("attachments.picture_child",),
    "obstore": ("attachments.storing",),
    "numpy": ("search.matrix", "search.embedders.minilm"),
    "onnxruntime": ("search.embedders.minilm",),
}


def package(name: str) -> str:
    return name.split(".")[0]


def is_edge(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in EDGES)


def step(name: str) -> int | None:
    """On which step a module stands; None for one that the table does not name."""
    within = {name.rsplit(".", dots)[0] for dots in range(name.count(".") + 1)}
    places = (place for place, (parts, _) in enumerate(ORDER) if within.intersection(parts))
    return next(places, None)


ORDERED = {name: module for name, module in MODULES.items() if not is_edge(name) and (module.imports or "." in name)}


def imports(of: dict[str, Module]) -> Iterator[tuple[str, str, str]]:
    """Every import between modules of the application: (who, whom, the two in words)."""
    for who, module in of.items():
        for whom, line in module.imports.items():
            yield who, whom, f"forum.{who}, line {line}, imports forum.{whom}"


def test_every_module_has_its_place_in_the_order() -> None:
    hold(
        "A new part stands on a step: add it to ORDER with the reason, or to EDGES.",
        [f"forum.{name}" for name in ORDERED if step(name) is None],
    )


def test_a_module_imports_only_its_own_package_and_lower_steps() -> None:
    hold(
        "Knowledge goes down, news goes up: publish an event and let forum/subscriptions/ say who listens.",
        [
            f"{words}, which stands no lower: {ORDER[step(who) or 0][1]}"
            for who, whom, words in imports(ORDERED)
            if package(who) != package(whom) and not is_edge(whom) and (who, whom) not in EXCEPTIONS
            if (step(whom) or 0) >= (step(who) or 0)
        ],
    )


def test_no_rule_depends_on_a_page_a_command_or_an_exchange() -> None:
    hold(
        "Edges may import every feature, so whoever imports an edge depends on all of them.",
        [words for _, whom, words in imports(ORDERED) if is_edge(whom)],
    )


def test_only_create_app_imports_routes() -> None:
    hold(
        "Pages are called by address, never by import.",
        [words for who, whom, words in imports(MODULES) if whom.endswith("routes") and who != ""],
    )


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {name: module.imports.keys() for name, module in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        pytest.fail(f"{circle}: in a circle nothing can be read or loaded first. Move what both need into a lower one.")


@pytest.mark.parametrize("library", BEHIND_ONE_WALL)
def test_a_library_stands_behind_its_own_module(library: str) -> None:
    users = {name for name, module in MODULES.items() if library in module.libraries}
    assert users == set(BEHIND_ONE_WALL[library]), f"{library} is used elsewhere: replacing it would touch everything."


def test_search_engines_know_neither_pages_nor_tables() -> None:
    hold(
        "An engine is given documents and gives back ids.",
        [
            f"forum.{name} uses {library}"
            for name in MODULES
            if step(name) == 1
            for library in MODULES[name].libraries & {"flask", "flask_sqlalchemy"}
        ],
    )


def test_an_exception_that_is_no_longer_needed_is_taken_out() -> None:
    hold(
        "Take the line out of EXCEPTIONS.",
        [f"forum.{who} no longer imports forum.{whom}" for who, whom in EXCEPTIONS if whom not in MODULES[who].imports],
    )


def test_every_edge_exists() -> None:
    hold(
        "Take the line out of EDGES.",
        [
            f"no module is called {pattern!r}"
            for pattern in EDGES
            if not any(fnmatchcase(name, pattern) for name in MODULES)
        ],
    )
