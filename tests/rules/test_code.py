"""What a module may not do, and who may after all: each line of these tables is a promise with its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from tests.rules.source import MODULES, Module, hold

# Whoever may open a transaction. Verbs never do, so that several of them compose into one deed.
OPENS_TRANSACTIONS = {
    "*.routes": "a request is one deed",
    "*_routes": "so it is here",
    "cli": "so is a command",
    "core.jobs": "the worker takes and gives back its jobs",
    "core.db": "defines it",
    "exchange.*": "an import commits a batch at a time, the demonstration once",
    "people.pages": "lets somebody in, which each of several pages does at its end",
    "attachments.taking_in": "bytes are looked at and saved between rows, which takes seconds, with no lock meanwhile",
    "incoming.receiving": "one mail is one deed; what is attached is kept before",
    "attachments.keeping": "bytes are deleted between the row that says so and its end, with no lock meanwhile",
    "pulse.asking": "the worker begins a round and asks whose turn it is, at once",
    "teams.sending": "the worker writes and sends the note of a month, at once",
    "practices.ageing": "the worker asks about every practice whose date has come, at once",
    "causes.proposing": "asks the index first, and writes when it knows",
    "needs.priority": "the worker gives those that wait their places of the moment, at once",
    "notifications.digests": "a mail is claimed before it is sent and given back if that fails, with no lock meanwhile",
    "posts.rendering": "renders a hundred posts at a time, so that nobody waits for the write lock",
    "practices.weighing": "the worker labels what time has changed, at once",
    "audit.denying": "what was refused is kept, although the request itself changed nothing",
    "privacy.retention": "the worker deletes what is old enough, some at a time",
    "audit.letting_go": "the worker deletes what is old enough, some at a time",
    "search.history": "the worker deletes what is old enough, at once",
    "search.indexing": "asks for a repair of the index while the request itself only reads",
    "search.vectors": "what the indexer keeps: the model works between reading and writing, and must hold no lock",
    "search.vector_jobs": "a job that asks for the next one",
    "hooks.telling": "a delivery is kept after it was sent, which no transaction waits for",
    "search.evaluating": "a command that takes minutes, and writes one row at its end",
}

# Whoever ends a transaction of any kind by hand.
COMMITS = {
    "core.db": "the one place",
    "core.rate_limits": "a count of its own connection: it must stay when the request that it counts is rolled back",
    "exchange.clearing": "takes the tables themselves away, on a connection of its own",
    "search.engines.whoosh_readers": "the index, not the database",
    "search.engines.postgresql_builds": "the index, on connections of its own",
}

# Real time outside of core/clock.py.
READS_REAL_TIME = {
    "core.rate_limits": "a limit lasts as long as real minutes do, also when the demonstration moves its clock",
    "search.engines.builds": "compares the age of files, which the operating system dates",
}
REAL_TIME = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.fromtimestamp",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "func.now",
    "func.current_timestamp",
}

# What a rule would need to know of the request that it serves.
OF_THE_REQUEST = {"request", "session", "g", "render_template", "url_for", "flash", "redirect", "abort", "jsonify"}
SEES_THE_REQUEST = {
    "audit.denying": "what was asked for, and refused",
    "audit.writing": "the number of the request, by which the log of the server is found",
    "*.routes": "translate between a request and a verb",
    "*_routes": "do so for one part of a feature",
    "*.pages": "what routes share",
    "pages": "routes",
    "core.web": "what every page shares",
    "core.error_pages": "answer what went wrong in one",
    "core.languages": "whoever is looking is spoken to in their language",
    "core.templating": "what templates may call",
    "core.assets": "sends a file in the form that the browser reads",
    "core.origins": "says where a request was sent from",
    "core.rate_limits": "remembers for one request what it counted",
    "": "create_app asks for a sign-in before each request",
}

# Whoever asks for a role by name instead of asking the permission table.
ROLE_QUESTIONS = {"is_moderator", "is_administrator", "is_champion_of", "is_stakeholder_of"}
ASKS_FOR_ROLES = {
    "core.who": "the table",
    "people.models": "defines the roles",
    "people.changing": "the last administrator cannot go: that is about the person who goes, not about who may do it",
    "revealing.revealing": "which of the two halves somebody gives is told by the role they have",
    "posts.removing": "a moderator may also remove what others build on",
}

# What Python marks as HTML that is not escaped, as it is written, and who made it safe.
TRUSTED = {
    "word_diff(text, _typed(form, name))": "core/diff.py escapes what it shows",
    "undo": "a template of ours",
    "render_template('posts/_posted.html', post=post, words=words)": "a template of ours",
    "render_template('notifications/_put_away.html', place=place)": "a template of ours",
    "render_template('notifications/_put_off.html', place=place, back_at=back_at)": "a template of ours",
}

# Verbs whose `require` stands elsewhere.
REQUIRES_ELSEWHERE = {
    "attachments.keeping.forget": "a step of erasing somebody, whose verb requires",
    "people.sign_in.begin_session": "whoever gave the right password is signed in by it",
    "people.sign_in.begin_factor": "whoever gave the right password is asked for more by it",
    "people.sign_in.renew_session": "goes with a change that its verb has asked leave for",
    "people.sign_in.note_confirmed": "whoever gave the right password has proved it by that",
    "people.sign_in.keep_hash": "of the same password, which was just found right",
    "people.sign_in.end_sessions": "ends what belongs to the person; asked for by verbs that require",
    "people.sign_in.set_password": "one's own password, proven by a link or by the present one",
    "people.joining.first_administrator": "there is nobody yet who could allow it; works once",
    "posts.revisions.edit": "the verb of each kind of post requires, and then comes here",
    "posts.thanks.take_back": "touches only one's own row",
    "posts.removing.take_off": "removing, hiding and converting require, each its own right, and then come here",
    "posts.removing.put_on": "restoring, lifting and undoing require, each its own right, and then come here",
    "posts.holding.publish_or_hold": "the verb that wrote the post requires, and then comes here",
}
ACTORS = {"person", "actor", "moderator", "administrator"}
CHANGES = {"publish", "update", "delete", "insert", "sqlite_insert", "db.session.add", "db.session.add_all"}


def is_named(name: str, table: dict[str, str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in table)


def others(table: dict[str, str]) -> list[Module]:
    """Every module that the table does not name."""
    return [module for name, module in MODULES.items() if not is_named(name, table)]


def verbs() -> Iterator[tuple[str, Module, ast.FunctionDef]]:
    """Every public function of a rule module that changes something in somebody's name."""
    for name, module in MODULES.items():
        if name.startswith(("core", "exchange", "search", "cli")) or is_named(name, SEES_THE_REQUEST):
            continue
        for function in module.tree.body:
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("_") and _is_verb(function):
                yield f"{name}.{function.name}", module, function


def _is_verb(function: ast.FunctionDef) -> bool:
    arguments = function.args.args
    return bool(arguments) and arguments[0].arg in ACTORS and _changes_something(function)


def _changes_something(function: ast.FunctionDef) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CHANGES:
            return True
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            return True
    return False


VERBS = {name: (module, function) for name, module, function in verbs()}


def calls(modules: Iterable[Module], *names: str) -> list[str]:
    """Where one of these functions is called, whatever it is a method of."""
    return [
        f"{module.place(call)} calls {called}"
        for module in modules
        for called, call in module.calls
        if called.split(".")[-1] in names
    ]


def attributes(modules: Iterable[Module], names: set[str]) -> list[str]:
    """Where one of these names is read: an attribute alone, or with what stands before its dot."""
    return [
        f"{module.place(node)} reads {ast.unparse(node)}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and (node.attr in names or ".".join(_last_two(node)) in names)
    ]


def _last_two(node: ast.Attribute) -> list[str]:
    return ast.unparse(node).split(".")[-2:]


def test_only_the_named_modules_open_a_transaction() -> None:
    hold("Verbs compose because only their callers commit.", calls(others(OPENS_TRANSACTIONS), "transaction"))


def test_only_the_transaction_commits() -> None:
    hold("Half a deed could be saved: use core/db.transaction().", calls(others(COMMITS), "commit", "begin"))


def test_rules_and_models_know_nothing_of_the_request() -> None:
    hold(
        "The same rule serves pages, commands and background work, so it is given what it needs.",
        [
            f"{module.place(node)} imports {alias.name} from flask"
            for module in others(SEES_THE_REQUEST)
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "flask"
            for alias in node.names
            if alias.name in OF_THE_REQUEST
        ],
    )


def test_time_comes_from_the_clock() -> None:
    hold(
        "Call core.clock.now(), or the demonstration and every replayed story get it wrong.",
        attributes(others({"core.clock": "the clock", **READS_REAL_TIME}), REAL_TIME),
    )


def test_real_time_is_not_imported_under_a_name_of_its_own() -> None:
    hold(
        "The rule above would not see it: write `time.monotonic()` with its dot.",
        [
            f"{module.place(node)} imports from {node.module}"
            for module in MODULES.values()
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom) and node.module == "time"
        ],
    )


def test_text_is_marked_as_safe_in_one_place() -> None:
    hold(
        "Only core/templating.py makes Markup, so that there is one list of texts that are not escaped.",
        calls(others({"core.templating": "the one place"}), "Markup"),
    )


def test_only_html_of_our_own_making_is_trusted() -> None:
    hold(
        "Say in TRUSTED who made it safe.",
        [
            f"{module.place(call)} trusts {ast.unparse(call.args[0])}"
            for module in MODULES.values()
            for called, call in module.calls
            if called == "trusted" and ast.unparse(call.args[0]) not in TRUSTED
        ],
    )


def test_roles_are_asked_for_by_the_permission_table_only() -> None:
    hold(
        "Who may do what is a line of core/permissions.py, asked with allowed() or require().",
        attributes(others(ASKS_FOR_ROLES), ROLE_QUESTIONS),
    )


def test_a_verb_asks_for_permission_before_anything_else() -> None:
    hold(
        "It changes something in somebody's name, so it begins with require().",
        [
            f"{module.place(function)}: {name}"
            for name, (module, function) in VERBS.items()
            if name not in REQUIRES_ELSEWHERE and not ast.unparse(_first_step(function)).startswith("require(")
        ],
    )


def test_routes_leave_changes_to_verbs() -> None:
    routes = [module for name, module in MODULES.items() if name.endswith("routes")]
    changing = ("update", "delete", "insert", "add", "add_all", "publish")
    hold("A route loads, calls one verb and answers.", calls(routes, *changing))


def test_leave_that_nobody_uses_any_more_is_taken_back() -> None:
    used = {
        "READS_REAL_TIME": {name for name in READS_REAL_TIME if attributes([MODULES[name]], REAL_TIME)},
        "ASKS_FOR_ROLES": {name for name in ASKS_FOR_ROLES if _names_a_role(MODULES[name])},
        "REQUIRES_ELSEWHERE": REQUIRES_ELSEWHERE.keys() & VERBS.keys(),
        "COMMITS": {name for name in COMMITS if calls([MODULES[name]], "commit", "begin")},
    }
    given = {
        "READS_REAL_TIME": READS_REAL_TIME.keys(),
        "ASKS_FOR_ROLES": ASKS_FOR_ROLES.keys(),
        "REQUIRES_ELSEWHERE": REQUIRES_ELSEWHERE.keys(),
        "COMMITS": COMMITS.keys(),
    }
    hold(
        "Take the line out of the table.",
        [f"{table}: {given[table] - used[table]}" for table in used if given[table] - used[table]],
    )


def _names_a_role(module: Module) -> bool:
    defined = {function.name for function in module.functions}
    return bool(defined & ROLE_QUESTIONS or attributes([module], ROLE_QUESTIONS))


def _first_step(function: ast.FunctionDef) -> ast.stmt:
    return function.body[1] if ast.get_docstring(function) else function.body[0]
