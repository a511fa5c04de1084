"""Where something stands in a picture: axes with round numbers, and labels in lines that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis: where, and in which words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` laid out from `start` to `end`; the latter may run backwards, as upwards does."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value stands, rounded to a tenth of a unit of the picture."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.0
        return round(self.start + share * (self.end - self.start), 1)


def round_steps(highest: float, at_most: int = 6) -> list[float]:
    """Round numbers from 0 to the first one that is not below `highest`: steps of 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** floor(log10(highest / at_most))
    step = next(times * power for times in (1, 2, 5, 10, 20) if ceil(highest / (times * power) - 1e-9) <= at_most)
    return [round(step * n, 10) for n in range(ceil(highest / step - 1e-9) + 1)]


def in_figures(value: float) -> str:
    """A number as short as it can be said: 3, 2.5."""
    return f"{round(value, 2):g}"


def in_lines(label: str, width: int) -> tuple[str, ...]:
    """A label in lines of at most so many characters, broken between words; at most three, the last one cut."""
    lines: list[str] = []
    for word in label.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    shown = [line if len(line) <= width + 2 else line[: width + 1] + "…" for line in lines[:3]]
    return tuple(shown)


def apart(places: Sequence[float], least: float) -> list[float]:
    """The same places in the same order from the first to the last, moved on so that none is closer than `least`."""
    order = sorted(range(len(places)), key=lambda n: (places[n], n))
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    return moved
