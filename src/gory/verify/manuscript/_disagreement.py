"""By how much two sides differ, in closed form where there is one.

A factor, a pair of indices for which the line does hold, or a term that is missing: each guess is
tested before it is said. A guess that cannot be confirmed is not made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

from gory.calculus import Dependence, carry_out, derive
from gory.notation import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    D,
    Delta,
    DerivationError,
    Expr,
    Index,
    Mul,
    Num,
    Paper,
    Ref,
    Size,
    Sum,
    free_indices,
    to_plain,
    transform,
    walk,
)
from gory.verify._evidence import Evidence
from gory.verify.manuscript._claim import Ground, reached_names, seen

LONGEST_SHOWN = 90  # characters of a difference that helps a reader
MOST_GUESSES = 14
MOST_COMPLEMENTS = 3  # factors such as 1 - p
MOST_DERIVED = 6  # derivations for the sake of explaining, in one section; each costs a second
TEMPORARY = ("u", "v", "f", "g")  # names that a quotient or product rule is written with
_LARGEST_RATIO = 64  # numerator and denominator of a factor that is worth naming


def disagreement(ground: Ground, left: Expr, right: Expr, found: Evidence | None) -> str:
    """What is wrong with ``right``, as a clause, or "" where no short form was found."""
    return (
        _by_sum(ground, left, right)
        or _by_number(ground, left, right, found)
        or _by_indices(ground, left, right)
        or _by_factor(ground, left, right)
        or _by_term(ground, left, right)
    )


def holds(ground: Ground, left: Expr, right: Expr) -> bool:
    return seen(ground.paper, left, right).equal is True


def _by_sum(ground: Ground, left: Expr, right: Expr) -> str:
    """An index that is free on the right only: a sum over it was lost."""
    for index in sorted(free_indices(right) - free_indices(left), key=lambda i: i.name):
        if holds(ground, left, Sum((index,), right)):
            return f"the sum over {index.name} is missing"
    return ""


def _by_number(ground: Ground, left: Expr, right: Expr, found: Evidence | None) -> str:
    """A constant factor, read off the counterexample and tested elsewhere."""
    if found is None or not found.left or not found.right:
        return ""
    ratio = Fraction(found.right / found.left).limit_denominator(_LARGEST_RATIO)
    if ratio == 0 or abs(ratio.numerator) > _LARGEST_RATIO:
        return ""
    if abs(float(ratio) * found.left - found.right) > 1e-9 * abs(found.right):
        return ""
    return f"differs by the factor {ratio}" if holds(ground, Mul((Num(ratio), left)), right) else ""


def _by_indices(ground: Ground, left: Expr, right: Expr) -> str:
    """``holds only for i = k``: a delta was lost, or a case taken for the whole."""
    free = sorted(free_indices(left) | free_indices(right), key=lambda i: i.name)
    literal = [Index("1", i.range) for i in free if i.range in ground.paper.sizes]
    for one, other in [*combinations(free, 2), *((i, j) for i in free for j in literal)]:
        if one.range != other.range:
            continue
        delta = Delta(one, other)
        apart = Add((ONE, Mul((MINUS_ONE, delta))))
        for guess, sign in ((delta, "="), (apart, "!=")):
            where = Mul((guess, left))
            if holds(ground, where, Mul((guess, right))) and not holds(ground, where, ZERO):
                return f"holds only for {one.name} {sign} {other.name}"
    return ""


def _by_factor(ground: Ground, left: Expr, right: Expr) -> str:
    for guess in _factors(ground, left, right):
        if holds(ground, left, Mul((guess, right))):
            return f"misses the factor {to_plain(guess)}"
        if holds(ground, Mul((guess, left)), right):
            return f"has the factor {to_plain(guess)} too much"
    return ""


def _factors(ground: Ground, left: Expr, right: Expr) -> Iterator[Expr]:
    """Names in either side whose indices are free, and sizes."""
    free = free_indices(left) | free_indices(right)
    found: dict[Expr, None] = {}
    for node in (*walk(right), *walk(left)):
        if isinstance(node, Size) or (
            isinstance(node, Ref) and all(i.is_literal or i in free for i in node.indices)
        ):
            found[node] = None
    for name in sorted(ground.paper.ranges & set(ground.paper.letters.values())):
        found[Size(name)] = None
    for name in sorted(reached_names(ground.paper, left) - ground.paper.definitions.keys()):
        axes = ground.paper.axes.get(name, ())
        own = [[i for i in sorted(free, key=lambda i: i.name) if i.range == axis] for axis in axes]
        found |= {Ref(name, indices): None for indices in product(*own)}
    yield from list(found)[:MOST_GUESSES]
    own = [n for n in dict.fromkeys(walk(right)) if isinstance(n, Ref) and {*n.indices} <= free]
    yield from (Add((ONE, Mul((MINUS_ONE, node)))) for node in own[:MOST_COMPLEMENTS])


def _by_term(ground: Ground, left: Expr, right: Expr) -> str:
    """The simplest form of the difference, where it is short."""
    if len(ground.closed_forms) >= MOST_DERIVED:
        return ""
    whole = Add((left, Mul((MINUS_ONE, right))))
    ground.closed_forms[whole] = difference = simplest(ground, whole)
    if difference is None:
        return ""
    shown = to_plain(difference)
    if len(shown) > LONGEST_SHOWN or shown == "0":
        return ""
    if len(shown) >= len(to_plain(left)) + len(to_plain(right)):
        return ""
    if isinstance(difference, Add):
        return f"misses {shown}"
    return f"misses the term {shown}"


def simplest(ground: Ground, expr: Expr) -> Expr | None:
    """The simplest form that the engine finds, tested; None if it finds none."""
    paper, written = without_temporary(ground.paper, expr)
    written = carry_out(written, Dependence(paper), opened=frozenset(paper.definitions))
    try:
        found = derive(paper, written, ()).result
    except (DerivationError, ArithmeticError, RecursionError, LookupError, ValueError, TypeError):
        return None
    return found if holds(ground, expr, found) else None


def without_temporary(paper: Paper, expr: Expr) -> tuple[Paper, Expr]:
    """A paper whose u and v, names for the parts of a quotient, are written out."""
    exprs = [expr, *(d.body for d in paper.definitions.values())]
    variables = {n.wrt.name for e in exprs for n in walk(e) if isinstance(n, D)}
    names = frozenset(TEMPORARY) - variables
    short = {n: d.body for n, d in paper.definitions.items() if n in names and not d.indices}
    if not short:
        return paper, expr

    def put(node: Expr) -> Expr:
        return short.get(node.name, node) if isinstance(node, Ref) else node

    kept = {
        n: replace(
            d,
            body=transform(d.body, put),
            entries=tuple((a, transform(b, put)) for a, b in d.entries),
        )
        for n, d in paper.definitions.items()
        if n not in short
    }
    return replace(paper, definitions=kept), transform(expr, put)
