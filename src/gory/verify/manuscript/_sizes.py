"""Letters that stand for sizes although the text never says so: the N of ``1/N sum_i``.

Authors write a mean over i with a denominator N and expect the reader to know that N counts the
i. A line that is right if some letter is the size of some range of its sums is right.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product

from gory.notation import (
    MINUS_ONE,
    D,
    Definition,
    Div,
    Expr,
    Index,
    Mul,
    Paper,
    Pow,
    Ref,
    Size,
    Sum,
    transform,
    walk,
)

MOST_ASSIGNMENTS = 12
MOST_LETTERS = 4
_LOWER = frozenset(["n", "m", "d", "k"])  # letters that are sizes as often as capitals are


def counted(
    paper: Paper, left: Expr, right: Expr, *, widely: bool = False
) -> tuple[Paper, Expr, Expr, dict[str, str]]:
    """A line in which the N of ``1/N sum_i`` is the number of terms, as it must be at a point.

    The letters come with the ranges whose sizes they are. Widely, any letter there may be one.
    """
    exprs = [left, right, *(d.body for d in paper.definitions.values())]
    nodes = [n for e in exprs for n in walk(e)]
    varied = {n.wrt.name for n in nodes if isinstance(n, D)}
    sizes: dict[str, str] = {}
    for node in nodes:
        for name, index in _means(node):
            ref = Ref(name)
            is_size = _may_be_size(paper, ref) or (widely and _may_count(paper, ref, (ref,)))
            if name not in varied and is_size:
                sizes.setdefault(name, index.range)
    if not sizes:
        return paper, left, right, {}
    return _read(paper, sizes), as_sizes(left, sizes), as_sizes(right, sizes), sizes


def written_sizes(paper: Paper, *exprs: Expr) -> list[Size]:
    """Sizes in a line, in the definitions of its text, and those that have a letter there."""
    bodies = (one.body for one in paper.definitions.values())
    found = dict.fromkeys(n for e in (*exprs, *bodies) for n in walk(e) if isinstance(n, Size))
    found |= dict.fromkeys(map(Size, sorted(paper.ranges & set(paper.letters.values()))))
    return list(found)


def _means(expr: Expr) -> Iterator[tuple[str, Index]]:
    """Letters below a fraction line, each with the index of a sum that the fraction stands at."""
    match expr:
        case Div(Sum((index, *_)), Ref(name, ())):
            yield name, index
        case Mul(factors):
            below = [f.denominator for f in factors if isinstance(f, Div)]
            below += [f.base for f in factors if isinstance(f, Pow) and f.exponent == MINUS_ONE]
            sums = [f.indices[0] for f in factors if isinstance(f, Sum)]
            yield from ((f.name, i) for f in below if isinstance(f, Ref) for i in sums[:1])


def with_sizes(paper: Paper, left: Expr, right: Expr) -> Iterator[tuple[Paper, Expr, Expr, str]]:
    """A line in which letters are read as sizes, for every sensible reading, with its remark."""
    exprs = [left, right, *(d.body for d in paper.definitions.values())]
    ranges = sorted(
        {i.range for e in exprs for n in walk(e) if isinstance(n, Sum) for i in n.indices}
    )
    varied = {n.wrt.name for e in exprs for n in walk(e) if isinstance(n, D)}
    nodes = [n for e in exprs for n in walk(e)]
    below = {n for node in nodes for n in _below(node)}
    letters = sorted(
        {
            n.name
            for n in nodes
            if isinstance(n, Ref) and (_may_be_size(paper, n) or _may_count(paper, n, below))
        }
        - varied,
        key=lambda name: (not _may_be_size(paper, Ref(name)), name),
    )[:MOST_LETTERS]
    choices = [(None, *ranges)] * len(letters)
    for chosen in islice(product(*choices), 1, 1 + MOST_ASSIGNMENTS):
        sizes = {name: r for name, r in zip(letters, chosen, strict=True) if r is not None}
        remark = " and ".join(f"{name} read as a number of terms" for name in sizes)
        yield _read(paper, sizes), as_sizes(left, sizes), as_sizes(right, sizes), remark


def _may_be_size(paper: Paper, ref: Ref) -> bool:
    is_letter = ref.name.isupper() or ref.name in _LOWER
    return is_letter and not ref.indices and ref.name not in paper.definitions


def _may_count(paper: Paper, ref: Ref, below: Container[Expr]) -> bool:
    """Whether a letter that stands below a fraction line may count: ``1 / h`` before a sum."""
    is_letter = len(ref.name) == 1 and ref.name.islower() and not ref.indices
    return is_letter and ref in below and ref.name not in paper.definitions


def _below(expr: Expr) -> tuple[Expr, ...]:
    """The factors below a fraction line."""
    match expr:
        case Div(_, Mul(factors)):
            return factors
        case Div(_, under):
            return (under,)
        case Pow(base, exponent) if exponent == MINUS_ONE:
            return (base,)
    return ()


def as_sizes(expr: Expr, sizes: Mapping[str, str]) -> Expr:
    """An expression in which letters are the sizes of ranges."""

    def put(node: Expr) -> Expr:
        return Size(sizes[node.name]) if isinstance(node, Ref) and node.name in sizes else node

    return transform(expr, put)


def _read(paper: Paper, sizes: Mapping[str, str]) -> Paper:
    definitions = {
        name: Definition(
            name, d.indices, as_sizes(d.body, sizes),
            tuple((a, as_sizes(b, sizes)) for a, b in d.entries),
        )
        for name, d in paper.definitions.items()
    }  # fmt: skip
    facts = tuple(
        replace(f, left=as_sizes(f.left, sizes), right=as_sizes(f.right, sizes))
        for f in paper.facts
    )
    return replace(paper, definitions=definitions, facts=facts)
