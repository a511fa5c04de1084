"""What is taken off a reply, and above all what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.incoming.own_words import Ours, own_words

OURS = Ours(
    ("Reply to this mail", "Antworten Sie auf diese"),
    ("proven@north.example", "reply+", "reply@north.example"),
    "Proven",
)
QUOTE = "> Reply to this mail to answer.\n> \n> How do I book freight?\n> http://north.example/questions/1\n"
BARE = "Reply to this mail to answer.\n\nHow do I book freight?\nhttp://north.example/questions/1\n"
KIM = "Kim Tran"


@pytest.mark.parametrize(
    "text",
    [
        "Do this:\n\n- call the yard\n- wait\n\n1. then pay\n2. then wait",
        "Hi Marta,\nThanks, but ask the yard and not the office.\nThen pay on Friday.",
        "It depends.\nData: see the table, row 4.\nTo: the yard.\nThen pay.",
        "Warning: do not send it by mail before Friday, it is lost.\n\nRegards, by the way, go to Ola who found it.",
        "Run this:\n\n    if x:\n        y()\n\nand then\n\n```\n--\n```",
        "> you said that it is free\n\nIt is not.",
        "I will ask Ola. Best is the yard.\n\nOn Monday at 10:00 they open. On Proven stands how:\nsee number 12.",
        "From: the yard\nTo: the office\n\nThat is the way it goes.",
        "Best regards\nTrust me: call them first, and write only then, for otherwise nobody there believes it.",
        "Yes\n\nThanks",
        "Thanks, Kim",
        "Thanks",
        "a -- b",
        "Title\n--\nwords under a heading",
    ],
)
@pytest.mark.parametrize(
    "quote", ["", f"\n\nOn Mon, 23 Nov 2026 at 10:00, Proven <proven@north.example> wrote:\n\n{QUOTE}"]
)
def test_what_somebody_wrote_stays_as_they_wrote_it(text: str, quote: str) -> None:
    assert own_words(text + quote, OURS, KIM) == text


@pytest.mark.parametrize(
    "header",
    [
        "On Mon, 23 Nov 2026 at 10:00, Proven <proven@north.example> wrote:\n\n",
        "On Mon, 23 Nov 2026 at 10:00, Proven <\nproven@north.example> wrote:\n\n",
        "Am 23.11.2026 um 10:00 schrieb Proven:\n",
        "Le lun. 23 nov. 2026 à 10:00, Proven <proven@north.example> a\u00a0écrit :\n\n",
        "2026年11月23日(月) 10:00 Proven <proven@north.example>:\n\n",
        "",
    ],
)
@pytest.mark.parametrize("gap", ["\n\n", "\n"])
def test_a_quotation_goes_with_what_says_whose_it_is_in_any_language(header: str, gap: str) -> None:
    assert own_words(f"Ask the yard.{gap}{header}{QUOTE}", OURS, KIM) == "Ask the yard."
    assert own_words(f"{header}{QUOTE}\nAsk the yard.\n", OURS, KIM) == "Ask the yard."


@pytest.mark.parametrize(
    "header",
    [
        "From: Proven <proven@north.example>\nSent: Monday 10:00\nTo: Kim <k@n.example>\nSubject: How?\n\n",
        "*Von:* Proven <proven@north.example>\n*Gesendet:* Montag, 23. November 2026 10:00\n*An:* Kim\n\n",
        "-----Original Message-----\nFrom: Proven <proven@north.example>\nSent: Monday\n\n",
        "________________________________\nDatum: 23.11.2026\nVon: Proven <proven@north.example>\n\n",
        "",
    ],
)
def test_a_quotation_without_marks_is_known_too(header: str) -> None:
    assert own_words(f"Ask the yard.\n\n{header}{BARE}", OURS, KIM) == "Ask the yard."


def test_a_quotation_of_which_the_beginning_was_taken_off_is_known_by_what_stands_above_it() -> None:
    above = "On Mon, 23 Nov 2026 at 10:00, Proven <proven@north.example> wrote:"
    assert own_words(f"Ask the yard.\n\n{above}\n> They have the list.\n", OURS, KIM) == "Ask the yard."
    outlook = "From: Proven <proven@north.example>\nSent: Monday\nTo: Kim\n\nThey have the list."
    assert own_words(f"Ask the yard.\n\n{outlook}", OURS, KIM) == "Ask the yard."


def test_what_stands_between_quoted_lines_and_below_is_kept() -> None:
    text = (
        f"Hello,\n\nAm 23.11.26 um 10:00 schrieb Proven:\n{QUOTE}Ask the yard.\n> They have the list.\nAnd the key.\n"
    )
    assert own_words(text, OURS, KIM) == "Hello,\n\nAsk the yard.\n\nAnd the key."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nKim Tran\nSales",
        "Best regards\nKim",
        "Best,\n\nKim Tran\nSales | Northwick Instruments\nT +44 20 7946 0000",
        "Mit freundlichen Grüßen\n\nKim Tran",
        "Viele Grüße, Kim",
        "LG Kim",
        "Kim Tran",
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Gesendet von Outlook für Android",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "مع أطيب التحيات\nKim",
        "Kim\n\nSent from my iPhone",
    ],
)
def test_a_signature_goes(signature: str) -> None:
    assert own_words(f"Ask the yard.\n\n{signature}\n\n{QUOTE}", OURS, KIM) == "Ask the yard."


def test_what_follows_a_signature_as_a_postscript_stays() -> None:
    text = "Ask the yard.\n\nBest\nKim\n\nPS: the key hangs beside the door."
    assert own_words(text, OURS, KIM) == text


@given(st.text(alphabet="ab \n>:*_", max_size=200))
def test_without_anything_of_ours_in_it_no_word_is_lost(text: str) -> None:
    assert own_words(text, OURS, KIM).split() == text.split()
