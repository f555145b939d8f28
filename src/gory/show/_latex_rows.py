r"""A wide formula in several rows, each narrow enough for a page.

A sum is broken before its terms, a product before its factors; what is too wide itself stands
between large brackets, and a fraction too wide to be one becomes a factor 1/v or a quotient of
brackets. A row is LaTeX without alignment; every bracket is one that need not close in its row.
"""

from __future__ import annotations

from gory.notation import ONE, Add, Bracket, D, Div, Expr, Fn, Mul, Pow, Ref, Sum, to_latex
from gory.notation._build import as_extremum, times
from gory.notation._latex import FUNCTION_NAMES
from gory.notation._plain import is_sum, sign_split
from gory.show._latex_width import width

STEP = 2.0  # em by which the rows after the first are set in
NARROWEST = 12.0  # em; less would give a column of single letters

_OPEN, _CLOSE = r"\Bigl(", r"\Bigr)"
_HOLE = Ref("x")


def latex_rows(expr: Expr, room: float, /) -> list[str]:
    r"""The rows of an expression in a column ``room`` em wide.

    Examples
    --------
    >>> from gory.notation import read_expression
    >>> line = read_expression("a b (c + d) - e f g h + sum_k x[k] y[k]")
    >>> for row in latex_rows(line, 12):
    ...     print(row)
    a b (c + d) - e f g h
    + \sum_k x_k y_k
    """
    room = max(room, NARROWEST)
    whole = to_latex(expr)
    if width(whole) <= room:
        return [whole]
    minus, rest = sign_split(expr)
    if minus:
        return _glued("-", _inner(rest, room) if is_sum(rest) else latex_rows(rest, room), "")
    match expr:
        case Add(terms) if not as_extremum(expr):
            return _terms(terms, room)
        case Mul(factors):
            return _factors(list(factors), room)
        case Div(above, below):
            return _quotient(above, below, room)
        case Sum(indices, body):
            return _sum(indices, body, room)
        case Pow(base, exponent):
            return _glued("", _inner(base, room), to_latex(Pow(_HOLE, exponent)).removeprefix("x"))
        case D(body, wrt):
            sign = to_latex(D(times(_HOLE, _HOLE), wrt)).removesuffix(" (x x)")
            return _glued(f"{sign} ", _inner(body, room - width(sign)), "")
        case Fn(name, argument):
            return _function(name, argument, room)
    return [whole]


def _glued(before: str, rows: list[str], after: str) -> list[str]:
    *others, last = [f"{before}{rows[0]}", *rows[1:]]
    return [*others, f"{last}{after}"]


def _inner(expr: Expr, room: float) -> list[str]:
    return _glued(f"{_OPEN} ", latex_rows(expr, room - STEP), f" {_CLOSE}")


def _packed(groups: list[list[str]], room: float) -> list[str]:
    """Groups of rows one after the other, single rows side by side as long as they fit."""
    rows: list[str] = []
    closed = True  # whether the last row belongs to a group of several
    for group in groups:
        beside = f"{rows[-1]} {group[0]}" if rows else ""
        if rows and not closed and len(group) == 1 and width(beside) <= room:
            rows[-1] = beside
            continue
        rows += group
        closed = len(group) > 1
    return rows


def _terms(terms: tuple[Expr, ...], room: float) -> list[str]:
    groups = []
    for place, term in enumerate(terms):
        minus, rest = sign_split(term)
        sign = "- " if minus else "+ " if place else ""
        own = room - (STEP if place else 0)
        bracket = is_sum(rest) or sign_split(rest)[0]
        groups.append(_glued(sign, _bracketed(rest, own) if bracket else latex_rows(rest, own), ""))
    return _packed(groups, room)


def _bracketed(expr: Expr, room: float) -> list[str]:
    """In brackets of its own size where it fits, in large ones where it does not."""
    whole = to_latex(times(_HOLE, expr)).removeprefix("x ")
    return [whole] if width(whole) <= room else _inner(expr, room)


def _factors(factors: list[Expr], room: float) -> list[str]:
    """As many factors to a row as fit; a factor that is too wide has its own rows."""
    groups: list[list[str]] = []
    while factors:
        count = len(factors)
        while count > 1 and not _stand_together(factors, count, room):
            count -= 1
        first, factors = factors[:count], factors[count:]
        group = [to_latex(times(*first))]
        if count == 1 and isinstance(first[0], Sum) and factors:
            group = _bracketed(first[0], room - STEP)
        elif width(group[0]) > room - STEP:
            bracket = is_sum(first[0])
            group = (_inner if bracket else latex_rows)(first[0], room - STEP)
        elif is_sum(first[0]) and count == 1:
            group = _bracketed(first[0], room - STEP)
        groups.append(_glued(r"\cdot " if groups else "", group, ""))
    return _packed(groups, room)


def _stand_together(factors: list[Expr], count: int, room: float) -> bool:
    """A sum takes in all that follows it, so it is not the last of its row unless it is last."""
    if isinstance(factors[count - 1], Sum) and count < len(factors):
        return False
    return width(to_latex(Mul(tuple(factors[:count])))) <= room - STEP


def _quotient(above: Expr, below: Expr, room: float) -> list[str]:
    if width(to_latex(below)) <= room / 2:
        factors = above.factors if isinstance(above, Mul) else (above,)
        return _factors([Div(ONE, below), *factors], room)
    over = _glued(r"\big/ ", _inner(below, room), "")
    plain = isinstance(above, Mul) and not isinstance(above.factors[-1], Sum)
    return [*(latex_rows if plain else _inner)(above, room), *over]


def _sum(indices: tuple, body: Expr, room: float) -> list[str]:
    guard: list[Expr] = []
    if isinstance(body, Mul) and isinstance(body.factors[0], Bracket):
        guard, body = [body.factors[0]], times(*body.factors[1:])
    sign = to_latex(Sum(indices, times(*guard, _HOLE))).removesuffix(" x")
    bracket = is_sum(body) or sign_split(body)[0]
    own = room - width(sign)
    return _glued(f"{sign} ", _inner(body, own) if bracket else latex_rows(body, own), "")


def _function(name: str, argument: Expr, room: float) -> list[str]:
    if name == "sqrt":
        return _glued("", _inner(argument, room), "^{1/2}")
    if name == "abs":
        return _glued(r"\Bigl| ", latex_rows(argument, room - STEP), r" \Bigr|")
    return _glued(f"{FUNCTION_NAMES[name]} ", _inner(argument, room - STEP), "")
