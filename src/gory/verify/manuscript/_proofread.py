r"""Proofreading: which line of a derivation is wrong, by how much, what would make it right.

Every line is judged twice: does it follow from the line before, and is it equal to what the first
line asks for? A slip that is carried on is then one wrong line and not ten, and a slip that is
not carried on is still found. A line that cannot be read or decided says so; it never counts as
right.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from gory.notation._markup import usual
from gory.notation.manuscript._declared import left_name
from gory.notation.manuscript._given_facts import facts_in
from gory.notation.manuscript._parts import Part
from gory.notation.manuscript._script import Script
from gory.notation.manuscript._section import read_scripts
from gory.notation.manuscript._special import late_values
from gory.notation.manuscript._stated import Manuscript, Statement
from gory.notation.manuscript._through import through_names
from gory.notation.manuscript.words._cues import is_supposed, says_anew
from gory.verify.manuscript._by_parts import by_parts
from gory.verify.manuscript._carried import Belief, beliefs_of, carried_on, rests_on
from gory.verify.manuscript._cases import judged_in_case
from gory.verify.manuscript._chain import WRONG, ChainChecker
from gory.verify.manuscript._dotted import with_breaks
from gory.verify.manuscript._in_general import in_general
from gory.verify.manuscript._instances import once
from gory.verify.manuscript._layouts import in_one_layout
from gory.verify.manuscript._proofreading import (
    PASSED,
    CheckedDerivation,
    CheckedLine,
    Proofreading,
)
from gory.verify.manuscript._readings import Readings, has_two_readings
from gory.verify.manuscript._setting import setting_of
from gory.verify.manuscript._stood_for import with_own_names
from gory.verify.manuscript._targets import with_targets
from gory.verify.manuscript._tried import holding
from gory.verify.manuscript._values_below import without_values_below
from gory.verify.manuscript.doubts._certainty import UNSURE, Certainty
from gory.verify.manuscript.doubts._other_uses import DIFFER
from gory.verify.manuscript.explanations._as_written import as_written

MOST_DOUBTFUL = 12  # second equations of a name of which no word says whether they define it

_NUMBERED = re.compile(r"(?<=[\[,])\d+(?=[\],])")
SHAPES = "cannot run over"  # how a conflict of declared shapes is reported


def proofread(text: str, *, given: Sequence[str] = ()) -> Proofreading:
    r"""Check a derivation as its author wrote it, line by line.

    Parameters
    ----------
    text : str
        A Markdown, LaTeX or plain text: definitions, then lines joined by ``=``.
    given : sequence of str
        Facts to take for granted in addition, in the paper language or as the text writes
        formulas: ``"sum_k y[k] = 1"``, ``r"\sum_k y_k = 1"``, ``"x_0 = 1"``.

    Returns
    -------
    Proofreading
        Derivations with their lines; each line has ``row``, ``verdict``, ``why``,
        ``counterexample`` and ``repair``.

    Raises
    ------
    NotationError
        If the text is too long, or a fact in ``given`` cannot be read.

    Examples
    --------
    >>> found = proofread('''
    ... s[k] = exp(z[k]) / sum_c exp(z[c])
    ... d(s[k], z[m]) = s[k] (delta[k,m] - s[m])
    ...   = s[k] delta[k,m] + s[k] s[m]
    ... ''')
    >>> [(line.row, line.verdict) for line in found.lines]
    [(3, 'proved'), (4, 'refuted')]
    >>> found.lines[1].why
    'misses the term -2 s[k] s[m]'
    """
    written, text = text, usual(text)
    given = facts_in(text, given)
    readings = Readings(text)
    found = _all_parts(readings, given)
    found = in_one_layout(
        text, once(found), lambda: once(_all_parts(Readings(text, one_layout=True), given))
    )
    found = as_written(text, found, lambda offers: holding(readings, given, offers))
    return Proofreading(written, tuple(with_breaks(text, list(_with_certainty(found)))))


def _all_parts(readings: Readings, given: Sequence[str]) -> list[CheckedDerivation]:
    """All derivations of a text, each part with those that it needs."""
    return by_parts(readings.text, lambda parts: _in_general(readings, parts, given))


def _in_general(
    readings: Readings, parts: Sequence[Part], given: Sequence[str]
) -> list[CheckedDerivation]:
    """The derivations of some parts of a text, each judged without special cases below it."""
    found = _of_parts(readings, parts, given)
    return in_general(readings.text, parts, found, lambda left: _of_parts(readings, left, given))


def _of_parts(
    readings: Readings, parts: Sequence[Part], given: Sequence[str]
) -> list[CheckedDerivation]:
    """The derivations of some parts of a text, as if the others were not there."""
    manuscript = readings.of(parts)
    found = _judged(manuscript, given)
    is_open = _is_unread(found) or (_has_doubts(found) and has_two_readings(readings.text))
    is_open |= manuscript.has_examples
    if is_open and any(one.is_plain for one in manuscript.statements):
        other = readings.of(parts, as_typed=True)
        found = _likelier(found, _judged(other, given))
    if manuscript.left_out and _has_doubts(found):
        other = readings.of(parts, fixed=manuscript.left_out)
        found = _likelier(found, _judged(other, given))
    return _with_replaced(found)


def _with_replaced(found: Sequence[CheckedDerivation]) -> list[CheckedDerivation]:
    """Definitions that replace one above them say so: what stands behind rests on the last."""
    said: dict[tuple[str, ...], CheckedLine] = {}

    def told(line: CheckedLine, left: CheckedLine) -> CheckedLine:
        if not line.defines:
            return line
        entry = (line.defines, *_NUMBERED.findall(left.read_as))  # h[1] and h[2] are given apart
        before, said[entry] = said.get(entry), line
        if before is None or before.read_as == line.read_as:
            return line
        anew = f"{line.defines} is defined anew, in the place of row {before.row}"
        return replace(line, why="; ".join(filter(None, (line.why, anew))))

    return [
        replace(one, lines=tuple(told(line, one.lines[0]) for line in one.lines)) for one in found
    ]


def _judged(manuscript: Manuscript, given: Sequence[str]) -> list[CheckedDerivation]:
    """All derivations of a manuscript with their verdicts."""
    manuscript, found = _with_new_meanings(manuscript, given)
    if manuscript.sizes and any(SHAPES in line.why for one in found for line in one.lines):
        square = _checked(read_scripts(replace(manuscript, sizes={}), given))[0]
        found = _with_shapes(found, square)
    found = without_values_below(
        manuscript, found, lambda other: _checked(read_scripts(other, given), explains=False)[0]
    )
    return with_own_names(found, manuscript)


def _likelier(
    one: list[CheckedDerivation], other: list[CheckedDerivation]
) -> list[CheckedDerivation]:
    """Of two readings of a text the one by which more of it holds, or else more can be judged.

    What holds by either is not called wrong.
    """
    if _standing(other) > _standing(one):
        one, other = other, one
    holds = {p for d in other for line, p in _placed(d) if line.verdict in PASSED}

    def judged(line: CheckedLine, place: Place) -> CheckedLine:
        if line.verdict != "refuted" or place not in holds:
            return line
        why = f"holds by another reading of the signs as they are typed; by this one: {line.why}"
        return replace(line.undecided(why), counterexample=None)

    return [replace(d, lines=tuple(judged(*placed) for placed in _placed(d))) for d in one]


Place = tuple[int, str, str]


def _placed(derivation: CheckedDerivation) -> Iterator[tuple[CheckedLine, Place]]:
    """Lines with their row, what they say and of what: several statements may share a row.

    Words before a formula belong to it by one reading and not by the other.
    """
    lines = derivation.lines
    of = lines[0].text.split()[-1:] if lines else []
    for line in lines:
        yield line, (line.row, "".join(line.text.split()), "".join(of))


def _is_unread(found: Sequence[CheckedDerivation]) -> bool:
    """Whether something was not read, or nothing was found to read."""
    verdicts = {line.verdict for one in found for line in one.lines} - {"given"}
    return not verdicts or "unread" in verdicts


def _standing(found: Sequence[CheckedDerivation]) -> tuple[int, int]:
    unread = sum(line.verdict == "unread" for one in found for line in one.lines)
    return _passed(found, ()), -unread


def _with_new_meanings(
    manuscript: Manuscript, given: Sequence[str]
) -> tuple[Manuscript, list[CheckedDerivation]]:
    """A second equation of a name is a slip or a new definition: what follows it tells which.

    Where lines hold with either, the words before the equation decide.
    """
    found, contested = _checked(read_scripts(manuscript, given))
    if preferred := _agreeing(manuscript, found):
        other = replace(manuscript, preferred=preferred)
        again, _ = _checked(read_scripts(other, given), explains=False)
        if _standing(again) > _standing(found):
            manuscript = other
            found, contested = _checked(read_scripts(manuscript, given))
    for place in _models(manuscript) if _has_doubts(found) else []:
        other = manuscript.with_model(place)
        again, _ = _checked(read_scripts(other, given), explains=False)
        if _passed(again, ()) > _passed(found, ()):
            manuscript = other
            found, contested = _checked(read_scripts(manuscript, given))
    manuscript, found, contested = _with_late_values(manuscript, given, found, contested)
    said = {place for place in contested if says_anew(manuscript.statements[place].cue)}
    statements = manuscript.statements
    # a list of losses has another L in every row, and beside it what follows from that one
    listed = {n for n in contested if statements[n].cue.rstrip().endswith(":")}
    listed &= (plain := {n for n in contested if statements[n].is_plain})
    listed |= {n for n in plain if _row(statements[n + 1 : n + 2]) == _row(statements[n:])}
    others = sorted(contested - said)[:MOST_DOUBTFUL]
    lists = [many for many in (said, listed) if len(many) > 1]
    for places in lists + [{n} for n in sorted({*said, *others})]:
        if not places & contested:
            continue
        other = manuscript.with_sections(places)
        again, _ = _checked(read_scripts(other, given), explains=False)
        own = () if places is listed else places
        rows = {side.row for n in own for side in manuscript.statements[n].sides}
        before, after = _passed(found, rows), _passed(again, rows)
        if after > before or (after == before and places <= said):
            manuscript = other
            found, contested = _checked(read_scripts(manuscript, given))
    return manuscript, found


def _agreeing(manuscript: Manuscript, found: Sequence[CheckedDerivation]) -> frozenset[int]:
    """Second equations of names, by what is differentiated by, that hold with the first ones."""
    if not _has_doubts(found) or not (second := through_names(manuscript)):
        return frozenset()
    held = {line.row for one in found for line in one.lines if line.verdict in PASSED}
    failed = {line.row for one in found for line in one.lines if line.verdict not in PASSED}
    failed -= {line.row for one in found for line in one.lines if line.verdict == "given"}
    rows = {s.at: s.sides[-1].row for s in manuscript.statements}
    return frozenset(at for at in second if rows[at] in held - failed)


def _with_late_values(
    manuscript: Manuscript,
    given: Sequence[str],
    found: list[CheckedDerivation],
    contested: set[int],
) -> tuple[Manuscript, list[CheckedDerivation], set[int]]:
    """The same where values that stand behind lines that use the name hold from there on only."""
    wrong = {
        line.row: " ".join(side.read_as for side in one.lines)
        for one in found
        for line in one.lines
        if line.verdict == "refuted" or line.why.startswith(DIFFER)
    }
    for place in late_values(manuscript, wrong)[:MOST_DOUBTFUL]:
        other = manuscript.with_sections({place})
        again, _ = _checked(read_scripts(other, given), explains=False)
        lines = [line for one in again for line in one.lines]
        gains = any(line.row in wrong and line.verdict in PASSED for line in lines)
        if gains and _passed(again, ()) >= _passed(found, ()):
            manuscript = other
            found, contested = _checked(read_scripts(manuscript, given))
    return manuscript, found, contested


def _models(manuscript: Manuscript) -> list[int]:
    """Statements that may describe data ("suppose that y = a x + noise") and define nothing."""
    found = [n for n, s in enumerate(manuscript.statements) if left_name(s) and is_supposed(s.cue)]
    return found[:MOST_DOUBTFUL]


def _has_doubts(found: Sequence[CheckedDerivation]) -> bool:
    return any(line.verdict not in (*PASSED, "given") for one in found for line in one.lines)


def _row(statements: Sequence[Statement]) -> int:
    return next((one.sides[0].row for one in statements if one.sides), -1)


def _passed(found: Sequence[CheckedDerivation], but: Container[int]) -> int:
    """How many lines hold, other than those of some rows."""
    lines = (line for one in found for line in one.lines if line.row not in but)
    return sum(line.verdict in PASSED for line in lines)


def _with_shapes(
    found: Sequence[CheckedDerivation], square: Sequence[CheckedDerivation]
) -> list[CheckedDerivation]:
    """Lines whose shapes do not fit are wrong if they are wrong for square matrices too."""
    wrong = {
        (line.row, line.text): line
        for one in square
        for line in one.lines
        if line.verdict == "refuted"
    }

    def judged(line: CheckedLine) -> CheckedLine:
        other = wrong.get((line.row, line.text)) if SHAPES in line.why else None
        if other is None:
            return line
        but = "the shapes do not fit, and for square matrices: "
        return replace(other, why=but + other.why, why_latex=but + other.why_latex)

    return [replace(one, lines=tuple(map(judged, one.lines))) for one in found]


def _checked(
    scripts: Sequence[Script], *, explains: bool = True
) -> tuple[list[CheckedDerivation], set[int]]:
    """All derivations, and the statements that give a known name another meaning, if it is one."""
    found: list[CheckedDerivation] = []
    contested = set[int]()
    for script in map(with_targets, scripts):
        certainty, checked = _of_script(script, explains=explains)
        facts = {
            fact.text: fact
            for checker, _ in checked
            for one in checker.refutations.values()
            if (fact := certainty.declared(one)) is not None
        }
        if facts:  # words declare them
            facts = (*script.paper.facts, *facts.values())
            script = replace(script, paper=replace(script.paper, facts=facts))
            certainty, checked = _of_script(script, explains=explains)
        checked = [(checker, checker.explained(lines)) for checker, lines in checked]
        contested |= {checker.chain.place for checker, _ in checked if checker.is_contested}
        found += _reviewed(certainty, checked)
    return found, contested


Checked = list[tuple[ChainChecker, list[CheckedLine]]]


def _of_script(script: Script, *, explains: bool) -> tuple[Certainty, Checked]:
    """The lines of one section, with what they bear out."""
    ground = setting_of(script)
    certainty = Certainty(script)
    checked: Checked = []
    for chain in script.chains:
        checker = ChainChecker(ground, chain, explains=explains)
        lines = checker.lines()
        if chain.case and any(line.verdict == "refuted" for line in lines):
            checker, lines = judged_in_case(checker, lines, script)
        certainty.learn(checker)
        checked.append((checker, lines))
    return certainty, checked


def _reviewed(certainty: Certainty, checked: Checked) -> Iterator[CheckedDerivation]:
    """Derivations with those refutations only that rest on nothing uncertain."""
    beliefs: list[Belief] = []
    for checker, lines in checked:
        if checker.explains:
            lines[:] = carried_on(checker, lines, beliefs)
            certainty.bear_out(checker)
        for number, refutation in checker.refutations.items():
            lines[number] = certainty.reviewed(lines[number], refutation)
        lines[:] = [certainty.upheld(checker, n, line) for n, line in enumerate(lines)]
        beliefs += beliefs_of(checker, lines, beliefs)
    for checker, lines in checked:
        certainty.notice(checker, lines)
    for checker, lines in checked:
        for number, refutation in checker.refutations.items():
            lines[number] = certainty.after_all(lines[number], refutation)
        if any(line.verdict != "given" or line.defines for line in lines):
            yield CheckedDerivation(tuple(lines))


def _with_certainty(found: Sequence[CheckedDerivation]) -> Iterator[CheckedDerivation]:
    """Derivations whose lines call nothing wrong on which they rest, unless it is."""
    wrong = {line.row for one in found for line in one.lines if line.verdict == "refuted"}
    for one in found:
        if any(line.verdict == "refuted" for line in one.lines):
            yield one
            continue
        lines = (line if rests_on(line, wrong) else _unsure(line) for line in one.lines)
        yield replace(one, lines=tuple(lines))


def _unsure(line: CheckedLine) -> CheckedLine:
    return replace(line, why=line.why.replace(WRONG, UNSURE))
