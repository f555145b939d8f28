"""``gory predict``: a trained model and a table in, classes and probabilities out."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from typing import TYPE_CHECKING

from gory.cli._files import check_can_write, write_text

if TYPE_CHECKING:
    from gory.learn import Prediction


def predict(options: argparse.Namespace) -> int:
    """Write a line of CSV for every row of the table."""
    from gory.learn import load, predict_table

    if options.out:
        check_can_write(options.out)
    prediction = predict_table(load(options.model), options.data, unseen=options.unseen)
    text = _as_csv(prediction)
    if options.out:
        write_text(options.out, text)
    else:
        sys.stdout.write(text)
    if prediction.accuracy is not None:
        known = len(prediction.labels)
        print(f"accuracy {prediction.accuracy:.4f} on {known} rows with a label", file=sys.stderr)
    return 0


def _as_csv(prediction: Prediction) -> str:
    """The predicted class first, then the probability of every class."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["predicted", *(f"p({name})" for name in prediction.classes)])
    rows = zip(prediction.labels.tolist(), prediction.probabilities.tolist(), strict=True)
    for label, probabilities in rows:
        writer.writerow([label, *(f"{p:.6g}" for p in probabilities)])
    return text.getvalue()
