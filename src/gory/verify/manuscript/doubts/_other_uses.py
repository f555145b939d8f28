"""What an equation may be instead of a claim: a definition, a value for once, a condition.

``N`` at the end of ``lambda = sum_k n[k] = N`` may get its name there, ``w = 0.1`` may be the
value of one step, and the o of ``u[o]`` beside ``u[1], ..., u[K]`` may be a label.
"""

from __future__ import annotations

import re

from gory.notation import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Bracket,
    D,
    Delta,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Paper,
    Ref,
    Sum,
    free_indices,
    substitute,
    to_plain,
    transform,
    walk,
)  # fmt: skip
from gory.notation.manuscript._script import Line, Script
from gory.verify.manuscript._chain import Refutation
from gory.verify.manuscript._claim import reached_names
from gory.verify.manuscript._proofreading import PASSED
from gory.verify.manuscript._rounded import decimals, is_number
from gory.verify.manuscript.explanations._gap import OnlyFor

LITTLE = 0.02  # of a value, which two decimals can lose
TO_ZERO = "it may be set to zero here"
DIFFER = "as read, the sides differ, but"
_GOES_ON = re.compile(  # words behind which an equation of a known name is a claim
    r"(?i)\b(?:so|thus|hence|therefore|then|that is|i\.e|becomes?|equals|obtain|get|find|gives?|"
    r"yields|simplif\w+|expand\w*|rewrit\w+|written|equivalent\w*|divid\w+|multiply\w*|insert\w*|"
    r"substitut\w+|plugg\w+|using|taking|summing|in other words|splits?|decompos\w+|separat\w+)\b"
)


def given_value(refutation: Refutation) -> str:
    """A name that gets a value here: ``w = 0.1``, or ``... = N`` where N has no other meaning."""
    chain, paper, line = refutation.chain, refutation.ground.paper, refutation.line
    first = next((e for one in chain.lines[:1] for e in one.exprs), None)
    right, before = line.exprs[0], refutation.before.exprs[0]
    is_second = len(chain.lines) > 1 and line is chain.lines[1]
    if not reached_names(paper, right):
        if isinstance(first, Ref) and is_second:
            body = paper.definitions[first.name].body if first.name in paper.definitions else None
            is_general = any(not index.is_literal for index in first.indices)
            if body is None or is_general or not reached_names(paper, body):
                return f"it may be the value that {first.name} has here"
        is_open = bool(reached_names(paper, before) - paper.definitions.keys())
        if _is_settled(paper, before):
            return ""
        is_decimal = any(True for _ in decimals(line))
        if is_open and (is_decimal or (isinstance(before, Ref) and not is_second)):
            return "it may be the value at numbers that the text gives"
        if right == ZERO and not is_second and isinstance(first, D):
            return TO_ZERO
    if is_second and (name := _one_given(paper, first)) and name in reached_names(paper, right):
        return f"it may say what {name} is"
    if not is_second and _is_unknown(paper, before) and reached_names(paper, right):
        return f"it may say what {to_plain(before)} is"
    if _is_rounding(refutation):
        return "a decimal in it may be rounded"
    if isinstance(right, Ref) and right.name not in paper.definitions:
        known = (e for one in (*chain.lines[:1], refutation.before) for e in one.exprs[:1])
        if not any(right.name in reached_names(paper, e) for e in known):
            return f"it may say what {right.name} is"
    return ""


def argument_left_out(refutation: Refutation) -> str:
    r"""``\mathbf p`` of a ``p(x)``: one side only knows the x of the definition."""
    paper = refutation.ground.paper
    sides = (refutation.before.exprs[0], refutation.line.exprs[0])
    left, right = (reached_names(paper, side) - paper.definitions.keys() for side in sides)
    left_out = sorted(name for name in left ^ right if name.endswith("arg"))
    return f"a function stands without its {left_out[0][:-3]}" if left_out else ""


def unsaid_function(refutation: Refutation, script: Script) -> str:
    """``= p_i (1 - p_j)`` behind a quotient, of a p that the text differentiates and never gives:
    the line may say what it is.
    """
    paper, slopes = refutation.ground.paper, refutation.ground.slopes
    first = [e for one in refutation.chain.lines[:1] for e in one.exprs[:1]]
    known = [*first, *refutation.before.exprs[:1]]
    above = {name for e in known for name in reached_names(paper, e)}
    new = reached_names(paper, refutation.line.exprs[0]) - above
    new -= paper.definitions.keys() | slopes.keys()
    if not new:
        return ""
    exprs = (e for chain in script.chains for line in chain.lines for e in line.exprs)
    nodes = (node for e in exprs for node in walk(e) if isinstance(node, D))
    varied = {n.body.name for n in nodes if isinstance(n.body, Ref) and n.body.name != n.wrt.name}
    return f"it may say what {min(new & varied)} is" if new & varied else ""


def gathered(refutation: Refutation, words: str) -> str:
    r"""``\|W\|^2`` beside derivatives by ``w_k``: an unknown W may be made of them."""
    paper = refutation.ground.paper
    exprs = (refutation.before.exprs[0], refutation.line.exprs[0])
    for slope in (node for expr in exprs for node in walk(expr) if isinstance(node, D)):
        name = slope.wrt.name
        whole = name.upper()
        reached = reached_names(paper, slope.body) - paper.definitions.keys()
        has_entries = re.search(rf"(?<![A-Za-z\\]){re.escape(whole)}\}}?\s*[_\[]", words)
        if len(name) == 1 and name != whole and {name, whole} <= reached and not has_entries:
            return f"{whole} may be made of the {name}"
    return ""


def _one_given(paper: Paper, expr: Expr | None) -> str:
    """The name of a number, or of a numbered entry, that stands alone and of which nothing says
    what it is: an equation that holds it is what it is found from.
    """
    if not isinstance(expr, Ref) or expr.name in paper.definitions:
        return ""
    is_one = not expr.indices or any(index.is_literal for index in expr.indices)
    return expr.name if is_one else ""


def _is_unknown(paper: Paper, expr: Expr) -> bool:
    """Whether a general entry of a name is all that stands there, and nothing says what it is."""
    told = {fact.left.name for fact in paper.facts if isinstance(fact.left, Ref)}
    if not isinstance(expr, Ref) or expr.name in paper.definitions.keys() | told:
        return False
    return any(not index.is_literal for index in expr.indices)


def value_at_numbers(refutation: Refutation, words: str) -> str:
    """``z = w x + b = 2`` below ``w = 0.5, x = 2, b = 1``, where w is a variable all the same."""
    paper = refutation.ground.paper
    right, before = refutation.line.exprs[0], refutation.before.exprs[0]
    given = {fact.left.name for fact in paper.facts if isinstance(fact.left, Ref)}
    names = reached_names(paper, before) - paper.definitions.keys() - given
    if reached_names(paper, right) or not names:
        return ""
    pattern = rf"(?<![\w\\}}])(?:{'|'.join(map(re.escape, sorted(names)))})\s*=\s*-?\d"
    is_given = re.search(pattern, words) is not None
    return "it may be the value at numbers that the text gives" if is_given else ""


def _is_settled(paper: Paper, expr: Expr) -> bool:
    """Whether a fact says which number an entry is: ``x[0] = 1``."""
    return isinstance(expr, Ref) and any(
        isinstance(fact.left, Ref)
        and fact.relation == "="
        and isinstance(fact.right, Num)
        and (fact.left.name, *map(_literal, fact.left.indices))
        == (expr.name, *map(_literal, expr.indices))
        for fact in paper.facts
    )


def _literal(index: Index) -> str:
    return index.name if index.is_literal else ""


def posed_condition(refutation: Refutation) -> str:
    """An equation whose sides share no name, all of them given: no identity could hold for them.

    ``y_i^2 = 1`` says what the text has not said of y so far, unless a fact speaks of y already;
    ``p_k = N_k / N`` of a softmax p and counts, where a maximum is.
    """
    chain, paper = refutation.chain, refutation.ground.paper
    if len(chain.lines) < 2 or refutation.line is not chain.lines[1] or refutation.line.is_fault:
        return ""
    sides = [e for one in chain.lines[:2] for e in one.exprs[:1]]
    left, *_ = named = [reached_names(paper, e) for e in sides]
    told = frozenset().union(
        *(reached_names(paper, side) for f in paper.facts for side in (f.left, f.right))
    )
    names = frozenset().union(*named)
    if any(isinstance(node, D) for e in sides for node in walk(e)) or len(named) < 2:
        return ""
    if isinstance(sides[0], Ref) and sides[0].name in paper.definitions:
        own, others = (one - paper.definitions.keys() for one in named)
        is_solved = own and others and not own & others
        return f"it may say where {sides[0].name} has this value" if is_solved else ""
    if names & (paper.definitions.keys() | told) or not left or left & named[1]:
        return ""
    return f"it may be a condition on {', '.join(sorted(left))}, which the text does not define"


def _is_rounding(refutation: Refutation) -> bool:
    """Whether the sides of a line with decimals differ by little."""
    ground, lines = refutation.ground, (refutation.before, refutation.line)
    if all(is_number(ground, one.exprs[0]) for one in lines):
        return False  # the tolerance has been reckoned with
    if not any(True for one in lines for _ in decimals(one)):
        return False
    left, right = (ground.prepare(one.exprs[0]) for one in lines)
    found = ground.compare(left, right, refutation.factors)
    seen = found.evidence
    if seen is None or seen.left is None or seen.right is None:
        return False
    return abs(seen.left - seen.right) <= LITTLE * max(abs(seen.left), abs(seen.right))


def idle_derivative(refutation: Refutation) -> str:
    """A derivative by something that does not occur: its author knows how it depends on that."""
    paper = refutation.ground.paper
    for expr in (refutation.before.exprs[:1], refutation.line.exprs[:1]):
        for node in (n for e in expr for n in walk(e) if isinstance(n, D)):
            if node.wrt.name not in reached_names(paper, node.body):
                body, wrt = to_plain(node.body), to_plain(node.wrt)
                return f"{body} does not depend on {wrt} as it is read"
    return ""


def for_pairs(refutation: Refutation) -> tuple[Expr, ...]:
    """The condition i != j for a derivative of what compares i with j, which nobody says.

    ``d(-log sigmoid(s[i] - s[j]), s[i])`` is meant for two that differ.
    """
    gap = refutation.found.gap if refutation.found is not None else None
    if not isinstance(gap, OnlyFor) or gap.are_equal:
        return ()
    pair = {gap.one.name, gap.other.name}
    sides = [e for one in (refutation.chain.lines[0], refutation.before) for e in one.exprs[:1]]
    for node in (n for e in sides for n in walk(e) if isinstance(n, D)):
        own = {i.name: i for i in free_indices(node.body)}
        if pair <= own.keys() and pair & {i.name for i in node.wrt.indices}:
            return (_differ(own[gap.one.name], own[gap.other.name]),)
    return ()


def pairs_compared(refutation: Refutation) -> list[tuple[Expr, ...]]:
    """Conditions i != j for derivatives by an index of one of a pair that is compared."""
    sides = [e for one in (refutation.before, refutation.line) for e in one.exprs[:1]]
    found = list[tuple[Expr, ...]]()
    for node in (n for e in sides for n in walk(e) if isinstance(n, D)):
        own = sorted(free_indices(node.body), key=lambda one: one.name)
        for one in (i for i in own if i in node.wrt.indices):
            found += [(_differ(one, i),) for i in own if i != one and i.range == one.range]
    return list(dict.fromkeys(found))


def compared(script: Script) -> frozenset[str]:
    """Letters that a text compares with others of their range, in deltas and in "k != i"."""
    said = [e for chain in script.chains for line in chain.lines for e in line.exprs[:1]]
    said += [one.body for one in script.paper.definitions.values()]
    found = set[str]()
    for node in (n for e in said for n in walk(e)):
        sides = (node.left, node.right) if isinstance(node, Delta | Bracket) else ()
        found |= {side.name for side in sides if isinstance(side, Index)}
    return frozenset(found)


def beside(refutation: Refutation, inside: frozenset[str]) -> str:
    """An index that no sum binds may be a label beside the range of the sums: u[o] and u[k].

    A letter that is compared with others of its range is ``inside``.
    """
    ground = refutation.ground
    if refutation.factors:
        return ""
    sides = [ground.prepare(e) for e in (refutation.before.exprs[0], refutation.line.exprs[0])]
    free = sorted(free_indices(sides[0]) | free_indices(sides[1]), key=lambda one: one.name)
    said = [*sides, *(one.body for one in ground.paper.definitions.values())]
    sums = [node for e in said for node in walk(e) if isinstance(node, Sum)]
    bound = {index.name for one in sums for index in one.indices}
    own = {index.name for one in ground.paper.definitions.values() for index in one.indices}
    for label in free:
        if label.is_literal or label.name in bound | own | inside:
            continue
        others = [i for i in free if i.range == label.range and i != label]
        left, right = (_apart(side, label) for side in sides)
        factors = tuple(_differ(one, label) for one in others)
        if [left, right] != sides and ground.compare(left, right, factors).verdict in PASSED:
            return f"{label.name} may be a label beside the range of the sums"
    return ""


def _differ(one: Index, other: Index) -> Expr:
    return Add((ONE, Mul((MINUS_ONE, Delta(one, other)))))


def _apart(expr: Expr, label: Index) -> Expr:
    """The same with the label left out of every sum over its range."""

    def without(node: Expr) -> Expr:
        if not isinstance(node, Sum):
            return node
        guards = [_differ(index, label) for index in node.indices if index.range == label.range]
        return Sum(node.indices, Mul((*guards, node.body))) if guards else node

    return transform(expr, without)


def other_use(refutation: Refutation) -> str:
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


def varied(refutation: Refutation, *, derivatives: bool = False) -> list[str]:
    """Names that a refuted line differentiates, or by which it does."""
    lines = (refutation.line, refutation.before, *refutation.chain.lines[:1])
    nodes = [n for one in lines for e in one.exprs[:1] for n in walk(e)]
    slopes = [node for node in nodes if isinstance(node, D)]
    if derivatives:
        return sorted({node.wrt.name for node in slopes})
    return sorted({node.body.name for node in slopes if isinstance(node.body, Ref)})


def _given_once(paper: Paper, left: Expr, line: Line) -> list[str]:
    """Given names of a left side that the right side lacks: no identity could hold for them."""
    if any(isinstance(node, D) for node in walk(left)):
        return []
    right = frozenset().union(*(reached_names(paper, e) for e in line.exprs[:1]))
    own = frozenset[str]()
    if isinstance(left, Ref) and not any(_meets(paper, e, left) for e in line.exprs[:1]):
        own = frozenset((left.name,))  # z[j] = h(a[j]) where a[j] = sum_i w[j,i] z[i]
    return sorted((reached_names(paper, left) - right | own) - paper.definitions.keys())


def _meets(paper: Paper, expr: Expr, entry: Ref) -> bool:
    """Whether this very entry stands in an expression, definitions written out."""
    for node in (n for n in walk(expr) if isinstance(n, Ref)):
        if node == entry:
            return True
        own = paper.definitions.get(node.name)
        if own is not None and entry.name in reached_names(paper, own.body):
            by = dict(zip(own.indices, node.indices, strict=False))
            if _meets(paper, substitute(own.body, by), entry):
                return True
    return False
