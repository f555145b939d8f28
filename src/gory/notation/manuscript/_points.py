r"""Numbers at a point: "For $a = (1, 2, 5)$ the three values are $S_1 = 0.02$, ...".

A tuple of numbers gives a name its entries for the paragraph it stands in. What is claimed there to
be a number is judged with these entries; everything else of the text is read as if the example were
not there. A name that has entries once only has them up to the next heading: what is a number there
has no other meaning.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from gory.notation.manuscript._declared import NAME
from gory.notation.manuscript._known_values import is_number, open_names, said_bodies
from gory.notation.manuscript._sides import Side
from gory.notation.manuscript._stated import Manuscript, Statement, Tuple, variables
from gory.notation.manuscript.words._cues import explains, is_case, is_to_solve
from gory.notation.manuscript.words._hedges import FORMULA, hedges

_NUMBER = re.compile(r"[-\d. ()/]*\d[-\d. ()/]*")
_WORD = re.compile(r"[A-Za-z]\w*")
_BOUND = re.compile(r"\b(?:sum|prod)_\{?([\w,]+)")
_INDICES = re.compile(r"\[([\w,]+)\]")
_KNOWN = frozenset(("exp", "log", "sqrt"))
_DISPLAY = ("$$", r"\[", r"\begin{")
_ITEM = re.compile(  # whose mark may have been taken for that of a comment
    r"\s+(?:[-*•]|\d{1,2}[.)])[ \t]|\n\n[ \t]+(?=\$)"
)
_DECIMAL = re.compile(r"\d\.\d\d")
_PARTIAL = re.compile(r"\d\.\d|[2-9]|\d\d")
_PARTS = re.compile(r"(?i)[,;:.\n]|\b(?:and|while|but|whereas)\b")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]|\\(?:sub)*section\b", re.MULTILINE)
MOST_ENTRIES = 12


@dataclass(frozen=True)
class Point:
    """What has which value in a paragraph, and the claims of it that are about numbers."""

    values: tuple[Statement, ...]
    claims: tuple[Statement, ...]


def points_of(manuscript: Manuscript) -> list[Point]:
    """The points at which a text gives numbers, with the claims that are made there."""
    said = _said(manuscript.statements)
    labelled = _with_labels(manuscript.statements)
    said -= _put_at_once(manuscript)
    found: list[Point] = []
    ends = -1
    tuples = dict.fromkeys([*manuscript.tuples, *_spelled_out(manuscript, said)])
    for one in sorted(tuples, key=lambda one: one.at):
        if one.name in said or one.at < ends or len(one.entries) > MOST_ENTRIES:
            continue
        start, ends = _paragraph(manuscript.text, one.at)
        within = [s for s in manuscript.statements if start <= s.at < ends]
        is_only = [other.name for other in tuples].count(one.name) == 1
        reach = max(ends, _next_heading(manuscript.text, ends)) if is_only else ends
        behind = [s for s in manuscript.statements if ends <= s.at < reach and _goes_on(s)]
        claims = [s for s in (*within, *behind) if _is_about_numbers(s, said, one.name)]
        claims = [s for s in claims if not labelled & {*_WORD.findall(s.sides[0].readings[0])}]
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
            found += _one_by_one(values, [freed(s) for s in claims])
    return found


def _put_at_once(manuscript: Manuscript) -> set[str]:
    """Names that the text computes and gives entries that no other numbers of it determine, as in
    "say the network puts out $p = (0.7, 0.2, 0.1)$".
    """
    bodies = said_bodies(manuscript.statements)
    entries = {one.name for one in manuscript.tuples}
    given = entries - bodies.keys()
    for one in manuscript.statements:
        if len(one.sides) > 1 and all(map(is_number, one.sides[1:])):
            given |= {*one.sides[0].readings[:1]}
    return {
        name for name in entries & bodies.keys() if any(open_names(bodies[name], bodies, given))
    }


def _one_by_one(values: Sequence[Statement], claims: Sequence[Statement]) -> Iterator[Point]:
    """A point, or several where a name gets another value: "with $T = 2$ it becomes ..."."""
    held: dict[str, Statement] = {}
    starts = 0
    for value in sorted(values, key=lambda s: s.at):
        name = value.sides[0].readings[0]
        before = held.get(name)
        if before is not None and before.at != value.at:
            if trails(before) or trails(value):  # which value is meant where, nobody knows
                return
            yield Point(tuple(held.values()), tuple(c for c in claims if starts <= c.at < value.at))
            starts = value.at
        held[name] = value
    yield Point(tuple(held.values()), tuple(c for c in claims if starts <= c.at))


def trails(value: Statement) -> bool:
    """Whether a number stands behind what it is said of: ``$q = 0.4$ for $T = 2$``."""
    *others, last = value.before.split(FORMULA)
    return bool(others) and _PARTS.search(last) is None


def with_tails_apart(manuscript: Manuscript) -> Manuscript:
    """A manuscript with tuples whose chains that end in numbers, ``L = -log p_1 = 0.408``, are two
    statements: what is claimed in general, and what number it is.
    """
    said = _said(manuscript.statements)
    tuples = [*manuscript.tuples, *_spelled_out(manuscript, said)]
    put = _put_for_variables(manuscript)
    if not tuples and not put:
        return manuscript
    said |= put | {one.name for one in tuples}
    found: list[Statement] = []
    for one in manuscript.statements:
        place = _tail(one, said, put)
        if place:
            before, *numbers = one.sides[place - 1 :]
            sides = (replace(before, relation=""), *numbers)
            tail = replace(one, sides=sides, at=one.at + 1 if one.at >= 0 else -1, cue="")
            found.append(replace(one, sides=one.sides[:place], follows_if=False))
            one = replace(tail, is_definition=False)
        found.append(one)
    return replace(manuscript, statements=found)


def _put_for_variables(manuscript: Manuscript) -> set[str]:
    """Names that derivatives are taken by and that get a number, ``w = 0.5`` beside ``dL/dw``: a
    chain that goes on with a number says its last part of that number alone.
    """
    varied = variables(manuscript.statements)
    found = set[str]()
    for one in manuscript.statements:
        texts = [side.readings[0] for side in one.sides if side.readings]
        is_put = len(texts) == 2 == len(one.sides) and _NUMBER.fullmatch(texts[1])
        name = NAME.fullmatch(texts[0]) if is_put and one.sides[1].relation == "=" else None
        if name and not one.is_fact and {name[0], name[1]} & varied:
            found.add(name[1])
    return found


def _tail(one: Statement, said: set[str], put: set[str]) -> int:
    """Where the numbers begin at the end of a chain of other things; 0 if nowhere. What is one or
    nothing may be so in general, and without the names that have numbers any whole number may.
    """
    place = len(one.sides)
    while place > 1 and is_number(one.sides[place - 1]):
        place -= 1
    words = {*_WORD.findall(" ".join(one.sides[place - 1].readings[:1]))}
    is_tail = 1 < place < len(one.sides) and not one.condition and not one.is_fact
    says = _PARTIAL if words & put else _DECIMAL
    is_tail = is_tail and not is_to_solve(one.cue) and says.search(one.sides[-1].readings[0])
    return place if is_tail and words & said else 0


def aside(points: Sequence[Point], varied: Container[str] = ()) -> set[int]:
    """The places of statements that belong to a point, and to nothing else: "At $z = 0$" may be the
    case that derivatives by z behind it speak of, too.
    """
    own = [s for point in points for s in point.claims]
    values = [s for point in points for s in point.values]
    own += [s for s in values if not (is_case(s.cue) and s.sides[0].readings[0] in varied)]
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


def _with_labels(statements: Sequence[Statement]) -> set[str]:
    """Names that depend on the class that an index stands for, ``L = -log p_y``, of which numbers
    say nothing.
    """
    bodies: dict[str, set[str]] = {}
    found = set[str]()
    for one in statements:
        match = NAME.fullmatch(one.sides[0].readings[0]) if one.sides[0].readings else None
        for body in (r for side in one.sides[1:2] for r in side.readings[:1]) if match else ():
            bound = {x for m in _BOUND.findall(body) for x in m.split(",")}
            own = {*(match[2] or "").split(",")} if match else set()
            letters = {x for m in _INDICES.findall(body) for x in m.split(",") if x.isalpha()}
            bodies.setdefault(match[1] if match else "", set()).update(_WORD.findall(body))
            if letters - bound - own and match:
                found.add(match[1])
    while more := {name for name, words in bodies.items() if words & found} - found:
        found |= more
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
    return max(start, 0), block_end(text, at)


def block_end(text: str, at: int) -> int:
    """Where the paragraph at a place ends, with the formula or the list that belongs to it."""
    end = text.find("\n\n", at)
    while end >= 0 and (text[end:].lstrip().startswith(_DISPLAY) or _ITEM.match(text, end)):
        is_list = _ITEM.match(text, end) is not None
        end = text.find("\n\n", len(text) - len(text[end:].lstrip()))
        if not is_list:
            break
    return end if end >= 0 else len(text)


def _goes_on(statement: Statement) -> bool:
    """Whether a statement behind an example works it out: it gives a decimal, and no case."""
    is_case_of_its_own = is_case(statement.cue) or explains(statement.cue)
    return gives_decimals(statement) and not is_case_of_its_own


def gives_decimals(statement: Statement) -> bool:
    texts = [r for side in statement.sides[1:] for r in side.readings[:1]]
    return any(map(_DECIMAL.search, texts))


def _next_heading(text: str, at: int) -> int:
    """Where the next heading of a text begins, or its end."""
    heading = _HEADING.search(text, at)
    return heading.start() if heading else len(text)


def _is_about_numbers(statement: Statement, said: set[str], given: str) -> bool:
    """Whether a statement says which number something is that the text defines."""
    first = statement.sides[0].readings[:1]
    others = statement.sides[1:]
    if not first or not others or not all(map(is_number, others)):
        return False
    words = {*_WORD.findall(first[0])}
    return bool(words & said) or (given in words and not NAME.fullmatch(first[0]))


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
    found = []
    for n, number in enumerate(one.entries):
        place = divmod(n, one.columns) if one.columns else (n,)
        index = ",".join(str(i + low) for i in place)
        entry = Side(one.row, f"{one.name}_{index}", (f"{one.name}[{index}]",))
        found.append(Statement((entry, Side(one.row, number, (number,), "=")), at=one.at))
    return found


def freed(statement: Statement) -> Statement:
    """A claim without the words that only say where it is made."""
    taken_back = any(not one.in_cases for one in hedges(statement.before, statement.after))
    before, after = (statement.before, statement.after) if taken_back else ("", "")
    return replace(
        statement, cue="", before=before, after=after, condition=None, is_display=True,
        follows_if=False,
    )  # fmt: skip
