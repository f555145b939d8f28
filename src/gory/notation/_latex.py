r"""The LaTeX writer: what an article prints, for pdfLaTeX and for KaTeX.

Indices stand side by side as long as that cannot be misread (``\theta_{mn}``, but
``\theta_{1,2}``); a fraction is a fraction, except in an exponent; brackets grow only around
something tall. Two expressions that differ are never written alike, up to the ranges of
indices, which are not written. The exponential has an upright ``e``, so that it is not taken
for a variable, and a condition is a bold one with its bracket.
"""

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
    children,
    of_matrix,
    walk,
)
from gory.notation._plain import is_sum, sign_split

SHORT_EXPONENT = 8  # letters; what is longer is hard to read as an exponent and written exp(...)

GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
    "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
)  # fmt: skip
_SPECIAL = {"lam": r"\lambda", "eps": r"\varepsilon"}
FUNCTION_NAMES = {
    "exp": r"\exp", "log": r"\log", "tanh": r"\tanh", "sin": r"\sin", "cos": r"\cos",
    "sigmoid": r"\sigma", "softplus": r"\operatorname{softplus}", "relu": r"\operatorname{relu}",
    "sign": r"\operatorname{sign}",
}  # fmt: skip
RELATIONS = {"==": "=", "!=": r"\ne", ">=": r"\ge", "<=": r"\le"}


def to_latex(expr: Expr) -> str:
    r"""Write an expression in LaTeX, for use inside of a formula.

    Parameters
    ----------
    expr : Expression
        Any expression of the paper language.

    Returns
    -------
    str
        Commands of LaTeX with amsmath, which KaTeX knows too.

    Examples
    --------
    >>> from gory.notation import read_expression
    >>> print(to_latex(read_expression("- sum_{i,k} y[i,k] log h[i,k]")))
    -\sum_{i,k} y_{ik} \log h_{ik}
    >>> print(to_latex(read_expression("exp(z[k]) / sum_c exp(z[c])")))
    \frac{\mathrm{e}^{z_k}}{\sum_c \mathrm{e}^{z_c}}
    """
    return _line(expr, script=False)


_MATRIX = {
    "inv": r"({}^{{-1}})",
    "det": r"\det({})",
    "logdet": r"\log\det({})",
}


def latex_name(name: str) -> str:
    r"""A name as LaTeX: Greek letters by their names, several letters in one word.

    Examples
    --------
    >>> print(latex_name("theta"), latex_name("x"), latex_name("Km"))
    \theta x \mathit{Km}
    """
    if (matrix := of_matrix(name)) is not None:
        return _MATRIX[matrix[0]].format(latex_name(matrix[1]))
    stem, _, subscript = name.partition("_")
    if subscript:
        return f"{latex_name(stem)}_{{{subscript}}}"
    if name in _SPECIAL:
        return _SPECIAL[name]
    if name in GREEK:
        return f"\\{name}"
    return name if len(name) == 1 else rf"\mathit{{{name}}}"


def _line(expr: Expr, *, script: bool) -> str:
    """An expression that stands alone: nothing follows it and nothing binds it tighter."""
    match expr:
        case Num(value) if script:
            return str(value)
        case Add(terms):
            found = as_extremum(expr)
            return _extremum(*found, script) if found else _terms(terms, script)
        case Mul(factors):
            return _product(factors, script)
        case Sum():
            return _sum(expr, script)
        case Div() if script:
            return f"{_inline(expr.numerator)}/{_inline(expr.denominator)}"
    return _factor(expr, script, last=True)


def _terms(terms: Sequence[Expr], script: bool) -> str:
    first, *others = terms
    written = [_bracketed(first, script) if is_sum(first) else _line(first, script=script)]
    for term in others:
        minus, rest = sign_split(term)
        bracket = is_sum(rest) or sign_split(rest)[0]
        inner = _bracketed(rest, script) if bracket else _line(rest, script=script)
        written.append(f" {'-' if minus else '+'} {inner}")
    return "".join(written)


def _extremum(name: str, left: Expr, right: Expr, script: bool) -> str:
    size = (r"\left", r"\right") if _is_tall(left, script) or _is_tall(right, script) else ("", "")
    inner = f"{_line(left, script=script)}, {_line(right, script=script)}"
    return rf"\{name}{size[0]}({inner}{size[1]})"


def _product(factors: Sequence[Expr], script: bool) -> str:
    minus, rest = sign_split(Mul(tuple(factors)))
    if minus:
        bracket = is_sum(rest) or (isinstance(rest, Mul) and _starts_with_minus(rest))
        bracket = bracket or sign_split(rest)[0]
        return f"-{_bracketed(rest, script) if bracket else _line(rest, script=script)}"
    last = len(factors) - 1
    parts: list[str] = []
    for place, factor in enumerate(factors):
        written = _factor(factor, script, last=place == last)
        if script and isinstance(factor, Div):
            written = _bracketed(factor, script)
        if place and _would_merge(factors[place - 1], factor, written):
            parts.append(r"\cdot")
        elif place and not script and isinstance(factors[place - 1], Div | D):
            parts.append(r"\,")  # fractions side by side need a little air
        elif place and not script and isinstance(factor, Div | D):
            parts.append(r"\,")
        parts.append(written)
    return " ".join(parts)


def _starts_with_minus(expr: Mul) -> bool:
    return isinstance(expr.factors[0], Num) and expr.factors[0].value < 0


def _would_merge(before: Expr, factor: Expr, written: str) -> bool:
    """Two numbers side by side, or a variable called sigma before a bracket."""
    if isinstance(factor, Num):
        return True
    return before == Ref("sigma") and written.startswith(("(", r"\left("))


def _factor(expr: Expr, script: bool, *, last: bool) -> str:
    match expr:
        case Num(value):
            return _number(value, script)
        case Size(name):
            return latex_name(name)
        case Ref(name, (*own, of_class)) if label := label_of(name):
            return rf"\delta_{{{index_to_latex(of_class)} {latex_name(label)}{_subscript(own)}}}"
        case Ref(name, indices):
            return latex_name(name) + _subscript(indices)
        case Delta(a, b):
            return r"\delta" + _subscript((a, b))
        case Bracket():
            return rf"\mathbf{{1}}[{_condition(expr)}]"
        case Div(above, below) if not script:
            return rf"\frac{{{_line(above, script=False)}}}{{{_line(below, script=False)}}}"
        case Pow(base, exponent):
            return f"{_base(base, script)}^{_group(_line(exponent, script=True))}"
        case Fn():
            return _function(expr, script, last=last)
        case D():
            return _derivative(expr, script, last=last)
        case Sum() if last:
            return _sum(expr, script)
        case Add() if not is_sum(expr):
            return _line(expr, script=script)
        case Add() | Mul() | Div() | Sum():
            return _bracketed(expr, script)
    raise TypeError(f"{type(expr).__name__} cannot be written in LaTeX yet")


def _number(value: Fraction, script: bool) -> str:
    if value.denominator == 1:
        return str(value.numerator) if value >= 0 else f"({value.numerator})"
    above, below = abs(value.numerator), value.denominator
    if script:
        return f"({'-' if value < 0 else ''}{above}/{below})"
    fraction = rf"\frac{{{above}}}{{{below}}}"
    return fraction if value > 0 else rf"\left(-{fraction}\right)"


def _subscript(indices: Sequence[Index]) -> str:
    if not indices:
        return ""
    names = [index_to_latex(index) for index in indices]
    plain = all(len(index.name) == 1 and index.name.isalpha() for index in indices)
    return f"_{_group(('' if plain else ',').join(names))}"


def index_to_latex(index: Index) -> str:
    """A fresh letter such as a1 is the letter a with the number 1."""
    letter = index.name.rstrip("0123456789")
    if len(letter) == 1 and letter != index.name:
        return f"{letter}_{_group(index.name[1:])}"
    return index.name if index.is_literal else latex_name(index.name)


def _group(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


def _condition(expr: Bracket) -> str:
    if (found := as_argmax(expr)) is not None:
        over_range = _over_range(r"\arg\max", found[1])
        return f"{index_to_latex(found[0])} = {over_range}"
    left, right = (
        index_to_latex(side) if isinstance(side, Index) else _line(side, script=False)
        for side in (expr.left, expr.right)
    )
    return f"{left} {RELATIONS.get(expr.relation, expr.relation)} {right}"


def _base(base: Expr, script: bool) -> str:
    alone = isinstance(base, Ref | Size | Delta | Bracket) or as_extremum(base) is not None
    alone = alone or (isinstance(base, Fn) and base.name in ("abs", "sqrt"))
    alone = alone or (isinstance(base, Num) and base.value >= 0 and base.value.denominator == 1)
    return _factor(base, script, last=True) if alone else _bracketed(base, script)


def _function(expr: Fn, script: bool, *, last: bool) -> str:
    argument = expr.argument
    if expr.name == "sqrt":
        return rf"\sqrt{{{_line(argument, script=script)}}}"
    if expr.name == "abs":
        size = (r"\left", r"\right") if _is_tall(argument, script) else ("", "")
        left, right = (r"\left|", r"\right|") if size[0] else (r"\lvert ", r" \rvert")
        return f"{left}{_line(argument, script=script)}{right}"
    if expr.name == "exp" and _fits_exponent(argument):
        return rf"\mathrm{{e}}^{_group(_line(argument, script=True))}"
    if expr.name not in FUNCTION_NAMES:
        raise TypeError(f"the function {expr.name} cannot be written in LaTeX yet")
    name = FUNCTION_NAMES[expr.name]
    plain = isinstance(argument, Ref | Sum) or (
        isinstance(argument, Fn) and argument.name == "sigmoid"
    )
    if expr.name == "log" and last and plain:
        return f"{name} {_line(argument, script=script)}"
    return name + _bracketed(argument, script)


def _fits_exponent(argument: Expr) -> bool:
    """Short, and without a sum, a derivative, a condition or an exponent of its own."""
    nodes = list(walk(argument))
    if any(isinstance(node, Sum | D | Bracket | Fn) for node in nodes):
        return False
    size = sum(1 + (len(n.indices) if isinstance(n, Ref) else 0) for n in nodes if not children(n))
    return size <= SHORT_EXPONENT and sum(isinstance(node, Div) for node in nodes) <= 1


def _over_range(word: str, found: Largest, *, script: bool = False) -> str:
    under = index_to_latex(found.bound)
    if (guard := found.guard) is not None and isinstance(guard.right, Index):
        under += f" {RELATIONS.get(guard.relation, guard.relation)} {index_to_latex(guard.right)}"
    bracket = is_sum(found.body) or sign_split(found.body)[0]
    body = _bracketed(found.body, script) if bracket else _line(found.body, script=script)
    return rf"{word}_{_group(under)} {body}"


def _sum(expr: Sum, script: bool) -> str:
    if (found := as_largest(expr)) is not None:
        return _over_range(r"\max", found, script=script)
    indices, body = expr.indices, expr.body
    under = ",".join(index_to_latex(index) for index in indices)
    match body:
        case Mul((Bracket(Index() as left, relation, Index() as right), *rest)) if (
            left == indices[-1] and rest and right not in indices
        ):
            # the guard of an ordered sum goes under its sign
            under += f" {RELATIONS.get(relation, relation)} {index_to_latex(right)}"
            body = rest[0] if len(rest) == 1 else Mul(tuple(rest))
    if is_sum(body) or sign_split(body)[0] or (isinstance(body, Num) and body.value < 0):
        return rf"\sum_{_group(under)} {_bracketed(body, script)}"
    return rf"\sum_{_group(under)} {_line(body, script=script)}"


def _derivative(expr: D, script: bool, *, last: bool) -> str:
    variables = []
    body: Expr = expr
    while isinstance(body, D):
        variables.append(rf"\partial {_factor(body.wrt, script, last=True)}")
        body = body.body
    order = f"^{_group(str(len(variables)))}" if len(variables) > 1 else ""
    below = r" \, ".join(reversed(variables))
    if isinstance(body, Ref):
        return rf"\frac{{\partial{order} {_factor(body, script, last=True)}}}{{{below}}}"
    operator = rf"\frac{{\partial{order}}}{{{below}}}"
    alone = last and isinstance(body, Fn | Div | Sum) and not script
    return f"{operator} {_line(body, script=script) if alone else _bracketed(body, script)}"


def _bracketed(expr: Expr, script: bool) -> str:
    inner = _line(expr, script=script)
    return rf"\left({inner}\right)" if _is_tall(expr, script) else f"({inner})"


def _is_tall(expr: Expr, script: bool) -> bool:
    """Whether an expression is taller than a line: a sum, a fraction, a derivative."""
    if isinstance(expr, Sum | D):
        return True
    if isinstance(expr, Div):
        return not script or _is_tall(expr.numerator, script) or _is_tall(expr.denominator, script)
    if isinstance(expr, Num):
        return not script and expr.value.denominator != 1
    if isinstance(expr, Fn) and expr.name == "exp" and _fits_exponent(expr.argument):
        return False
    if isinstance(expr, Pow):
        return _is_tall(expr.base, script)
    return any(_is_tall(part, script) for part in children(expr))


def _inline(expr: Expr) -> str:
    """A side of a fraction that is written with a slash."""
    negative = isinstance(expr, Num) and expr.value < 0
    if is_sum(expr) or isinstance(expr, Mul | Div | Sum | D) or negative:
        return _bracketed(expr, script=True)
    return _factor(expr, script=True, last=False)
