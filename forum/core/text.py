"""From Markdown to HTML that is safe to show: normalise, render within bounds, clean twice.

Markdown is rendered first and cleaned afterwards; the other order lets a link become one again. bleach holds our
policy, nh3, which is kept up and written in another language, goes over its result, and a strict
Content-Security-Policy stands behind both.
"""

from __future__ import annotations

import hashlib
import html as html_escapes
import logging
import re
import threading
import unicodedata
from collections.abc import Mapping
from html.parser import HTMLParser

import bleach
import nh3

from forum.core import markdown_child
from forum.core.markdown_child import OWN_PICTURE

log = logging.getLogger(__name__)

RENDERER = 2  # Raise it when the output changes: `flask render-again` then renders every post anew.
MAX_SOURCE = 30_000  # characters: ten pages; what is longer is a document and not a post
MAX_HTML = 200_000  # characters of HTML: no honest post of MAX_SOURCE comes near

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
CODE = re.compile(r"^(```|~~~).*?^\1|^(?: {4}|\t).*?$|(?<!`)(`{1,9})(?!`).*?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
MENTION = re.compile(r"(?<![\w/@.])@([a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,37}[a-zA-Z0-9])?)(?![\w@])")
REFERENCE = re.compile(r"(?<![\w/&#\\])#([1-9][0-9]{0,9})(?![\w-])")
ATTACHED = re.compile(r"/attachments/([0-9a-f]{32})(?![0-9a-f])")
LARGEST_ID = 2**31 - 1

TAGS = frozenset(
    "p br hr em strong del sup sub kbd code pre blockquote ul ol li h3 h4 h5 h6 a table thead tbody tr th td "
    "div span input abbr img".split()
)
SAFE_ADDRESS = re.compile(r"(?:https?://[^\s/]|mailto:[^\s]|/(?![/\\])|#fn)[^\s\\]*|/")
FOOTNOTE_ID = re.compile(r"fn(?:ref)?\d*-[a-z0-9-]{1,40}")
CLASSES = re.compile(r"highlight|task-list(?:-item|-control|-indicator)?|footnote(?:-ref|-backref)?|[a-z][a-z0-9]{0,2}")


def clean_source(text: str) -> str:
    """The text as it is stored: composed Unicode, plain line ends, no control characters, no halves of characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", CONTROLS.sub("", lines))


def clean_line(text: str, limit: int) -> str:
    """One line of at most `limit` characters, with single blanks."""
    return " ".join(clean_source(text).split())[:limit].strip()


def escaped(words: str) -> str:
    """Words as they stand in HTML."""
    return html_escapes.escape(words)


def mentioned_handles(source: str) -> set[str]:
    """The handles written with an @, in lower case, outside code."""
    return {found.lower() for found in MENTION.findall(CODE.sub(" ", source))} if "@" in source else set()


def referred_questions(source: str) -> set[int]:
    """The numbers written with a #, outside code."""
    if "#" not in source:
        return set()
    return {int(found) for found in REFERENCE.findall(CODE.sub(" ", source)) if int(found) <= LARGEST_ID}


def attached(source: str) -> set[str]:
    """The tokens of the attachments whose addresses stand in a source, in code too."""
    return set(ATTACHED.findall(source))


def render(
    source: str,
    *,
    mentions: Mapping[str, str] | None = None,
    questions: Mapping[int, tuple[str, str]] | None = None,
    pictures: Mapping[str, tuple[int, int]] | None = None,
) -> str:
    """The source as safe HTML; takes at most about two seconds and never raises.

    `mentions` gives the address for each known handle, `questions` address and title for each known number, `pictures`
    width and height for each known attachment; others
    stay as they were typed, or links. What cannot be rendered in time is shown as plain text with a word about it.
    """
    rendered = markdown_child.to_html(source)
    if rendered is None or len(rendered) > MAX_HTML:
        return _as_plain_text(source)
    cleaned = clean(rendered)
    linked = _link(cleaned, mentions or {}, questions or {}, pictures or {})
    return _make_scrollable(_keep_notes_apart(linked, source))


def clean(html: str) -> str:
    """Only the tags, attributes and addresses of our policy. For any input, trusted or not."""
    by_policy = _cleaner().clean(html)
    checked = nh3.clean(
        by_policy,
        tags=set(TAGS),
        attributes={
            "*": {"class"},
            "a": {"href", "title", "id"},
            "input": {"type", "checked", "disabled"},
            "th": {"align"},
            "td": {"align"},
            "ol": {"start"},
            "li": {"id"},
            "sup": {"id"},
            "abbr": {"title"},
            "img": {"src", "alt"},
        },
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
    )
    if nh3.is_html(checked) and len(checked) < len(by_policy) * 0.9:
        log.warning("the second sanitiser removed more than spelling from a post")
    return LINK.sub(OUTWARD, INPUT.sub(_only_step, checked))


LINK = re.compile(r'<a (?=(?:[a-z]+="[^"]*" )*href="https?://)')
OUTWARD = '<a rel="nofollow noopener ugc" '
INPUT = re.compile(r"<input\b[^>]*>")


def _only_step(found: re.Match[str]) -> str:
    """The box of a task list, which nobody can tick; any other input would look like a form of ours."""
    if 'type="checkbox"' not in found[0]:
        return ""
    ticked = ' checked=""' if ' checked=""' in found[0] else ""
    return f'<input type="checkbox" disabled=""{ticked}>'


def plain(html: str) -> str:
    """The words of rendered HTML, for the index and for excerpts."""
    words = PICTURE.sub(r" \1 ", html)  # What a picture shows is said in words, and found by them.
    return " ".join(html_escapes.unescape(TAG.sub(" ", INLINE_TAG.sub("", words))).split())


PICTURE = re.compile(r'<img src="[^"]*" alt="([^"]*)"[^>]*>')


INLINE_TAG = re.compile(r"</?(?:a|abbr|code|del|em|kbd|span|strong|sub|sup)\b[^>]*>")  # Stand within words.
TAG = re.compile(r"<[^>]*>")
STRAY = re.compile(r" ([,.;:!?](?= |$))")  # A mark that ended before it leaves a blank.
TABLE_ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
# At the beginning of a line what makes a heading, a quotation or a list; elsewhere "#32", "5 > 3" and "snake_case" are
# words of the text.
MARKUP = re.compile(
    r"```\w*|:?-{3,}:?|^[ \t]*(?:>[ \t]?)+|^[ \t]*#{1,6}(?=\s)|^[ \t]*[-+*][ \t]+|^[ \t]*\d+[.)][ \t]+"
    r"|[*~`]+(?=\S)|(?<=\S)[*~`]+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)"
    r"|!?\[(?P<link>[^\]]*)\]\([^)]*\)|<(?P<address>https?://[^\s<>]+)>|</?[a-zA-Z][^<>]*>",
    re.MULTILINE,
)


def words_of(source: str) -> str:
    """The words of a Markdown source in one line, without what only says how they look."""
    rows = TABLE_ROW.sub(lambda found: found[0].replace("|", " "), source)
    words = " ".join(MARKUP.sub(lambda found: found["link"] or found["address"] or " ", rows).split())
    return STRAY.sub(r"\1", words)


def excerpt(source: str, length: int) -> str:
    """The beginning of a Markdown source as one line of plain words, at most `length` characters."""
    words = words_of(source[: length * 4])
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


_local = threading.local()


def _cleaner() -> bleach.Cleaner:
    # One a thread: a cleaner holds a parser that is not made for two at once.
    if not hasattr(_local, "cleaner"):
        _local.cleaner = bleach.Cleaner(tags=TAGS, attributes=_is_allowed, strip=True, strip_comments=True)
    cleaner: bleach.Cleaner = _local.cleaner
    return cleaner


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "href" and tag == "a":  # As a browser reads it: "/&#47;evil" would leave this site.
        return SAFE_ADDRESS.fullmatch(html_escapes.unescape(value)) is not None
    if name == "class":
        return all(CLASSES.fullmatch(word) for word in value.split())
    if name == "id" and tag in ("li", "sup", "a"):
        return FOOTNOTE_ID.fullmatch(value) is not None
    if tag == "input":
        return name in ("checked", "disabled") or (name == "type" and value == "checkbox")
    if tag == "img":
        return name == "alt" or (name == "src" and OWN_PICTURE.fullmatch(value) is not None)
    if name == "align":
        return tag in ("th", "td") and value in ("left", "center", "right")
    return (tag, name) in (("ol", "start"), ("abbr", "title"))


class _Linker(HTMLParser):
    """Writes cleaned HTML out again: mentions and references linked, except in code and in links; pictures in place."""

    def __init__(
        self,
        mentions: Mapping[str, str],
        questions: Mapping[int, tuple[str, str]],
        pictures: Mapping[str, tuple[int, int]],
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._inside = 0
        self._mentions = mentions
        self._questions = questions
        self._pictures = pictures

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.out.append(self._picture(dict(attrs)))
            return
        self._inside += tag in ("a", "code", "pre")
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag in ("a", "code", "pre")
        self.out.append(f"</{tag}>")

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            data = MENTION.sub(self._mention, data)
            data = REFERENCE.sub(self._question, data)
        self.out.append(data)

    def _picture(self, given: dict[str, str | None]) -> str:
        """A picture that has its place on the page before it comes, and leads to itself; else a link in its stead."""
        src, alt = (html_escapes.escape(given.get(name) or "") for name in ("src", "alt"))
        own = OWN_PICTURE.fullmatch(src)
        size = self._pictures.get(own[1]) if own else None
        if size is None:
            return (alt or "picture") if self._inside or not own else f'<a href="{src}">{alt or "picture"}</a>'
        shown = f'<img src="{src}" alt="{alt}" width="{size[0]}" height="{size[1]}" loading="lazy" decoding="async">'
        if self._inside:
            return shown
        return f'<a class="picture" href="{src}"{"" if alt else UNNAMED}>{shown}</a>'

    def _mention(self, found: re.Match[str]) -> str:
        address = self._mentions.get(found[1].lower())
        return f'<a class="mention" href="{html_escapes.escape(address)}">@{found[1]}</a>' if address else found[0]

    def _question(self, found: re.Match[str]) -> str:
        known = self._questions.get(int(found[1]))
        if known is None:
            return found[0]
        address, title = (html_escapes.escape(part) for part in known)
        return f'<a class="reference" href="{address}" title="{title}">#{found[1]}</a>'


UNNAMED = ' aria-label="Picture"'  # A link that holds only a decorative picture still needs a name.


def _link(
    html: str,
    mentions: Mapping[str, str],
    questions: Mapping[int, tuple[str, str]],
    pictures: Mapping[str, tuple[int, int]],
) -> str:
    if not mentions and not questions and "<img" not in html:
        return html
    linker = _Linker(mentions, questions, pictures)
    linker.feed(html)
    linker.close()
    return "".join(linker.out)


def _keep_notes_apart(html: str, source: str) -> str:
    """Give the footnotes of a text names of their own: several texts stand on one page, and each begins with note 1."""
    mark = hashlib.blake2b(source.encode(errors="replace"), digest_size=4).hexdigest()
    return NOTE.sub(rf"\g<0>{mark}-", html)


NOTE = re.compile(r'<(?:a|li|sup)(?: [a-z]+="[^"]*")*? (?:id="|href="#)fn(?:ref)?\d*-')


def _make_scrollable(html: str) -> str:
    """Let the keyboard reach what may be wider than the page, code and tables, and name the boxes of a task list."""
    region = 'tabindex="0" role="group" aria-label='
    html = PRE.sub(rf'<pre\1 {region}"Code">', html)
    html = TABLE.sub(rf'<div class="table-scroll" {region}"Table">\g<0>', html).replace("</table>", "</table></div>")
    return html.replace('<input type="checkbox"', '<input aria-label="Step" type="checkbox"')


PRE = re.compile(r"<pre( [^>]*)?>")
TABLE = re.compile(r"<table( [^>]*)?>")


def _as_plain_text(source: str) -> str:
    return (
        '<p class="note">This text could not be formatted, so it is shown as it was typed.</p>'
        f'<pre class="plain" tabindex="0" role="group" aria-label="Text">{html_escapes.escape(source)}</pre>'
    )
