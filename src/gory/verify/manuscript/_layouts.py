r"""One text, one layout: the gradient by a matrix has its shape, or that of its transpose.

``\partial L / \partial W = x g`` may be meant in either layout, so that a line is right that holds
in one of them. Where other lines of the text hold in the shape of the variable, one that holds in
the other only has its factors in the wrong order. A gradient by a vector that is a column makes
that doubtful, and no more, since authors mix the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from gory.notation.latex import TURNED
from gory.verify.manuscript._proofreading import PASSED, CheckedDerivation, CheckedLine

_BY_A_MATRIX = re.compile(r"d\((.+), [A-Za-z]\w*\[\w+,\w+\]\)")
_BY_A_VECTOR = re.compile(r"d\((.+), [A-Za-z]\w*\[\w+\]\)")
_ENTRY = re.compile(r"_\s*\{?\s*[a-z]")  # of an entry, which has no layout
_SPEAKS = re.compile(r"(?i)layout|numerator|denominator|convention|transpos")
TRANSPOSED = "this is the transpose: the gradient by the matrix of row {row} has its shape"
OPEN = "it holds in another layout of derivatives than row {row}, and which is meant is not said"


def in_one_layout(
    text: str,
    found: Sequence[CheckedDerivation],
    judged_in_one: Callable[[], list[CheckedDerivation]],
) -> list[CheckedDerivation]:
    """Derivations with those gradients as wrong lines that have another layout than the rest.

    ``judged_in_one`` judges the text in the shapes of the variables only: there such a line is
    wrong, and at which point is what is shown.
    """
    if _SPEAKS.search(text):
        return list(found)
    lines = [line for one in found for line in _gradients(one)]
    straight = [line.row for line in lines if TURNED not in line.why]
    turned = [line for line in lines if TURNED in line.why]
    if not straight or len(turned) > len(straight):
        return list(found)
    by_matrices = [line for one in found for line in _gradients(one, vectors=False)]
    shaped = [line.row for line in by_matrices if TURNED not in line.why]
    is_known = len(turned) < len(shaped)
    if not turned:
        return list(found)
    row = (shaped if is_known else straight)[0]
    strict = judged_in_one() if is_known else []
    wrong = {
        (line.row, line.text): line
        for one in strict
        for line in one.lines
        if line.verdict == "refuted"
    }
    return [_judged(one, turned, row, wrong) for one in found]


def _gradients(one: CheckedDerivation, *, vectors: bool = True) -> list[CheckedLine]:
    """The lines that hold of a gradient by a matrix, or by a vector in its own shape."""
    left = one.lines[0]
    if _ENTRY.search(left.text):
        return []
    passed = [line for line in one.lines if line.verdict in PASSED]
    if vectors and _is_one(_BY_A_VECTOR.fullmatch(left.read_as)):
        return [line for line in passed if TURNED not in line.why]
    return passed if _is_one(_BY_A_MATRIX.fullmatch(left.read_as)) else []


def _is_one(gradient: re.Match[str] | None) -> bool:
    """Whether a side is one gradient: no bracket in what is differentiated closes the first one."""
    if gradient is None:
        return False
    depths = accumulate((sign == "(") - (sign == ")") for sign in gradient[1])
    return min(depths) >= 0


def _judged(
    one: CheckedDerivation,
    turned: Sequence[CheckedLine],
    row: int,
    wrong: Mapping[tuple[int, str], CheckedLine],
) -> CheckedDerivation:
    def judged(line: CheckedLine) -> CheckedLine:
        if not any(line is other for other in turned):
            return line
        if (strict := wrong.get((line.row, line.text))) is None:
            return line.undecided(OPEN.format(row=row))
        why = TRANSPOSED.format(row=row)
        return replace(strict, why=why, why_latex=why)

    return replace(one, lines=tuple(map(judged, one.lines)))
