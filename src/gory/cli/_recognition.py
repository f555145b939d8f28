"""Recognizing the objective of softmax regression, however it is written and named.

Training minimizes one family of objectives: the cross-entropy of a softmax layer, summed or
averaged over the rows, with or without a constant for every class and a penalty on the squares of
the weights. A paper may spell it in any way. It is recognized by comparison: for every role its
arrays can play, the objective is written out with them and tested against the author's in a
finite field, where chance agreement is out of the question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product

from gory.notation import Add, Div, Expr, Fn, Index, Mul, Num, Paper, Pow, Ref, Size, Sum

_HALF, _ONE = Fraction(1, 2), Fraction(1)


@dataclass(frozen=True)
class Roles:
    """What the arrays of a paper are to training.

    Attributes
    ----------
    inputs, targets, weights : str
        The names of x, y and theta.
    bias : str
        The name of the constants, "" for a layer without.
    penalty : str
        The name of the strength of the penalty, "" for none.
    is_mean, is_penalty_mean : bool
        Whether the cross-entropy, and the penalty, are divided by the number of rows.
    factor : Fraction
        What the strength of the penalty is multiplied with.
    """

    inputs: str
    targets: str
    weights: str
    bias: str = ""
    penalty: str = ""
    is_mean: bool = False
    is_penalty_mean: bool = False
    factor: Fraction = _HALF


def recognize(paper: Paper, objective: str) -> Roles | None:
    """The roles under which the objective is that of softmax regression, or None."""
    from gory.verify import evidence

    for roles in _possible(paper):
        written = _written(paper, roles)
        if written is not None and evidence(paper, Ref(objective), written).equal:
            return roles
    return None


def _possible(paper: Paper) -> Iterator[Roles]:
    """Every way to give each array that the paper does not define a role that its axes allow."""
    by_rank: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for name, axes in paper.axes.items():
        if name not in paper.definitions:
            by_rank.setdefault(len(axes), []).append(name)
    scalars, vectors, matrices = by_rank[0], by_rank[1], by_rank[2]
    if len(matrices) != 3 or len(vectors) > 1 or len(scalars) > 1 or max(by_rank) > 2:
        return
    bias, penalty = "".join(vectors), "".join(scalars)
    penalties = product((_HALF, _ONE), (False, True)) if penalty else [(_HALF, False)]
    for (factor, is_share), is_mean in product(penalties, (False, True)):
        for x, y, w in permutations(matrices):
            yield Roles(x, y, w, bias, penalty, is_mean, is_share, factor)


def _written(paper: Paper, roles: Roles) -> Expr | None:
    """The objective of softmax regression with the names of the paper, if its axes allow it."""
    axes = {name: set(paper.axes[name]) for name in (roles.inputs, roles.targets, roles.weights)}
    rows = axes[roles.inputs] & axes[roles.targets]
    classes = axes[roles.targets] & axes[roles.weights]
    features = axes[roles.inputs] & axes[roles.weights]
    if not len(rows) == len(classes) == len(features) == 1 or len(rows | classes | features) < 3:
        return None
    if roles.bias and set(paper.axes[roles.bias]) != classes:
        return None
    i, k, j = (
        Index(letter, *of) for letter, of in zip("ikj", (rows, classes, features), strict=True)
    )
    return _Author(paper, {index.range: index for index in (i, k, j)}).objective(roles, i, k, j)


@dataclass(frozen=True)
class _Author:
    """Writes expressions with one letter for every range of a paper."""

    paper: Paper
    letters: dict[str, Index]

    def entry(self, name: str) -> Ref:
        return Ref(name, tuple(self.letters[range_] for range_ in self.paper.axes[name]))

    def logit(self, roles: Roles, j: Index) -> Expr:
        score = Sum((j,), Mul((self.entry(roles.weights), self.entry(roles.inputs))))
        return Add((self.entry(roles.bias), score)) if roles.bias else score

    def objective(self, roles: Roles, i: Index, k: Index, j: Index) -> Expr:
        c = Index("c", k.range)
        total = _Author(self.paper, self.letters | {k.range: c})
        softmax = Div(Fn("exp", self.logit(roles, j)), Sum((c,), Fn("exp", total.logit(roles, j))))
        loss = Sum((i, k), Mul((self.entry(roles.targets), Fn("log", softmax))))
        loss = Mul((Num(Fraction(-1)), _per_row(loss, i) if roles.is_mean else loss))
        if not roles.penalty:
            return loss
        squares = Sum((k, j), Pow(self.entry(roles.weights), Num(Fraction(2))))
        penalty = Mul((Num(roles.factor), Ref(roles.penalty), squares))
        return Add((loss, _per_row(penalty, i) if roles.is_penalty_mean else penalty))


def _per_row(expression: Expr, row: Index) -> Expr:
    return Div(expression, Size(row.range))
