"""The plain writer: the paper language itself. What it writes is read back as the same tree."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gory.notation._build import as_extremum
from gory.notation._labels import label_of
from gory.notation._largest import Largest, as_argmax, as_largest
from gory.notation._nodes import (
    Add,
    Bracket,
    D,
    Delta,
    Div,
    Expr,
    Fn,
    Index,
    Mul,
    Num,
    Pow,
    Ref,
    Size,
    Sum,
)  # fmt: skip

ALWAYS_CALLED = ("exp", "relu", "abs", "sign")


def to_plain(expr: Expr) -> str:
    """Write an expression in the paper language.

    Examples
    --------
    >>> from gory.notation import read_expression
    >>> to_plain(read_expression("-(a[i]-b)/2 sum_k y[k]"))
    '-((a[i] - b) / 2) sum_k y[k]'
    """
    match expr:
        case Add(terms):
            found = as_extremum(expr)
            return _extremum(*found) if found else _sum_of_terms(terms)
        case Mul(factors):
            return _product(factors)
        case Div(above, below):
            return f"{_numerator(above)} / {_factor(below, last=True)}"
        case Sum(indices, body):
            if found := as_largest(expr):
                return _over_range("max", found)
            return f"sum_{_letters(indices)} {_body(body)}"
    if isinstance(expr, Num):
        return _number(expr.value)
    return _factor(expr, last=True)


def sign_split(expr: Expr) -> tuple[bool, Expr]:
    """Whether a term is written with a minus, and the term without it.

    A minus is taken out only where reading it puts it back at the same place.
    """
    match expr:
        case Num(value) if value < 0:
            return True, Num(-value)
        case Mul((Num(value), *rest)) if value < 0:
            if value == -1:
                alone = rest[0] if len(rest) == 1 else Mul(tuple(rest))
                joins = isinstance(rest[0], Num) and rest[0].value != 1
                if joins or isinstance(alone, Num) or (len(rest) == 1 and isinstance(alone, Mul)):
                    return False, expr
                return True, alone
            return True, Mul((Num(-value), *rest))
    return False, expr


def _sum_of_terms(terms: Sequence[Expr]) -> str:
    first, *others = terms
    written = [f"({to_plain(first)})" if is_sum(first) else to_plain(first)]
    for term in others:
        minus, rest = sign_split(term)
        inner = f"({to_plain(rest)})" if _needs_bracket_as_term(rest) else to_plain(rest)
        written.append(f" {'-' if minus else '+'} {inner}")
    return "".join(written)


def _extremum(name: str, left: Expr, right: Expr) -> str:
    return f"{name}({to_plain(left)}, {to_plain(right)})"


def _over_range(word: str, found: Largest) -> str:
    name, guard = found.bound.name, found.guard
    under = f"{{{name} {guard.relation} {_side(guard.right)}}}" if guard else name
    return f"{word}_{under} {_body(found.body)}"


def is_sum(expr: Expr) -> bool:
    """Whether an expression is written as a sum; the larger of two is written max(a, b)."""
    return isinstance(expr, Add) and as_extremum(expr) is None


def _needs_bracket_as_term(expr: Expr) -> bool:
    return is_sum(expr) or sign_split(expr)[0]


def _product(factors: Sequence[Expr]) -> str:
    minus, rest = sign_split(Mul(tuple(factors)))
    if minus:
        inner = to_plain(rest)
        if is_sum(rest):
            inner = f"({inner})"
        return f"- {inner}" if isinstance(rest, Sum) else f"-{inner}"
    last = len(factors) - 1
    parts = [_factor(factor, last=place == last) for place, factor in enumerate(factors)]
    return " ".join(parts)


def _numerator(expr: Expr) -> str:
    match expr:
        case Num(value) if value > 0:
            return _number(value)
        case Mul(factors) if sign_split(expr)[0]:
            return f"({_product(factors)})"
        case Mul(factors):
            return f"({_product(factors)})" if _reaches_on(factors[-1]) else _product(factors)
        case Div():
            return f"({to_plain(expr)})" if _reaches_on(expr.denominator) else to_plain(expr)
    return _factor(expr, last=False)


def _reaches_on(expr: Expr) -> bool:
    """Whether a written factor would take in a factor that stands behind it."""
    match expr:
        case Sum():
            return True
        case Fn(_, argument) if not _called(expr):
            return _reaches_on(argument)
    return False


def _factor(expr: Expr, *, last: bool) -> str:
    match expr:
        case Num(value):
            if value.denominator != 1 or value < 0:
                return f"({_number(value)})"
            return _number(value)
        case Size(name):
            return name
        case Ref(name, (*own, of_class)) if label := label_of(name):
            return f"delta[{of_class.name},{label}[{_list(own)}]]"
        case Ref(name, indices):
            return f"{name}[{_list(indices)}]" if indices else name
        case Delta(a, b):
            return f"delta[{a.name},{b.name}]"
        case Bracket() if found := as_argmax(expr):
            return f"[{found[0].name} = {_over_range('argmax', found[1])}]"
        case Bracket(a, relation, b):
            return f"[{_side(a)} {relation} {_side(b)}]"
        case Pow(base, exponent):
            return f"{_base(base)}^{_exponent(exponent)}"
        case Fn(name, argument) if _called(expr):
            return f"{name}({to_plain(argument)})"
        case Fn(name, argument) if last:
            return f"{name} {_factor(argument, last=True)}"
        case Fn(name, argument):  # log(a) f, lest it be taken for the logarithm of a f
            return f"{name}({to_plain(argument)})"
        case D():
            return _derivative(expr)
        case Sum() if last:
            return to_plain(expr)
        case Add() if not is_sum(expr):
            return to_plain(expr)
    return f"({to_plain(expr)})"


def _called(function: Fn) -> bool:
    """exp(...) always takes brackets; log h[i,k] and log sum_c ... stand without."""
    return function.name in ALWAYS_CALLED or not isinstance(function.argument, Ref | Sum)


def _derivative(expr: D) -> str:
    variables = []
    body: Expr = expr
    while isinstance(body, D):
        variables.append(body.wrt)
        body = body.body
    written = ", ".join(to_plain(v) for v in reversed(variables))
    return f"d({to_plain(body)}, {written})"


def _base(base: Expr) -> str:
    alone = isinstance(base, Ref | Size | Delta | Bracket) or as_extremum(base) is not None
    if base == Ref("e"):  # a bare e under an exponent is taken for a slip
        return "(e)"
    if alone or (isinstance(base, Fn) and _called(base)):
        return _factor(base, last=False)
    if isinstance(base, Num) and base.value.denominator == 1 and base.value >= 0:
        return _number(base.value)
    return f"({to_plain(base)})"


def _exponent(exponent: Expr) -> str:
    minus, rest = sign_split(exponent)
    if isinstance(rest, Ref | Size) or (isinstance(rest, Num) and rest.value.denominator == 1):
        return f"{'-' if minus else ''}{to_plain(rest)}"
    return f"({to_plain(exponent)})"


def _body(body: Expr) -> str:
    if is_sum(body) or sign_split(body)[0]:
        return f"({to_plain(body)})"
    if isinstance(body, Num) and body.value.denominator != 1:
        return f"({_number(body.value)})"
    return to_plain(body)


def _number(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{value.numerator} / {value.denominator}"


def _side(side: Expr | Index) -> str:
    return side.name if isinstance(side, Index) else to_plain(side)


def _list(indices: Sequence[Index]) -> str:
    return ",".join(index.name for index in indices)


def _letters(indices: Sequence[Index]) -> str:
    return indices[0].name if len(indices) == 1 else f"{{{_list(indices)}}}"
