"""The table of derivatives: one line for every function, written in the paper language.

To teach the engine a function, name it in `gory.notation.FUNCTIONS`, add its line here, and say in
`gory.algebra` how it is written through exp and log if it can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from gory.notation import (
    D,
    Expr,
    Index,
    Paper,
    Ref,
    Sum,
    children,
    of_matrix,
    read_expression,
    rebuild,
    rename_bound,
    substitute,
    transform,
    walk,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """The derivative of a function at ``u``, and how u has to stand to 0 for it to hold."""

    derivative: str
    to_zero: str = ""


FUNCTION_RULES = {
    "exp": FunctionRule("exp(u)"),
    "log": FunctionRule("1 / u", ">"),
    "sqrt": FunctionRule("1 / (2 sqrt(u))", ">"),
    "tanh": FunctionRule("1 - tanh(u)^2"),
    "sigmoid": FunctionRule("sigmoid(u) (1 - sigmoid(u))"),
    "softplus": FunctionRule("sigmoid(u)"),
    "relu": FunctionRule("[u > 0]", "!="),
    "abs": FunctionRule("sign(u)", "!="),
    "sign": FunctionRule("0", "!="),
    "sin": FunctionRule("cos(u)"),
    "cos": FunctionRule("-sin(u)"),
}


MATRIX_RULES = {  # the derivative of a function of A, with dA[a,b] for that of an entry
    "inv": "- sum_{a,b} inv(A)[i,a] dA[a,b] inv(A)[b,j]",
    "det": "det(A) sum_{a,b} inv(A)[b,a] dA[a,b]",
    "logdet": "sum_{a,b} inv(A)[b,a] dA[a,b]",
}


def matrix_derivative(ref: Ref, wrt: Ref, paper: Paper) -> Expr:
    """The derivative of ``inv(A)[i,j]``, ``det(A)`` or ``logdet(A)``, entry by entry of A.

    Source: K. B. Petersen and M. S. Pedersen, The Matrix Cookbook, section 2.
    """
    found = of_matrix(ref.name)
    if found is None:
        raise TypeError(f"{ref.name!r} is not a function of a matrix")
    function, array = found
    rows = paper.axes[array][0]
    template = read_expression(MATRIX_RULES[function])
    taken = {i.name for i in (*ref.indices, *wrt.indices)}
    own = {
        index: Index(index.name, rows)
        for node in walk(template)
        if isinstance(node, Ref | Sum)
        for index in node.indices
    }
    typed = _renamed(template, array, own)
    places = (
        {Index("i", rows): ref.indices[0], Index("j", rows): ref.indices[1]} if ref.indices else {}
    )
    filled = substitute(rename_bound(typed, taken), places)
    return transform(filled, lambda node: _entry(node, array, wrt))


def _renamed(expr: Expr, array: str, ranges: Mapping[Index, Index]) -> Expr:
    """A template for the array at hand, its indices running over the range of that array."""
    match expr:
        case Ref(name, indices):
            name = name.replace("(A)", f"({array})")
            return Ref(name, tuple(ranges[i] for i in indices))
        case Sum(indices, body):
            return Sum(tuple(ranges[i] for i in indices), _renamed(body, array, ranges))
    return rebuild(expr, tuple(_renamed(part, array, ranges) for part in children(expr)))


def _entry(node: Expr, array: str, wrt: Ref) -> Expr:
    if isinstance(node, Ref) and node.name == "dA":
        return D(Ref(array, node.indices), wrt)
    return node


@cache
def _template(name: str) -> Expr:
    return read_expression(FUNCTION_RULES[name].derivative)


def derivative_at(name: str, argument: Expr) -> Expr:
    """The derivative of a function at an argument, without the inner derivative."""
    hole = Ref("u")
    return transform(_template(name), lambda node: argument if node == hole else node)
