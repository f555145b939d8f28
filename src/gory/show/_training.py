"""The training curve: how far the loss was from its optimum after every pass over the rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gory.show._axes import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    Scale,
    chart,
    figure,
    frame,
    linear,
    logarithmic,
)  # fmt: skip
from gory.show._markup import Markup, tag

if TYPE_CHECKING:
    from gory.learn import Progress

MOST_DOTS = 60  # beyond it the line alone is clearer


def training_figures(history: Sequence[Progress], /) -> Markup:
    """Two charts over the same passes: the distance to the optimum, and the objective.

    Parameters
    ----------
    history : sequence of Progress
        What the model kept, ``history_``; the first entry is the start.
    """
    return tag("div", _gap(history), _loss(history), class_="pair")


def _gap(history: Sequence[Progress]) -> Markup:
    distances = distances_to_optimum(history)
    if not distances:
        return tag("p", "No bound of the optimum is known, so none can be shown.")
    drawing = _chart(
        history,
        distances,
        logarithmic(distances, BOTTOM, TOP),
        title="Relative distance to the optimum against passes",
        label="relative distance to the optimum",
    )
    return figure(
        drawing,
        "By how much the objective was above its optimum, as a share of it, at most: the optimum "
        "is bounded from below by the gap at the last point.",
    )


def distances_to_optimum(history: Sequence[Progress], /) -> list[float]:
    """Upper bounds of ``(loss - optimum) / optimum`` after every step, or none at all.

    A relative gap g at the last loss f says that the optimum is at least ``f / (1 + g)``, which
    bounds the distance of every earlier loss.
    """
    last = history[-1]
    if not (math.isfinite(last.rel_gap) and last.loss > 0):
        return []
    return [
        (entry.loss - last.loss) / last.loss + last.rel_gap * entry.loss / last.loss
        for entry in history
    ]


def _loss(history: Sequence[Progress]) -> Markup:
    losses = [entry.loss for entry in history]
    drawing = _chart(
        history,
        losses,
        linear(min(losses), max(losses), BOTTOM, TOP),
        title="Objective against passes",
        label="objective (nats per row)",
    )
    return figure(drawing, "The objective of the layer above, divided by the number of rows.")


def _chart(
    history: Sequence[Progress], values: Sequence[float], y: Scale, *, title: str, label: str
) -> Markup:
    passes = [entry.passes for entry in history]
    x = linear(min(passes), max(passes), LEFT, RIGHT)
    points = [(x.place(a), y.place(b)) for a, b in zip(passes, values, strict=True)]
    line = tag("polyline", class_="line", points=" ".join(f"{a:.2f},{b:.2f}" for a, b in points))
    dots = [tag("circle", class_="dot", cx=a, cy=b, r=2.5) for a, b in points]
    return chart(
        frame(x, y, x_label="passes over the rows", y_label=label),
        line,
        *(dots if len(dots) <= MOST_DOTS else dots[-1:]),
        title=title,
        description=f"From {values[0]:.6g} to {values[-1]:.6g} in {passes[-1]:.4g} passes.",
    )
