"""Matrix notation read in two ways: a form as NumPy arrays, and its text by ordinary precedence.

Juxtaposition and ``/`` bind tightest, then ``⊙`` and ``⊘``, then ``⊗``, then ``+`` and ``-``.
"""

from __future__ import annotations

import re
from functools import reduce
from itertools import permutations

import numpy as np

from gory.algebra import Matrix, matrix_text
from gory.notation import Index, Paper, to_plain
from gory.verify import evaluate

Tree = tuple

FUNCTIONS = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(0, x),
    "relu": lambda x: np.maximum(x, 0),
}
RELATIONS = {
    "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
    "=": np.equal, "!=": np.not_equal,
}  # fmt: skip


class AsArray:
    """Matrix notation read literally: vectors are columns."""

    def __init__(self, paper: Paper, given: dict[str, np.ndarray], sizes: dict[str, int]) -> None:
        self.paper, self.given, self.sizes = paper, given, sizes

    def read(self, form: Matrix) -> np.ndarray:
        if form.kind == "over":
            return self._over_instances(form)
        parts = [self.read(part) for part in form.parts]
        match form.kind:
            case "name":
                value = self.given[form.label]
                return value.reshape(-1, 1) if form.axes == 1 else value
            case "scalar":
                return self._scalar(form)
            case "ones":  # without a range: as many as are needed
                return np.ones((self.sizes.get(form.label, 1), 1))
            case "identity":
                return np.eye(self.sizes[form.label])
            case "unit":
                size = self.sizes[form.value.range]
                fixed = self.given.get(f"member {form.label}")
                return np.eye(size)[:, [int(form.label) - 1 if fixed is None else int(fixed)]]
            case "trace":
                return np.array(np.trace(parts[0]))
            case "apply":
                return (FUNCTIONS.get(form.label) or getattr(np, form.label))(parts[0])
            case "sum":
                return sum(sign * part for sign, part in zip(form.signs, parts, strict=True))
            case "power" | "elementwise power":
                return parts[0] ** self._scalar(form)
            case "product":
                return _chain(parts)
        return OPERATIONS[form.kind](form.label, *parts)

    def _scalar(self, form: Matrix) -> np.ndarray:
        values = {name: value.tolist() for name, value in self.given.items()}
        return np.array(evaluate(self.paper, form.value, values, sizes=self.sizes))

    def _over_instances(self, form: Matrix) -> np.ndarray:
        """A sum over i of arrays x_i, the rows of x."""
        index = Index(form.label, self.paper.letters[form.label])
        instances = (
            at_member(self.given, {index: member}) for member in range(self.sizes[index.range])
        )
        return sum(AsArray(self.paper, one, self.sizes).read(form.parts[0]) for one in instances)


def at_member(given: dict[str, np.ndarray], chosen: dict[Index, int]) -> dict[str, np.ndarray]:
    """Arrays, and beside them what is fixed: ``x_i`` is the row of x of the member chosen for
    i, ``member i`` its number.
    """
    found = dict(given)
    for count in range(1, len(chosen) + 1):
        for some in permutations(chosen, count):
            letters = "".join(index.name for index in some)
            place = tuple(chosen[index] for index in some)
            for name, value in given.items():
                fits = value.ndim >= count and all(map(int.__lt__, place, value.shape))
                if fits:
                    found[f"{name}_{letters}"] = value[place]
    return found | {f"member {index.name}": np.array(n) for index, n in chosen.items()}


OPERATIONS = {
    "kronecker": lambda _, *parts: reduce(np.kron, parts),
    "transpose": lambda _, a: a.T,
    "diag": lambda _, a: np.diag(a.ravel()),
    "hadamard": lambda _, *parts: np.prod(np.broadcast_arrays(*parts), axis=0),
    "quotient": lambda _, a, b: a / b,
    "group": lambda _, a: a,
    "reciprocal": lambda _, a: 1 / a,
    "bracket": lambda relation, a, b: RELATIONS[relation](a, b).astype(float),
}


def _chain(parts: list[np.ndarray]) -> np.ndarray:
    """A matrix product, from left to right; a scalar may stand anywhere."""
    result = np.array(1.0)
    for part in parts:
        scalar = part.ndim == 0 or part.size == 1 or result.ndim == 0 or result.size == 1
        result = result * part if scalar else result @ part
    return result


# -- the text ------------------------------------------------------------------------------------

TOKEN = re.compile(r"\s*([A-Za-z0-9_]*\(|[A-Za-z0-9_]+|ᵀ|\^∘|>=|<=|!=|[-+/^)\[\]⊙⊘⊗<>=])")

MARKS = {"ᵀ": "transpose", "^": "power", "^∘": "elementwise power"}
ENDS = {"+", "-", "⊙", "⊘", "⊗", ")", "]", "<", ">", "=", ">=", "<=", "!="}


class TextReader:
    """The tree of matrix notation, by precedence alone."""

    def __init__(self, text: str) -> None:
        self.tokens = TOKEN.findall(text)
        assert "".join(self.tokens) == text.replace(" ", "")

    def read(self) -> Tree:
        tree = self._sum()
        assert not self.tokens, f"left over: {self.tokens}"
        return tree

    def _next(self, *wanted: str) -> str:
        if self.tokens and (not wanted or self.tokens[0] in wanted):
            return self.tokens.pop(0)
        return ""

    def _sum(self) -> Tree:
        terms = [(self._next("-") or "+", self._chain("kronecker", "⊗", self._elementwise))]
        while sign := self._next("+", "-"):
            terms.append((sign, self._chain("kronecker", "⊗", self._elementwise)))
        return terms[0][1] if len(terms) == 1 and terms[0][0] == "+" else ("sum", *terms)

    def _chain(self, kind: str, sign: str, part) -> Tree:
        parts = [part()]
        while self._next(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else (kind, *parts)

    def _elementwise(self) -> Tree:
        left = self._chain("hadamard", "⊙", self._product)
        return ("quotient", left, self._product()) if self._next("⊘") else left

    def _product(self) -> Tree:
        parts = [self._factor()]
        while self.tokens and self.tokens[0] not in ENDS:
            if self._next("/"):
                parts = [("over", product(parts), self._factor())]
            else:
                parts.append(self._factor())
        return product(parts)

    def _factor(self) -> Tree:
        atom = self._atom()
        while mark := self._next(*MARKS):
            atom = (MARKS[mark], atom, *([] if mark == "ᵀ" else [self._exponent()]))
        return atom

    def _exponent(self) -> Tree:
        return ("sum", ("-", self._atom())) if self._next("-") else self._atom()

    def _atom(self) -> Tree:
        token = self._next()
        if token == "[":
            left, relation, right = self._sum(), self._next(), self._sum()
            assert self._next("]")
            return ("bracket", left, relation, right)
        if token.endswith("("):
            inner = self._sum()
            assert self._next(")")
            return (token[:-1], inner) if token != "(" else inner
        assert token[0].isalnum(), f"no operand: {token}"
        return ("name", token)


def product(parts: list[Tree]) -> Tree:
    flat = [one for part in parts for one in (part[1:] if part[0] == "product" else (part,))]
    return flat[0] if len(flat) == 1 else ("product", *flat)


def tree(form: Matrix, names: tuple[str, ...]) -> Tree:
    """The tree that the text of a form should be read as."""
    parts = [tree(part, names) for part in form.parts]
    match form.kind:
        case "name" | "ones" | "identity" | "unit":
            return ("name", matrix_text(form, names))
        case "scalar":
            return TextReader(to_plain(form.value)).read()
        case "product" | "reciprocal":
            return _over_bars(form, parts)
        case "group":
            return parts[0]
        case "sum":
            signs = ("-" if sign < 0 else "+" for sign in form.signs)
            return ("sum", *zip(signs, parts, strict=True))
        case "apply":
            return (form.label, *parts)
        case "trace":
            return ("tr", *parts)
        case "power" | "elementwise power":
            return (form.kind, *parts, TextReader(to_plain(form.value)).read())
        case "bracket":
            return ("bracket", parts[0], form.label, parts[1])
    return (form.kind, *parts)


def _over_bars(form: Matrix, parts: list[Tree]) -> Tree:
    """A product with its reciprocals behind it."""
    if form.kind == "reciprocal":
        return ("over", ("name", "1"), *parts)
    is_below = [part.kind == "reciprocal" for part in form.parts]
    above = [part for part, below in zip(parts, is_below, strict=True) if not below]
    whole = product(above) if above else ("name", "1")
    for part, below in zip(parts, is_below, strict=True):
        whole = ("over", whole, part[2]) if below else whole
    return whole
