"""``gory derive``: definitions in, a derivation out."""

from __future__ import annotations

import argparse
import sys

from gory.cli._files import check_can_write, read_text, write_text


def derive(options: argparse.Namespace) -> int:
    """Derive what was asked for and write it in the format asked for."""
    import gory

    if options.out:
        check_can_write(options.out)
    paper = gory.read(read_text(options.file, what="definitions"))
    of = options.of or paper.definitions[-1].name
    derivation = paper.derive(of, *options.wrt, along=options.along)
    write = getattr(derivation, f"to_{options.format}")
    page = write() if options.format == "json" else write(detail=options.detail)
    if options.out:
        write_text(options.out, page + "\n")
    else:
        sys.stdout.write(page + "\n")
    return 0
