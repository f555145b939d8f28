"""Whether everything that a refutation rests on was read with certainty.

A line that is at odds with what was read is wrong, or it was misread. It is called wrong only if
nothing speaks for the other:

1. nothing in the line, or in the line before, had to be guessed, and no word stands so close before
   it that it may be a part of it;
2. no words around it restrict what it claims ("in the limit", "if we ignore ...");
3. no equation that could not be read, and no words, may say what one of its names is;
4. it is wrong with every meaning that the text gives to its names, and what it differentiates is
   not first defined below it; it introduces no name itself;
5. something bears out that its names are read as meant: words introduce them ("let"), other lines
   that use them hold, or the line itself is right but for one token. An author who contradicts his
   own definition wherever he uses it means something else by it.

Otherwise the line is ``unread``, with the reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gory.notation import (
    D,
    Definition,
    Fact,
    Ref,
    Size,
    free_indices,
    to_plain,
    walk,
)  # fmt: skip
from gory.notation.latex import PART
from gory.notation.manuscript._script import Chain, Line, Meaning, Script
from gory.notation.manuscript._upstream import BY_IT_ONLY
from gory.verify.manuscript._chain import ChainChecker, Refutation
from gory.verify.manuscript._claim import reached_names
from gory.verify.manuscript._granted import is_declared, said
from gory.verify.manuscript._proofreading import PASSED, CheckedLine
from gory.verify.manuscript.doubts._carried_back import goes_back
from gory.verify.manuscript.doubts._finite import at_values
from gory.verify.manuscript.doubts._kinks import beyond_a_kink
from gory.verify.manuscript.doubts._limits import equates_other_sums, of_one_span
from gory.verify.manuscript.doubts._lost_instance import lost_instance, of_one_instance
from gory.verify.manuscript.doubts._misread import (
    defined_later,
    held_above,
    is_idle,
    misread,
    rests_below,
)
from gory.verify.manuscript.doubts._one_hot import holds_one_hot
from gory.verify.manuscript.doubts._other_layout import is_in_this_layout
from gory.verify.manuscript.doubts._other_uses import (
    DIFFER,
    TO_ZERO,
    argument_left_out,
    beside,
    compared,
    for_pairs,
    gathered,
    given_value,
    idle_derivative,
    other_use,
    pairs_compared,
    posed_condition,
    unsaid_function,
    value_at_numbers,
    varied,
)
from gory.verify.manuscript.doubts._partial import in_words, is_wrong_for_others
from gory.verify.manuscript.doubts._posed import fails_if, holds_if
from gory.verify.manuscript.doubts._reach import failed_pairs, names_under, ranges_under
from gory.verify.manuscript.doubts._regardless import holds_regardless, is_slip_regardless
from gory.verify.manuscript.doubts._slip_above import SlipAbove, slip_above
from gory.verify.manuscript.doubts._vanishing import vanishes
from gory.verify.manuscript.explanations._gap import LostFactor, SpareFactor

MOST_TRIED = 24  # other meanings of names, in one section
UNSURE = "which is not certain"  # of a line that was at odds
UNBORNE = (
    f"{DIFFER} no line that holds bears out the reading of {{names}}, and no small change makes "
    "this one right: it may mean something else"
)
_USES = (given_value, idle_derivative, posed_condition, argument_left_out, of_one_instance)
_DETACHED = re.compile(
    r"(?i)\bdetach\w*|stop[- ]?grad\w*|no[- ]grad|"
    r"\btreat\w*\s(?:[^.\s]+\s){0,6}as\s(?:an?\s)?constants?\b"
)


@dataclass
class Certainty:
    """What the lines of one section bear out, and which of its refutations stand."""

    script: Script
    borne_out: set[tuple[str, str]] = field(default_factory=set)  # definitions that lines use
    used: set[str] = field(default_factory=set)  # names in lines that hold
    against: Counter[tuple[str, str]] = field(default_factory=Counter)  # lines at odds with one
    tried: int = 0
    vague: dict[str, Chain] = field(default_factory=dict)  # names, and what may restrict them
    posed: list[Chain] = field(default_factory=list)  # equations that may be facts
    relied_on: dict[int, str] = field(default_factory=dict)  # rows of second meanings, with a name
    above: dict[int, SlipAbove] = field(default_factory=dict)  # of refutations

    def learn(self, checker: ChainChecker) -> None:
        """Lines that hold bear out the definitions they rest on."""
        known = self.script.paper.definitions
        self.bear_out(checker)
        for refutation in checker.refutations.values():
            self.against.update(_key(known[n]) for n in names_under(refutation) & known.keys())

    def bear_out(self, checker: ChainChecker) -> None:
        known = self.script.paper.definitions
        for expr in set(checker.passed):
            names = reached_names(checker.ground.paper, expr)
            self.used |= names
            self.borne_out |= {_key(known[name]) for name in names & known.keys()}

    def reviewed(self, line: CheckedLine, refutation: Refutation) -> CheckedLine:
        """A refuted line, or the same as unread with the reason why the verdict is not certain."""
        name, is_general = holds_one_hot(refutation, self.script.words)
        if is_general:
            why = f"holds for one-hot {name}"
            return line.passed("tested", why)
        finite, is_scalar = at_values(refutation, self.script.domains)
        if is_scalar:
            why = f"holds at every value that {finite} can have"
            return line.passed("tested", why)
        for factors in pairs_compared(refutation) if self.script.domains else ():
            pair = replace(refutation, factors=(*refutation.factors, *factors))
            one, is_number = at_values(pair, self.script.domains)
            if is_number:
                why = f"holds at every value that {one} can have, for two that differ"
                return line.passed("tested", why)
        if factors := for_pairs(refutation):
            left, right = next(failed_pairs(refutation, refutation.ground))
            found = refutation.ground.compare(left, right, factors)
            if found.verdict in PASSED:
                how = f"{found.how}, for two that differ"
                return line.passed(found.verdict, how)
        names, found = held_above(refutation, self.script)
        if found is not None and all(name in self.script.said_below for name in names):
            how = f"{found.how}; what defines {', '.join(names)} stands below"
            return line.passed(found.verdict, how)
        if found := holds_regardless(refutation, self.script):
            return line.passed(found.verdict, found.how)
        reason = self.doubt(refutation)
        if name and not _is_sign(refutation):
            reason = f"{DIFFER} it holds where {name} is one-hot and its class an index of the line"
        if finite:
            reason = f"{DIFFER} it holds at values that {finite} can have"
        if word := next((word for word, _ in said(_fact(refutation), self.script.words)), ""):
            reason = f"{_fact(refutation)}, which the word {word!r} may mean"
        if reason:
            return line.undecided(reason)
        above = self.above.get(id(refutation))
        return above.said_of(line, refutation) if above else in_words(line, refutation)

    def upheld(self, checker: ChainChecker, number: int, line: CheckedLine) -> CheckedLine:
        """A line that holds, or the same as unread where it does by what stands below it only, by
        taking one sum for another, or since there is nothing to compare.
        """
        if line.verdict not in PASSED or number in checker.refutations:
            return line
        reason = rests_below(checker, number, self.script)
        reason = reason or equates_other_sums(checker, number, self.script)
        reason = reason or vanishes(checker, number) or lost_instance(checker, number)
        return line.undecided(reason) if reason else line

    def notice(self, checker: ChainChecker, lines: Sequence[CheckedLine]) -> None:
        """An equation between given names that is left open may restrict them: ``i^2 = -1``."""
        chain, paper = checker.chain, checker.ground.paper
        is_posed = chain.is_posed or any(TO_ZERO in line.why for line in lines)
        is_left = is_posed or any(line.verdict == "unread" for line in lines[1:])
        nodes = [node for one in chain.lines for e in one.exprs[:1] for node in walk(e)]
        names = {node.name for node in nodes if isinstance(node, Ref)}
        is_given = not any(isinstance(node, D) for node in nodes)
        if is_left and (is_posed or (is_given and not names & paper.definitions.keys())):
            self.posed.append(chain)
            names |= {node.range for node in nodes if isinstance(node, Size)}
            for name in names - paper.definitions.keys():
                self.vague.setdefault(name, chain)

    def after_all(self, line: CheckedLine, refutation: Refutation) -> CheckedLine:
        """What was found out about names after a line was judged."""
        if line.verdict != "refuted":
            return line
        reason, name = "", self.relied_on.get(line.row, "")
        if name:
            reason = f"it may define {name} anew, since another line holds by it"
        for given in sorted(names_under(refutation) | ranges_under(refutation)):
            chain = self.vague.get(given)
            if chain is None or chain is refutation.chain or _is_near(refutation):
                continue
            row = chain.lines[0].row
            if row <= line.row and not fails_if(refutation, chain):
                reason = f"row {row}, which is not read as a fact, may restrict {given}"
        for chain in self.posed if not reason else ():
            is_below = chain.lines[0].row > line.row
            if chain is refutation.chain or (is_below and _is_near(refutation)):
                continue
            if holds_if(refutation, chain):
                reason = f"it holds if row {chain.lines[0].row} is a fact"
        if not reason:
            return line
        return line.undecided(f"{DIFFER} {reason}")

    def doubt(self, refutation: Refutation) -> str:
        """The first reason why a refutation is not certain, or ""."""
        line, before, chain = refutation.line, refutation.before, refutation.chain
        hedges = [h for h in chain.hedges if not (h.in_cases and _is_sign(refutation))]
        if refutation.factors or _is_on_diagonal(refutation):  # the case is written out
            hedges = [hedge for hedge in hedges if hedge.words.lower() != "diagonal"]
        names = sorted(names_under(refutation))
        alike = of_one_span(refutation, [self.script.doubts.get(name, "") for name in names])
        doubts = [one for one in (*line.doubts, *before.doubts) if not _is_beside(one, refutation)]
        doubts = [one for one in doubts if one not in alike]
        if PART in doubts and is_wrong_for_others(refutation):
            doubts = [one for one in doubts if one != PART]
        for reason in (*doubts, *hedges):
            return f"{DIFFER} {reason}"
        if refutation.is_nameless:
            return ""
        if reason := self.of_names(refutation, names, alike):
            return f"{DIFFER} {reason}"
        if reason := self.second_meaning(refutation, names):
            return reason
        if _DETACHED.search(self.script.words) and varied(refutation, derivatives=True):
            return f"{DIFFER} words say that a derivative does not see some name"
        for use in _USES:
            if reason := use(refutation):
                return f"{DIFFER} {reason}"
        reason = gathered(refutation, self.script.words)
        if reason := reason or unsaid_function(refutation, self.script):
            return f"{DIFFER} {reason}"
        for use in (value_at_numbers, beyond_a_kink):
            if reason := use(refutation, self.script.words):
                return f"{DIFFER} {reason}"
        if reason := beside(refutation, compared(self.script)) or misread(refutation, self.script):
            return f"{DIFFER} {reason}"
        if _is_near(refutation):
            return ""
        has_edit = refutation.found is not None and refutation.found.edit is not None
        return ("" if has_edit else self.unborne(refutation, names)) or other_use(refutation)

    def of_names(self, refutation: Refutation, names: list[str], alike: frozenset[str]) -> str:
        """What is not certain of the names that a line rests on, or ""."""
        line = refutation.line
        is_near = _is_near(refutation)
        for name in names:
            reason = self.script.doubts.get(name, "")
            if reason in alike or (reason.endswith(BY_IT_ONLY) and goes_back(refutation, name)):
                continue
            if reason and not (is_near and name in self.used):
                if is_slip_regardless(refutation, self.script):
                    continue
                return reason
        for name in varied(refutation):  # "with L = ..." may speak of what follows it only
            if self.script.said_below.get(name, 0) > line.row:
                return f"what the text says of {name} stands below it"
        if name := defined_later(refutation, varied(refutation), self.script):
            return f"what the text says of {name} stands below it"
        return ""

    def declared(self, refutation: Refutation) -> Fact | None:
        """The fact that saves a line, where words declare it."""
        if refutation.wrong is None:
            return None
        saving = refutation.wrong.saving
        return saving.fact if is_declared(saving.words.plain, self.script.words) else None

    def second_meaning(self, refutation: Refutation, names: list[str]) -> str:
        """An equation elsewhere that gives a name another meaning, with which the line holds."""
        first = next((e for one in refutation.chain.lines[:1] for e in one.exprs), None)
        says = first.name if isinstance(first, Ref) else ""  # the chain is an equation of it
        own = {line.row for line in refutation.chain.lines}
        for name in names:
            for meaning in self.script.meanings.get(name, ()):
                if (name == says and meaning.row in own) or _is_out_of_place(meaning, refutation):
                    continue
                if self.tried < MOST_TRIED and self.holds_with(refutation, name, meaning):
                    if is_in_this_layout(refutation, name, meaning, self.script):
                        continue
                    self.relied_on.setdefault(meaning.row, name)
                    return (
                        f"this holds if {name} is what row {meaning.row} says, and not if it is "
                        "what the text says of it elsewhere"
                    )
        return ""

    def holds_with(self, refutation: Refutation, name: str, meaning: Meaning) -> bool:
        self.tried += 1
        paper = self.script.paper
        definitions = dict(paper.definitions)
        if meaning.definition is None:
            definitions.pop(name, None)
        else:
            definitions[name] = meaning.definition
        paper = replace(paper, definitions=definitions)
        sides = (refutation.before.exprs[0], refutation.line.exprs[0])
        if meaning.definition is not None and is_idle(sides, paper):
            return False  # where nothing depends on anything, everything holds
        other = refutation.ground.on(paper)
        return any(
            other.compare(left, right, refutation.factors).verdict in PASSED
            for left, right in failed_pairs(refutation, other)
        )

    def unborne(self, refutation: Refutation, names: list[str]) -> str:
        """Defined names of which nothing shows that they are read as meant, as a reason."""
        known = self.script.paper.definitions
        lonely = [
            name
            for name in names
            if name in known.keys() - self.script.formal
            and _key(known[name]) not in self.borne_out
            and (name not in self.script.introduced or self.against[_key(known[name])] > 1)
        ]
        if len(lonely) == 1 and (slip := slip_above(refutation, lonely[0], self.script)):
            self.above[id(refutation)] = slip
            return ""
        return UNBORNE.format(names=", ".join(lonely)) if lonely else ""


def _is_beside(doubt: str, refutation: Refutation) -> bool:
    """Whether a line is wrong however a letter is read at which a sum ends: another index of it is
    not bound.
    """
    match = re.match(r"(\w+), where a sum ends", doubt)
    if match is None:
        return False
    line, before = refutation.line, refutation.before
    loose = {*line.stray} if line.is_fault else set[str]()
    for right, left in zip(line.exprs[:1], before.exprs[:1], strict=False):
        loose |= {i.name for i in free_indices(right) - free_indices(left)}
    return bool(loose - {match[1]})


def _is_near(refutation: Refutation) -> bool:
    """Whether there is a right line next to it, which speaks for a slip and against a line that was
    misread.
    """
    found = refutation.found
    if found is None:
        return True
    is_factor = isinstance(found.gap, LostFactor | SpareFactor)
    if not found.fact and is_factor and not _names_in(refutation.line):
        return False  # "f = 1": a number has lost everything
    return found.is_slip


def _is_on_diagonal(refutation: Refutation) -> bool:
    """Whether a derivative is that of an entry by the entry with the same index."""
    first = [e for one in refutation.chain.lines[:1] for e in one.exprs[:1]]
    return any(
        isinstance(node, D)
        and bool(node.wrt.indices)
        and {*node.wrt.indices} <= free_indices(node.body)
        for node in first
    )


def _fact(refutation: Refutation) -> str:
    """The fact that would save a line, in words."""
    return refutation.found.fact.plain if refutation.found is not None else ""


def _names_in(line: Line) -> bool:
    return any(isinstance(node, Ref) for e in line.exprs[:1] for node in walk(e))


def _is_sign(refutation: Refutation) -> bool:
    return refutation.found is not None and refutation.found.is_sign


def _is_out_of_place(meaning: Meaning, refutation: Refutation) -> bool:
    """Whether an equation cannot be meant here: a value that is given further down, or a name that
    is data for a line with a slip.
    """
    if meaning.definition is None:
        return _is_near(refutation)
    is_number = not any(isinstance(node, Ref) for node in walk(meaning.definition.body))
    return is_number and meaning.row > refutation.line.row


def _key(definition: Definition) -> tuple[str, str]:
    return definition.name, to_plain(definition.body)
