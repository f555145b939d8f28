"""``gory fit``: a table and a layer in, a trained model and a report out."""

from __future__ import annotations

import argparse
import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gory.cli._files import check_can_write, read_text, write_text
from gory.cli._interruption import stop_if_asked
from gory.cli._layer import Layer, default_layer, read_layer
from gory.cli._terminal import ProgressLine, columns, entry

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gory.calculus import Derivation
    from gory.learn import Encoding, Evaluation, SoftmaxRegression, Table


NO_BOUND = 1e6  # relative gaps above this only say that the loss is not negative
MOST_CLASSES = 12  # listed by name; more would hide the rest of what is told


class NothingToLearn(ValueError):
    """A request contradicts itself."""


def fit(options: argparse.Namespace) -> int:
    """Train on a table and tell what was read, derived and reached.

    Ctrl-C during training ends it with the best model so far: its gap is told and the model is
    saved where a place was given, then the command ends as interrupted.
    """
    import numpy as np

    from gory.learn import evaluate, learn_encoding, read_table, save, split

    for path in (options.report, options.out):
        if path:
            check_can_write(path)
    if options.target in options.drop:
        raise NothingToLearn(f"{options.target!r} is the target, so it cannot be dropped, too.")
    layer = _layer(options.layer)
    table = read_table(options.data, target=options.target, drop=tuple(options.drop))
    training, held = split(table, held_out=options.test_size, seed=options.seed)
    labels, held_labels = np.asarray(training.labels), np.asarray(held.labels)
    encoding = learn_encoding(training)
    _tell_table(table, encoding, training, held, options.seed)
    unseen = _held_out_features(encoding, held)
    settings = layer.settings(options.C, training.n_rows, len(training.classes))
    _tell_layer(layer, settings)
    derivations = tuple(layer.gradients())
    _tell_gradients(derivations)
    model = _train(layer, options.C, encoding.features(training), labels)
    evaluation = evaluate(model, unseen, held_labels, training_labels=labels)
    _tell_result(model, evaluation)
    if options.out:
        save(options.out, model, encoding=encoding)
        entry("Model", options.out)
    stop_if_asked()  # an interrupted training leaves its best model, judged and saved, no report
    if options.report:
        from gory.show import Run, training_report

        run = Run(table, training, encoding, layer.paper, settings, derivations, model, evaluation)
        write_text(options.report, training_report(run))
        entry("Report", options.report)
    return 0


def _layer(path: str | None) -> Layer:
    return read_layer(read_text(path, what="the layer")) if path else default_layer()


def _train(layer: Layer, C: float, features: Any, labels: Any) -> SoftmaxRegression:
    """The fitted model; what the estimator warns of becomes a note for the reader."""
    progress = ProgressLine()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = layer.estimator(C, verbose=progress).fit(features, labels)
    progress.clear()
    for warning in caught:
        entry("Note", str(warning.message))
    if math.isinf(model.C) and (model.predict(features) == labels).all():
        entry(
            "Note",
            "the layer tells all training rows apart, so without a penalty it has no optimum:",
            "larger weights are always better, and probabilities tend to 0 and 1. Add a penalty.",
        )
    return model


def _tell_table(table: Table, encoding: Encoding, training: Table, held: Table, seed: int) -> None:
    import numpy as np

    names, counts = np.unique(np.asarray(table.labels), return_counts=True)
    shares = [f"{name} {count}" for name, count in zip(names, counts, strict=True)]
    listed = ", ".join(shares[:MOST_CLASSES]) + (", ..." if len(shares) > MOST_CLASSES else "")
    dropped = f"{table.n_dropped} rows without a target left out" if table.n_dropped else ""
    missing = {name: table.column(name).n_missing for name in table.names}
    listing = [
        (
            plan.name,
            plan.kind,
            f"{missing[plan.name]} missing" if missing[plan.name] else "",
            plan.treatment,
        )
        for plan in encoding.columns
    ]
    entry(
        "Table",
        f"{table.source}: {table.n_rows} rows, {_count(table.columns, 'column')} and the target",
        f"{table.target}, {len(names)} classes: {listed}",
        *([dropped] if dropped else []),
        *columns(listing),
        f"{training.n_rows} rows to train on, {held.n_rows} held out (seed {seed})",
    )


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}" + ("s" if len(things) != 1 else "")


def _held_out_features(encoding: Encoding, held: Table) -> NDArray[np.float64]:
    """Features of the held-out rows; a category that is rare enough to be missed is told."""
    from gory.learn import DataError

    try:
        return encoding.features(held)
    except DataError:
        entry(
            "", "some held-out rows hold a category that no training row had: none of those known"
        )
        return encoding.features(held, unseen="ignore")


def _tell_layer(layer: Layer, settings: tuple[str, ...]) -> None:
    print()
    entry("Layer", *layer.paper.text.strip().splitlines())
    if settings:
        entry("", f"with {', '.join(settings)}")
    print()


def _tell_gradients(derivations: tuple[Derivation, ...]) -> None:
    from gory.notation import to_plain

    lines = [
        (
            f"{to_plain(d.main.left)} = {to_plain(d.result)}",
            f"{d.verdict}, {len(d.steps)} lines",
        )
        for d in derivations
    ]
    entry("Gradient", *columns(lines))
    print()


def _tell_result(model: SoftmaxRegression, evaluation: Evaluation) -> None:
    bound = "at most" if math.isfinite(model.C) else "no certificate without a penalty; estimate"
    gap = f"{bound} {model.rel_gap_:.1e}" if model.rel_gap_ < NO_BOUND else "no bound yet"
    entry(
        "Training",
        f"{model.n_passes_:.4g} passes, {int(model.n_iter_[0])} steps",
        f"relative gap to the optimum: {gap}",
        f"solver: {model.solver_}",
    )
    print()
    entry(
        "Held out",
        *columns(
            [
                (f"{evaluation.n_rows} rows", "gory", "baseline"),
                ("accuracy", f"{evaluation.accuracy:.4f}", f"{evaluation.baseline_accuracy:.4f}"),
                ("log-loss", f"{evaluation.log_loss:.4f}", f"{evaluation.baseline_log_loss:.4f}"),
            ]
        ),
        "the baseline predicts the class shares of the training rows",
    )
