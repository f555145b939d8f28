"""The command line's grammar, and nothing that has to be computed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

from gory._version import __version__

FORMATS = ("text", "latex", "markdown", "html", "json")
DETAILS = ("brief", "steps", "gory")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command; each command carries its function as ``run``."""
    top = argparse.ArgumentParser(
        prog="gory",
        description="Gradients in gory detail: derived line by line, checked, compiled, trained.",
        epilog="Try: gory derive examples/softmax_layer.gory --of J --wrt 'theta[m,n]'",
    )
    top.add_argument("--version", action="version", version=f"gory {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_derive(commands)
    _add_check(commands)
    _add_fit(commands)
    _add_predict(commands)
    return top


def _add_derive(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    derive = commands.add_parser(
        "derive",
        help="derive a derivative from a definition on paper, line by line",
        description="Read definitions from FILE and derive what is asked for: every line with its "
        "rule, its verdict and the facts it uses.",
    )
    derive.add_argument(
        "file", metavar="FILE", help="definitions in the paper language; - reads standard input"
    )
    _add_question(derive)
    derive.add_argument(
        "--at",
        metavar="VALUES.json",
        help="put numbers behind every line: an object with the values of the arrays",
    )
    derive.add_argument(
        "--style",
        choices=("delta", "cases", "indicator"),
        default="delta",
        help="cases: the result for equal and for different indices, too; indicator: [i = j] "
        "in place of delta[i,j] (delta)",
    )
    derive.add_argument(
        "--detail", choices=DETAILS, default="steps", help="how much to show (steps)"
    )
    _add_output(derive, FORMATS)
    derive.set_defaults(run=_command("derive"))


def _add_question(derive: argparse.ArgumentParser) -> None:
    derive.add_argument(
        "--of", metavar="NAME", help="what to differentiate, as J or h[i,k] (the last definition)"
    )
    derive.add_argument(
        "--wrt",
        metavar="ENTRY",
        action="append",
        default=[],
        help="by what, as 'theta[m,n]'; twice for a second derivative, never to simplify",
    )
    derive.add_argument(
        "--along",
        metavar="ENTRY",
        help="the direction of a directional derivative, as 'v[m,n]'",
    )


def _add_output(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    command.add_argument("--format", choices=formats, default="text", help="how to write it (text)")
    command.add_argument("--out", metavar="PATH", help="write to PATH instead of standard output")


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="proofread somebody's derivation, line by line",
        description="Read a derivation from FILE (Markdown, LaTeX or the paper language) and say "
        "of every line whether it follows, and if not, where and by how much. The exit code is 0 "
        "if every line holds, 1 if one is refuted, 2 if one cannot be read.",
    )
    check.add_argument("file", metavar="FILE", help="a derivation; - reads standard input")
    check.add_argument(
        "--given",
        metavar="FACT",
        action="append",
        default=[],
        help="a fact to take for granted, as 'sum_k y[k] = 1'; may be repeated",
    )
    _add_output(check, tuple(name for name in FORMATS if name != "latex"))
    check.set_defaults(run=_command("check"))


def _add_fit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    fit = commands.add_parser(
        "fit",
        help="train a softmax output layer on a table and report on it",
        description="Read a table, derive the gradient of the layer, train the layer to its "
        "optimum, and judge it on rows that it has not seen.",
    )
    fit.add_argument("data", metavar="DATA", help="a table: CSV or Parquet")
    fit.add_argument("--target", metavar="COLUMN", required=True, help="the column to predict")
    fit.add_argument(
        "--layer",
        metavar="FILE",
        help="the layer in the paper language (the one that comes with gory)",
    )
    fit.add_argument(
        "--drop",
        metavar="COLUMN",
        action="append",
        default=[],
        help="a column to leave out; may be repeated",
    )
    fit.add_argument(
        "--C",
        type=_strength,
        default=1.0,
        metavar="C",
        help="inverse strength of the penalty, as in scikit-learn (1.0)",
    )
    fit.add_argument("--report", metavar="PATH", help="write a report as one HTML page")
    fit.add_argument("--out", metavar="PATH", help="save the trained model")
    fit.add_argument("--seed", type=_seed, default=0, help="which rows are held out (0)")
    fit.add_argument(
        "--test-size",
        type=_share,
        default=0.2,
        metavar="SHARE",
        help="share of rows held out (0.2)",
    )
    fit.set_defaults(run=_command("fit"))


def _add_predict(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    predict = commands.add_parser(
        "predict",
        help="predict with a trained model",
        description="Read a model and a table, and write the predicted class and the probability "
        "of every class for each row, as CSV.",
    )
    predict.add_argument("model", metavar="MODEL", help="a model saved by gory fit --out")
    predict.add_argument(
        "data", metavar="DATA", help="a table with the columns of the training table"
    )
    predict.add_argument(
        "--unseen",
        choices=("error", "ignore"),
        default="error",
        help="a category that no training row had is an error, or none of the known ones (error)",
    )
    predict.add_argument("--out", metavar="PATH", help="write to PATH instead of standard output")
    predict.set_defaults(run=_command("predict"))


def _command(name: str) -> Callable[[argparse.Namespace], int]:
    """The function of a command, imported when it is called."""

    def run(options: argparse.Namespace) -> int:
        return getattr(import_module(f"gory.cli._{name}"), name)(options)

    return run


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a seed; give a whole number from 0 on")
    return int(text)


def _strength(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value > 0.0:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a strength; give a number above 0, or inf for no penalty"
        )
    return value


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0.0 < share < 1.0:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a share of the rows; give a number between 0 and 1, as 0.2"
        )
    return share
