"""How the report shows a judgement on held-out rows: confusion table and reliability plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gory.show._axes import BOTTOM, LEFT, RIGHT, TOP, Scale, chart, figure, frame, linear
from gory.show._markup import Markup, join, tag
from gory.show._reliability import Bin, class_reliability

if TYPE_CHECKING:
    from gory.learn import Evaluation

LARGEST_TABLE = 20  # classes; beyond it only the confusions themselves are listed
LONGEST_LIST = 20  # confusions listed


def confusion_figure(evaluation: Evaluation) -> Markup:
    """Counts by true and predicted class; with many classes, the most frequent confusions."""
    if len(evaluation.classes) > LARGEST_TABLE:
        return _confusion_list(evaluation)
    counts = evaluation.confusion
    classes = [str(name) for name in evaluation.classes]
    head = tag("tr", tag("td"), *(tag("th", name, scope="col") for name in classes))
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            *map(_cell, line, _shares(line), np.arange(len(classes)) == k),
        )
        for k, (name, line) in enumerate(zip(classes, counts, strict=True))
    ]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="confusion")
    return figure(
        tag("div", table, class_="scroll", tabindex="0"),
        "Rows are true classes, columns predicted ones; the shade is the share of the row.",
    )


def _shares(counts: np.ndarray) -> np.ndarray:
    return counts / max(counts.sum(), 1)


def _cell(count: int, share: float, is_right: bool) -> Markup:
    style = f"--share:{100 * share:.0f}%"
    return tag(
        "td", str(count) if count else "·", class_="right" if is_right else "wrong", style=style
    )


def _confusion_list(evaluation: Evaluation) -> Markup:
    # Pairs that occur, not a matrix of all pairs: of a hundred thousand classes there is none.
    both = np.column_stack([evaluation.targets, evaluation.guesses])
    wrong = both[both[:, 0] != both[:, 1]]
    pairs, counts = np.unique(wrong, axis=0, return_counts=True)
    if not len(pairs):
        return tag("p", "No held-out row was put into a wrong class.")
    order = np.argsort(-counts, kind="stable")[:LONGEST_LIST]
    names = [str(name) for name in evaluation.classes]
    rows = [
        tag(
            "tr",
            tag("td", names[k]),
            tag("td", names[m]),
            tag("td", str(count), class_="number"),
        )
        for (k, m), count in zip(pairs[order], counts[order], strict=True)
    ]
    head = tag("tr", tag("th", "true class"), tag("th", "predicted"), tag("th", "rows"))
    return figure(
        tag(
            "div",
            tag("table", tag("thead", head), tag("tbody", *rows)),
            class_="scroll",
            tabindex="0",
        ),
        f"The most frequent of {len(wrong)} wrong predictions; {len(names)} classes are too "
        "many for a full table.",
    )


def reliability_figure(evaluation: Evaluation) -> Markup:
    """Predicted probability against observed frequency, with 95 % intervals and counts."""
    x = linear(0, 1, LEFT, RIGHT)
    y = linear(0, 1, BOTTOM, TOP)
    bins = class_reliability(evaluation.probabilities, evaluation.targets)
    worst = max(bins, key=lambda bin: abs(bin.predicted - bin.observed))
    drawing = chart(
        frame(x, y, x_label="predicted probability", y_label="observed frequency"),
        tag("line", class_="ideal", x1=x.place(0), y1=y.place(0), x2=x.place(1), y2=y.place(1)),
        *(_point(x, y, bin) for bin in bins),
        title="Reliability",
        description=f"{len(bins)} groups of predictions. Farthest from the diagonal are "
        f"{worst.count} near {worst.predicted:.2f}, of which {worst.observed:.2f} came true.",
    )
    return figure(
        drawing,
        "Each point gathers predictions of similar probability, over all rows and classes; it "
        "grows with their number, and the bar is a 95 % interval. On the diagonal, what is said "
        "to happen 7 times in 10 happens 7 times in 10.",
    )


def _point(x: Scale, y: Scale, bin: Bin) -> Markup:
    across = x.place(bin.predicted)
    radius = min(9.0, 2.5 + 0.35 * bin.count**0.5)
    told = f"{bin.count} predictions near {bin.predicted:.3f}: {bin.observed:.3f} came true"
    return join(
        tag("line", class_="bar", x1=across, x2=across, y1=y.place(bin.low), y2=y.place(bin.high)),
        tag(
            "circle",
            tag("title", told),
            class_="dot",
            cx=across,
            cy=y.place(bin.observed),
            r=radius,
        ),
    )
