"""By how much two sides differ, in closed form where there is one.

A factor, a pair of indices for which the line does hold, a token in the place of another, or a term
that is missing: each guess is tested before it is said. A guess that cannot be confirmed is not
made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product

from gory.algebra import limited_work
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
    Pow,
    Ref,
    Size,
    Sum,
    free_indices,
    num,
    to_plain,
    transform,
    walk,
)
from gory.notation._build import times
from gory.notation._indices import substitute
from gory.verify._evidence import Evidence
from gory.verify.manuscript._claim import Ground, holds, reached_names
from gory.verify.manuscript._sizes import written_sizes
from gory.verify.manuscript.explanations._common_number import without_common_number
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._gap import (
    ByNumber,
    Changed,
    Gap,
    LooseIndex,
    LostFactor,
    LostSum,
    LostTerm,
    OnlyFor,
    SpareFactor,
)
from gory.verify.manuscript.explanations._probe import Probe, is_close

LONGEST_SHOWN = 90  # characters of a difference that helps a reader
SHORT_SHOWN = 60  # characters of one that may be longer than the line
LONGEST_TERM = 32  # characters of a missing term that say more than the change of a token
MOST_GUESSES = 14
MOST_COMPLEMENTS = 3  # factors such as 1 - p
LONGEST_SIMPLIFIED = 240  # characters of what is written out; little that is longer gets short
MOST_ATOMS = 3_000  # work of one derivation for the sake of explaining; most take 500
MOST_DERIVED = 6  # derivations for the sake of explaining, in one section
_TOLD_BEST = (Change.SPARE_TERM, Change.DELTA, Change.INDEX, Change.NAME)
TEMPORARY = ("u", "v", "f", "g")  # names that a quotient or product rule is written with
_LARGEST_RATIO = 64  # numerator and denominator of a factor that is worth naming


@dataclass(frozen=True)
class Sides:
    """A wrong line: its sides, and the conditions under which it is claimed, as factors."""

    ground: Ground
    left: Expr
    right: Expr
    factors: Sequence[Expr] = ()

    def under(self, side: Expr) -> Expr:
        return Mul((*self.factors, side)) if self.factors else side

    def hold(self, left: Expr, right: Expr) -> bool:
        """Whether an equation holds under the conditions."""
        return holds(self.ground, self.under(left), self.under(right))

    @property
    def free(self) -> frozenset[Index]:
        return free_indices(self.left) | free_indices(self.right)


def disagreement(
    sides: Sides,
    found: Evidence | None,
    edit: Edit | None,
    derived: Callable[[], Expr | None],
) -> Gap | None:
    """What is wrong with the right side, or None where no short form was found.

    ``derived`` gives the right side that the engine finds.
    """
    if edit is not None and edit.kind is Change.TURNED_OVER:
        return Changed(edit)
    return (
        _by_sum(sides)
        or _by_number(sides, found)
        or _by_indices(sides)
        or _by_factor(sides)
        or _by_term(sides, edit, derived)
        or (Changed(edit) if edit is not None else None)
        or _by_loose_index(sides)
    )


def _by_sum(sides: Sides) -> Gap | None:
    """An index that is free on the right only: a sum over it was lost."""
    lost = free_indices(sides.right) - free_indices(sides.left)
    for index in sorted(lost, key=lambda i: i.name):
        if sides.hold(sides.left, Sum((index,), sides.right)):
            return LostSum(index)
    return None


def _by_number(sides: Sides, found: Evidence | None) -> Gap | None:
    """A constant factor, read off the counterexample and tested elsewhere."""
    if found is None or not found.left or not found.right:
        return None
    ratio = Fraction(found.right / found.left).limit_denominator(_LARGEST_RATIO)
    if ratio == 0 or abs(ratio.numerator) > _LARGEST_RATIO:
        return None
    if abs(float(ratio) * found.left - found.right) > 1e-9 * abs(found.right):
        return None
    if not sides.hold(Mul((Num(ratio), sides.left)), sides.right):
        return None
    return ByNumber(ratio)


def _by_indices(sides: Sides) -> Gap | None:
    """``holds only for i = k``: a delta was lost, or a case taken for the whole."""
    free = sorted(sides.free, key=lambda i: i.name)
    literal = [Index("1", i.range) for i in free if i.range in sides.ground.paper.sizes]
    for one, other in [*combinations(free, 2), *((i, j) for i in free for j in literal)]:
        if one.range != other.range:
            continue
        delta = Delta(one, other)
        apart = Add((ONE, Mul((MINUS_ONE, delta))))
        for guess in (delta, apart):
            where = Mul((guess, sides.left))
            if sides.hold(where, Mul((guess, sides.right))) and not sides.hold(where, ZERO):
                return OnlyFor(one, other, are_equal=guess is delta)
    return None


def _by_factor(sides: Sides) -> Gap | None:
    """A name, a power of one or two together, of which the factor between the sides is made."""
    guesses = list(_factors(sides))
    probe = Probe(sides.ground.paper, sides.under(sides.left), [sides.right, *guesses])
    right = probe.values(sides.under(sides.right))
    values = [(guess, probe.values(guess)) for guess in guesses]
    for guess, factor in _products(values):
        lacks = _times(factor, right)
        if probe.agree(lacks) and sides.hold(sides.left, times(guess, sides.right)):
            return LostFactor(guess)
        more = _times(factor, probe.target)
        fits = all(b is not None and is_close(a, b) for a, b in zip(more, right, strict=True))
        if fits and sides.hold(times(guess, sides.left), sides.right):
            return SpareFactor(guess)
    return None


Values = list[float | None]


def _products(values: Sequence[tuple[Expr, Values]]) -> Iterator[tuple[Expr, Values]]:
    """Every guess, its square and its root, and the products and quotients of two."""
    yield from values
    for guess, found in values:
        if isinstance(guess, Ref | Size):
            yield Pow(guess, num(2)), [None if a is None else a * a for a in found]
            root = [None if a is None or a < 0 else a**0.5 for a in found]
            yield Pow(guess, Num(Fraction(1, 2))), root
    for (one, a), (other, b) in combinations(values, 2):
        yield times(one, other), _times(a, b)


def _times(one: Sequence[float | None], other: Sequence[float | None]) -> Values:
    return [None if a is None or b is None else a * b for a, b in zip(one, other, strict=True)]


def _factors(sides: Sides) -> Iterator[Expr]:
    """Names in either side whose indices are free, and sizes."""
    ground, free = sides.ground, sides.free
    found: dict[Expr, None] = {}
    for node in (*walk(sides.right), *walk(sides.left)):
        if isinstance(node, Size) or (
            isinstance(node, Ref) and all(i.is_literal or i in free for i in node.indices)
        ):
            found[node] = None
    found |= dict.fromkeys(written_sizes(ground.paper, sides.right, sides.left))
    for name in sorted(reached_names(ground.paper, sides.left) - ground.paper.definitions.keys()):
        axes = ground.paper.axes.get(name, ())
        own = [[i for i in sorted(free, key=lambda i: i.name) if i.range == axis] for axis in axes]
        found |= {Ref(name, indices): None for indices in product(*own)}
    yield from list(found)[:MOST_GUESSES]
    refs = (n for n in dict.fromkeys(walk(sides.right)) if isinstance(n, Ref))
    own = [node for node in refs if {*node.indices} <= free]
    yield from (Add((ONE, Mul((MINUS_ONE, node)))) for node in own[:MOST_COMPLEMENTS])


def _by_term(sides: Sides, edit: Edit | None, derived: Callable[[], Expr | None]) -> Gap | None:
    """What has to be added, where it is short.

    Of a change inside a term it says less than the change.
    """
    if edit is not None and (edit.old != sides.right or edit.kind in _TOLD_BEST):
        return None
    both = len(to_plain(sides.left)) + len(to_plain(sides.right))
    longest = min(max(both - 1, SHORT_SHOWN), LONGEST_SHOWN) if edit is None else LONGEST_TERM
    for difference in _differences(sides, edit, derived):
        shown = to_plain(difference)
        if (
            shown != "0"
            and len(shown) <= longest
            and (edit is None or not any(isinstance(node, Add) for node in walk(difference)))
            and not has_unknown_size(sides.ground, difference)
        ):
            return LostTerm(without_common_number(difference))
    return None


def _differences(
    sides: Sides, edit: Edit | None, derived: Callable[[], Expr | None]
) -> Iterator[Expr]:
    """What has to be added: in the names of the author, and written out."""
    ground = sides.ground
    if edit is not None:
        yield from _between(sides, edit.after)
    whole = assuming(Add((sides.left, Mul((MINUS_ONE, sides.right)))), sides.factors)
    if whole not in ground.closed_forms and len(ground.closed_forms) < MOST_DERIVED:
        ground.closed_forms[whole] = simplest(ground, whole)
    if (found := ground.closed_forms.get(whole)) is not None:
        yield found
    if edit is None and (right := derived()) is not None:
        yield from _between(sides, right)


def _between(sides: Sides, right: Expr) -> Iterator[Expr]:
    """What leads from the author's right side to one that holds, with all names as they are."""
    own = assuming(Add((right, Mul((MINUS_ONE, sides.right)))), sides.factors)
    bare = replace(sides.ground.paper, definitions={}, facts=())
    short = _simplified(bare, own)
    if short is not None and sides.hold(Add((sides.left, Mul((MINUS_ONE, sides.right)))), short):
        yield short


def _by_loose_index(sides: Sides) -> Gap | None:
    for index in sorted(free_indices(sides.right) - free_indices(sides.left), key=lambda i: i.name):
        if not index.is_literal:
            return LooseIndex(index)
    return None


def has_unknown_size(ground: Ground, expr: Expr) -> bool:
    """Whether a formula names the size of a range for which the text has no letter."""
    known = {*written_sizes(ground.paper)} | {Size(of) for _, of in ground.style.sizes}
    return any(isinstance(node, Size) and node not in known for node in walk(expr))


def assuming(expr: Expr, factors: Sequence[Expr]) -> Expr:
    """An expression where conditions hold: deltas of indices that are told apart are 0."""
    for factor in factors:
        match factor:
            case Delta(one, other) if not other.is_literal:
                expr = transform(substitute(expr, {other: one}), _settled)
            case Add((one, Mul((minus, Delta() as delta)))) if one == ONE and minus == MINUS_ONE:
                pair = {delta, Delta(delta.right, delta.left)}
                expr = transform(expr, lambda node, p=pair: ZERO if node in p else node)
    return expr


def _settled(expr: Expr) -> Expr:
    """One for the delta of an index and itself."""
    return ONE if isinstance(expr, Delta) and expr.left == expr.right else expr


def simplest(ground: Ground, expr: Expr) -> Expr | None:
    """The simplest form that the engine finds, tested; None if it finds none."""
    paper, written = without_temporary(ground.paper, expr)
    written = carry_out(written, Dependence(paper), opened=frozenset(paper.definitions))
    found = _simplified(paper, written)
    return found if found is not None and holds(ground, expr, found) else None


def _simplified(paper: Paper, expr: Expr) -> Expr | None:
    if len(to_plain(expr)) > LONGEST_SIMPLIFIED:
        return None
    try:
        with limited_work(MOST_ATOMS):
            return derive(paper, expr, ()).result
    except (DerivationError, ArithmeticError, RecursionError, LookupError, ValueError, TypeError):
        return None


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
