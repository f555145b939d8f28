"""The table of derivatives: one line for every function, written in the paper language.

To teach the engine a function, name it in `gory.notation.FUNCTIONS`, add its line here, and say in
`gory.algebra` how it is written through exp and log if it can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gory.notation import Expr, Ref, read_expression, transform


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """The derivative of a function at ``u``, and the condition under which it holds."""

    derivative: str
    condition: str = ""


FUNCTION_RULES = {
    "exp": FunctionRule("exp(u)"),
    "log": FunctionRule("1 / u", "u > 0"),
    "sqrt": FunctionRule("1 / (2 sqrt(u))", "u > 0"),
    "tanh": FunctionRule("1 - tanh(u)^2"),
    "sigmoid": FunctionRule("sigmoid(u) (1 - sigmoid(u))"),
    "softplus": FunctionRule("sigmoid(u)"),
    "relu": FunctionRule("[u > 0]", "u != 0"),
    "abs": FunctionRule("2 [u > 0] - 1", "u != 0"),
    "sin": FunctionRule("cos(u)"),
    "cos": FunctionRule("-sin(u)"),
}


@cache
def _template(name: str) -> Expr:
    return read_expression(FUNCTION_RULES[name].derivative)


def derivative_at(name: str, argument: Expr) -> Expr:
    """The derivative of a function at an argument, without the inner derivative."""
    hole = Ref("u")
    return transform(_template(name), lambda node: argument if node == hole else node)
