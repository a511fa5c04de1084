"""Whether a text that is to stand without a name tells whose it is, as far as a machine can see it."""

from __future__ import annotations

import re
import unicodedata

from forum.incoming.own_words import WORD
from forum.people.models import Person

FEW = 4  # words: a line of so few may be a signature
LEAST = 2  # letters; a single one in a text is no name


def tells_who(words: str, person: Person) -> bool:
    """Whether name, handle or address of the person stand in it. Rather too often than too seldom.

    A part of the name counts where it is written as a name, or stands in a line of a few words; so somebody called Will
    may say "will".
    """
    plain = _plain(words.replace("\\", ""))  # In what was a page some signs have one before them: kim\_tran@….
    names = {word for word in WORD.findall(_plain(person.name)) if len(word) >= LEAST}
    local = _plain(person.email).partition("@")[0]
    # An address that begins with the first name alone says no more than that name.
    whole = {_plain(person.email), _plain(person.handle), _plain(person.name), local} - names
    if any(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", plain) for each in whole if len(each) > LEAST):
        return True
    if any(_plain(word) in names and not word.islower() for word in WORD.findall(words)):
        return True
    initials = "".join(word[0] for word in WORD.findall(_plain(person.name)))
    return any(_is_signed(line, names, initials) for line in plain.split("\n"))


def _is_signed(line: str, names: set[str], initials: str) -> bool:
    found = WORD.findall(line)
    return bool(found) and ("".join(found) == initials or (len(found) <= FEW and not names.isdisjoint(found)))


def _plain(words: str) -> str:
    """In small letters and without accents: "José" signs as "jose", too."""
    apart = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
