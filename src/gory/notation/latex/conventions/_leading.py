r"""Indices of instances that are left out below: ``p_k = ...`` of one instance, later ``p_{nk}``.

Where a name has two letters below it and elsewhere only the second of them, the first is the
instance, and it is put in. A row ``w_k`` of a matrix ``w_{kj}`` has the first of them, and is left
alone. The inputs of that instance, ``x`` beside ``x_n``, and what is computed from them on the way,
``a_k = w_k^T x``, leave the letter out, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from gory.notation.latex._scripts import GREEK
from gory.notation.latex._statements import LatexStatement
from gory.notation.latex._survey import binders
from gory.notation.latex._tokens import Tex, closing
from gory.notation.latex.conventions._name_uses import Use, name_uses

_INSTANCES = frozenset("nimtsb")
_Use = tuple[int, int, list[str]]  # where the subscript of a name starts and ends, and its letters


def write_leading_out(statements: Sequence[LatexStatement]) -> None:
    """Put the letter of the instance in wherever it is left out."""
    uses: dict[str, list[list[str]]] = {}
    for side in (side for one in statements for side in one.sides):
        for name, (_, _, letters) in _subscripts(side):
            uses.setdefault(name, []).append(letters)
    found = {name: letter for name, own in uses.items() if (letter := _instance(own))}
    defined = {name for one in statements for name, use in _defined(one) if len(use) == 1}
    letters = {found[name] for name in defined & found.keys()}
    found = {name: letter for name, letter in found.items() if {letter} == letters}
    if len(letters) != 1:
        return
    instance = min(letters)
    others = _on_the_way(statements, instance, found.keys())
    entries = dict.fromkeys(found, 1)
    for one in statements:
        one.sides = [_with_instance(side, instance, entries) for side in one.sides]
        if instance not in {letter for side in one.sides for letter in binders(side)}:
            one.sides = [_with_instance(side, instance, others) for side in one.sides]


def _on_the_way(
    statements: Sequence[LatexStatement], instance: str, known: Collection[str]
) -> dict[str, int]:
    """Inputs that leave the instance out, what is computed from them for the known names, and
    other names of these; with how many letters they are defined.
    """
    uses: dict[str, list[list[str]]] = {}
    for use in (use for one in statements for side in one.sides for use in name_uses(side)):
        uses.setdefault(use.name, []).append(use.letters)
    bodies: dict[str, set[str]] = {}
    count: dict[str, int] = {}
    equals: dict[str, str] = {}
    for left, body in (found for one in statements for found in _bodies(one)):
        count.setdefault(left.name, len(left.letters))
        inside = [*name_uses(body)]
        bodies.setdefault(left.name, set()).update(use.name for use in inside)
        if (
            len(inside) == 1
            and inside[0].letters == left.letters
            and inside[0].end == len(body) - 1
        ):
            equals[left.name] = inside[0].name
    reached, new = set[str](), {*known}
    while new:
        reached |= new
        new = {name for one in new for name in bodies.get(one, ())} - reached
    reached -= {*known, "e"}
    found = {name for name in reached if name not in bodies and _leaves_out(uses[name], instance)}
    open_ = {n for n in bodies if max(map(len, uses[n])) < 2 and [instance] not in uses[n]}
    open_ -= {*known}
    while more := {n for n in (open_ & reached) - found if bodies[n] & found}:
        found |= more
    found |= {name for name in open_ if equals.get(name, name) in {*known, *found}}
    return {name: count.get(name, 0) for name in found}


def _leaves_out(own: list[list[str]], instance: str) -> bool:
    """``x`` beside ``x_n`` and nothing else."""
    return [] in own and [instance] in own and all(use in ([], [instance]) for use in own)


def _bodies(one: LatexStatement) -> Iterator[tuple[Use, list[Tex]]]:
    """A name, and what it is said to be."""
    for left, right in zip(_named(one), one.sides[1:], strict=False):
        use = next(name_uses(left), None)
        if use is not None and use.start == 0 and use.end == len(left) - 1:
            yield use, right


def _subscripts(side: Sequence[Tex]) -> Iterator[tuple[str, _Use]]:
    """Names with plain letters below them."""
    for place in range(1, len(side) - 1):
        token = side[place - 1]
        name = GREEK.get(token.text, token.text if token.is_letter else "")
        if side[place].text != "_" or not name:
            continue
        end = closing(list(side), place + 1) if side[place + 1].text == "{" else place + 1
        inner = side[place + 2 : end] if end > place + 1 else side[place + 1 : end + 1]
        letters = [t.text for t in inner if t.text != ","]
        if end > 0 and letters and letters[0].isalnum() and letters[0].islower():
            yield name, (place, end, letters)


def _instance(uses: Sequence[Sequence[str]]) -> str:
    """The one letter that stands first where there are two, and never where there is one."""
    pairs = [use for use in uses if len(use) > 1]
    alone = {use[0] for use in uses if len(use) == 1}
    first, second = {use[0] for use in pairs}, {use[1] for use in pairs}
    is_left_out = len(first) == 1 and first <= _INSTANCES and alone & second and not alone & first
    return next(iter(first)) if is_left_out else ""


def _defined(statement: LatexStatement) -> Iterator[tuple[str, list[str]]]:
    """Names with letters below them, of which a chain says what they are."""
    for left in _named(statement):
        for name, (start, end, letters) in _subscripts(left):
            if start == 1 and end == len(left) - 1:
                yield name, letters


def _named(statement: LatexStatement) -> list[list[Tex]]:
    """The sides of a chain of equations behind which another one stands."""
    count = next((n for n, r in enumerate(statement.relations[1:]) if r != "="), None)
    return statement.sides[: len(statement.sides) - 1 if count is None else count]


def _with_instance(side: list[Tex], instance: str, names: Mapping[str, int]) -> list[Tex]:
    """Names that leave the instance out, with it as their first letter."""
    out, last = [], 0
    for use in name_uses(side):
        if len(use.letters) == names.get(use.name, -1) and use.letters != [instance]:
            at, behind = side[use.name_end].at, side[use.end]
            index = [Tex(letter, at) for letter in ("_", "{", instance, *use.letters)]
            end = Tex("}", behind.at + len(behind.text) - 1)
            out += [*side[last : use.name_end + 1], *index, end]
            last = use.end + 1
    return [*out, *side[last:]]
