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
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from gory.notation import (
    D,
    Definition,
    Expr,
    Fact,
    Fn,
    Paper,
    Ref,
    Sum,
    free_indices,
    to_plain,
    walk,
)  # fmt: skip
from gory.notation._script import Line, Meaning, Script
from gory.verify._chain import PASSED, ChainChecker, Refutation
from gory.verify._claim import Ground, reached_names
from gory.verify._proofreading import CheckedLine

MOST_TRIED = 24  # other meanings of names, in one section
UNSURE = "which is not certain"  # of a line that was at odds
DIFFER = "as read, the sides differ, but"
UNBORNE = (
    f"{DIFFER} no line that holds bears out the reading of {{names}}, and no small change makes "
    "this one right: it may mean something else"
)
_SAID = (  # words, and the facts that they may declare
    (
        re.compile(
            r"(?i)one-hot|probabilit\w+|distribution|normali[sz]ed|simplex|add up|unity|"
            r"(?<!not )(?<!n't )(?<!never )sums? to (?:one|1)\b"
        ),
        re.compile(r"^holds if sum_.* = 1"),
    ),
    (re.compile(r"(?i)symmetric"), re.compile(r"\] = .*\]$")),
    (
        re.compile(r"(?i)bias|constant (?:input|feature)|dummy"),
        re.compile(r"\[(?:\w+,)?0\] = 1"),
    ),
)
_NEGATED = re.compile(  # right before a word that would declare a fact
    r"(?i)(?:\b(?:not|never|no|without)|n't)\s+(?:(?!forget|only)\S+\s+){0,5}$"
)
_LIMITED = re.compile(r"(?i)\b(?:only (?:if|when)|unless|except (?:if|when))\b")
_GOES_ON = re.compile(  # words behind which an equation of a known name is a claim
    r"(?i)\b(?:so|thus|hence|therefore|then|that is|i\.e|becomes?|equals|obtain|get|find|gives?|"
    r"yields|simplif\w+|expand\w*|rewrit\w+|written|equivalent\w*|divid\w+|multiply\w*|insert\w*|"
    r"substitut\w+|plugg\w+|using|taking|summing|in other words)\b"
)
_SURE = re.compile(r"^holds if (?:sum_.* = 1|.*\] = .*\])$")  # words say these without a doubt
_SHORT = (  # disagreements of a single token
    "holds only", "the sum over", "differs by the factor -1", "differs by the factor 2",
    "differs by the factor 1/2", "misses the factor",
)  # fmt: skip


@dataclass
class Certainty:
    """What the lines of one section bear out, and which of its refutations stand."""

    script: Script
    borne_out: set[tuple[str, str]] = field(default_factory=set)  # definitions that lines use
    used: set[str] = field(default_factory=set)  # names in lines that hold
    against: Counter[tuple[str, str]] = field(default_factory=Counter)  # lines at odds with one
    tried: int = 0

    def learn(self, checker: ChainChecker) -> None:
        """Lines that hold bear out the definitions they rest on."""
        known = self.script.paper.definitions
        for expr in set(checker.passed):
            names = reached_names(checker.ground.paper, expr)
            self.used |= names
            self.borne_out |= {_key(known[name]) for name in names & known.keys()}
        for refutation in checker.refutations.values():
            self.against.update(_key(known[n]) for n in _names(refutation) & known.keys())

    def reviewed(self, line: CheckedLine, refutation: Refutation) -> CheckedLine:
        """A refuted line, or the same as unread with the reason why the verdict is not certain."""
        said = self.said_in_words(refutation)
        reason = self.doubt(refutation)
        if said:
            reason = f"{refutation.fact}, which the word {said!r} may mean"
        if not reason:
            return line
        return replace(line, verdict="unread", why=reason, repair="", whole="")

    def doubt(self, refutation: Refutation) -> str:
        """The first reason why a refutation is not certain, or ""."""
        line, before, chain = refutation.line, refutation.before, refutation.chain
        hedges = [h for h in chain.hedges if not (h.in_cases and _is_sign(refutation))]
        for reason in (*line.doubts, *before.doubts, *hedges):
            return f"{DIFFER} {reason}"
        names = sorted(_names(refutation))
        is_near = _is_near(refutation)
        for name in names:
            reason = self.script.doubts.get(name, "")
            if reason and not (is_near and name in self.used):
                return f"{DIFFER} {reason}"
        for name in _varied(refutation):  # "with L = ..." may speak of what follows it only
            if self.script.said_below.get(name, 0) > line.row:
                return f"{DIFFER} what the text says of {name} stands below it"
        if reason := self.second_meaning(refutation, names):
            return reason
        return "" if is_near else self.unborne(names) or _other_use(refutation)

    def declared(self, refutation: Refutation) -> Fact | None:
        """The fact that saves a line, where words declare it."""
        is_said = any(not is_limited for _, is_limited in self.said(refutation))
        return refutation.declared if is_said and _SURE.search(refutation.fact) else None

    def said_in_words(self, refutation: Refutation) -> str:
        """A word that may declare the fact that saves the line."""
        return next((word for word, _ in self.said(refutation)), "")

    def said(self, refutation: Refutation) -> Iterator[tuple[str, bool]]:
        """Words that may declare the fact that saves the line, and whether they limit it to a
        case ("only if")."""
        name = re.search(r"([A-Za-z]+)\[", refutation.fact)
        if name is None or "the text says" in refutation.fact:
            return
        about = re.compile(rf"(?<![A-Za-z\\]){name[1]}(?![A-Za-z])")
        sentences = re.split(r"[.!?;](?=\s)|\n\s*\n", self.script.words)
        for sentence, (words, fact) in product(sentences, _SAID):
            word = words.search(sentence) if fact.search(refutation.fact) else None
            if word is None or not about.search(sentence):
                continue
            if not _NEGATED.search(sentence[: word.start()]):
                yield word.group(), _LIMITED.search(sentence) is not None

    def second_meaning(self, refutation: Refutation, names: list[str]) -> str:
        """An equation elsewhere that gives a name another meaning, with which the line holds."""
        own = {line.row for line in refutation.chain.lines}
        for name in names:
            for meaning in self.script.meanings.get(name, ()):
                if meaning.row in own or _is_out_of_place(meaning, refutation):
                    continue
                if self.tried < MOST_TRIED and self.holds_with(refutation, name, meaning):
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
        other = refutation.ground.on(replace(paper, definitions=definitions))
        return any(
            other.compare(left, right, refutation.factors).verdict in PASSED
            for left, right in _pairs(refutation, other)
        )

    def unborne(self, names: list[str]) -> str:
        """Defined names of which nothing shows that they are read as meant."""
        known = self.script.paper.definitions
        lonely = [
            name
            for name in names
            if name in known.keys() - self.script.formal
            and _key(known[name]) not in self.borne_out
            and (name not in self.script.introduced or self.against[_key(known[name])] > 1)
        ]
        return UNBORNE.format(names=", ".join(lonely)) if lonely else ""


def _other_use(refutation: Refutation) -> str:
    """What an equation may be instead of a claim: a definition, or a condition on given names."""
    chain, paper = refutation.chain, refutation.ground.paper
    first = chain.lines[0].exprs[:1]
    is_second = len(chain.lines) > 1 and refutation.line is chain.lines[1]
    if is_second and (_GOES_ON.search(chain.words) or _has_idle_sum(refutation.line)):
        return ""
    if is_second and first and isinstance(first[0], Ref) and first[0].name in paper.definitions:
        return f"{DIFFER} it may define {first[0].name} anew"
    if is_second and first and (open_names := _given_once(paper, first[0], refutation.line)):
        return f"{DIFFER} it may say what {', '.join(open_names)} is"
    nodes = [n for one in chain.lines for e in one.exprs[:1] for n in walk(e)]
    is_open = not any(
        isinstance(n, D | Fn) or (isinstance(n, Ref) and n.name in paper.definitions) for n in nodes
    )
    if is_open and not chain.is_display:
        return f"{DIFFER} it may be a condition on names that the text does not define"
    return ""


def _has_idle_sum(line: Line) -> bool:
    """Whether the index of a sum does not occur under it, which nobody means."""
    sums = [node for e in line.exprs[:1] for node in walk(e) if isinstance(node, Sum)]
    return any({*one.indices} - free_indices(one.body) for one in sums)


def _varied(refutation: Refutation) -> list[str]:
    """Names that a refuted line differentiates."""
    lines = (refutation.line, refutation.before, *refutation.chain.lines[:1])
    nodes = [n for one in lines for e in one.exprs[:1] for n in walk(e)]
    return sorted({n.body.name for n in nodes if isinstance(n, D) and isinstance(n.body, Ref)})


def _given_once(paper: Paper, left: Expr, line: Line) -> list[str]:
    """Given names of a left side that the right side lacks: no identity could hold for them."""
    if any(isinstance(node, D) for node in walk(left)):
        return []
    right = frozenset().union(*(reached_names(paper, e) for e in line.exprs[:1]))
    return sorted(reached_names(paper, left) - right - paper.definitions.keys())


def _is_near(refutation: Refutation) -> bool:
    """Whether there is a right line next to it: one token, one fact, a lost factor or index.

    That speaks for a slip, and against a line that was misread.
    """
    if not refutation.why or refutation.fact:  # an index that cannot be, a decimal number
        return True
    return ": " in refutation.repair or refutation.why.startswith(_SHORT)


def _is_sign(refutation: Refutation) -> bool:
    """Whether it is wrong by a sign or a power, which no case can excuse."""
    is_power = re.search(r"\^\S+ in the place of|in the place of [^:]*\^", refutation.repair)
    return (
        refutation.why == "differs by the factor -1"
        or refutation.repair.startswith("the sign of")
        or is_power is not None
    )


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


def _names(refutation: Refutation) -> frozenset[str]:
    """Names that a refuted line rests on, also through definitions."""
    lines = (refutation.line, refutation.before, *refutation.chain.lines[:1])
    paper = refutation.ground.paper
    return frozenset().union(*(reached_names(paper, e) for one in lines for e in one.exprs[:1]))


def _pairs(refutation: Refutation, ground: Ground) -> Iterator[tuple[Expr, Expr]]:
    """The comparisons that a line has failed."""
    first = next((one for one in refutation.chain.lines if one.exprs), refutation.before)
    starts: dict[Line, None] = {refutation.before: None, first: None}
    for start in starts:
        for right in refutation.line.exprs[:2]:
            yield ground.prepare(start.exprs[0]), ground.prepare(right)
