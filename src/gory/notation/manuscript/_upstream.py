r"""A loss that nothing defines, of which the text takes first derivatives: backward passes.

Whatever L is, near a point it changes like ``sum_i G[i] z[i]``, where z is the last that the text
computes before it and ``G[i]`` the derivative by ``z[i]``. With this in the place of L every first
derivative is what it is for L; its value is not, nor are second derivatives, and lines that ask for
these stay unread. That L depends on what is before z through z alone is an assumption, unless the
text gives the derivative a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gory.notation._build import plus, times
from gory.notation._errors import NotationError
from gory.notation._nodes import Add, D, Expr, Index, Mul, Num, Ref, Sum, children, walk
from gory.notation._paper import Definition

if TYPE_CHECKING:
    from gory.notation.manuscript._section import Section

BY_IT_ONLY = "by it only"
MOST_ENDS = 4  # arrays through which a loss may change
_LETTERS = "ijklmn"


@dataclass
class Upstream:
    """What stands for losses that are not defined."""

    slopes: dict[str, str] = field(default_factory=dict)  # the derivative -> of what
    doubts: dict[str, str] = field(default_factory=dict)  # by loss
    hollow: frozenset[str] = frozenset()  # names of derivatives of what stays undefined


def fill_in(section: Section) -> Upstream:
    """Define such losses in a section by their derivatives."""
    found = Upstream()
    exprs = list(_written(section))
    asked: dict[str, dict[str, Ref]] = {}
    for node in (n for expr in exprs for n in walk(expr)):
        if isinstance(node, D) and isinstance(node.body, Ref) and not node.body.indices:
            asked.setdefault(node.body.name, {}).setdefault(node.wrt.name, node.wrt)
    for loss, variables in asked.items():
        if _is_open(section, loss, exprs) and loss not in variables:
            _define(section, loss, variables, found)
    found.hollow = _without_losses(section)
    return found


def _without_losses(section: Section) -> frozenset[str]:
    """Names of derivatives of what stays undefined, or does not depend on the variable as it is
    read: they are no more known than that.
    """
    defined, reaches = section.builder.defined, section.builder.reaches
    hollow = {
        name
        for name, one in defined.items()
        for node in walk(one.body)
        if isinstance(node, D) and isinstance(node.body, Ref) and node.body.name != node.wrt.name
        if node.body.name not in defined or not reaches(node.body, node.wrt.name)
    }
    for name in hollow - section.builder.entries.keys():
        del defined[name]
    return frozenset(hollow)


def _written(section: Section) -> Iterator[Expr]:
    for chain in section.chains:
        for line in chain.lines:
            yield from line.exprs[:1]
    for one in section.builder.defined.values():
        yield one.body


def _is_open(section: Section, loss: str, exprs: Iterable[Expr]) -> bool:
    """Whether a name has no definition but for ``L = f(z)``, and stands in first derivatives."""
    defined = section.builder.defined
    body = defined[loss].body if loss in defined else None
    alias = body.name if isinstance(body, Ref) and not body.indices else ""
    if body is not None and (not alias or alias in defined):
        return False
    names = {loss, alias} - {""}
    for chain in section.chains:
        tops = [line.exprs[0] for line in chain.lines if line.exprs]
        if any(
            tops[0] in walk(top) for top in tops[1:] if isinstance(tops[0], D) and top != tops[0]
        ):
            return False  # dL/dx = pL/px + pL/py dy/dx: a total derivative beside a partial one
        is_value = any(isinstance(top, Ref) and top.name in names for top in tops)
        if is_value and any(not isinstance(top, Ref) or top.name not in names for top in tops):
            return False
    return all(_is_slope_only(expr, names) for expr in exprs)


def _is_slope_only(expr: Expr, names: set[str]) -> bool:
    """Whether names stand in first derivatives only, or as terms of what is differentiated."""
    match expr:
        case Ref(name):
            return True
        case D(Ref(name) | D(Ref(name), _), _) if name in names:
            return True
        case D():
            return not any(isinstance(n, Ref) and n.name in names for n in walk(expr.body))
        case Add(terms):
            return all(_is_slope_only(term, names) for term in terms)
        case Mul((Num(), factor)):
            return _is_slope_only(factor, names)
    parts = children(expr)
    return all(
        not (isinstance(p, Ref) and p.name in names) and _is_slope_only(p, names) for p in parts
    )


def _define(section: Section, loss: str, variables: dict[str, Ref], found: Upstream) -> None:
    builder = section.builder
    before = builder.defined.pop(loss, None)
    ends = [name for name in variables if not _is_passed(section, name, variables)]
    keep = builder.mark()
    try:
        is_computed = any(name in builder.defined for name in variables)
        if not is_computed or not 0 < len(ends) <= MOST_ENDS:
            raise NotationError("too many ends")
        terms = [_term(section, loss, variables[name]) for name in ends]
        if any(builder.reaches(term, loss) for term in terms):
            raise NotationError(f"an end of {loss} is a derivative of {loss}")
    except NotationError:
        builder.back_to(keep)
        if before is not None:
            builder.defined[loss] = before
        return
    builder.axes.setdefault(loss, 0)
    later = dict(builder.defined)
    builder.defined.clear()  # what the derivatives are called is defined by it
    builder.defined |= {loss: Definition(loss, (), plus(*terms)), **later}
    found.slopes |= {f"d{loss}d{name}": loss for name in ends}
    if len(ends) > 1:
        found.doubts |= _related(section, loss, set(ends))
    if not all(_is_named(section, loss, name) for name in ends):
        found.doubts[loss] = (
            f"{loss} is taken to depend on what is before {', '.join(ends)} {BY_IT_ONLY}"
        )


def _related(section: Section, loss: str, ends: set[str]) -> dict[str, str]:
    """Derivatives by one end that lines give by those by others: so it is computed from these, in
    a way that was not read.
    """
    by = {one.name: _end(one.body, loss) for one in section.builder.defined.values()}
    found = {}
    for chain in section.chains:
        tops = [line.exprs[0] for line in chain.lines if line.exprs and not line.is_definition]
        own = _end(tops[0], loss) if tops else ""
        name = tops[0].name if tops and isinstance(tops[0], Ref) else ""
        own = own or by.get(name, "")
        nodes = [node for top in tops[1:] for node in walk(top)] if own in ends else []
        others = {_end(node, loss) for node in nodes}
        others |= {by.get(node.name, "") for node in nodes if isinstance(node, Ref)}
        if ends & others - {own}:
            found[name or loss] = f"how {loss} depends on {own} is not said in what was read"
    return found


def _end(expr: Expr, loss: str) -> str:
    """By what a loss is differentiated, where an expression is its derivative."""
    match expr:
        case D(Ref(name), wrt) if name == loss:
            return wrt.name
    return ""


def _is_passed(section: Section, name: str, variables: Iterable[str]) -> bool:
    """Whether another variable is computed from this one."""
    defined = section.builder.defined
    return any(
        other != name and other in defined and section.builder.reaches(defined[other].body, name)
        for other in variables
    )


def _term(section: Section, loss: str, end: Ref) -> Expr:
    builder, slope = section.builder, f"d{loss}d{end.name}"
    axes = len(end.indices)
    if slope in builder.axes or axes > len(_LETTERS) or builder.axes.get(end.name, axes) != axes:
        raise NotationError(f"{slope} is a name of the text")
    builder.axes[slope] = axes
    builder.axes.setdefault(end.name, axes)
    bound: list[Index] = []
    for place, letter in enumerate(_LETTERS[:axes]):
        index = builder.ranges.new(letter)
        for name in (end.name, slope):
            builder.ranges.merge(f"{name}[{place}]", index.range, 0, f"index {letter!r}")
        bound.append(index)
    indices = tuple(bound)
    product = times(Ref(slope, indices), Ref(end.name, indices))
    return Sum(indices, product) if indices else product


def _is_named(section: Section, loss: str, end: str) -> bool:
    """Whether an equation gives the derivative by the end a name: ``g_i = dL / dz_i``."""
    for one in section.builder.defined.values():
        body = one.body
        if isinstance(body, D) and body.body == Ref(loss) and body.wrt.name == end:
            return True
    return False
