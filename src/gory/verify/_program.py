"""Expressions compiled to closures that run in any arithmetic at any point.

A `Machine` is one point: an arithmetic, the values that every index runs over, and a value for
every entry of every array. A `Program` turns expressions of one paper into functions of a
machine and of the values of the free indices. Sums are plain loops over small ranges; what
costs something is remembered per machine, under the values of its free indices and the
derivatives that are being taken, so a definition is computed once per entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product

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
    children,
    free_indices,
    of_matrix,
)
from gory.verify._dual import Dual, function, power, raised, real, slope
from gory.verify._matrices import determinant, inverse_entry, is_singular
from gory.verify._numbers import Numbers, Undefined, Value, related

Place = tuple[int, ...]
Entry = tuple[str, Place]  # an entry of an array: its name and the values of its indices
Env = dict[str, int]  # letters of free indices and their values


class Machine:
    """A point at which expressions are evaluated."""

    def __init__(
        self, numbers: Numbers, spans: Mapping[str, range], entries: dict[Entry, Value]
    ) -> None:
        self.numbers = numbers
        self.spans = spans
        self.entries = entries
        self.seeds: tuple[
            Entry | None, ...
        ] = ()  # what is being differentiated by, outermost first
        self.memory: dict[tuple, Value] = {}
        self.constants: dict[Fraction, Value] = {}

    def constant(self, value: Fraction) -> Value:
        if value not in self.constants:
            self.constants[value] = self.numbers.rational(value)
        return self.constants[value]

    def forget(self) -> None:
        """Call after a change of ``entries``."""
        self.memory.clear()


Code = Callable[[Machine, Env], Value]


class Program:
    """Compiler of the expressions of one paper."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.codes: dict[int, Code] = {}
        self.kept: list[Expr] = []  # keeps the keys of `codes`, which are addresses, valid
        self.bodies: dict[str, Code] = {}
        self.reach: dict[str, frozenset[str]] = {}
        self.seen: dict[Expr, frozenset[str]] = {}  # names that an expression reaches

    def value(self, expr: Expr, machine: Machine, env: Env) -> Value:
        """The value of an expression at a point."""
        return machine.numbers.finished(self.code(expr)(machine, env))

    def code(self, expr: Expr) -> Code:
        found = self.codes.get(id(expr))
        if found is None:
            self.kept.append(expr)
            found = _COMPILERS[type(expr)](self, expr)
            if isinstance(expr, Sum | Fn | Pow | Div | D):
                found = self._remembered(found, expr)
            self.codes[id(expr)] = found
        return found

    def names(self, expr: Expr) -> frozenset[str]:
        """Every array that an expression reaches, through definitions too."""
        found = self.seen.get(expr)
        if found is None:
            parts = [self.names(part) for part in children(expr)]
            own = self._reach(expr.name) if isinstance(expr, Ref) else frozenset()
            found = self.seen[expr] = own.union(*parts)
        return found

    def body(self, name: str) -> Code:
        if name not in self.bodies:
            self.bodies[name] = self.code(self.paper.definitions[name].body)
        return self.bodies[name]

    def _reach(self, name: str) -> frozenset[str]:
        if name not in self.reach:
            definition = self.paper.definitions.get(name)
            below = self.names(definition.body) if definition else frozenset()
            if (matrix := of_matrix(name)) is not None:
                below = self._reach(matrix[1])
            self.reach[name] = below | {name}
        return self.reach[name]

    def _remembered(self, code: Code, expr: Expr) -> Code:
        slot = id(expr)
        letters = tuple(sorted({index.name for index in free_indices(expr)}))
        names = self.names(expr)

        def run(m: Machine, env: Env) -> Value:
            key = (slot, seeds_within(m.seeds, names), *[env[letter] for letter in letters])
            if key not in m.memory:
                m.memory[key] = code(m, env)
            return m.memory[key]

        return run


def seeds_within(
    seeds: tuple[Entry | None, ...], names: frozenset[str]
) -> tuple[Entry | None, ...]:
    """The seeds that matter to something that reaches these arrays."""
    return tuple([s if s is not None and s[0] in names else None for s in seeds]) if seeds else ()


def _num(program: Program, expr: Num) -> Code:
    return lambda m, env: m.constant(expr.value)


def _size(program: Program, expr: Size) -> Code:
    return lambda m, env: m.constant(Fraction(len(m.spans[expr.range])))


def _place(indices: Sequence[Index]) -> Callable[[Env], Place]:
    parts = [(i.name, int(i.name) if i.is_literal else None) for i in indices]
    return lambda env: tuple([env[name] if fixed is None else fixed for name, fixed in parts])


def _ref(program: Program, expr: Ref) -> Code:
    name, place = expr.name, _place(expr.indices)
    if (matrix := of_matrix(name)) is not None:
        return _function_of_matrix(program, matrix, place)
    if name in program.paper.definitions:
        return _defined(program, name, place)

    def run(m: Machine, env: Env) -> Value:
        entry = (name, place(env))
        value = m.entries[entry]
        return _seeded(m, entry, value) if m.seeds else value

    return run


def _function_of_matrix(
    program: Program, matrix: tuple[str, str], place: Callable[[Env], Place]
) -> Code:
    """``inv(A)[i,j]``, ``det(A)`` and ``logdet(A)`` from the entries of A."""
    kind, array = matrix
    axis = program.paper.axes[array][0]
    row, column = Index("row", axis), Index("column", axis)
    entry = program.code(Ref(array, (row, column)))

    def run(m: Machine, env: Env) -> Value:
        span = list(m.spans[axis])
        rows = [[entry(m, {"row": i, "column": j}) for j in span] for i in span]
        if kind != "det" and is_singular([[real(value) for value in row] for row in rows]):
            raise Undefined(f"{array} is singular", edge=True)
        if kind == "inv":
            i, j = place(env)
            return inverse_entry(rows, span.index(i), span.index(j))
        value = determinant(rows)
        return function(m.numbers, "log", value) if kind == "logdet" else value

    return run


def _seeded(m: Machine, entry: Entry, value: Value) -> Value:
    for level, seed in enumerate(m.seeds, start=1):
        if seed == entry:
            value = value + Dual(m.numbers.zero, m.numbers.one, level)
    return value


def _defined(program: Program, name: str, place: Callable[[Env], Place]) -> Code:
    """A defined name; in a derivative by that very name it is a variable of its own."""
    letters = [index.name for index in program.paper.definitions[name].indices]
    names = program._reach(name)

    def run(m: Machine, env: Env) -> Value:
        entry = (name, place(env))
        outer = m.seeds
        inner = tuple([None if s is None or s[0] == name else s for s in outer]) if outer else ()
        key = (name, seeds_within(inner, names), entry[1])
        if key not in m.memory:
            m.seeds = inner
            try:
                m.memory[key] = program.body(name)(m, dict(zip(letters, entry[1], strict=True)))
            finally:
                m.seeds = outer
        value = m.memory[key]
        return _seeded(m, entry, value) if outer else value

    return run


def _compare_indices(left: Index, right: Index, relation: str) -> Code:
    place = _place((left, right))

    def run(m: Machine, env: Env) -> Value:
        a, b = place(env)
        return m.numbers.one if related(a, relation, b) else m.numbers.zero

    return run


def _delta(program: Program, expr: Delta) -> Code:
    return _compare_indices(expr.left, expr.right, "=")


def _bracket(program: Program, expr: Bracket) -> Code:
    a, relation, b = expr.left, expr.relation, expr.right
    if isinstance(a, Index) and isinstance(b, Index):
        return _compare_indices(a, b, relation)
    left, right = (_side(program, side) for side in (a, b))

    def run(m: Machine, env: Env) -> Value:
        holds = m.numbers.compare(real(left(m, env)), relation, real(right(m, env)))
        return m.numbers.one if holds else m.numbers.zero

    return run


def _side(program: Program, side: Expr | Index) -> Code:
    if not isinstance(side, Index):
        return program.code(side)
    place = _place((side,))
    return lambda m, env: m.constant(Fraction(place(env)[0]))


def _add(program: Program, expr: Add) -> Code:
    first, *others = [program.code(term) for term in expr.terms]

    def run(m: Machine, env: Env) -> Value:
        total = first(m, env)
        for code in others:
            total = total + code(m, env)
        return total

    return run


def _mul(program: Program, expr: Mul) -> Code:
    """A bracket or a delta that is 0 decides: what stands beside it need not have a value."""
    guards = [program.code(f) for f in expr.factors if isinstance(f, Delta | Bracket)]
    others = [program.code(f) for f in expr.factors if not isinstance(f, Delta | Bracket)]

    def run(m: Machine, env: Env) -> Value:
        for guard in guards:
            if guard(m, env) is m.numbers.zero:
                return m.numbers.zero
        if not others:
            return m.numbers.one
        total = others[0](m, env)
        for code in others[1:]:
            total = total * code(m, env)
        return total

    return run


def _div(program: Program, expr: Div) -> Code:
    above, below = program.code(expr.numerator), program.code(expr.denominator)
    return lambda m, env: above(m, env) / below(m, env)


def _pow(program: Program, expr: Pow) -> Code:
    base, exponent = program.code(expr.base), program.code(expr.exponent)

    def run(m: Machine, env: Env) -> Value:
        fixed = _rational(expr.exponent, m.spans)
        if fixed is not None:
            return power(m.numbers, base(m, env), fixed)
        return raised(m.numbers, base(m, env), exponent(m, env))

    return run


def _rational(expr: Expr, spans: Mapping[str, range]) -> Fraction | None:
    """The value of an exponent that holds numbers and sizes only."""
    match expr:
        case Num(value):
            return value
        case Size(name):
            return Fraction(len(spans[name]))
        case Add() | Mul() | Div():
            parts = [_rational(part, spans) for part in children(expr)]
            known = [part for part in parts if part is not None]
            if len(known) < len(parts) or (isinstance(expr, Div) and known[1] == 0):
                return None
            total = known[0]
            for part in known[1:]:
                if isinstance(expr, Add):
                    total += part
                else:
                    total = total * part if isinstance(expr, Mul) else total / part
            return total
    return None


def _fn(program: Program, expr: Fn) -> Code:
    argument = program.code(expr.argument)
    return lambda m, env: function(m.numbers, expr.name, argument(m, env))


def _sum(program: Program, expr: Sum) -> Code:
    body = program.code(expr.body)
    letters = [index.name for index in expr.indices]
    ranges = [index.range for index in expr.indices]

    def run(m: Machine, env: Env) -> Value:
        inner = dict(env)
        total = None
        for values in product(*[m.spans[name] for name in ranges]):
            inner.update(zip(letters, values, strict=True))
            term = body(m, inner)
            total = term if total is None else total + term
        return m.numbers.zero if total is None else total

    return run


def _d(program: Program, expr: D) -> Code:
    body, name, place = program.code(expr.body), expr.wrt.name, _place(expr.wrt.indices)

    def run(m: Machine, env: Env) -> Value:
        outer = m.seeds
        m.seeds = (*outer, (name, place(env)))
        try:
            value = body(m, env)
            return slope(value, len(m.seeds), m.numbers)
        finally:
            m.seeds = outer

    return run


_COMPILERS: dict[type, Callable[..., Code]] = {
    Num: _num, Size: _size, Ref: _ref, Delta: _delta, Bracket: _bracket, Add: _add, Mul: _mul,
    Div: _div, Pow: _pow, Fn: _fn, Sum: _sum, D: _d,
}  # fmt: skip
