r"""What a prime on a name means: the derivative of a defined name, or a part of another name.

``u'`` is the derivative by the one variable that the definition of ``u`` leaves open. ``q'_k`` in a
text that never writes ``q`` without its prime is a name of its own, and so is the ``c'`` of
``c' = f c + i g`` in a text that does not say what c is, has no brackets behind it, and
differentiates neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gory.notation.latex._names import Names
from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._tokens import OPENING, Tex, closing

_MARKS = ("'", r"\prime")
_PARTS = ("u", "v")  # of a quotient or product, whose primes are derivatives
_IDENTIFIER = re.compile(r"(?<![\w\[,{.])([A-Za-z]\w*)(?![\w(])(\[)?")
_SUB = r"(?:_ (?:\w|\{ [^{}]{1,20} \}) )?"
_VARIED = re.compile(  # what is differentiated or stands before brackets, in tokens
    r"\\frac \{ (?:\\partial|d) (?:\^ \S+ )?(\\?[A-Za-z]+)(?![A-Za-z])"
    rf"(?! {_SUB}(?:'|\^ (?:\{{ )?\\prime))"
    r"|\\frac \{ (?:\\partial|d) \} \{ [^{}]{1,40} \} (?:\( )?(\\?[A-Za-z]+)"
    r"|(\\?[A-Za-z]+) \( [^()+-]{0,80}\)"  # h (1 - h'^2) is a product
    r"|(?:\\partial|\\nabla|d) (\\?[A-Za-z]+)(?![A-Za-z]) "
    rf"{_SUB}/"
)
MOST_MARKS = 20  # scripts and primes of one name
MOST_STEPS = 20  # from definition to definition


def primed_names(statements: Sequence[LatexStatement]) -> set[str]:
    """Names that stand with one prime wherever they stand."""
    seen: dict[str, set[int]] = {}
    for one in statements:
        for side in one.sides:
            for name, count, _ in _uses(side):
                seen.setdefault(name, set()).add(count)
    given = _given_with_prime(statements)
    given = {name for name in given if seen[name] <= {0, 1}}
    own = {name for name, counts in seen.items() if counts == {1}} | given
    return own - {*_PARTS}


def _given_with_prime(statements: Sequence[LatexStatement]) -> set[str]:
    """Names that are a left side with their prime and never without, and neither are functions
    nor differentiated.
    """
    with_prime: set[str] = set()
    others: set[str] = set()
    for one in statements:
        for place, side in enumerate(one.sides):
            left = next(_uses(side), None) if not place and one.relations[1:2] == ["="] else None
            if left is not None and left[2] == len(side):
                name, count, _ = left
                (with_prime if count == 1 else others).add(name)
            pieces = " ".join(token.text for token in side)
            varied = (name for found in _VARIED.findall(pieces) for name in found if name)
            others |= {GREEK.get(name, str(name)) for name in varied}
    return with_prime - others


def _uses(side: list[Tex]) -> Iterator[tuple[str, int, int]]:
    """Every name with the number of its primes, 9 where it is called with an argument, and where it
    ends.
    """
    for place, token in enumerate(side):
        if not (token.is_name or token.text in GREEK):
            continue
        at, count, marks = place + 1, 0, 0
        while at < len(side) and side[at].text in ("_", "^", *_MARKS) and marks < MOST_MARKS:
            marks += 1
            if side[at].text in _MARKS:
                count += 1
                at += 1
                continue
            is_group = side[at + 1 : at + 2] and side[at + 1].text in OPENING
            end = closing(side, at + 1) if is_group else at + 1
            end = end if end > 0 else at + 1
            script = [t.text for t in side[at + 1 : end + 1] if t.text not in ("{", "}")]
            count += len(script) if script and {*script} <= {*_MARKS} else 0
            at = end + 1
        is_called = count and at < len(side) and side[at].text == "("
        yield GREEK.get(token.text, token.text), 9 if is_called else count, at


def own_variable(names: Names, name: str, at: int) -> str:
    """The one name without a definition that a name depends on, at a place of the text; or ""."""
    found: set[str] = set()
    todo, seen = [name], set[str]()
    while todo and len(seen) < MOST_STEPS:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        versions = names.texts.get(one, [])
        before = [text for place, text in versions if place < at]
        if not versions:
            found.add(one)
            continue
        for match in _IDENTIFIER.finditer(before[-1] if before else versions[0][1]):
            if match[2]:
                return ""  # an array
            todo.append(match[1])
    is_one = len(found) == 1 and not todo and found != {name}
    if not found and not todo and name in _PARTS:  # u = 1: by what, its partner v says
        return next(
            (own for one in _PARTS if one != name and (own := _of_part(names, one, at))), ""
        )
    return found.pop() if is_one else ""


def _of_part(names: Names, name: str, at: int) -> str:
    is_constant = all(_IDENTIFIER.search(text) is None for _, text in names.texts.get(name, []))
    return "" if is_constant else own_variable(names, name, at)


def latest_variable(names: Names, name: str, at: int, usual: str) -> str:
    r"""Of the variables of derivatives the last one before a place that a name depends on.

    After ``\\partial \\ell / \\partial h_1``, a ``v'`` is not by ``h_1`` if v does not hold it.
    """
    versions = names.texts.get(name, [])
    before = [text for place, text in versions if place < at]
    if not versions or usual.split("[")[0] not in names.defined:
        return usual
    body = before[-1] if before else versions[0][1]
    for place, variable in reversed(names.variables):
        own = variable.split("[")[0]
        if place <= at and re.search(rf"(?<![\w\[,]){re.escape(own)}(?![\w(])", body):
            return variable
    return usual
