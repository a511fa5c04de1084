"""What a template may not hold: nothing that a strict policy would block, and no text that could become code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

from jinja2 import nodes

from tests.rules.source import PARSER, TEMPLATES, HtmlTag, Template, hold, read_tags
from tests.rules.test_code import ROLE_QUESTIONS

# The texts that are printed without escaping, as templates write them, and who made them safe.
TRUSTED = {
    "question.html": "core/text.py",
    "answer.html": "core/text.py",
    "post.html": "core/text.py",
    "comment.html": "core/text.py",
    "source.html": "core/text.py",
    "practice.html": "core/text.py",
    "cause.html": "core/text.py",
    "practice.sections_html.problem": "core/text.py",
    "practice.sections_html[name]": "core/text.py",
    "preview.sections[name].html": "core/text.py",
    "preview_html": "core/text.py, by the same call that makes what is stored",
    "request_.html": "core/text.py",
    "row.html": "core/text.py; what a nomination is about",
    "chat.html": "core/text.py",
    "html": "core/text.py; only posts/_preview.html is given it",
    "difference": "core/diff.py",
    "hit.title_html": "search/highlight.py",
    "hit.excerpt_html": "search/highlight.py",
    "also.excerpt_html": "search/highlight.py",
}

# Whole addresses that a template is given. The server made each; nothing that somebody typed is among them.
ADDRESSES = {
    "url",
    "next_url",
    "prev_url",
    "back_url",
    "page_url",
    "edit_url",
    "source_url",
    "successor_url",
    "subject[1]",
    "ask_url",
    "hit.url",
    "also.url",
    "row.url",
    "suggestion[1]",
    "address",  # of a built file: core/templating.py
    "asset('app.js')",
    "asset('ask.css') or '/static/css/ask.css'",
    "asset('charts.css') or '/static/css/charts.css'",
    "asset('chat.css') or '/static/css/chat.css'",
    "asset('gate.css') or '/static/css/gate.css'",
    "asset('home.css') or '/static/css/home.css'",
    "asset('job-aid.css') or '/static/css/job-aid.css'",
    "asset('inter.woff2')",
    "asset('main.css') or '/static/css/main.css'",
}
HOLDS_AN_ADDRESS = {"href", "src", "action", "formaction", "data", "poster", "srcset", "background"}
DRAWN = re.compile(r"\{\{\s*(?:icon|avatar|mark)\(.*?\}\}", re.DOTALL)  # pictures that a screen reader does not read
# What a press takes away at once, and why nobody is asked first; everything else goes through the macro `sure`.
TAKES_AWAY = re.compile(r'<form[^>]*action="([^"]*/(?:removal|revocation|reset|discard|deletion))"')
CAN_BE_UNDONE = {
    "/bookmarks/{{ mine.id }}/removal": "it can be bookmarked again",
    "/posts/{{ post.id }}/removal": "the next page offers Undo",
    "/posts/{{ comment.id }}/removal": "the next page offers Undo",
    "/blockers/{{ blocker.id }}/removal": "it says that something is out of the way, and deletes nothing",
    "/blockers/{{ wanted.id }}/removal": "it says that something is out of the way, and deletes nothing",
    "/searches/missed/dismissals/removal": "it takes a dismissal back, which can be given again",
}
# The method, which says by `lang` that it is English; the page for whoever builds others; a macro of attributes.
NOT_LOOKED_UP = ("impact/method.html", "styleguide/", "components/htmx.html")
NO_WORDS = re.compile(r"<(code|script|style)\b.*?</\1>|&\w+;|Proven|MRR@10", re.DOTALL)
SAID_BY_A_TAG = re.compile(r'\s(?:aria-label|title|placeholder|alt|label|data-head|data-then)="([^"]*)"')
A_WORD = re.compile("[A-Za-z]{2}")
A_SENTENCE = re.compile("[A-Z][a-z]+ [a-z]")
Node = TypeVar("Node", bound=nodes.Node)

LAYOUTS = {"layout.html", "components/bare.html"}


def written(node: nodes.Node) -> str:
    """A name with its attributes and items, as it stands in a template."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{written(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{written(node.node)}[{written(node.arg)}]"
        case nodes.Const():
            return repr(node.value)
    return f"a {type(node).__name__}"


def tags() -> Iterator[tuple[str, HtmlTag]]:
    """Every start tag of every template, with where it stands."""
    for template in TEMPLATES.values():
        for tag in template.tags:
            yield f"templates/{template.name}:{tag.line}", tag


def elements(*names: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Every element of these kinds as (where it stands; name, start tag and content)."""
    element = re.compile(rf"<({'|'.join(names)})\b((?:\{{\{{.*?\}}\}}|[^>{{])*)>(.*?)</\1>", re.DOTALL)
    for template in TEMPLATES.values():
        for found in element.finditer(template.html):
            yield f"templates/{template.name}:{template.line_of(found)}", found


def jinja(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Every node of a kind in what Jinja reads, with where it stands."""
    for template in TEMPLATES.values():
        for node in template.tree.find_all(kind):
            yield f"templates/{template.name}:{node.lineno}", node


def test_these_rules_can_read_every_tag() -> None:
    for template in TEMPLATES.values():
        opened = re.findall(r"<[a-zA-Z]", re.sub(r"\{\{.*?\}\}", "", template.html, flags=re.DOTALL))
        assert len(list(template.tags)) == len(opened), template.name


MAILS = "templates/email/"  # Mail programmes know only what is written on each element, and load nothing.


def test_no_script_or_style_stands_inside_a_page() -> None:
    hold(
        "The policy blocks it: styles and scripts are files of their own, under static/.",
        [
            f"{where}: {name}"
            for where, tag in tags()
            for name in (tag.name, *tag.attributes)
            if (name == "style" and not where.startswith(MAILS)) or name.startswith("on")
        ],
    )


def test_a_script_is_a_file_and_carries_the_nonce() -> None:
    hold(
        "The policy lets only files of ours run, and htmx asks for the nonce.",
        [where for where, tag in tags() if tag.name == "script" and not {"src", "nonce"} <= tag.attributes.keys()]
        + [where for where, found in elements("script") if found[3].strip()],
    )


def test_every_attribute_is_quoted() -> None:
    hold(
        "Without quotes a blank in the value begins another attribute, and escaping does not help.",
        [f"{where}: {value}" for where, tag in tags() for value in tag.unquoted],
    )


def test_only_words_of_our_own_become_attributes() -> None:
    hold(
        "What is printed into a tag outside of quotes may hold any attribute.",
        [
            f"{where}: {{{{ {expression} }}}}"
            for where, tag in tags()
            for expression in tag.expressions
            if not is_own_attribute(expression)
        ],
    )


def is_own_attribute(expression: str) -> bool:
    """Whether it prints the attributes of components/htmx.html, or one of two constants."""
    output = PARSER.parse("{{ " + expression + " }}").body[0]
    assert isinstance(output, nodes.Output)
    (node,) = output.nodes
    if isinstance(node, nodes.Call):
        return written(node.node) == "hx"
    return isinstance(node, nodes.CondExpr) and all(
        isinstance(each, nodes.Const) for each in (node.expr1, node.expr2) if each is not None
    )


def test_only_html_of_our_own_making_is_printed_as_it_is() -> None:
    printed = {
        written(found.node): where for where, found in jinja(nodes.Filter) if found.name == "trusted" and found.node
    }
    hold(
        "Say in TRUSTED who made it safe.",
        [f"{where}: {text}" for text, where in printed.items() if text not in TRUSTED],
    )
    hold("Take the line out of TRUSTED.", TRUSTED.keys() - printed.keys())


def test_escaping_is_never_switched_off() -> None:
    hold(
        "`trusted` is the one way to print HTML, because its uses are counted.",
        [where for where, found in jinja(nodes.Filter) if found.name == "safe"]
        + [where for where, _ in jinja(nodes.ScopedEvalContextModifier)]
        + [template.name for template in TEMPLATES.values() if "Markup" in template.source],
    )


def test_an_address_begins_with_our_own_words_or_was_made_by_the_server() -> None:
    hold(
        "It could become javascript: or the address of another site.",
        [
            f'{where}: {name}="{tag.attributes[name]}"'
            for where, tag in tags()
            for name in HOLDS_AN_ADDRESS & tag.attributes.keys()
            if not is_own_address(tag.attributes[name] or "")
        ],
    )


def is_own_address(value: str) -> bool:
    """Whether it begins on this site whatever is printed into it, or is wholly one of ADDRESSES."""
    whole = re.fullmatch(r"\{\{\s*(.*?)\s*\}\}", value)
    if whole:
        return whole[1].replace('"', "'") in ADDRESSES
    return re.match(r"#|/(?![/\\{])|/$", value) is not None


def test_it_is_a_page_in_the_layout_a_fragment_or_a_component() -> None:
    hold(
        "A page has the one frame, a fragment begins with an underscore, a component stands in components/.",
        [template.name for template in TEMPLATES.values() if not is_framed_rightly(template)],
    )


def is_framed_rightly(template: Template) -> bool:
    """Whether a page extends the layout, and anything else nothing."""
    extended = [
        str(node.value) for extends in template.tree.find_all(nodes.Extends) for node in _chosen(extends.template)
    ]
    folder, _, file = template.name.rpartition("/")
    if folder in ("components", "email") or file.startswith("_") or template.name == "layout.html":
        return not extended
    return "layout.html" in extended and set(extended) <= LAYOUTS


def _chosen(node: nodes.Expr) -> Iterator[nodes.Const]:
    """The templates that an `extends` may name: the constants of its choice."""
    if isinstance(node, nodes.CondExpr):
        yield from _chosen(node.expr1)
        if node.expr2 is not None:
            yield from _chosen(node.expr2)
    elif isinstance(node, nodes.Const):
        yield node


def test_every_form_that_changes_something_carries_the_token() -> None:
    hold(
        "Without csrf() every sending is refused.",
        [
            where
            for where, found in elements("form")
            if re.search(r"""method=["']?post""", found[2], re.IGNORECASE) and "{{ csrf() }}" not in found[3]
        ],
    )


def test_every_form_is_closed_where_it_was_opened() -> None:
    for template in TEMPLATES.values():
        assert template.html.count("<form") == template.html.count("</form>"), template.name


def test_every_picture_has_words_or_is_said_to_be_decoration() -> None:
    hold("An image needs alt.", [where for where, tag in tags() if tag.name == "img" and "alt" not in tag.attributes])


def test_everything_to_press_has_a_name() -> None:
    hold(
        "Whoever hears the page hears nothing of a picture: add words, visually hidden if need be.",
        [
            f"{where}: {found[0]}"
            for where, found in elements("a", "button", "summary")
            if not re.sub(r"<[^>]*>", "", DRAWN.sub("", found[3])).strip()
            and not re.search(r"\b(?:aria-label|title|hidden)\b", found[2])
        ],
    )


def test_roles_are_asked_for_by_the_permission_table_only() -> None:
    hold(
        "Ask allowed('noun.verb', subject).",
        [f"{where}: {found.attr}" for where, found in jinja(nodes.Getattr) if found.attr in ROLE_QUESTIONS],
    )


def test_the_rule_of_quotes_sees_an_unquoted_attribute() -> None:
    assert tag_of('<a class={{ name }} href="/">').unquoted == ("class={{ name }}",)
    assert tag_of("<a class=small>").unquoted == ("class=small",)
    assert tag_of('<a class="{{ "a" if b > c }}">').unquoted == ()


def test_the_rule_of_attributes_sees_what_is_printed_beside_them() -> None:
    assert tag_of("<option {{ words }}>").expressions == ("words",)
    assert not is_own_attribute("words")
    assert not is_own_attribute("words if shown")
    assert is_own_attribute("' checked' if shown")


def test_the_rule_of_addresses_sees_a_foreign_one() -> None:
    assert not any(map(is_own_address, ("{{ typed }}", "//evil.example", "/{{ path }}", "javascript:x", "")))
    assert all(map(is_own_address, ("/", "#main", "/tags/{{ slug }}", "{{ hit.url }}")))


def tag_of(html: str) -> HtmlTag:
    """The only tag of a piece of a template."""
    (tag,) = read_tags(html)
    return tag


def test_what_cannot_be_taken_back_asks_first() -> None:
    hold(
        "One slip would lose it: use the macro `sure`, or say how it is undone.",
        [
            f"templates/{name}: {action}"
            for name, template in TEMPLATES.items()
            for action in TAKES_AWAY.findall(template.source)
            if action not in CAN_BE_UNDONE
        ],
    )


def test_every_word_is_looked_up_in_the_language_of_whoever_reads_it() -> None:
    ours = [template for template in TEMPLATES.values() if not template.name.startswith(NOT_LOOKED_UP)]
    hold(
        'Say it by _("…"), ngettext or {% trans %}: it stays English otherwise.',
        [
            f"templates/{template.name}: {words}"
            for template in ours
            for words in (*_between(template), *_held(template))
        ],
    )


def _between(template: Template) -> Iterator[str]:
    """What stands there as it is, between tags and in the attributes that are read out."""
    html = NO_WORDS.sub("", "".join(data.data for data in template.tree.find_all(nodes.TemplateData)))
    words = (*re.split("<[^>]*>", html), *SAID_BY_A_TAG.findall(html))
    yield from (each.strip() for each in words if A_WORD.search(each))


def _held(node: Template | nodes.Node) -> Iterator[str]:
    """Sentences in expressions that are given to nothing that looks them up."""
    for inner in (node.tree if isinstance(node, Template) else node).iter_child_nodes():
        if isinstance(inner, nodes.Const) and isinstance(inner.value, str) and A_SENTENCE.match(inner.value):
            yield inner.value
        if not (isinstance(inner, nodes.Call) and written(inner.node) in ("_", "gettext", "ngettext")):
            yield from _held(inner)
