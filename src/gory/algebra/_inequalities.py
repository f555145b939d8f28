"""Declared inequalities at work: with x > 0 given, [x > 0] is 1, abs(x) and relu(x) are x."""

from __future__ import annotations

from collections.abc import Iterable

from gory.algebra._kink_cases import kink_of, settled_kink, sign_of
from gory.algebra._normal import Setting
from gory.notation import Expr, Fact, Num, Ref, children, walk
from gory.notation._build import negative, plus, rebuild_tidy

ABOVE, BELOW = (">", ">="), ("<", "<=")


def settled_by_facts(
    expr: Expr, facts: Iterable[Fact], setting: Setting
) -> tuple[Expr, tuple[str, ...]]:
    """An expression with the kinks settled whose sides the facts give; the texts of those facts."""
    known = [fact for fact in facts if fact.relation in (*ABOVE, *BELOW)]
    if not known or not any(kink_of(node) is not None for node in walk(expr)):
        return expr, ()
    used: dict[str, None] = {}

    def settled(node: Expr) -> Expr:
        if parts := children(node):
            node = rebuild_tidy(node, tuple(map(settled, parts)))
        argument = kink_of(node)
        for fact in known if argument is not None else ():
            side = _side(argument, fact, setting) if argument is not None else 0
            if side and (after := settled_kink(node, side, strict=len(fact.relation) == 1)) != node:
                used[fact.text] = None
                return after
        return node

    return settled(expr), tuple(used)


def _side(argument: Expr, fact: Fact, setting: Setting) -> int:
    """On which side of 0 a fact puts an argument: 1, -1, or 0 if it does not say."""
    larger, smaller = fact.left, fact.right
    if fact.relation in BELOW:
        larger, smaller = smaller, larger
    found = sign_of(argument, plus(larger, negative(smaller)), setting)
    if found:
        return found
    return _entry_side(argument, larger, smaller) or -_entry_side(argument, smaller, larger)


def _entry_side(argument: Expr, larger: Expr, smaller: Expr) -> int:
    """The side of one entry of an array, all of whose entries are above a number >= 0."""
    match argument, larger, smaller:
        case Ref(name, _), Ref(other, letters), Num(value) if name == other:
            whole = len(set(letters)) == len(letters) and not any(i.is_literal for i in letters)
            return 1 if whole and value >= 0 else 0
    return 0
