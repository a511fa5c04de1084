"""The colours of static/css/tokens.css in every theme, and whether what stands on each other can be told apart.

OKLCH becomes linear sRGB as Björn Ottosson defines it ("A perceptual color space for image processing", 2020, with the
matrices of CSS Color Module Level 4, section 10); contrast is the ratio of WCAG 2.2, "relative luminance" and "contrast
ratio". A colour that a screen cannot show is cut off at the edge of what it can, as browsers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin

from forum.core.config import PROJECT

TOKENS = PROJECT / "static" / "css" / "tokens.css"
COLOUR = re.compile(r"--([\w-]+): light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\);")
HIGH = ':root[data-theme="contrast"] {'

TEXT, SHAPE, QUIET = "text", "shape", "quiet"
# How much there has to be, in the usual themes and in high contrast. Text: WCAG 1.4.3, and 1.4.6 in high contrast.
# Shapes that say something, such as edges of fields, the focus and lines of a chart: 1.4.11. Quiet lines only part what
# is set apart by space and headings already; in high contrast they are seen by everybody.
ENOUGH = {TEXT: (4.5, 7.0), SHAPE: (3.0, 3.0), QUIET: (1.0, 3.0)}

# What stands on which ground, and as what.
ON: tuple[tuple[str, str, str], ...] = (
    (TEXT, "ink", "paper surface sunken accent-wash solved-wash due-wash danger-wash mark"),
    (TEXT, "ink", "less-1 less-2 less-3 more-1 more-2 more-3"),
    (TEXT, "ink-soft", "paper surface sunken accent-wash solved-wash due-wash danger-wash"),
    (TEXT, "accent", "paper surface sunken accent-wash"),
    (TEXT, "on-accent", "accent-fill accent-fill-hover"),
    (TEXT, "open", "open-wash surface"),
    (TEXT, "answered", "answered-wash surface"),
    (TEXT, "solved", "solved-wash paper surface"),
    (TEXT, "due", "due-wash surface"),
    (TEXT, "danger", "danger-wash paper surface"),
    (SHAPE, "accent", "open-wash solved-wash due-wash danger-wash mark less-2"),
    (SHAPE, "accent-fill", "paper surface sunken"),
    (SHAPE, "line-strong", "paper surface sunken accent-wash"),
    (SHAPE, "solved-line", "paper surface"),
    (QUIET, "line", "paper surface sunken"),
    (QUIET, "accent-line", "paper surface accent-wash"),
)

Colour = tuple[float, float, float]  # lightness from 0 to 1, chroma, hue in degrees
Theme = Mapping[str, Colour]


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour on its ground in one theme: as what it stands there, how much contrast it has, and needs."""

    kind: str
    front: str
    back: str
    contrast: float
    needed: float

    @property
    def is_enough(self) -> bool:
        """Whether it can be told apart."""
        return self.contrast >= self.needed


@cache
def themes() -> Mapping[str, Theme]:
    """Every theme by its name, each with all colours. High contrast is there for a device that is set to dark, too."""
    usual, _, high = TOKENS.read_text(encoding="utf-8").partition(HIGH)
    of_all, of_high = _halves(usual), _halves(high.partition("}")[0])
    return {
        "Light": {name: light for name, (light, _) in of_all.items()},
        "Dark": {name: dark for name, (_, dark) in of_all.items()},
        "High contrast": {name: light for name, (light, _) in {**of_all, **of_high}.items()},
        "High contrast on a dark device": {name: dark for name, (_, dark) in {**of_all, **of_high}.items()},
    }


def pairs(theme: str) -> Iterator[Pair]:
    """Every pair of colours that stand on each other, as they are in a theme."""
    colours = themes()[theme]
    for kind, front, backs in ON:
        for back in backs.split():
            needed = ENOUGH[kind]["contrast" in theme]
            yield Pair(kind, front, back, contrast(colours[front], colours[back]), needed)


def contrast(one: Colour, other: Colour) -> float:
    """How far two colours are apart, from 1 to 21."""
    bright, dark = sorted((luminance(*one), luminance(*other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """How bright a colour is, from 0 for black to 1 for white."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return sum(share * min(max(part, 0.0), 1.0) for share, part in ((0.2126, red), (0.7152, green), (0.0722, blue)))


def _halves(css: str) -> dict[str, tuple[Colour, Colour]]:
    return {name: (_numbers(light), _numbers(dark)) for name, light, dark in COLOUR.findall(css)}


def _numbers(words: str) -> Colour:
    lightness, chroma, hue = (float(word) for word in words.split())
    return lightness, chroma, hue
