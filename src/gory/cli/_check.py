"""``gory check``: somebody's derivation in, a verdict on every line out."""

from __future__ import annotations

import argparse
import sys

import gory
from gory.cli._files import check_can_write, read_text, write_text
from gory.cli._terminal import STANDARD_WIDTH, has_color, width

EXIT_CODES = {"proved": 0, "tested": 0, "refuted": 1, "unread": 2}


def check(options: argparse.Namespace) -> int:
    """Check a derivation; 0 if every line holds, 1 if one is refuted, 2 if one cannot be read."""
    if options.out:
        check_can_write(options.out)
    text = read_text(options.file, what="a derivation")
    found = gory.proofread(text, given=options.given)
    page = _written(found, options)
    if options.out:
        write_text(options.out, page)
    else:
        sys.stdout.write(page)
    return EXIT_CODES[found.verdict]


def _written(found: gory.Proofreading, options: argparse.Namespace) -> str:
    if options.format == "text":
        is_shown = not options.out
        page = found.to_text(
            color=is_shown and has_color(), width=width() if is_shown else STANDARD_WIDTH
        )
    elif options.format == "html":
        page = found.to_html(title=options.file if options.file != "-" else "Proofreading")
    else:
        page = getattr(found, f"to_{options.format}")()
    return page if page.endswith("\n") else page + "\n"
