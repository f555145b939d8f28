"""The training curve: how far the loss was from its optimum after every pass over the rows."""

from __future__ import annotations

from collections.abc import Sequence

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
)
from gory.show._markup import Markup, tag


def training_figures(
    passes: Sequence[float], losses: Sequence[float], gaps: Sequence[float]
) -> Markup:
    """Two charts over the same passes: the certified relative gap, and the objective.

    Parameters
    ----------
    passes : sequence of float, length n
        Passes over the rows made so far, increasing.
    losses : sequence of float, length n
        The objective after them, in nats.
    gaps : sequence of float, length n
        The certified relative gap to the optimum, at least 0.
    """
    x = linear(min(passes, default=0), max(passes, default=1), LEFT, RIGHT)
    gap = logarithmic(gaps, BOTTOM, TOP)
    loss = linear(min(losses, default=0), max(losses, default=1), BOTTOM, TOP)
    if not passes:
        return tag("p", "The solver kept no history of this fit.")
    gap_drawing = chart(
        frame(x, gap, x_label="passes over the rows", y_label="relative gap"),
        _curve(x, gap, passes, gaps),
        title="Relative gap to the optimum against passes",
        description=f"It falls from {gaps[0]:.2g} to {gaps[-1]:.2g} in {passes[-1]:g} passes.",
    )
    loss_drawing = chart(
        frame(x, loss, x_label="passes over the rows", y_label="objective (nats)"),
        _curve(x, loss, passes, losses),
        title="Objective against passes",
        description=f"It falls from {losses[0]:.6g} to {losses[-1]:.6g} nats.",
    )
    return tag(
        "div",
        figure(
            gap_drawing,
            "How much the objective could still fall, relative to its value: "
            "a bound that holds whatever the optimum is.",
        ),
        figure(loss_drawing, "The objective that the layer above defines, summed over the rows."),
        class_="pair",
    )


def _curve(x: Scale, y: Scale, xs: Sequence[float], ys: Sequence[float]) -> Markup:
    points = [(x.place(a), y.place(b)) for a, b in zip(xs, ys, strict=True)]
    line = tag("polyline", class_="line", points=" ".join(f"{a:.2f},{b:.2f}" for a, b in points))
    dots = [tag("circle", class_="dot", cx=a, cy=b, r=2.5) for a, b in points]
    return tag("g", line, *(dots if len(dots) <= 60 else dots[-1:]))
