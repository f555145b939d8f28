"""The same paper in other words: names and letters exchanged, orders changed.

What is compared is a *shape*: a tree whose bound indices are numbered, so that the choice of a
letter for a new sum does not count; optionally with the parts of sums and products sorted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from gory.notation import (
    FUNCTIONS,
    Add,
    Bracket,
    D,
    Definition,
    Delta,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Paper,
    Ref,
    Size,
    Sum,
    children,
    rebuild,
    to_plain,
    walk,
)

WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
KEPT = {"index", "given", "sum", "delta", *FUNCTIONS}
LETTERS = "abcefghijklmnopqrstuvwxyz"  # d( , ) is a derivative


def words(*texts: str) -> list[str]:
    found = {word for text in texts for word in WORD.findall(text)}
    return sorted(found - KEPT)


def other_names(found: list[str], random: Random) -> dict[str, str]:
    """A new word for every word: letters for letters, capitals for capitals."""
    small = random.sample(LETTERS, len(LETTERS))
    large = random.sample(LETTERS.upper(), len(LETTERS))
    by = {}
    for word in found:
        if len(word) == 1:
            by[word] = (large if word.isupper() else small).pop()
        else:
            by[word] = f"{random.choice('vwz')}{len(by)}{word}"
    return by


def in_other_words(text: str, by: Mapping[str, str]) -> str:
    return WORD.sub(lambda found: by.get(found.group(), found.group()), text)


# -- shapes ---------------------------------------------------------------------------------------


def shape(expr: Expr, by: Mapping[str, str] | None = None, *, unordered: bool = False) -> Any:
    """A tree as nested tuples, bound indices numbered from outside, names replaced by ``by``."""
    names = by or {}

    def index(one: Index, bound: Mapping[str, int]) -> Any:
        if one.name in bound:
            return ("bound", bound[one.name])
        return names.get(one.name, one.name)

    def indices(several: tuple[Index, ...], bound: Mapping[str, int]) -> tuple[Any, ...]:
        return tuple(index(one, bound) for one in several)

    def seen(node: Expr, bound: Mapping[str, int]) -> Any:
        match node:
            case Num(value):
                return ("num", value.numerator, value.denominator)
            case Size(range_):
                return ("size", names.get(range_, range_))
            case Ref(name, several):
                return ("ref", names.get(name, name), indices(several, bound))
            case Delta(left, right):
                pair = indices((left, right), bound)
                return ("delta", tuple(sorted(pair, key=repr)) if unordered else pair)
            case Bracket(left, relation, right):
                sides = [
                    index(side, bound) if isinstance(side, Index) else seen(side, bound)
                    for side in (left, right)
                ]
                return ("bracket", relation, *sides)
            case Sum(several, body):
                inner = {**bound, **{one.name: len(bound) + n for n, one in enumerate(several)}}
                return ("sum", len(several), seen(body, inner))
            case Fn(name, argument):
                return (name, seen(argument, bound))
            case D(body, wrt):
                return ("d", seen(body, bound), seen(wrt, bound))
        parts = [seen(part, bound) for part in children(node)]
        if unordered and isinstance(node, Add | Mul):
            parts.sort(key=repr)
        return (type(node).__name__, *parts)

    return seen(expr, {})


# -- other orders ---------------------------------------------------------------------------------


def in_other_order(expr: Expr, random: Random) -> Expr:
    """The same expression with terms, factors and letters of one sum in another order."""

    def mixed(parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(random.sample(parts, len(parts)))

    def change(node: Expr) -> Expr:
        match node:
            case Add(terms):
                return Add(mixed(tuple(map(change, terms))))
            case Mul(factors):
                return Mul(_numbers_first(mixed(tuple(map(change, factors)))))
            case Sum(indices, body):
                return Sum(mixed(indices), change(body))
        parts = children(node)
        return rebuild(node, tuple(map(change, parts))) if parts else node

    return change(expr)


def _numbers_first(factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """A minus stands in front of a product, wherever the others go."""
    return tuple(sorted(factors, key=lambda factor: not isinstance(factor, Num)))


def other_sequence(paper: Paper, random: Random) -> list[Definition]:
    """The definitions of a paper in another order in which each uses earlier ones only."""
    left = list(paper.definitions.values())
    found: list[Definition] = []
    while left:
        open_names = {one.name for one in left}
        ready = [one for one in left if not open_names & names_in(one.body)]
        found.append(random.choice(ready))
        left.remove(found[-1])
    return found


def names_in(expr: Expr) -> set[str]:
    return {node.name for node in walk(expr) if isinstance(node, Ref)}


def written(definition: Definition, change: Callable[[Expr], Expr] = lambda expr: expr) -> str:
    return f"{to_plain(definition.ref)} = {to_plain(change(definition.body))}"


def with_definitions(text: str, definitions: list[str]) -> str:
    """A paper's text with other lines for its definitions."""
    others = [line for line in text.splitlines() if line.startswith(("index ", "given "))]
    first = [line for line in others if line.startswith("index ")]
    return "\n".join([*first, *definitions, *(line for line in others if line not in first)])
