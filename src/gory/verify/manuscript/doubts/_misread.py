r"""Signs in a text that the reading of it is at fault, and not its author.

Nobody can list how people write. But a line that is wrong as it is read, and right by one other
reading, was hardly miscalculated where the text gives a reason for that reading:

- it holds for some indices only, and words or a formula ahead of it speak of just these: "for an
  item $j$ that is neither $a$ nor $b$", "$i \ne j$" in a place where no condition was seen;
- it holds where a name is given, and what defines the name stands below: "Now $\mu = ...$";
- it holds if an array adds up to one, and that stands in the text;
- its repair looks like the line itself: signs of the author were lost on the way.

Each costs a comparison or two, and is asked of lines that would be called wrong, and of no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from gory.notation import (
    MINUS_ONE,
    ONE,
    Add,
    Bracket,
    D,
    Delta,
    Div,
    Expr,
    Index,
    Mul,
    Num,
    Paper,
    Pow,
    Ref,
    Size,
    free_indices,
    to_plain,
    walk,
)
from gory.notation.manuscript._script import Chain, Script
from gory.notation.manuscript.words._cues import is_denied, points_back
from gory.notation.manuscript.words._neutral import NEUTRAL
from gory.verify.manuscript._chain import ChainChecker, Refutation
from gory.verify.manuscript._claim import Finding, reached_names
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript.doubts._adds_up import adds_up
from gory.verify.manuscript.doubts._held_fixed import held_fixed
from gory.verify.manuscript.doubts._places import place_of
from gory.verify.manuscript.doubts._reach import found_in
from gory.verify.manuscript.explanations._gap import LostTerm, OnlyFor

AHEAD, BEHIND = 1200, 240  # characters of a text around a line that may say where it holds
MOST_FREED = 4  # names that are defined below a line
_HEADING = re.compile(
    r"\n(?=#|\\(?:sub)*section|\\paragraph|\\begin\{(?:proof|lemma|theorem)|"
    r"[ \t]{0,8}(?:[-*+]|\(?\w{1,2}[.)]|\\item)\s)"
)
_OPENS = re.compile(r"(?:\s|\$|\\\[|\\\(|\\begin\{[a-z]{1,12}\*?\}|&)*\Z")
_INDICATORS = re.compile(  # 1\\{k = l\\}, [k = l], 1(k = l): no conditions of a claim
    r"\\\{[^{}]{0,40}\\\}|(?<!\\)\[[^\[\]]{0,40}\]|(?<=[1}])\s?\([^()]{0,40}=[^()]{0,40}\)"
)
_CASES = re.compile(r"\\begin\{cases\}.*?(?:\\end\{cases\}|\Z)", re.DOTALL)
_STOP = re.compile(r"[.;?!][*_)]*\s|\n\s*\n|\$\$|\\[\[\]]|\\(?:begin|end)\{[a-z*]+\}|\\item")
_EQUAL = r"(?:==?|\\equiv)"
_UNEQUAL = r"(?:\\neq?(?![a-z])|\\not\s*=|!=|≠|<>|/=|<|>|\\[lg][et]q?(?![a-z]))"
_GENERAL = re.compile(
    r"(?i)\b(?:general\w*|both cases|combin\w+|together|all cases|any case|at once|compact\w*|"
    r"in short|unif\w+|single formula|one formula)\b"
)
_APART = re.compile(
    r"(?i)\b(?:not|nor|neither|other\w*|different|distinct|differs?|unequal|except|apart|but|else|"
    r"remaining|rest|besides|exclud\w+|without|incorrect|wrong|negatives?)\b|n't\b"
)
_SET_PHRASES = re.compile(r"(?i)\b(?:on the other hand|in other words|the other way (?:a?round))\b")
_SAME = re.compile(r"(?i)\b(?:same|equals?|equal to|itself|own|identical|coincid\w*)\b")
_VALUE = (Num, Size, Div, Mul, Pow, Delta)
_TYPESET = re.compile(  # how a formula looks, and not what it says
    r"\\(?:left|right|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr|displaystyle|quad|qquad|mathbf|bm|"
    r"boldsymbol|mathrm|vec|mathit|text|limits|nonumber)(?![a-zA-Z])|\\[,;:! ]|[{}\s~$&]"
)


def misread(refutation: Refutation, script: Script) -> str:
    """What in the text speaks for another reading by which a line holds, or ""."""
    for question in (_in_a_case, _given_here, adds_up, held_fixed):
        if reason := question(refutation, script):
            return reason
    return _as_written(refutation)


# -- indices of which the text speaks --------------------------------------------------------------


def _in_a_case(refutation: Refutation, script: Script) -> str:
    """Whether a line holds for indices of which the text ahead of it speaks."""
    for one, other, are_equal in _cases(refutation):
        if not are_equal and (word := _restricting(refutation.chain.words)):
            return f"it holds for {one.name} != {other.name}, which {word!r} may say"
        ahead, sentence, behind = _around(refutation, script.words)
        if _is_read(one, other, are_equal, script):
            is_general = _GENERAL.search(refutation.chain.words) is not None
            is_latest = not is_general and _is_latest(one, other, are_equal, ahead)
            if is_latest and _holds_where(refutation, one, other, are_equal):
                return (
                    f"the case that the text has spoken of last is {_case(one, other, are_equal)}"
                )
            continue
        is_said = any(_compared(one, other, are_equal, words) for words in (ahead, behind))
        if is_said or _in_words(one, other, are_equal, sentence):
            return f"it holds for {_case(one, other, are_equal)}, of which the text speaks"
    return ""


def _case(one: Index, other: Index, are_equal: bool) -> str:
    return f"{one.name} {'=' if are_equal else '!='} {other.name}"


def _is_latest(one: Index, other: Index, are_equal: bool, ahead: str) -> bool:
    """Whether a case is the last one of which the text ahead speaks, and it has not been left."""
    ends = {}
    for relation in (_EQUAL, _UNEQUAL):
        places = [m.end() for m in _comparisons(one, other, relation, ahead)]
        ends[relation] = max(places, default=-1)
    own, opposite = (ends[r] for r in ((_EQUAL, _UNEQUAL) if are_equal else (_UNEQUAL, _EQUAL)))
    return own > opposite and _GENERAL.search(ahead, own) is None


def _restricting(words: str) -> str:
    """A word of a sentence before a formula that may say of which indices it speaks, or "".

    Authors find ever new words for "the others": cross, sonst, active. So the words are listed that
    say nothing of the kind, and a line that holds off the diagonal is wrong among these only.
    """
    found = re.findall(r"(?<![\\\w])[^\W\d_]{2,}", _SET_PHRASES.sub("", words))
    return next((word for word in found if word.lower() not in NEUTRAL), "")


def _cases(refutation: Refutation) -> Iterator[tuple[Index, Index, bool]]:
    """Pairs of indices for which alone a line holds, as equal or as different."""
    gap = refutation.found.gap if refutation.found is not None else None
    match gap:
        case OnlyFor(one, other, are_equal):
            yield one, other, are_equal
        case LostTerm(term):
            yield from _told_apart(term)
    yield from _all_apart(refutation)


def _told_apart(term: Expr) -> Iterator[tuple[Index, Index, bool]]:
    """The pair of a delta that all of a missing term has: without it the term is zero."""
    parts = term.terms if isinstance(term, Add) else (term,)
    deltas = [{n for n in walk(part) if isinstance(n, Delta)} for part in parts]
    for delta in sorted(set.intersection(*deltas), key=to_plain):
        if isinstance(delta.left, Index) and isinstance(delta.right, Index):
            yield delta.left, delta.right, False


def _holds_where(refutation: Refutation, one: Index, other: Index, are_equal: bool) -> bool:
    """Whether a line holds where two indices are equal, or where they differ."""
    ground = refutation.ground
    sides = [ground.prepare(e) for e in (refutation.before.exprs[0], refutation.line.exprs[0])]
    same = Delta(one, other)
    case = same if are_equal else Add((ONE, Mul((MINUS_ONE, same))))
    return ground.compare(sides[0], sides[1], (*refutation.factors, case)).verdict in PASSED


def _all_apart(refutation: Refutation) -> Iterator[tuple[Index, Index, bool]]:
    """All pairs of free indices, where a line holds if no two of three are equal."""
    ground = refutation.ground
    sides = [ground.prepare(e) for e in (refutation.before.exprs[0], refutation.line.exprs[0])]
    free = sorted(free_indices(sides[0]) | free_indices(sides[1]), key=lambda one: one.name)
    pairs = [(a, b) for a, b in combinations(free, 2) if a.range == b.range]
    if len(pairs) < 2:
        return
    apart = tuple(Add((ONE, Mul((MINUS_ONE, Delta(a, b))))) for a, b in pairs)
    if ground.compare(sides[0], sides[1], (*refutation.factors, *apart)).verdict in PASSED:
        yield from ((a, b, False) for a, b in pairs)


def _is_read(one: Index, other: Index, are_equal: bool, script: Script) -> bool:
    """Whether a condition of that kind on two letters was read somewhere, and so can be."""
    pair = {one.name, other.name}
    for chain in script.chains:
        factors = [f for own in chain.settings for f in own]
        factors += [f for line in chain.lines for f in line.conditions]
        for factor in factors:
            told = [n for n in walk(factor) if isinstance(n, Delta | Bracket)]
            letters = {s.name for n in told for s in (n.left, n.right) if isinstance(s, Index)}
            if pair <= letters and isinstance(factor, Delta) == are_equal:
                return True
    return False


def _around(refutation: Refutation, text: str) -> tuple[str, str, str]:
    """What stands before a line, from the heading above it on; the sentence before its chain; and
    the rest of its own.
    """
    chain, line = refutation.chain, refutation.line
    first, place = place_of(chain.lines[0], text), place_of(line, text)
    behind = text[place : place + BEHIND].removeprefix(line.source)
    ahead = _since_heading(text[max(place - AHEAD, 0) : place])
    words = _OPENS.sub("", _since_heading(text[max(first - AHEAD, 0) : first]))
    return ahead, _STOP.split(words.rstrip(" .\n"))[-1], _STOP.split(behind.removeprefix("\n"))[0]


def _since_heading(ahead: str) -> str:
    return _INDICATORS.sub("", _CASES.sub("", _HEADING.split(ahead)[-1]))


def _compared(one: Index, other: Index, are_equal: bool, ahead: str) -> bool:
    """Whether ``i = j`` or ``i \\ne j`` stands there, and no words that take it back."""
    found = _comparisons(one, other, _EQUAL if are_equal else _UNEQUAL, ahead)
    if not found or is_denied(ahead[: found[-1].start()].replace("$", "")):
        return False
    return _GENERAL.search(ahead, found[-1].end()) is None


def _comparisons(one: Index, other: Index, relation: str, ahead: str) -> list[re.Match[str]]:
    """Where two letters are compared, in order."""
    letters = [r"\d" if index.is_literal else _bare(index.name) for index in (one, other)]
    found = [
        match
        for left, right in (letters, letters[::-1])
        for match in re.finditer(rf"{left}[\s{{}}]*{relation}[\s{{}}]*{right}", ahead)
    ]
    return sorted(found, key=lambda match: match.start())


def _in_words(one: Index, other: Index, are_equal: bool, sentence: str) -> bool:
    """Whether a sentence names both letters, and says that they are the same or are not."""
    words, sentence = _SAME if are_equal else _APART, _SET_PHRASES.sub("", sentence)
    is_named = all(re.search(_named(index.name), sentence) for index in (one, other))
    return is_named and words.search(sentence) is not None


def _bare(letter: str) -> str:
    """A letter that stands alone, and not below another one."""
    return rf"(?<![\w\\{{_^\[]){re.escape(letter)}(?![\w_^(\[])"


def _named(letter: str) -> str:
    """A letter that is a formula by itself."""
    return rf"(?:\$\s?|\\\(\s?){re.escape(letter)}(?=\s?(?:\$|\\\)|[=,<>!\\]))"


# -- names that have another meaning here ----------------------------------------------------------


def held_above(refutation: Refutation, script: Script) -> tuple[tuple[str, ...], Finding | None]:
    """Names that are defined below a line and given where it stands, if it holds so."""
    ground = refutation.ground
    sides = (refutation.before.exprs[0], refutation.line.exprs[0])
    used = frozenset().union(*(reached_names(ground.paper, side) for side in sides))
    below = [name for name in _defined_behind(refutation.chain, script) if name in used]
    for names in [below, *([n] for n in below[:MOST_FREED] if len(below) > 1)]:
        kept = {n: d for n, d in script.paper.definitions.items() if n not in names}
        paper = replace(script.paper, definitions=kept)
        if not names or is_idle(sides, paper):
            continue
        if found := found_in(refutation, paper):
            return tuple(names), found
    return (), None


def is_idle(sides: tuple[Expr, ...], paper: Paper) -> bool:
    """Whether a derivative is zero since nothing says on what a name depends: no evidence."""
    slopes = [node for side in sides for node in walk(side) if isinstance(node, D)]
    return any(one.wrt.name not in reached_names(paper, one.body) for one in slopes)


def rests_below(checker: ChainChecker, number: int, script: Script) -> str:
    """A value of a name that stands below a line which holds, and without which it does not.

    ``At test time $c = 1$.`` says nothing of the lines above it; ``where $c = 1$`` does.
    """
    chain, line = checker.chain, checker.chain.lines[number]
    before = checker.line_before(line)
    sides = [checker.ground.prepare(one.exprs[0]) for one in (before, line)]
    used = frozenset().union(*(reached_names(checker.ground.paper, side) for side in sides))
    names = [name for name in _values_behind(chain, script) if name in used]
    if not names:
        return ""
    kept = {n: d for n, d in script.paper.definitions.items() if n not in names}
    ground = checker.ground.on(replace(checker.ground.paper, definitions=kept))
    if ground.compare(sides[0], sides[1], checker.factors).verdict != "refuted":
        return ""
    said = ", ".join(f"{n} = {to_plain(script.paper.definitions[n].body)}" for n in names)
    return f"it holds if {said}, which the text says below it"


def defined_later(refutation: Refutation, names: Sequence[str], script: Script) -> str:
    """The first of some names that a sentence behind that of a line defines, or ""."""
    behind = [one for one in names if one in _defined_behind(refutation.chain, script)]
    start = place_of(refutation.line, script.words)
    for chain in script.chains if behind else ():
        left = chain.lines[0].exprs[:1]
        if left and isinstance(left[0], Ref) and left[0].name in behind:
            between = script.words[start : place_of(chain.lines[0], script.words)]
            if re.search(r"\.\s", between) and not re.search(r"\b(?:Here|Where|here)\b", between):
                return left[0].name
    return ""


def _values_behind(chain: Chain, script: Script) -> list[str]:
    """Given names that have a value behind a chain, by a sentence of its own."""
    known = script.paper.definitions
    words = {one.lines[0].exprs[0]: one.words for one in script.chains if one.lines[0].exprs}
    return [
        name
        for name in _defined_behind(chain, script)
        if name in known
        and all(_is_number(node, script) for node in walk(known[name].body))
        and not any(
            isinstance(left, Ref) and left.name == name and points_back(before)
            for left, before in words.items()
        )
    ]


def _is_number(expr: Expr, script: Script) -> bool:
    if isinstance(expr, Ref):
        return not expr.indices and expr.name not in script.paper.definitions
    return isinstance(expr, _VALUE)


def _given_here(refutation: Refutation, script: Script) -> str:
    """The same as a reason for another reading."""
    names, found = held_above(refutation, script)
    if found is None:
        return ""
    return f"it holds where {', '.join(names)} is given, and what defines it stands below"


def _defined_behind(chain: Chain, script: Script) -> list[str]:
    """Names that are defined behind a chain."""
    place = next((n for n, one in enumerate(script.chains) if one is chain), len(script.chains))
    behind = [one.lines for one in script.chains[place + 1 :] if one.lines[1:2]]
    lefts = [e for lines in behind if lines[1].is_definition for e in lines[0].exprs[:1]]
    return list(dict.fromkeys(e.name for e in lefts if isinstance(e, Ref)))


# -- signs that were lost --------------------------------------------------------------------------


def _as_written(refutation: Refutation) -> str:
    """Whether the repair, as its author would write it, is what he wrote."""
    repair = refutation.found.repair.words.latex if refutation.found is not None else ""
    _, _, right = repair.strip("$").rpartition(" = ")
    if right and _looks(right) == _looks(refutation.line.source):
        return "its repair looks like the line itself, so that some sign of it was not read"
    return ""


def _looks(formula: str) -> str:
    return _TYPESET.sub("", formula).rstrip(".,;")
