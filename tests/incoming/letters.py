"""Replies as mail programmes write them: each to a letter that really went out, quoted in its own way."""

from __future__ import annotations

import html
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from forum.people.models import Person
from tests.notifications.conftest import html_of, text_of

Write = Callable[[EmailMessage, Person, str], bytes]


def begun(letter: EmailMessage, by: Person, **headers: str) -> EmailMessage:
    """A reply with its headers and no words yet."""
    reply = EmailMessage()
    reply["From"] = f"{by.name} <{by.email}>"
    reply["To"] = f"Proven <{letter['Reply-To']}>"
    reply["Subject"] = f"Re: {letter['Subject']}"
    reply["Message-ID"] = make_msgid(domain="northwick.example")
    reply["In-Reply-To"] = str(letter["Message-ID"])
    for name, value in headers.items():
        reply[name.replace("_", "-")] = value
    return reply


def quoted(letter: EmailMessage) -> str:
    """The letter as lines that each say that they are quoted."""
    return "\n".join(f"> {line}".rstrip() for line in text_of(letter).splitlines())


def gmail(letter: EmailMessage, by: Person, words: str) -> bytes:
    """Gmail in a browser: text and page, its header broken where it is long."""
    reply = begun(letter, by)
    reply.set_content(
        f"{words}\n\nOn Mon, 23 Nov 2026 at 10:00, Proven <\nproven@localhost> wrote:\n\n{quoted(letter)}\n"
    )
    page = f'<div dir="ltr">{html.escape(words)}</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 23'
    page += f" Nov 2026 at 10:00, Proven wrote:<br></div><blockquote>{html_of(letter)}</blockquote></div>"
    reply.add_alternative(page, subtype="html")
    return reply.as_bytes()


def outlook(letter: EmailMessage, by: Person, words: str) -> bytes:
    """Outlook on a desk: its quotation has no marks, and a signature with a logo stands above it."""
    reply = begun(letter, by)
    signature = f"Kind regards\n\n{by.name}\nNorthwick Instruments | Sales\nT +44 20 7946 0000 | {by.email}\n"
    signature += "[cid:image001.png@01DC5C5B.A1]\n"
    header = f"From: Proven <proven@localhost>\nSent: Monday, November 23, 2026 10:00 AM\nTo: {by.name} <{by.email}>\n"
    header += f"Subject: {letter['Subject']}\n"
    rule = "_" * 32
    reply.set_content(f"{words}\n\n{signature}\n{rule}\n{header}\n\n{text_of(letter)}")
    page = f"<html><head><style>p {{ margin: 0 }}</style></head><body><p>{html.escape(words)}</p><p>Kind regards</p>"
    page += f'<p>{by.name}</p><p><img src="cid:image001.png@01DC5C5B.A1"></p><hr><p><b>From:</b> Proven'
    page += f" &lt;proven@localhost&gt;<br><b>Sent:</b> Monday</p>{html_of(letter)}</body></html>"
    reply.add_alternative(page, subtype="html")
    parts: Any = reply.get_payload()
    parts[1].add_related(
        b"no picture at all", "image", "png", cid="<image001.png@01DC5C5B.A1>", filename="image001.png"
    )
    return reply.as_bytes()


def apple(letter: EmailMessage, by: Person, words: str) -> bytes:
    """Apple Mail: the header in one line, the quotation marked."""
    reply = begun(letter, by)
    reply.set_content(
        f"{words}\n\n\n> On 23. Nov 2026, at 10:00, Proven <proven@localhost> wrote:\n> \n{quoted(letter)}\n"
    )
    return reply.as_bytes()


def thunderbird(letter: EmailMessage, by: Person, words: str) -> bytes:
    """Thunderbird in German: below the quotation, in lines that flow, and a signature."""
    reply = begun(letter, by)
    flowed = words.replace(". ", ". \n")
    first = by.name.split()[0]
    reply.set_content(
        f"Am 23.11.26 um 10:00 schrieb Proven:\n{quoted(letter)}\n\n{flowed}\n\nViele Grüße\n{first}\n\n"
        f"-- \n{by.name}\nVertrieb, Zimmer 12\n"
    )
    reply.set_param("format", "flowed")
    return reply.as_bytes()


def phone(letter: EmailMessage, by: Person, words: str) -> bytes:
    """A phone: above the quotation, with a line of advertising."""
    reply = begun(letter, by)
    reply.set_content(
        f"{words}\n\nVon meinem iPhone gesendet\n\n> Am 23.11.2026 um 10:00 schrieb Proven <proven@localhost>:\n>\n"
        f"> \ufeff\n{quoted(letter)}\n"
    )
    return reply.as_bytes()


def arabic(letter: EmailMessage, by: Person, words: str) -> bytes:
    """Gmail in Arabic, whose header nobody here can read."""
    reply = begun(letter, by)
    reply.set_content(
        f"{words}\n\n\u202bفي الاثنين، 23 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة \u202aProven\u202c\u200f <\n"
        f"proven@localhost>:\u202c\n\n{quoted(letter)}\n"
    )
    return reply.as_bytes()


def only_a_page(letter: EmailMessage, by: Person, words: str) -> bytes:
    """A programme that sends no text beside the page."""
    reply = begun(letter, by)
    page = f"<html><head><title>Re</title><style>p {{}}</style></head><body><p>{html.escape(words)}</p>"
    page += f"<div>On Monday, Proven &lt;proven@localhost&gt; wrote:</div><blockquote>{html_of(letter)}</blockquote>"
    reply.set_content(page + "</body></html>", subtype="html")
    return reply.as_bytes()


PROGRAMMES: dict[str, Write] = {
    "gmail": gmail,
    "outlook": outlook,
    "apple": apple,
    "thunderbird": thunderbird,
    "phone": phone,
    "arabic": arabic,
    "only a page": only_a_page,
}
