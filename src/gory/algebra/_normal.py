"""From expressions to their sum-product normal form, which decides equality and is never shown.

Two settings matter. *Closed*: definitions and functions such as sigmoid stay atoms, so that a
step which does not look inside them is checked at no cost. *Open*: definitions are replaced by
their right sides and every function is written through exp and log. Equal in either is a proof;
unequal is not a refutation, since exp, log and inverses have no complete normal form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from gory.algebra._facts import FactRule, apply_facts
from gory.algebra._kink_atoms import closed_kink, opened_kink, positive_bracket
from gory.algebra._names import Names
from gory.algebra._powers import exponential, logarithm, power, primitive
from gory.algebra._products import add, constant, multiply, replace_indices, scale, single, sum_over
from gory.algebra._terms import Atom, Ix, Poly, Rational, freeze, key_indices, relation_of
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
)  # fmt: skip
from gory.notation._build import as_extremum
from gory.notation._largest import Largest, as_argmax, as_largest

ONE_HALF = Fraction(1, 2)


@dataclass
class Setting:
    """How expressions are read: which definitions are opened, which facts hold."""

    paper: Paper
    opened: frozenset[str] = frozenset()  # definitions that are replaced by their right sides
    open_functions: bool = False
    facts: tuple[FactRule, ...] = ()
    positive_names: frozenset[str] = frozenset()
    keeps_unequal: bool = False  # whether [a != b] stays, or is 1 - delta[a,b]
    closes: int = 0  # 1: factors with several terms are kept as they are; 2: and sums, too
    unrolled: frozenset[str] = frozenset()  # ranges of fixed size whose sums are written out
    names: Names = field(default_factory=Names)
    _bodies: dict[str, Poly] = field(default_factory=dict)
    _memo: dict[Expr, Poly] = field(default_factory=dict)
    _signs: dict[Atom, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names.see_paper(self.paper)

    def ref(self, ref: Ref) -> Atom:
        """An entry as an atom."""
        return ("ref", self.names.array(ref.name), tuple(map(self.names.ix, ref.indices)))

    def normal(self, expr: Expr) -> Poly:
        """The normal form of an expression."""
        found = self._memo.get(expr)
        if found is None:
            found = self._memo[expr] = self._facts(self._normal(expr))
        return found

    def _facts(self, poly: Poly) -> Poly:
        return apply_facts(poly, self.facts) if self.facts else poly

    def _normal(self, expr: Expr) -> Poly:
        match expr:
            case Num(value):
                return constant(value)
            case Size(name):
                return self._size(name)
            case Ref(name, indices):
                return self._reference(name, indices)
            case Delta(a, b):
                return self._delta(self.names.ix(a), self.names.ix(b))
            case Bracket():
                return self._bracket(expr)
            case Add(terms):
                total = add(*(self.normal(t) for t in terms))
                kept = not self.open_functions and as_extremum(expr) is not None
                return _kept_together(total) if kept and len(total) > 1 else total
            case Mul(factors):
                result = constant(1)
                for factor in factors:
                    result = multiply(result, self._factor(factor))
                return result
            case Div(above, below):
                return multiply(self._factor(above), self._reciprocal(below))
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Sum(indices, body) if as_largest(expr) is not None:
                return sum_over(self.normal(body), map(self.names.ix, indices))
            case Sum(indices, body):
                return self._sum(indices, body)
            case Fn(name, argument):
                return self._function(name, self.normal(argument))
            case D():
                return single(self._closed_derivative(expr))
        raise TypeError(f"no normal form for {expr!r}")

    def _factor(self, expr: Expr) -> Poly:
        """A factor of a product: multiplied out, or kept as a closed bracket."""
        poly = self.normal(expr)
        closes = (self.closes and len(poly) > 1) or (self.closes > 1 and isinstance(expr, Sum))
        if not closes or not poly or not isinstance(expr, Add | Sum):
            return poly
        return _kept_together(poly)

    def _size(self, name: str) -> Poly:
        fixed = self.paper.sizes.get(name)
        return (
            constant(fixed[1] - fixed[0] + 1) if fixed else single(("size", self.names.range(name)))
        )

    @staticmethod
    def _delta(a: Ix, b: Ix) -> Poly:
        return replace_indices(single(("delta", *sorted((a, b)))), {})

    def _closed_derivative(self, expr: D) -> Atom:
        """The derivative of a closed definition, of any order; the order of variables does not
        matter.
        """
        variables: list[Atom] = []
        inner: Expr = expr
        while isinstance(inner, D):
            variables.append(self.ref(inner.wrt))
            inner = inner.body
        if not isinstance(inner, Ref):
            raise TypeError(f"a derivative must be carried out before it is compared: {expr}")
        atom = self.ref(inner)
        for variable in sorted(variables):
            atom = ("der", atom, variable)
        return atom

    def _sum(self, indices: tuple[Index, ...], body: Expr) -> Poly:
        inner = self.normal(body)
        for index in indices:
            span = self.paper.sizes.get(index.range) if index.range in self.unrolled else None
            if span is None:
                inner = sum_over(inner, [self.names.ix(index)])
            else:
                inner = add(
                    *(
                        replace_indices(
                            inner,
                            {self.names.ix(index): self.names.ix(Index(str(value), index.range))},
                        )
                        for value in range(span[0], span[1] + 1)
                    )
                )
        return inner

    def _reference(self, name: str, indices: tuple[Index, ...]) -> Poly:
        definition = self.paper.definitions.get(name)
        if definition is None or name not in self.opened:
            return single(self.ref(Ref(name, indices)))
        body = self._bodies.get(name)
        if body is None:
            body = self._bodies[name] = self.normal(definition.body)
        pairs = zip(definition.indices, indices, strict=True)
        by = {self.names.ix(a): self.names.ix(b) for a, b in pairs}
        return self._facts(replace_indices(body, by))

    def _bracket(self, expr: Bracket) -> Poly:
        if (found := as_argmax(expr)) is not None:
            return self._argmax(*found)
        a, relation, b = expr.left, expr.relation, expr.right
        if isinstance(a, Index) and isinstance(b, Index):
            return self._index_bracket(self.names.ix(a), relation, self.names.ix(b))
        if isinstance(a, Index) or isinstance(b, Index):
            raise TypeError("a bracket compares two indices or two expressions")
        if relation in ("<", "<="):
            a, b = b, a
        difference = add(self.normal(a), scale(self.normal(b), -1))
        if relation in ("=", "==", "!="):
            raise TypeError("equality of expressions is not supported in a bracket")
        strict = relation in ("<", ">")
        if not strict:  # [u >= 0] = 1 - [-u > 0]
            return add(constant(1), scale(positive_bracket(scale(difference, -1)), -1))
        return positive_bracket(difference)

    def _argmax(self, index: Index, over: Largest) -> Poly:
        """[k = argmax_c a[c]] as an atom; its bound index is a star, as deep as it is nested."""
        inside = self.normal(over.body)
        depth = sum(repr(freeze(inside)).count(f"'*{n}'") > 0 for n in range(9))
        star = (f"*{depth}", over.bound.range)
        compared = replace_indices(inside, {self.names.ix(over.bound): star})
        # what is the same for all entries does not decide between them, nor a number in front
        compared = {key: c for key, c in compared.items() if star in key_indices(key)}
        size = abs(compared[min(compared)]) if compared else 1
        nf = freeze(scale(compared, Fraction(1) / size))
        guard: tuple[object, ...] = ()
        if over.guard is not None and isinstance(over.guard.right, Index):
            guard = (over.guard.relation, self.names.ix(over.guard.right))
        return single(("arg", self.names.ix(index), star, nf, guard))

    def _index_bracket(self, a: Ix, relation: str, b: Ix) -> Poly:
        if a[0].isdigit() and b[0].isdigit():
            return constant(int(_compare(int(a[0]), relation, int(b[0]))))
        match relation:
            case "=" | "==":
                return self._delta(a, b)
            case "!=" if self.keeps_unequal:
                return single(relation_of(a, "!=", b)) if a != b else {}
            case "!=":
                return add(constant(1), scale(self._index_bracket(a, "=", b), -1))
            case ">":
                return single(("rel", b, "<", a)) if a != b else {}
            case "<":
                return single(("rel", a, "<", b)) if a != b else {}
            case "<=":
                a, b = b, a
        if a == b:
            return constant(1)
        if not self.open_functions:
            return single(("rel", a, ">=", b))
        return add(constant(1), scale(single(("rel", a, "<", b)), -1))

    def power(self, poly: Poly, exponent: Rational) -> Poly:
        return power(poly, exponent, self.is_positive)

    def _reciprocal(self, expr: Expr) -> Poly:
        """1 / expr, factor by factor, so that a power in a denominator is not multiplied out."""
        match expr:
            case Mul(factors):
                result = constant(1)
                for factor in factors:
                    result = multiply(result, self._reciprocal(factor))
                return result
            case Pow(base, Num(value)):
                return self.power(self._factor(base), -value)
        return self.power(self._factor(expr), Fraction(-1))

    def _power(self, base: Expr, exponent: Expr) -> Poly:
        value = self.normal(exponent)
        poly = self._factor(base)
        number = value.pop(((), ()), 0) if (value := dict(value)) else 0
        result = self.power(poly, number)
        if value:  # a^u = exp(u log a)
            grown = multiply(value, logarithm(poly, self.is_positive))
            result = multiply(result, exponential(grown, self.is_positive))
        return result

    def _function(self, name: str, argument: Poly) -> Poly:
        match name:
            case "exp":
                return exponential(argument, self.is_positive)
            case "log":
                return logarithm(argument, self.is_positive)
            case "sqrt":
                return self.power(argument, ONE_HALF)
            case "relu" | "abs" | "sign":
                kink = opened_kink if self.open_functions else closed_kink
                return kink(name, argument)
        if not self.open_functions or name in ("sin", "cos"):
            return self._odd_even(name, argument)
        return self._through_exp(name, argument)

    def _odd_even(self, name: str, argument: Poly) -> Poly:
        """tanh and sin are odd, cos is even: one sign of the argument stands for both."""
        if name in ("tanh", "sin", "cos") and argument and argument[min(argument)] < 0:
            flipped = single(("fn", name, freeze(scale(argument, -1))))
            return flipped if name == "cos" else scale(flipped, -1)
        return single(("fn", name, freeze(argument)))

    def _through_exp(self, name: str, argument: Poly) -> Poly:
        if name == "tanh":
            grown = exponential(scale(argument, 2), self.is_positive)
            below = self.power(add(grown, constant(1)), Fraction(-1))
            return multiply(add(grown, constant(-1)), below)
        grown = exponential(argument, self.is_positive)
        if name == "sigmoid":
            return multiply(grown, self.power(add(grown, constant(1)), Fraction(-1)))
        return logarithm(add(grown, constant(1)), self.is_positive)  # softplus

    # -- signs ----------------------------------------------------------------------------

    def is_positive(self, atom: Atom) -> bool:
        """Whether an atom is positive for every value its leaves may take."""
        found = self._signs.get(atom)
        if found is None:
            found = self._signs[atom] = self._is_positive(atom)
        return found

    def _is_positive(self, atom: Atom) -> bool:
        match atom[0]:
            case "exp" | "size" | "prime":
                return True
            case "fn":
                return atom[1] in ("sigmoid", "softplus")
            case "base":
                return self._all_positive(dict(atom[1]))
            case "ref":
                name = self.names.word(atom[1])
                return name in self.positive_names or self._positive_definition(name)
        return False

    def _positive_definition(self, name: str) -> bool:
        definition = self.paper.definitions.get(name)
        return definition is not None and all(
            self._all_positive(self.normal(body)) for _, body in definition.lines
        )

    def _all_positive(self, poly: Poly) -> bool:
        return bool(poly) and all(
            c > 0 and all(self.is_positive(a) for a, _ in key[1]) for key, c in poly.items()
        )


def _kept_together(poly: Poly) -> Poly:
    """A closed bracket around several terms, with what they share in front."""
    content, rest = primitive(poly)
    bracket = single(("fn", "", freeze(rest)))
    return scale(multiply({content[0]: 1}, bracket), content[1])


def _compare(a: int, relation: str, b: int) -> bool:
    return {
        "=": a == b, "==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b,
    }[relation]  # fmt: skip
