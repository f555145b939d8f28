r"""Numbers at a point: "For $a = (1, 2, 5)$ the three values are $S_1 = 0.02$, ...".

A tuple of numbers gives a name its entries for the paragraph it stands in, and no further. What is
claimed there to be a number is judged with these entries; everything else of the text is read as if
the example were not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gory.notation.manuscript._declared import NAME
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Manuscript, Statement, Tuple
from gory.notation.manuscript.words._hedges import hedges

_NUMBER = re.compile(r"[-\d. ()/]*\d[-\d. ()/]*")
_WORD = re.compile(r"[A-Za-z]\w*")
_KNOWN = frozenset(("exp", "log", "sqrt"))
_DISPLAY = ("$$", r"\[", r"\begin{")
MOST_ENTRIES = 12


@dataclass(frozen=True)
class Point:
    """What has which value in a paragraph, and the claims of it that are about numbers."""

    values: tuple[Statement, ...]
    claims: tuple[Statement, ...]


def points_of(manuscript: Manuscript) -> list[Point]:
    """The points at which a text gives numbers, with the claims that are made there."""
    said = _said(manuscript.statements)
    found: list[Point] = []
    ends = -1
    tuples = dict.fromkeys([*manuscript.tuples, *_spelled_out(manuscript, said)])
    for one in sorted(tuples, key=lambda one: one.at):
        if one.name in said or one.at < ends or len(one.entries) > MOST_ENTRIES:
            continue
        start, ends = _paragraph(manuscript.text, one.at)
        within = [s for s in manuscript.statements if start <= s.at < ends]
        claims = [s for s in within if _is_about_numbers(s, said, one.name)]
        claims += [
            statement
            for other in tuples
            if start <= other.at < ends and other.name in said
            for statement in _entries(other, manuscript)
        ]
        values = [s for other in tuples if start <= other.at < ends
                  and other.name not in said for s in _entries(other, manuscript)]  # fmt: skip
        values += [s for s in within if _is_value(s, said)]
        if claims:
            claims.sort(key=lambda s: s.at)
            found.append(Point(tuple(values), tuple(map(_freed, claims))))
    return found


def aside(points: Sequence[Point]) -> set[int]:
    """The places of statements that belong to a point, and to nothing else."""
    own = [s for point in points for s in (*point.values, *point.claims)]
    return {s.at for s in own if s.at >= 0}


def without_examples(manuscript: Manuscript, points: Sequence[Point]) -> Manuscript:
    """A manuscript where names are not doubtful for numbers that they have at such points only."""
    taken = aside(points)
    others = {one.name for one in manuscript.tuples if one.at not in taken}
    own = {one.name for one in manuscript.tuples} - others
    doubtful = {name: why for name, why in manuscript.doubtful.items() if name not in own}
    return replace(manuscript, doubtful=doubtful)


def _said(statements: Sequence[Statement]) -> set[str]:
    """Names of which a text says with other names what they are."""
    found = set()
    for one in statements:
        first = one.sides[0].readings[:1]
        match = NAME.match(first[0]) if first else None
        if match and any({*_WORD.findall(r)} - _KNOWN for s in one.sides[1:] for r in s.readings):
            found.add(match[1])
    return found


def _spelled_out(manuscript: Manuscript, said: set[str]) -> list[Tuple]:
    """``a_1 = 1``, ``a_2 = 2``, ``a_3 = 5``, one behind the other."""
    found: list[Tuple] = []
    run: list[tuple[Statement, str]] = []
    for statement in [*manuscript.statements, None]:
        entry = _entry(statement, said) if statement is not None else None
        follows = run and entry is not None and _follows(_entry(run[-1][0], said), entry)
        if not follows:
            if len(run) > 1:
                first = run[0][0]
                name = NAME.fullmatch(first.sides[0].readings[0])
                values = tuple(number for _, number in run)
                found.append(Tuple(first.at, first.sides[0].row, name[1] if name else "", values))
            run = []
        if statement is not None and entry is not None and (run or entry[1] in (0, 1)):
            run.append((statement, entry[2]))
    return found


def _entry(statement: Statement, said: set[str]) -> tuple[str, int, str] | None:
    """The name, the place and the number of ``a_2 = 5``."""
    texts = [side.readings[0] for side in statement.sides if side.readings]
    match = NAME.fullmatch(texts[0]) if len(texts) == 2 and not statement.is_display else None
    if match is None or not (match[2] or "").isdigit() or match[1] in said:
        return None
    is_number = _NUMBER.fullmatch(texts[1]) and statement.sides[1].relation == "="
    return (match[1], int(match[2]), texts[1]) if is_number else None


def _follows(one: tuple[str, int, str] | None, other: tuple[str, int, str]) -> bool:
    return one is not None and one[0] == other[0] and one[1] + 1 == other[1]


def _paragraph(text: str, at: int) -> tuple[int, int]:
    """Where the sentence of a tuple begins, and where its paragraph ends."""
    start = max(text.rfind(stop, 0, at) for stop in (". ", ".\n", "\n\n", "\n#"))
    end = text.find("\n\n", at)
    if end >= 0 and text[end:].lstrip().startswith(_DISPLAY):
        end = text.find("\n\n", len(text) - len(text[end:].lstrip()))
    return max(start, 0), end if end >= 0 else len(text)


def _is_about_numbers(statement: Statement, said: set[str], given: str) -> bool:
    """Whether a statement says which number something is that the text defines."""
    first = statement.sides[0].readings[:1]
    others = [side.readings[0] for side in statement.sides[1:] if side.readings]
    if not first or len(others) + 1 < len(statement.sides) or not others:
        return False
    words = {*_WORD.findall(first[0])}
    is_known = bool(words & said) or (given in words and not NAME.fullmatch(first[0]))
    return is_known and all({*_WORD.findall(text)} <= _KNOWN for text in others)


def _is_value(statement: Statement, said: set[str]) -> bool:
    """``T = 2`` beside a tuple."""
    texts = [side.readings[0] for side in statement.sides if side.readings]
    if len(texts) != 2 or statement.sides[1].relation != "=" or not _NUMBER.fullmatch(texts[1]):
        return False
    match = NAME.fullmatch(texts[0])
    return match is not None and match[1] not in said


def _entries(one: Tuple, manuscript: Manuscript) -> list[Statement]:
    """The equations that a tuple stands for; it begins with the entry 0 if the text has one."""
    used = (r for s in manuscript.statements for side in s.sides for r in side.readings)
    low = 0 if any(f"{one.name}[0" in reading for reading in used) else 1
    return [
        Statement(
            (
                Side(one.row, f"{one.name}_{n}", (f"{one.name}[{n}]",)),
                Side(one.row, number, (number,), "="),
            ),
            at=one.at,
        )
        for n, number in enumerate(one.entries, low)
    ]


def _freed(statement: Statement) -> Statement:
    """A claim without the words that only say where it is made."""
    taken_back = any(not one.in_cases for one in hedges(statement.before, statement.after))
    before, after = (statement.before, statement.after) if taken_back else ("", "")
    return replace(
        statement, cue="", before=before, after=after, condition=None, is_display=True,
        follows_if=False,
    )  # fmt: skip
