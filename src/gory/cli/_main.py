"""The entry point: arguments in, exit code out, and no traceback for a user's mistake.

An exception whose class belongs to gory, or one from the operating system, is a message to
the person at the keyboard and is printed as one paragraph. Any other exception is a fault
of gory itself and keeps its traceback, which is what a bug report needs.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from gory.cli._arguments import parser
from gory.cli._interruption import remembered
from gory.cli._terminal import visible

MISTAKE = 2  # the exit code argparse uses for a wrong option
INTERRUPTED = 130  # 128 + SIGINT, as shells report it
CLOSED_PIPE = 141  # 128 + SIGPIPE, as any Unix filter ends under `| head`


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; those of the process when left out.

    Returns
    -------
    int
        0 when the command did its work, 2 when the input cannot be used (standard error says
        why and what to do), 130 when it was interrupted, 141 when the reader of its output
        has gone.

    Examples
    --------
    >>> from gory.cli import main
    >>> main(["derive", "no-such-file.gory", "--wrt", "x"])
    2
    """
    _never_fail_on_a_letter()
    try:
        options = parser().parse_args(argv)
        with remembered():
            code = options.run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        line_break = "\n" if sys.stderr.isatty() else ""  # a progress line may stand there
        print(f"{line_break}gory: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return CLOSED_PIPE
    except Exception as error:
        if not _is_message(error):
            raise
        print(f"gory: {_paragraph(error)}", file=sys.stderr)
        return MISTAKE
    return code


def _never_fail_on_a_letter() -> None:
    """A sign that the terminal cannot show is written as its code, and the rest stays whole."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_message(error: Exception) -> bool:
    """Whether the error was raised for the reader, by gory or by the operating system."""
    return isinstance(error, OSError) or type(error).__module__.split(".")[0] == "gory"


def _paragraph(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    lines = str(error).strip().split("\n")
    return "\n".join(map(visible, lines))  # with a caret the message has three lines


def _discard_output() -> None:
    """Point standard output at nothing, or the interpreter complains again when it exits."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
