"""Two definitions that add up to one: h2 = 1 - h1, or sigmoid(u) beside sigmoid(-u)."""

from __future__ import annotations

from fractions import Fraction

from gory.algebra._facts import FactRule
from gory.algebra._normal import Setting
from gory.algebra._products import add, constant, replace_indices, scale, single
from gory.algebra._terms import NF, UNIT, Poly, freeze, is_literal, key_indices
from gory.notation import ONE, Definition, Index, Paper, substitute
from gory.notation._build import plus
from gory.notation._wording import relation, wording


def complement_facts(paper: Paper, setting: Setting) -> tuple[FactRule, ...]:
    """Rules for all pairs of definitions whose right sides add up to one as they are written."""
    found = []
    sigmoids: dict[NF, Definition] = {}
    for definition in paper.definitions.values():
        if definition.entries:
            continue
        body = replace_indices(setting.normal(definition.body), _places(definition, setting))
        other = sigmoids.get(_opposite(body)) or _taken_from_one(body, paper, setting)
        if other is not None and other.name != definition.name:
            found.append(_rule(other, definition, setting))
        sigmoids[freeze(body)] = definition
    return tuple(found)


def _places(definition: Definition, setting: Setting) -> dict[tuple[str, str], tuple[str, str]]:
    """Letters of a definition by their places, so that those of another one compare."""
    return {setting.names.ix(i): (f"@{n}", i.range) for n, i in enumerate(definition.indices)}


def _opposite(body: Poly) -> NF:
    """sigmoid(-u) for sigmoid(u); nothing for what is no sigmoid."""
    if len(body) == 1:
        ((key, coefficient),) = body.items()
        if coefficient == 1 and not key[0] and len(key[1]) == 1:
            atom, exponent = key[1][0]
            if exponent == 1 and atom[:2] == ("fn", "sigmoid"):
                return freeze(single(("fn", "sigmoid", freeze(scale(dict(atom[2]), -1)))))
    return ()


def _taken_from_one(body: Poly, paper: Paper, setting: Setting) -> Definition | None:
    """h1, for a right side 1 - h1 with the letters of h1 in order."""
    if len(body) != 2 or body.get(UNIT) != 1:
        return None
    ((key, coefficient),) = ((k, c) for k, c in body.items() if k != UNIT)
    if coefficient != -1 or key[0] or len(key[1]) != 1 or key[1][0][1] != 1:
        return None
    atom = key[1][0][0]
    if atom[0] != "ref" or [i[0] for i in atom[2]] != [f"@{n}" for n in range(len(atom[2]))]:
        return None
    return paper.definitions.get(setting.names.word(atom[1]))


def _rule(first: Definition, second: Definition, setting: Setting) -> FactRule:
    pairs: dict[Index, Index] = dict(zip(first.indices, second.indices, strict=True))
    one, other = substitute(first.ref, pairs), second.ref
    ((pattern, _),) = single(setting.ref(other)).items()
    value = add(constant(1), scale(setting.normal(one), Fraction(-1)))
    text = wording(relation(plus(one, other), "=", ONE), ", by definition")
    free = frozenset(i for i in key_indices(pattern) if not is_literal(i))
    return FactRule(text, pattern, freeze(value), free)
