"""The coefficients of a trained layer as a table that can be read and compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gory.show._axes import figure
from gory.show._markup import Markup, tag

LONGEST_TABLE = 40  # features shown, the most influential first
WIDEST_TABLE = 20  # classes shown


def coefficient_figure(
    coefficients: NDArray[np.floating],
    intercepts: NDArray[np.floating],
    spreads: NDArray[np.floating],
    /,
    *,
    features: Sequence[str],
    classes: Sequence[str],
) -> Markup:
    """A table of the coefficients with a bar for the effect of each.

    A coefficient is in log-odds per unit of its feature, so that two of them compare only
    after multiplying with the spread of their features. The number is the coefficient, the
    bar that product, and the order of the rows that of the largest bar.

    Parameters
    ----------
    coefficients : float array of shape (K, D)
        One row for every class.
    intercepts : float array of shape (K,)
        The constant of every class.
    spreads : float array of shape (D,)
        The standard deviation of every feature among the training rows.
    features, classes : sequence of str, lengths D and K
        Their names.
    """
    effects = coefficients * spreads
    size = np.abs(effects).max(axis=0, initial=0.0)
    shown = np.argsort(-size, kind="stable")[:LONGEST_TABLE]
    columns = range(min(len(classes), WIDEST_TABLE))
    longest = float(np.abs(effects).max(initial=0.0)) or 1.0
    head = tag("tr", tag("td"), *(tag("th", classes[k], scope="col") for k in columns))
    rows = [
        tag(
            "tr",
            tag("th", features[j], scope="row"),
            *(_cell(coefficients[k, j], effects[k, j] / longest) for k in columns),
        )
        for j in map(int, shown)
    ]
    constant = tag(
        "tr",
        tag("th", "constant", scope="row"),
        *(_cell(intercepts[k], 0.0) for k in columns),
        class_="constant",
    )
    table = tag("table", tag("thead", head), tag("tbody", *rows, constant), class_="coefficients")
    return figure(
        tag("div", table, class_="scroll", tabindex="0"),
        _caption(len(shown), len(features), len(columns), len(classes)),
    )


def _cell(value: float, effect: float) -> Markup:
    side = "for" if effect > 0 else "against"
    bar = (
        tag("i", class_=f"effect {side}", style=f"--size:{50 * abs(effect):.1f}%")
        if effect
        else None
    )
    return tag("td", f"{value:+.4g}".replace("-", "\N{MINUS SIGN}"), bar, class_="number")


def _caption(rows: int, features: int, columns: int, classes: int) -> str:
    left_out = []
    if rows < features:
        left_out.append(f"{features - rows} of {features} features with smaller effects")
    if columns < classes:
        left_out.append(f"{classes - columns} of {classes} classes")
    omitted = f" Left out: {' and '.join(left_out)}." if left_out else ""
    return (
        "Log-odds per unit of each feature. The bar is the effect of one standard deviation: "
        f"to the right it speaks for the class, to the left against it.{omitted}"
    )
