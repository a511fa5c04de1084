"""Which passwords of twelve and more characters are tried first: a rule, since a list would have to be downloaded.

The long passwords in lists of stolen ones are hardly ever random. They are one or two favourite words with numbers and
signs, written with a zero for an o, or a walk over the keyboard; so that is what is recognised, in whatever order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_WORDS = 2  # Three favourite words in a row are more than anybody tries one by one.
SHORTEST_REST = 4  # characters that are left of the password without them: fewer can be tried through.
SHORTEST_WALK = 4  # keys in a row
LOOKS_LIKE = str.maketrans("@430$!1578", "aaeosiistb")

WORDS = """
    password passwort kennwort passcode pass secret geheim login welcome willkommen bienvenue hello hallo changeme
    change letmein access enter open start default temp temporary test testing guest user admin administrator root
    master superuser system server computer internet network windows microsoft office google apple android samsung linux
    ubuntu company corporate work business manager employee intranet forum proven security secure private
    january february march april may june july august september october november december januar februar maerz mai juni
    juli oktober dezember spring summer autumn fall winter fruehling sommer herbst
    monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag
    christmas weihnachten easter holiday birthday weekend
    iloveyou love loveyou iloveu forever sweetheart darling baby babygirl princess angel beautiful pretty flower
    butterfly sunshine rainbow happy smile friend friends family mother father sister brother mama papa
    football fussball baseball basketball hockey soccer tennis golf liverpool chelsea arsenal manchester united madrid
    barcelona juventus bayern cowboys yankees lakers
    monkey dragon tiger lion eagle shadow wolf panther horse kitty kitten puppy dog cat fish bird hunter ranger
    superman batman spiderman ironman starwars skywalker pokemon pikachu naruto matrix gandalf hogwarts harrypotter
    michael jordan jennifer jessica ashley daniel andrew matthew joshua thomas robert charlie george william nicole
    michelle amanda maria anna peter martin stefan andrea
    killer ninja pirate hacker whatever nothing trustno1 trustno freedom liberty phoenix diamond silver golden mustang
    ferrari mercedes porsche yamaha harley chocolate cookie banana apple orange cherry coffee pepper ginger cheese
    london paris berlin newyork america england germany france canada australia texas california
    qwerty qwertz azerty asdf admin123 unbelievable supercalifragilistic
    the my is and you one two three four five six seven eight nine ten new old
""".split()
ROWS = (
    "1234567890",
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujm",
    "!qaz@wsx#edc$rfv",
)


def is_common(password: str, ours: Iterable[str] = ()) -> bool:
    """Whether it is made of a favourite word or two, keys in a row and numbers; `ours` are favourites only here."""
    plain = password.casefold()
    own = {part for name in ours for part in re.findall(r"\w{3,}", name.casefold())}
    own |= {re.sub(r"\W", "", name.casefold()) for name in ours}
    favourites = re.compile("|".join(map(re.escape, sorted({*WORDS, *own} - {""}, key=len, reverse=True))))
    walked = _WALKS.sub(" ", plain)
    if plain.isdecimal() or (not _letters(walked) and walked != plain):
        return True
    return any(_is_made_of(form, favourites) for form in (plain, walked, walked.translate(LOOKS_LIKE)))


def _is_made_of(plain: str, favourites: re.Pattern[str]) -> bool:
    found = set(favourites.findall(plain))
    return 0 < len(found) <= MOST_WORDS and len(_letters(favourites.sub("", plain))) < SHORTEST_REST


def _letters(plain: str) -> str:
    return re.sub(r"[\W\d_]", "", plain)


def _walks() -> Iterable[str]:
    for row in ROWS:
        for way in (row, row[::-1]):
            for start in range(len(way) - SHORTEST_WALK + 1):
                for end in range(start + SHORTEST_WALK, len(way) + 1):
                    yield way[start:end]


_WALKS = re.compile("|".join(map(re.escape, sorted(set(_walks()), key=len, reverse=True))))
