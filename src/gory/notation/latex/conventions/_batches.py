r"""Whole batches: ``Z = W X + b``, ``1 - (A^{[1]})^2``, ``a^{[2](i)}`` beside ``A^{[2]}``.

The vector b is added to every instance, the square is one of every entry, and what has an instance
above it is a column of the matrix with its capital. They are written out as the products that they
stand for, so that everything behind is an ordinary matter of matrices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import Tex

_SCRIPT = r"(?: [_^] (?:\{ [^{}]*\}|[^ {}]+))"
_FONT = r"\\(?:mathbf|boldsymbol|bm|mathrm)"
_CAPITAL = rf"(?:{_FONT} \{{ [A-Z](?:layer\w*)? \}}|[A-Z](?:layer\w*)?|\\Theta){_SCRIPT}*"
_BIAS = rf"(?:{_FONT} \{{ [bc](?:layer\w*)? \}}|[bc](?:layer\w*)?){_SCRIPT}*"
_AFFINE = re.compile(rf"(?:^|(?<=[(,] ))({_CAPITAL}) ({_CAPITAL}) \+ ({_BIAS})(?= [),]|$)")
_PRODUCT = re.compile(rf"^{_CAPITAL} {_CAPITAL}(?: \+|$)")
_WEIGHTS = re.compile(rf"(?:{_FONT} \{{ )?(?:W|U|V|\\Theta)")
_TURNED = re.compile(r"\^ (?:\{ (?:[\[(] \w+ [\])] )?)?(?:T|\\top|\\intercal)")
_SQUARE = re.compile(
    rf"1 ([+-]) (?:\( ({_CAPITAL}) \)|([A-Z](?: _ \d)?)) \^ (?:\{{ 2 \}}|2)|"
    rf"1 ([+-]) ([A-Z] \^ \{{ [\[(] \d [\])]) 2 (\}})"
)
_ENTRYWISE = (r"\odot", r"\circ", "*", r"\ast", r"\tanh")
_SUM = r"\\sum (?:_ (?:\{ i (?:= 1 )?\}|i) )(?:\^ (?:\{ m \}|m) )?"
_OF_COLUMNS = re.compile(rf"({_SUM})d ([a-zA-Z]) \^ \{{ [\[(] \d [\])] (\( i \) )\}}")
_COLUMN = re.compile(
    r"(?<![\\\w])([a-z]) \^ \{ ((?:[\[(] \d [\])] )?)\( i \) \}((?: _ (?:\{ [^{}]*\}|\w))?)"
)
_LOSS = re.compile(r"(?:J|L|C|E|\\mathcal \{ [JL] \})(?: \(.*)?$")

Changed = list[tuple[int, int, str]]


def write_batches_out(statements: Sequence[LatexStatement]) -> None:
    """Write what is meant of every instance, or entry, with products of matrices, in place."""
    shown = [_shown(side) for one in statements for side in one.sides]
    _replace(statements, _with_ones)
    if any(sign in text.split() for text in shown for sign in _ENTRYWISE):
        _replace(statements, _with_products)
    _replace(statements, _with_sums)
    if any(_PRODUCT.search(text) for text in shown):  # a product of matrices has no sign
        _replace(statements, _with_entries)
    matrices = {m for text in shown for m in re.findall(r"(?<![\\\w])[A-Z] \^ \{ [\[(] \d", text)}
    if matrices:
        _write_columns(statements, matrices)


def _write_columns(statements: Sequence[LatexStatement], matrices: set[str]) -> None:
    """The loss of ``a^{[2](i)}`` by the entries of ``A^{[2]}``."""
    for one in statements:
        if len(one.sides) < 2 or not _LOSS.match(_shown(one.sides[0])):
            continue
        found = [_COLUMN.findall(_shown(side)) for side in one.sides]
        numbered = [(n, layer.split()) for side in found for n, layer, _ in side if layer]
        stems = {f"{n.upper()} ^ {{ {layer[0]} {layer[1]}" for n, layer in numbered}
        if stems and stems <= matrices:
            one.sides = [_rewritten(side, _as_columns(_shown(side))) for side in one.sides]


def _as_columns(text: str) -> Changed:
    if not re.search(_SUM, text):
        return []
    found: Changed = []
    is_scalar = False
    for match in _COLUMN.finditer(text):
        name, layer, below = match.groups()
        own = re.sub(r"[_{} ]", " ", below).split()
        is_scalar |= not own
        above = f" ^ {{ {layer}}}" if layer else ""
        indices = " ".join([*(own or ["q"]), "i"])
        found.append((*match.span(), f"{name.upper()}{above} _ {{ {indices} }}"))
    first = re.search(_SUM, text)
    if is_scalar and first:  # one output is the case of several that has one
        found.append((first.start(), first.start(), r"\sum _ { q } "))
    return found


def _with_ones(text: str) -> Changed:
    found: Changed = []
    for match in _AFFINE.finditer(text):
        left, right = (_WEIGHTS.match(match[n]) is not None for n in (1, 2))
        if left == right or _TURNED.search(match[0]):
            continue
        ones = r"\mathbf { 1 }"
        new = f"{match[3]} {ones} ^ \\top" if left else f"{ones} {_transposed(match[3])}"
        found.append((*match.span(3), new))
    return found


def _transposed(name: str) -> str:
    return rf"( {name} ) ^ \top" if "^" in name else rf"{name} ^ \top"


def _with_products(text: str) -> Changed:
    found: Changed = []
    for match in _SQUARE.finditer(text):
        base = match[2] or match[3] or f"{match[5]} {match[6]}"
        found.append((*match.span(), rf"1 {match[1] or match[4]} {base} \odot {base}"))
    return found


def _with_sums(text: str) -> Changed:
    found: Changed = []
    for match in _OF_COLUMNS.finditer(text):
        found += [(*match.span(1), ""), (*match.span(2), match[2].upper()), (*match.span(3), "")]
        found.append((match.end(), match.end(), r"\mathbf { 1 }"))
    return found


def _with_entries(text: str) -> Changed:
    return [(*match.span(), r"\odot") for match in re.finditer(r"(?<= )\*(?= )", text)]


def _replace(statements: Sequence[LatexStatement], change: Callable[[str], Changed]) -> None:
    for one in statements:
        one.sides = [_rewritten(side, change(_shown(side))) for side in one.sides]


def _shown(side: list[Tex]) -> str:
    return " ".join(token.text for token in side)


def _rewritten(side: list[Tex], changed: Changed) -> list[Tex]:
    """A side with some stretches of its text in other words; all that is new stands at one place.

    What ends a stretch keeps its place, so that the source of the side is found as it was typed.
    """
    if not changed:
        return side
    starts, at = [], 0
    for token in side:
        starts.append(at)
        at += len(token.text) + 1
    out: list[Tex] = []
    place = 0
    for start, end, new in sorted(changed):
        first = next((n for n, s in enumerate(starts) if s >= start), len(side))
        last = next((n for n, s in enumerate(starts) if s >= end), len(side))
        out += side[place:first]
        behind = side[max(last, first + (first < len(side))) - 1].at
        here = side[min(first, len(side) - 2)].at
        words = new.split()
        out += [Tex(word, here) for word in words[:-1]]
        out += [Tex(word, behind) for word in words[-1:]]
        place = last
    return [*out, *side[place:]]
