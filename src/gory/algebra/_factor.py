"""Factoring: common factors, common sums, and products of two sums, the shortest writing winning.

The steps are tried on a polynomial in the order in which a person would: take out what all terms
share (a delta lets either of its letters be used), write terms with a like sum under one sum,
split into (a + r) P. What is left is grouped by its most frequent factor.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from gory.algebra._display import Display, lowered
from gory.algebra._products import add, multiply, rename_apart, scale, simplify_term, times_atoms
from gory.algebra._roots import linear_factors
from gory.algebra._signs import tidy_signs
from gory.algebra._style import glyphs
from gory.algebra._terms import (
    Atom,
    Ix,
    Key,
    Poly,
    Rational,
    atom_indices,
    canonical,
    freeze,
    replace_in_atom,
    weights,
)  # fmt: skip
from gory.algebra._work import spend
from gory.notation import Add, Div, Expr, Index, Mul, Num, num
from gory.notation._build import over, times, to_power
from gory.notation._plain import sign_split

BUDGET = 60  # polynomials that are looked at to find one writing
MANY = 16  # terms beyond which only common factors are sought


class Factoring:
    """Writes polynomials as products where that is shorter."""

    def __init__(self, display: Display) -> None:
        self.display = display
        self.style = display.style
        self._known: dict[tuple[object, ...], Expr] = {}
        self._depth = 0
        self._left = BUDGET
        display.bracket = self.expression

    def closed_form(self, poly: Poly) -> Expr:
        """The shortest writing that was found for a polynomial, with signs as people put them."""
        return tidy_signs(self.expression(poly), self.style)

    def expression(self, poly: Poly, taken: frozenset[str] = frozenset()) -> Expr:
        """The shortest writing that was found, whatever its signs."""
        taken = taken | self.display.letters_of(poly)
        if len(poly) <= 1:
            return self.display.polynomial(poly, taken)
        name = (frozenset(poly.items()), taken, self.style.free)
        if name not in self._known:
            if self._depth == 0:
                self._left = BUDGET
            self._depth += 1
            self._known[name] = self._shortest(poly, taken)
            self._depth -= 1
        return self._known[name]

    def _shortest(self, poly: Poly, taken: frozenset[str]) -> Expr:
        self._left -= 1
        if self._left < 0:
            return self.display.polynomial(poly, taken)
        if (factors := linear_factors(poly)) is not None:
            return self._product_of(factors, taken)
        candidates = [self._factored(variant, taken) for variant in self._delta_variants(poly)]
        best = min(candidates, key=glyphs)
        if len(poly) <= MANY:
            expanded = self.display.polynomial(poly, taken)
            # a product is worth the two brackets that it costs: s (1 - s) rather than s - s^2
            over_number = isinstance(best, Div) and isinstance(best.denominator, Num)
            best = expanded if glyphs(expanded) + 2 < glyphs(best) + 3 * over_number else best
        return best

    def _factored(self, poly: Poly, taken: frozenset[str]) -> Expr:
        if len(poly) <= 1:
            return self.display.polynomial(poly, taken)
        common, coefficient, rest = _common_factor(poly)
        if common or abs(coefficient) != 1:
            inner = self.expression(rest, taken)
            return self._multiplied(coefficient, common, inner, taken)
        if coefficient < 0:
            return times(num(-1), self.expression(rest, taken))
        found = (
            [self._under_sum(poly, taken), self._two_sums(poly, taken)] if len(poly) <= MANY else []
        )
        return min([e for e in (*found, self._grouped(poly, taken)) if e is not None], key=glyphs)

    def _multiplied(
        self,
        coefficient: Rational,
        common: dict[Atom, Rational],
        inner: Expr,
        taken: frozenset[str],
    ) -> Expr:
        """common · inner, with the bracket in its place between definitions and given arrays."""
        minus, inner = sign_split(inner)
        if minus:
            coefficient = -coefficient
        above, below = self.display._fraction(common, taken)
        if isinstance(inner, Div) and (above or below):
            below.append(inner.denominator)
            inner = inner.numerator
        above.append(inner)
        coefficient = lowered(coefficient, above, below)
        above.sort(key=self.style.factor_key)
        below.sort(key=self.style.factor_key)
        whole = over(times(num(abs(coefficient)), *above), times(*below))
        return times(num(-1 if coefficient < 0 else 1), whole)

    def _product_of(self, polys: list[Poly], taken: frozenset[str]) -> Expr:
        """Factors in the usual order, equal ones as a power, with one sign in front."""
        bases: dict[Expr, int] = {}
        number: Rational = 1
        for poly in polys:
            written = self.display.polynomial(poly, taken)
            minus, written = sign_split(written)
            number = -number if minus else number
            for factor in written.factors if isinstance(written, Mul) else (written,):
                if isinstance(factor, Num):
                    number *= factor.value
                else:
                    bases[factor] = bases.get(factor, 0) + 1
        parts = [to_power(base, num(times_seen)) for base, times_seen in bases.items()]
        parts.sort(key=self.style.factor_key)
        return times(num(number), *parts)

    # -- a delta lets the rest be written with either letter -------------------------------------

    def _delta_variants(self, poly: Poly) -> list[Poly]:
        """Writings of the terms with a delta that share most with the terms without it."""
        pairs = {a for key in poly for a, _ in key[1] if a[0] == "delta"}
        if not pairs or len(poly) > MANY:
            return [poly]
        variants = [poly]
        if len(pairs) <= 2:
            for _, i, j in sorted(pairs):
                first, second = sorted((i, j), key=self._role)
                for old, new in ((second, first), (first, second)):
                    if not old[0].isdigit():
                        variants.append(_rewritten_under_delta(poly, (i, j), old, new))
            variants.append(variants.pop(0))  # that it is written so is no reason to write it so
        variants.append(self._best_overlap(poly))
        return [v for n, v in enumerate(variants) if v not in variants[:n]]

    def _role(self, index: Ix) -> tuple[int, ...]:
        return self.style.role(self.display.names.index(index))

    def _best_overlap(self, poly: Poly) -> Poly:
        """Each delta term in the letters in which most of its atoms occur in other terms."""
        plain = Counter(a for key in poly for a, _ in key[1])
        result: Poly = {}
        for key, coefficient in poly.items():
            deltas = [a for a, _ in key[1] if a[0] == "delta"]
            if len(deltas) == 1:  # with several, each changes what the others say
                key = _letters_chosen(key, deltas[0], plain)
            result[key] = result.get(key, 0) + coefficient
        return result

    # -- one sum over several terms -------------------------------------------------------------

    def _under_sum(self, poly: Poly, taken: frozenset[str]) -> Expr | None:
        """Terms with a sum over the same range, written under one sum."""
        best: Expr | None = None
        if freeze(poly) in self.display.totals:
            return None
        for range_ in sorted({i[1] for key in poly for i in key[0]}):
            inside = {k: c for k, c in poly.items() if any(i[1] == range_ for i in k[0])}
            outside = {k: c for k, c in poly.items() if k not in inside}
            if len(inside) < 2:
                continue
            index = self.style.letter(self.display.names.word(range_), taken)
            opened = _opened(inside, range_, self.display.names.ix(index))
            body = self.expression(opened, taken | {index.name})
            whole = self._sum_around(index, body)
            if outside:
                whole = self.style.ordered_sum([whole, *_terms(self.expression(outside, taken))])
            if best is None or glyphs(whole) < glyphs(best):
                best = whole
        return best

    def _sum_around(self, index: Index, body: Expr) -> Expr:
        minus, body = sign_split(body)
        return times(num(-1 if minus else 1), self.style.sum_around(index, body))

    # -- (a + r) P ----------------------------------------------------------------------------

    def _two_sums(self, poly: Poly, taken: frozenset[str]) -> Expr | None:
        """Find an atom a with poly = a P + Q and Q = r P for a single term r."""
        for variant in self._delta_variants(poly) if len(poly) <= 8 else [poly]:
            counts = Counter(
                a for key in variant for a, e in key[1] if not _bound(a, key) and e > 0
            )
            for atom, times_seen in sorted(
                counts.items(), key=lambda item: (item[0][0] != "delta", item)
            ):
                if not 2 <= times_seen <= len(variant) - 2:
                    continue
                split = _split_by(variant, atom)
                if split is None:
                    continue
                binomial, cofactor = split
                first = self.display.polynomial(binomial, taken)
                second = self.expression(cofactor, taken)
                minus, second = sign_split(second)
                parts = sorted((first, second), key=self.style.factor_key)
                return times(num(-1 if minus else 1), *parts)
        return None

    # -- groups -------------------------------------------------------------------------------

    def _grouped(self, poly: Poly, taken: frozenset[str]) -> Expr:
        """Terms with the most frequent factor in a group of their own."""
        counts = Counter(a for key in poly for a, e in key[1] if not _bound(a, key))
        shared = [(n, a) for a, n in counts.items() if 2 <= n < len(poly)]
        plain = self.display.polynomial(poly, taken)
        if not shared or len(poly) > 4 * MANY:
            return plain
        candidates = [plain]
        for _, atom in sorted(shared, reverse=True)[:4]:
            group = {k: c for k, c in poly.items() if any(a == atom for a, _ in k[1])}
            others = {k: c for k, c in poly.items() if k not in group}
            terms = [
                *_terms(self.expression(group, taken)),
                *_terms(self.expression(others, taken)),
            ]
            candidates.append(self.style.ordered_sum(terms))
        return min(candidates, key=lambda e: glyphs(e) + 2 * (e is plain))


def _terms(expr: Expr) -> tuple[Expr, ...]:
    return expr.terms if isinstance(expr, Add) else (expr,)


def _bound(atom: Atom, key: Key) -> bool:
    return bool(atom_indices(atom) & set(key[0]))


def _common_factor(poly: Poly) -> tuple[dict[Atom, Rational], Rational, Poly]:
    """Atoms outside all sums that every term has, and the common number."""
    common: dict[Atom, Rational] | None = None
    for key in poly:
        own = {a: e for a, e in key[1] if not _bound(a, key)}
        if common is None:
            common = own
            continue
        shared = {}
        for atom, exponent in common.items():
            other = own.get(atom, 0)
            if other and (other > 0) == (exponent > 0):
                shared[atom] = min(exponent, other) if exponent > 0 else max(exponent, other)
        common = shared
    common = common or {}
    numbers = [abs(c) for c in poly.values()]
    number = numbers[0] if all(n == numbers[0] for n in numbers) else _gcd(numbers)
    if all(c < 0 for c in poly.values()):
        number = -number
    inverse = {a: -e for a, e in common.items()}
    rest = _divided(poly, inverse) if common else poly
    return common, number, scale(rest, Fraction(1) / number)


def _gcd(numbers: list[Rational]) -> Fraction:
    from math import gcd, lcm

    above = gcd(*(n.numerator for n in numbers))
    below = lcm(*(n.denominator for n in numbers))
    return Fraction(above, below)


def _divided(poly: Poly, inverse: dict[Atom, Rational]) -> Poly:
    """Take atoms out of terms as they are written (a delta term may use either letter)."""
    result: Poly = {}
    for (sums, atoms), coefficient in poly.items():
        left = dict(atoms)
        for atom, exponent in inverse.items():
            left[atom] = left.get(atom, 0) + exponent
        key = canonical(sums, {a: e for a, e in left.items() if e})
        result[key] = result.get(key, 0) + coefficient
    return result


def _rewritten_under_delta(poly: Poly, pair: tuple[Ix, Ix], old: Ix, new: Ix) -> Poly:
    result: Poly = {}
    delta = ("delta", *pair)
    for (sums, atoms), coefficient in poly.items():
        written = dict(atoms)
        if [a for a, _ in atoms if a[0] == "delta"] == [delta]:
            written = {}
            for atom, exponent in atoms:
                moved = atom if atom == delta else replace_in_atom(atom, {old: new})
                written[moved] = written.get(moved, 0) + exponent
        key = canonical(sums, {a: e for a, e in written.items() if e})
        result[key] = result.get(key, 0) + coefficient
    return result


def _letters_chosen(key: Key, delta: Atom, plain: Counter[Atom]) -> Key:
    """Write each atom of a delta term with the letter that is more frequent elsewhere."""
    sums, atoms = key
    i, j = delta[1], delta[2]
    chosen = {}
    for atom, exponent in atoms:
        best = atom
        if atom != delta:
            options = [replace_in_atom(atom, {i: j}), replace_in_atom(atom, {j: i}), atom]
            best = max(options, key=lambda a: (plain[a] - (a == atom), a == atom))
        chosen[best] = chosen.get(best, 0) + exponent
    return canonical(sums, chosen)


def _opened(poly: Poly, range_: str, index: Ix) -> Poly:
    """Free one bound index of the range in every term, so that the terms share as much as
    possible.
    """
    result: Poly = {}
    shared: Counter[Atom] = Counter()
    for key, coefficient in sorted(poly.items(), key=lambda item: len(item[0][0])):
        sums, atoms = rename_apart(key)
        options = []
        alike = [s for s in sums if s[1] == range_]
        spend(len(alike) * len(sums) * weights(atoms))  # each is put in order among the others
        for bound in alike:
            opened = {replace_in_atom(a, {bound: index}): e for a, e in atoms.items()}
            rest = tuple(s for s in sums if s != bound)
            score = sum(shared[a] for a in opened)
            spread = sum(index in atom_indices(a) for a in opened)
            options.append((score, spread, canonical(rest, opened)))
        _, _, best = max(options)
        shared.update(a for a, _ in best[1])
        result[best] = result.get(best, 0) + coefficient
    return result


def _split_by(poly: Poly, atom: Atom) -> tuple[Poly, Poly] | None:
    """(a^n + r, P) with poly = (a^n + r) P for an atom a, if there is such a single term r."""
    with_atom = {k: c for k, c in poly.items() if any(a == atom for a, _ in k[1])}
    without = {k: c for k, c in poly.items() if k not in with_atom}
    power = min(e for key in with_atom for a, e in key[1] if a == atom)
    cofactor = _divided(with_atom, {atom: -power})
    if len(without) != len(cofactor):
        return None
    lead = min(cofactor)
    if lead[0] or any(a[0] == "delta" for a, _ in lead[1]):
        return None
    for key, coefficient in without.items():
        if key[0]:
            continue
        inverse = {a: -e for a, e in lead[1]}
        ratio = scale(times_atoms({key: coefficient}, inverse), Fraction(1) / cofactor[lead])
        if len(ratio) != 1 or any(e < 0 for k in ratio for _, e in k[1]):
            continue
        if not add(multiply(ratio, cofactor), scale(without, -1)):
            return add({((), ((atom, power),)): 1}, ratio), cofactor
    return None


__all__ = ["Factoring", "simplify_term"]
