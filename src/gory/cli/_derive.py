"""``gory derive``: definitions in, a derivation out."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

import gory
from gory.cli._files import check_can_write, read_text, write_text
from gory.cli._terminal import STANDARD_WIDTH, has_color, width

if TYPE_CHECKING:
    from gory.notation import Paper


class NothingToDerive(ValueError):
    """A paper does not hold what is to be derived."""


def derive(options: argparse.Namespace) -> int:
    """Derive what was asked for and write it in the format asked for."""
    if options.out:
        check_can_write(options.out)
    text = read_text(options.file, what="definitions")
    paper = gory.read(text)
    if options.along and not options.wrt:
        raise NothingToDerive("a direction needs a variable: give --wrt beside --along.")
    of = options.of or _last_definition(paper)
    if of.isalnum() and of not in paper.definitions and of not in paper.axes:
        raise NothingToDerive(
            f"{options.file} defines no {of!r}, but {', '.join(paper.definitions) or 'nothing'}."
        )
    derivation = paper.derive(
        of, *options.wrt, along=options.along, style=options.style, at=_values(options.at)
    )
    page = _written(derivation, options)
    if options.out:
        write_text(options.out, page)
    else:
        sys.stdout.write(page)
    return 0


def _values(path: str | None) -> dict[str, Any] | None:
    """The numbers of a JSON file: an object with an entry for every array."""
    if path is None:
        return None
    text = read_text(path, what="values")
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise NothingToDerive(
            f"{path} is not JSON (line {error.lineno}: {error.msg}); write an object such as "
            '{"z": [1, 2, 3]}.'
        ) from None
    except RecursionError:
        raise NothingToDerive(f"{path} is nested too deep for values of arrays.") from None
    if not isinstance(found, dict):
        raise NothingToDerive(
            f'{path} holds no object; write one with every array by name, as {{"z": [1, 2, 3]}}.'
        )
    return found


def _written(derivation: gory.Derivation, options: argparse.Namespace) -> str:
    if options.format == "text":
        is_shown = not options.out
        page = derivation.to_text(
            detail=options.detail,
            color=is_shown and has_color(),
            width=width() if is_shown else STANDARD_WIDTH,
        )
    else:
        page = getattr(derivation, f"to_{options.format}")(detail=options.detail)
    return page if page.endswith("\n") else page + "\n"


def _last_definition(paper: Paper) -> str:
    """What a paper leads to, as it would be written: ``J``, or ``h[i,k]``."""
    from gory.notation import to_plain

    if not paper.definitions:
        raise NothingToDerive(
            "the file defines nothing; add a line such as J = sum_k y[k] log s[k]."
        )
    return to_plain(list(paper.definitions.values())[-1].ref)
