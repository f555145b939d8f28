"""The value of an expression in torch, with derivatives by automatic differentiation.

An oracle: one scalar at a time, straight from the meaning of every node, sharing no code with the
evaluator of the package.
"""

from __future__ import annotations

from itertools import product

import torch

from gory.notation import (
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
    Paper,
    Pow,
    Ref,
    Size,
    Sum,
    of_matrix,
)

RELATIONS = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
FUNCTIONS = {
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": torch.nn.functional.softplus,
    "relu": torch.relu,
    "abs": torch.abs,
    "sign": torch.sign,
    "sin": torch.sin,
    "cos": torch.cos,
}


class TorchValue:
    """Values at one point: ``spans`` for every range, a tensor scalar for every array entry."""

    def __init__(
        self,
        paper: Paper,
        spans: dict[str, range],
        entries: dict[tuple[str, tuple[int, ...]], float],
    ) -> None:
        self.paper, self.spans = paper, spans
        self.entries = {
            key: torch.tensor(float(value), dtype=torch.float64, requires_grad=True)
            for key, value in entries.items()
        }

    def __call__(self, expr: Expr, env: dict[str, int]) -> torch.Tensor:
        match expr:
            case Num(value):
                return torch.tensor(float(value), dtype=torch.float64)
            case Size(name):
                return torch.tensor(float(len(self.spans[name])), dtype=torch.float64)
            case Ref(name, indices):
                return self._ref(name, tuple(_at(i, env) for i in indices))
            case Delta(a, b):
                return torch.tensor(float(_at(a, env) == _at(b, env)), dtype=torch.float64)
            case Bracket(a, relation, b):
                left, right = self._side(a, env), self._side(b, env)
                return torch.tensor(float(RELATIONS[relation](left, right)), dtype=torch.float64)
            case Add(terms):
                return torch.stack([self(term, env) for term in terms]).sum()
            case Mul(factors):
                return torch.stack([self(factor, env) for factor in factors]).prod()
            case Div(above, below):
                return self(above, env) / self(below, env)
            case Pow(base, exponent):
                return self(base, env) ** self(exponent, env)
            case Fn(name, argument):
                return FUNCTIONS[name](self(argument, env))
            case Sum(indices, body):
                spans = [self.spans[i.range] for i in indices]
                names = [i.name for i in indices]
                inner = (dict(zip(names, v, strict=True)) for v in product(*spans))
                return torch.stack([self(body, env | values) for values in inner]).sum()
            case D(body, wrt):
                return self._derivative(body, wrt, env)

    def _side(self, side: Expr | Index, env: dict[str, int]) -> float:
        return _at(side, env) if isinstance(side, Index) else float(self(side, env).detach())

    def _ref(self, name: str, place: tuple[int, ...]) -> torch.Tensor:
        if (matrix := of_matrix(name)) is not None:
            return self._of_matrix(*matrix, place)
        if name in self.paper.definitions:
            one = self.paper.definitions[name]
            letters = (index.name for index in one.indices)
            return self(one.body, dict(zip(letters, place, strict=True)))
        return self.entries[name, place]

    def _of_matrix(self, kind: str, name: str, place: tuple[int, ...]) -> torch.Tensor:
        span = list(self.spans[self.paper.axes[name][0]])
        rows = torch.stack([torch.stack([self._ref(name, (i, j)) for j in span]) for i in span])
        if kind == "inv":
            return torch.linalg.inv(rows)[tuple(span.index(value) for value in place)]
        det = torch.linalg.det(rows)
        return torch.log(det) if kind == "logdet" else det

    def _derivative(self, body: Expr, wrt: Ref, env: dict[str, int]) -> torch.Tensor:
        value = self(body, env)
        variable = self.entries[wrt.name, tuple(_at(i, env) for i in wrt.indices)]
        if not value.requires_grad:
            return torch.zeros((), dtype=torch.float64)
        (slope,) = torch.autograd.grad(value, variable, create_graph=True, allow_unused=True)
        return torch.zeros((), dtype=torch.float64) if slope is None else slope


def _at(index: Index, env: dict[str, int]) -> int:
    return int(index.name) if index.is_literal else env[index.name]
