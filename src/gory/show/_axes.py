"""Scales, ticks and the frame of a small chart, written as SVG.

Charts are drawn at the size they have on a telephone, 360 units wide, and two stand side by
side on a wide screen; text in them therefore never shrinks below reading size. Colours are
classes that the page's style sheet fills in, so a chart follows dark mode and print.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gory.show._markup import Markup, join, tag

WIDTH, HEIGHT = 360.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 348.0, 30.0, 216.0  # the plotting area, in units of the drawing
_ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A map from values to coordinates, with the values where ticks stand."""

    place: Callable[[float], float]
    ticks: tuple[float, ...]
    is_log: bool = False

    def label(self, value: float) -> str:
        """The text of a tick."""
        if self.is_log:
            return "10" + str(round(math.log10(value))).translate(_SUPERSCRIPT)
        return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """A linear scale whose ticks are round numbers that enclose ``low`` and ``high``.

    Parameters
    ----------
    low, high : float
        The smallest and largest value to show, ``low <= high``.
    start, end : float
        The coordinates of the first and the last tick.
    """
    spread = (high - low) or abs(high) or 1.0
    raw = spread / 4
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(unit * s for s in _ROUND_STEPS if unit * s >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    ticks = tuple(k * step for k in range(first, last + 1))
    length = (end - start) / (ticks[-1] - ticks[0])
    return Scale(lambda value: start + (value - ticks[0]) * length, ticks)


def logarithmic(values: Sequence[float], start: float, end: float) -> Scale:
    """A scale of powers of ten around the positive ones of ``values``, with at most six ticks.

    A value that is not positive is placed at the lower end, as a gap of exactly 0 must be.
    """
    exponents = [math.log10(value) for value in values if 0 < value < math.inf] or [0.0]
    low, high = math.floor(min(exponents)), math.ceil(max(exponents))
    high = max(high, low + 1)
    length = (end - start) / (high - low)
    stride = math.ceil((high - low) / 5)
    ticks = tuple(10.0**k for k in range(high, low - 1, -stride))

    def place(value: float) -> float:
        exponent = math.log10(value) if value > 0 else low
        return start + (min(exponent, high) - low) * length

    return Scale(place, ticks, is_log=True)


def frame(x: Scale, y: Scale, *, x_label: str, y_label: str) -> Markup:
    """Grid lines, tick labels and the names of the axes."""
    rows = [
        join(
            tag("line", class_="grid", x1=LEFT, x2=RIGHT, y1=y.place(tick), y2=y.place(tick)),
            tag("text", y.label(tick), class_="tick end", x=LEFT - 6, y=y.place(tick) + 4),
        )
        for tick in y.ticks
    ]
    columns = [
        join(
            tag(
                "line", class_="grid", x1=x.place(tick), x2=x.place(tick), y1=BOTTOM, y2=BOTTOM + 4
            ),
            tag("text", x.label(tick), class_="tick middle", x=x.place(tick), y=BOTTOM + 18),
        )
        for tick in x.ticks
    ]
    middle = (LEFT + RIGHT) / 2
    names = [
        tag("text", x_label, class_="axis middle", x=middle, y=HEIGHT - 8),
        tag("text", y_label, class_="axis", x=2.0, y=13.0),
    ]
    return join(*rows, *columns, *names)


def chart(*content: str, title: str, description: str) -> Markup:
    """The drawing with its text alternative."""
    return tag(
        "svg",
        tag("title", title),
        tag("desc", description),
        *content,
        class_="chart",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        role="img",
        aria_label=f"{title}. {description}",
    )


def figure(drawing: str, caption: str) -> Markup:
    """A drawing or table with its caption."""
    return tag("figure", drawing, tag("figcaption", caption))
