r"""What the numbers of an example determine: names with numbers, and what is computed from them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence

from gory.notation._nodes import FUNCTIONS
from gory.notation.manuscript._declared import NAME, left_name
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Statement

_WORD = re.compile(r"[A-Za-z]\w*(?:\[\d+(?:,\d+)*\])?")
_LETTERS = re.compile(r"[A-Za-z]\w*")
_BINDER = re.compile(r"(?:sum|prod|max|min)_(?:\{[^{}]*\}|\w+)")
_INDICES = re.compile(r"\[(?!\d+(?:,\d+)*\])[^\[\]]*\]")
_CONSTRUCTS = frozenset(FUNCTIONS) | {"d", "delta"}


def is_number(side: Side) -> bool:
    return bool(side.readings) and {*_LETTERS.findall(side.readings[0])} <= frozenset(FUNCTIONS)


def said_bodies(statements: Sequence[Statement]) -> dict[str, str]:
    """Names of which a text says what they are, other than a number."""
    found: dict[str, str] = {}
    for one in statements:
        match = NAME.fullmatch(one.sides[0].readings[0]) if one.sides[0].readings else None
        bodies = (side for side in one.sides[1:] if side.readings and not is_number(side))
        body = next((side.readings[0] for side in bodies if side.relation == "="), "")
        if match and body:
            is_entry = (match[2] or "").isdigit()
            found.setdefault(match[0] if is_entry else match[1], body)
    return found


def not_computed(values: Sequence[Statement], statements: Sequence[Statement]) -> list[Statement]:
    """Values of given names; that of a computed one changes nothing of what rests on it."""
    computed = said_bodies(statements)
    return [one for one in values if left_name(one) not in computed]


def open_names(reading: str, bodies: Mapping[str, str], given: Container[str]) -> Iterator[str]:
    """Names below an expression that have neither a number nor a definition."""
    todo, seen = [reading], set[str]()
    while todo:
        for name in names_of(todo.pop()):
            whole = name.partition("[")[0]
            if name in seen or name in given or whole in given:
                continue
            seen.add(name)
            body = bodies.get(name) or bodies.get(whole)
            if body is None:
                yield name
            else:
                todo.append(body)


def names_of(reading: str) -> list[str]:
    """The names of an expression; of entries in numbers, each one."""
    words = _WORD.findall(_INDICES.sub("", _BINDER.sub(" ", reading)))
    return [word for word in words if word not in _CONSTRUCTS]
