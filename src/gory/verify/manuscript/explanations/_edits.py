"""The smallest change that makes a wrong line right.

Most slips are one token. Every change of one token is tried on the author's own right side, in
the order of how often people make the slip, and of those of one kind that hold the one is named
that looks most like the lines around it. What is named has been tested like any claim.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from itertools import islice

from gory.notation import (
    ONE,
    Add,
    D,
    Delta,
    Div,
    Expr,
    Mul,
    Num,
    Ref,
    Sum,
    children,
    free_indices,
    rebuild,
    walk,
)
from gory.notation._build import negated
from gory.notation._nodes import own_indices
from gory.verify.manuscript._claim import Ground, holds
from gory.verify.manuscript._sizes import written_sizes
from gory.verify.manuscript.explanations._changes import KINDS
from gory.verify.manuscript.explanations._edit import Change, Edit
from gory.verify.manuscript.explanations._probe import Probe
from gory.verify.manuscript.explanations._scope import Scope
from gory.verify.manuscript.explanations._tidy import tidy

MOST_EDITS = 400  # of one kind on one line; each is tried at a few points
MOST_TESTED = 4  # of one kind that fit there, each tested within milliseconds
MOST_LITERALS = 8  # numbered entries of the text
MOST_NAMES = 12  # entries of other arrays that may have been meant
USUAL_DEPTH = 3  # sums inside each other; every further one takes some times as long
MOST_EDITED = 12  # lines of one section that are edited at all


def smallest_edit(
    ground: Ground,
    left: Expr,
    right: Expr,
    factors: Sequence[Expr] = (),
    around: Sequence[Expr] = (),
    asked: Expr | None = None,
) -> Edit | None:
    """The change of one token under which a line holds and is most like those around it.

    ``asked`` is the derivative that the line says; to write it once more would say nothing.
    """
    if ground.edited >= MOST_EDITED:
        return None
    ground.edited += 1
    deep = max(_depth(left), _depth(right)) - USUAL_DEPTH
    most = MOST_EDITS // 4 ** max(deep, 0)

    def under(side: Expr) -> Expr:
        return Mul((*factors, side)) if factors else side

    carried = _carrying(ground)
    scope = _scope(ground, left, right, around)
    probe = Probe(ground.paper, under(left), [carried(right), *scope.entries()])
    own = {*walk(right)}
    known = {node for side in around for node in walk(side)}
    for make in KINDS:
        sensible = (
            e for e in islice(make(right, scope), most) if not _is_idle(e.after, own, asked)
        )
        fitting = (e for e in sensible if probe.fits(under(carried(e.after))))
        tested = [
            edit
            for edit in islice(fitting, MOST_TESTED)
            if not _is_one(ground, edit) and holds(ground, under(left), under(carried(edit.after)))
        ]
        if tested:
            tested = [_tidied(edit, own) for edit in tested]
            return max(tested, key=lambda edit: _likeness(edit.after, known))
    return None


def _carrying(ground: Ground) -> Callable[[Expr], Expr]:
    """Derivatives by defined names carried out, each once for all changes of a line."""
    known: dict[Expr, Expr] = {}

    def carried(expr: Expr) -> Expr:
        if not any(isinstance(node, D) for node in walk(expr)):
            return expr
        if isinstance(expr, D):
            if expr not in known:
                known[expr] = ground.prepare(expr)
            return known[expr]
        return rebuild(expr, tuple(map(carried, children(expr))))

    return carried


def _is_one(ground: Ground, edit: Edit) -> bool:
    """Whether a sum is put in that is one: then the factor was too much."""
    return edit.kind is Change.SUM and isinstance(edit.new, Sum) and holds(ground, edit.new, ONE)


def _tidied(edit: Edit, own: Container[Expr]) -> Edit:
    """A change without what it leaves to be multiplied out."""
    return replace(edit, after=tidy(edit.after, own), new=tidy(edit.new, own))


def _scope(ground: Ground, left: Expr, right: Expr, around: Sequence[Expr]) -> Scope:
    """What may stand in a line: its indices, its names and, behind them, those of the text."""
    open_ = sorted(free_indices(left) | free_indices(right), key=lambda i: i.name)
    written = [n.name for side in (right, left) for n in walk(side) if isinstance(n, Ref)]
    names = dict.fromkeys([*written, *ground.paper.definitions, *sorted(ground.introduced)])
    axes = ground.paper.axes
    arrays = [(name, axes[name]) for name in names if name in axes][:MOST_NAMES]
    sizes = tuple(written_sizes(ground.paper, right, left))
    nodes = (node for side in (right, left, *around) for node in walk(side))
    literals = dict.fromkeys(i for node in nodes for i in own_indices(node) if i.is_literal)
    loose = free_indices(right) - free_indices(left)
    return Scope(tuple(open_), arrays, sizes, tuple(literals)[:MOST_LITERALS], loose)


def _is_idle(expr: Expr, own: Container[Expr], asked: Expr | None) -> bool:
    """Whether a change writes what nobody does: ``delta[i,i]``, ``a - a``, ``a / a``."""
    for node in walk(expr):
        match node:
            case D() if node == asked and node not in own:
                return True
            case Delta(one, other) if one == other:
                return True
            case Div(above, below) if node not in own and _has_common(above, below):
                return True
            case Add(terms) if node not in own and any(negated(term) in terms for term in terms):
                return True
    return False


def _has_common(above: Expr, below: Expr) -> bool:
    """Whether a factor can be cancelled, so that nobody would have written it."""
    one, other = (side.factors if isinstance(side, Mul) else (side,) for side in (above, below))
    return any(factor in other for factor in one if not isinstance(factor, Num))


def _likeness(expr: Expr, known: Container[Expr]) -> tuple[int, int]:
    """How little of an expression is new, and how much of it stands elsewhere too."""
    nodes = [node in known for node in walk(expr)]
    return -nodes.count(False), nodes.count(True)


def _depth(expr: Expr) -> int:
    """How many sums stand inside each other."""
    own = len(expr.indices) if isinstance(expr, Sum) else 0
    return own + max(map(_depth, children(expr)), default=0)
