r"""Derivatives at numbers that lie on one side of a kink: ``max(0, a)`` where a is 1.

An example with numbers drops what is one at them. Such a line is no identity, and its author does
not say that it is one.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gory.notation import Definition, Expr, Fn, transform
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript.doubts._reach import found_in, names_under

_NUMBER = r"(?<![\w\\}}]){}\s*=\s*-?\d"


def beyond_a_kink(refutation: Refutation, words: str) -> str:
    """Why a line may hold at the numbers of the text, where what is rectified is positive."""
    paper = refutation.ground.paper
    opened = {name: _opened_in(one) for name, one in paper.definitions.items()}
    given = names_under(refutation) - paper.definitions.keys()
    if opened == paper.definitions or not any(
        re.search(_NUMBER.format(re.escape(name)), words) for name in given
    ):
        return ""
    if found_in(refutation, replace(paper, definitions=opened)) is None:
        return ""
    return "it holds where what is rectified is positive, as it may be at the numbers of the text"


def _opened_in(definition: Definition) -> Definition:
    """A definition with what is rectified in the place of what that gives."""
    entries = tuple((left, transform(right, _opened)) for left, right in definition.entries)
    return replace(definition, body=transform(definition.body, _opened), entries=entries)


def _opened(node: Expr) -> Expr:
    return node.argument if isinstance(node, Fn) and node.name == "relu" else node
