"""The report of a training run: what was read, derived, trained, and how good it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gory._version import __version__
from gory.show._article import definitions_list, derivation_article, facts_list, result_list
from gory.show._coefficients import coefficient_figure
from gory.show._judgement import confusion_figure, reliability_figure
from gory.show._markup import Markup, join, tag
from gory.show._page import page
from gory.show._training import training_figures

if TYPE_CHECKING:
    from gory.calculus import Derivation
    from gory.learn import Encoding, Evaluation, SoftmaxRegression, Table
    from gory.notation import Paper

MOST_CLASSES = 20  # listed by name, the most frequent first


@dataclass(frozen=True)
class Run:
    """Everything a training run has to tell.

    Attributes
    ----------
    table : Table
        What was read.
    training : Table
        The rows it was trained on.
    encoding : Encoding
        How columns became features.
    paper : Paper
        The layer.
    settings : tuple of str
        Values that the layer leaves open, as "lam = 0.004".
    derivations : tuple of Derivation
        The gradient, one for every array of parameters.
    model : SoftmaxRegression
        Fitted.
    evaluation : Evaluation
        On the rows held out.
    """

    table: Table
    training: Table
    encoding: Encoding
    paper: Paper
    settings: tuple[str, ...]
    derivations: tuple[Derivation, ...]
    model: SoftmaxRegression
    evaluation: Evaluation


def training_report(run: Run, /) -> str:
    """One HTML page about a training run; it needs no network and no other file.

    Parameters
    ----------
    run : Run
        What was read, derived, trained and measured.

    Returns
    -------
    str
        The document.
    """
    title = f"{run.encoding.target}, learned from {Path(run.table.source).name}"
    chapters = {
        "The table": _table(run),
        "The layer": _layer(run),
        "The gradient, line by line": _gradient(run),
        "Training": _training(run),
        "Rows the model has not seen": _judgement(run),
        "Coefficients": _coefficients(run),
    }
    return page(
        title,
        tag("header", tag("h1", title), tag("p", _lead(run), class_="lead"), _key_figures(run)),
        _contents(chapters),
        *(
            tag("section", tag("h2", name, id=_anchor(name)), text)
            for name, text in chapters.items()
        ),
        tag("footer", f"Written by gory {__version__}. The page holds all it needs."),
    )


def _contents(names: Iterable[str]) -> Markup:
    entries = (tag("li", tag("a", name, href=f"#{_anchor(name)}")) for name in names)
    return tag("nav", tag("ol", *entries), aria_label="Contents")


def _anchor(name: str) -> str:
    return name.lower().replace(",", "").replace(" ", "-")


def _lead(run: Run) -> str:
    return (
        f"A softmax output layer that tells {len(run.evaluation.classes)} classes apart by "
        f"{len(run.encoding.columns)} columns, trained on {run.training.n_rows} rows and judged "
        f"on {run.evaluation.n_rows} others."
    )


def _key_figures(run: Run) -> Markup:
    seen, model = run.evaluation, run.model
    bound = "relative, at most" if math.isfinite(model.C) else "relative, estimated"
    entries = [
        ("held-out accuracy", f"{seen.accuracy:.1%}", f"baseline {seen.baseline_accuracy:.1%}"),
        (
            "held-out log-loss",
            f"{seen.log_loss:.4f}",
            f"nats; baseline {seen.baseline_log_loss:.4f}",
        ),
        ("gap to the optimum", f"{model.rel_gap_:.1e}", bound),
        ("passes over the rows", f"{model.n_passes_:.4g}", f"{int(model.n_iter_[0])} steps"),
    ]
    return tag(
        "dl",
        *(
            tag("div", tag("dt", name), tag("dd", value, tag("small", note)))
            for name, value, note in entries
        ),
        class_="figures",
    )


def _table(run: Run) -> Markup:
    table = run.table
    dropped = f" {table.n_dropped} rows without a target were left out." if table.n_dropped else ""
    counts = [f"{name} {count}" for name, count in class_counts(table)]
    more = f" and {len(counts) - MOST_CLASSES} more" if len(counts) > MOST_CLASSES else ""
    shares = ", ".join(counts[:MOST_CLASSES]) + more
    read = tag(
        "p",
        f"{table.n_rows} rows and {len(table.columns)} columns beside the target ",
        tag("b", run.encoding.target),
        f", whose classes are {shares}.{dropped} What became of a column was decided on the "
        "training rows alone.",
    )
    rows = [
        tag(
            "tr",
            tag("th", plan.name, scope="row"),
            tag("td", plan.kind),
            tag("td", str(table.column(plan.name).n_missing), class_="number"),
            tag("td", plan.treatment),
        )
        for plan in run.encoding.columns
    ]
    names = ("column", "kind", "missing", "what became of it")
    head = tag(
        "tr",
        *(tag("th", n, scope="col", class_="number" if n == "missing" else None) for n in names),
    )
    listing = tag("table", tag("thead", head), tag("tbody", *rows))
    return join(read, tag("div", listing, class_="scroll", tabindex="0"))


def class_counts(table: Table, /) -> list[tuple[str, int]]:
    """Every class of a table with its number of rows, the most frequent first."""
    labels, counts = np.unique(np.asarray(table.labels), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return [(str(labels[k]), int(counts[k])) for k in order]


def _layer(run: Run) -> Markup:
    settings = tag("p", f"Here {', '.join(run.settings)}.") if run.settings else None
    facts = facts_list(run.paper)
    given = join(tag("p", "Given:"), facts) if facts else None
    text = tag("pre", run.paper.text.strip(), class_="paper")
    return join(
        definitions_list(run.paper),
        given,
        settings,
        tag("p", "As it is written in the paper language:"),
        text,
    )


def _gradient(run: Run) -> Markup:
    return join(
        tag("p", "What training follows, derived from the definitions above:"),
        result_list(run.derivations),
        *(derivation_article(derivation) for derivation in run.derivations),
    )


def _training(run: Run) -> Markup:
    return join(tag("p", f"Solver: {run.model.solver_}."), training_figures(run.model.history_))


def _judgement(run: Run) -> Markup:
    return tag(
        "div", confusion_figure(run.evaluation), reliability_figure(run.evaluation), class_="pair"
    )


def _coefficients(run: Run) -> Markup:
    classes = [str(name) for name in run.evaluation.classes]
    if len(run.model.coef_) == 1:  # two classes share one row: for the second, against the first
        classes = [f"{classes[1]} against {classes[0]}"]
    return coefficient_figure(
        run.model.coef_,
        run.model.intercept_,
        _spreads(run.encoding.features(run.training)),
        features=run.encoding.feature_names,
        classes=classes,
    )


def _spreads(features: NDArray[np.floating]) -> NDArray[np.floating]:
    return features.std(axis=0)
