"""From the normal form back to an expression that a person would write.

Sums reach only over the factors that need them; negative exponents become denominators;
exponentials are put together again as the author wrote them where they occur in the source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gory.algebra._match import matches
from gory.algebra._names import Names
from gory.algebra._products import replace_indices, scale
from gory.algebra._style import Style
from gory.algebra._terms import (
    NF,
    Atom,
    Ix,
    Key,
    Poly,
    Rational,
    atom_indices,
    nf_indices,
    replace_in_atom,
    weights,
)
from gory.algebra._work import spend
from gory.notation import (
    Bracket,
    D,
    Delta,
    Expr,
    Fn,
    Index,
    Mul,
    Ref,
    Size,
    Sum,
    letters,
    num,
    rename_bound,
    substitute,
)  # fmt: skip
from gory.notation._build import over, sum_of, times, to_power
from gory.notation._largest import Largest, as_largest

MOST_JOINED = 3  # indices of one sum; more are easier to follow in nested sums


@dataclass
class ExpPattern:
    """An exponential of the source, and the product of atoms that it is."""

    key: Key
    written: Expr
    variables: tuple[Ix, ...]


class Display:
    """Writes polynomials in a style."""

    def __init__(
        self,
        style: Style,
        names: Names,
        patterns: Sequence[ExpPattern] = (),
        totals: frozenset[NF] = frozenset(),
    ) -> None:
        self.style = style
        self.names = names
        self.patterns = patterns
        self.totals = totals  # written with a sign of summation for every term
        self.bracket: Callable[[Poly, frozenset[str]], Expr] = self.polynomial
        self._written: dict[tuple[NF, frozenset[str], tuple[Index, ...]], Expr] = {}

    def letters_of(self, poly: Poly) -> frozenset[str]:
        """The author's letters of all free indices of a polynomial."""
        return frozenset(self.names.word(i[0]) for i in nf_indices(tuple(poly.items())))

    def polynomial(self, poly: Poly, taken: frozenset[str] = frozenset()) -> Expr:
        """A sum of terms, expanded as it is."""
        taken = taken | self.letters_of(poly)
        terms = [self.term(key, coefficient, taken) for key, coefficient in poly.items()]
        return self.style.ordered_sum(terms)

    def nf(self, nf: NF, taken: frozenset[str]) -> Expr:
        """A polynomial inside an atom; nested ones are met again and again, so they are kept."""
        key = (nf, taken, self.style.free)
        if key not in self._written:
            self._written[key] = self.polynomial(dict(nf), taken)
        return self._written[key]

    def term(self, key: Key, coefficient: Rational, taken: frozenset[str]) -> Expr:
        return self.product(coefficient, key[0], self._as_in_source(dict(key[1])), taken)

    def _as_in_source(self, atoms: dict[Atom, Rational]) -> dict[Atom, Rational]:
        """Put exponentials together as they stand in the source, whatever sums they are under."""
        exps = {a: e for a, e in atoms.items() if a[0] == "exp"}
        if not exps:
            return atoms
        rest = {a: e for a, e in atoms.items() if a not in exps}
        for number, pattern in enumerate(self.patterns):
            variables = frozenset(pattern.variables)
            while exps:
                found = next(matches((), exps, pattern.key, variables), None)
                if found is None:
                    break
                by, _, exps = found
                atom = ("app", number, tuple(by[v] for v in pattern.variables))
                rest[atom] = rest.get(atom, 0) + 1
        return {**rest, **exps}

    def product(
        self, coefficient: Rational, sums: tuple[Ix, ...], atoms: Mapping[Atom, Rational],
        taken: frozenset[str],
    ) -> Expr:  # fmt: skip
        """A coefficient times atoms under sums, each sum as far inside as it can go."""
        spend(weights(atoms))
        outside = {a: e for a, e in atoms.items() if not atom_indices(a) & set(sums)}
        inside = {a: e for a, e in atoms.items() if a not in outside}
        above, below = self._fraction(outside, taken)
        above += [self._sums(part_sums, part, taken) for part_sums, part in _parts(sums, inside)]
        coefficient = lowered(coefficient, above, below)
        above.sort(key=self.style.factor_key)
        below.sort(key=self.style.factor_key)
        sign = -1 if coefficient < 0 else 1
        whole = over(times(num(abs(coefficient)), *above), times(*below))
        return times(num(sign), whole)

    def _sums(
        self, sums: tuple[Ix, ...], atoms: dict[Atom, Rational], taken: frozenset[str]
    ) -> Expr:
        """Connected atoms under sums: one index is opened, the others go inside."""
        largest = {a[1] for a in atoms if a[0] == "arg"}  # they stay inside, in a maximum
        first = max(
            sums,
            key=lambda s: (
                s not in largest, sum(s in atom_indices(a) for a in atoms), -sums.index(s)
            ),
        )  # fmt: skip
        index = self.style.letter(self.names.word(first[1]), taken)
        by = {first: self.names.ix(index)}
        opened = {replace_in_atom(a, by): e for a, e in atoms.items()}
        rest = tuple(s for s in sums if s != first)
        body = self.product(Fraction(1), rest, opened, taken | {index.name})
        return self.style.sum_around(index, _merge_inner(body))

    # -- atoms ----------------------------------------------------------------------------

    def _fraction(
        self, atoms: Mapping[Atom, Rational], taken: frozenset[str]
    ) -> tuple[list[Expr], list[Expr]]:
        """Factors above and below the bar."""
        above: list[Expr] = []
        below: list[Expr] = []
        plain, powers = self._powers(atoms)
        for base, exponent in powers:
            opposite = scale(exponent, -1)
            other = next((b for b, e in powers if e == opposite), None)
            if other is None and all(c < 0 for c in exponent.values()):
                below.append(to_power(self._atom(base, taken), self._exponent(opposite, taken)))
            elif other is None:
                above.append(to_power(self._atom(base, taken), self._exponent(exponent, taken)))
            elif exponent[max(exponent)] > 0:  # a^u / b^u is (a / b)^u
                ratio = over(self._atom(base, taken), self._atom(other, taken))
                above.append(to_power(ratio, self._exponent(exponent, taken)))
        for atom, exponent in plain.items():
            if atom[0] == "exp":
                above.append(Fn("exp", self.polynomial({atom[1]: exponent}, taken)))
                continue
            side, size = (above, exponent) if exponent > 0 else (below, -exponent)
            side.append(self.style.raised(self._atom(atom, taken), size))
        return above, below

    def _powers(
        self, atoms: Mapping[Atom, Rational]
    ) -> tuple[dict[Atom, Rational], list[tuple[Atom, Poly]]]:
        """Take a^u, which is kept as exp(u log a), together with whole powers of a."""
        plain = dict(atoms)
        found: dict[Atom, Poly] = {}
        for atom, exponent in atoms.items():
            if atom[0] != "exp" or atom[1][0]:
                continue
            logs = [(a, e) for a, e in atom[1][1] if a[0] == "log" and e == 1]
            others = tuple((a, e) for a, e in atom[1][1] if a[0] != "log")
            if len(logs) != 1 or not others:
                continue
            base = _as_atom(logs[0][0][1])
            del plain[atom]
            found.setdefault(base, {})[((), others)] = exponent
        for base, power in found.items():
            if base in plain:
                power[((), ())] = plain.pop(base)
        return plain, list(found.items())

    def _exponent(self, power: Poly, taken: frozenset[str]) -> Expr:
        return self.polynomial(power, taken)

    def _atom(self, atom: Atom, taken: frozenset[str]) -> Expr:
        match atom[0]:
            case "ref":
                return Ref(self.names.word(atom[1]), tuple(map(self.names.index, atom[2])))
            case "size":
                return Size(self.names.word(atom[1]))
            case "delta":
                pair = sorted(map(self.names.index, atom[1:]), key=self.style.role)
                return Delta(*pair)
            case "rel" if atom[2] == "!=":  # what varies is guarded from what is given
                pair = sorted(map(self.names.index, atom[1::2]), key=self.style.role)
                return Bracket(pair[1], "!=", pair[0])
            case "rel":
                return Bracket(self.names.index(atom[1]), atom[2], self.names.index(atom[3]))
            case "pos":
                return self._positive(atom[1], taken)
            case "arg":
                return self._argmax(atom, taken)
            case "log":
                return Fn("log", self.nf(atom[1], taken))
            case "fn" if not atom[1]:
                return self.bracket(dict(atom[2]), taken)
            case "fn":
                return Fn(atom[1], self.nf(atom[2], taken))
            case "base":
                return self.nf(atom[1], taken)
            case "prime":
                return num(atom[1])
            case "der":
                inner, wrt = self._atom(atom[1], taken), self._atom(atom[2], taken)
                if isinstance(wrt, Ref):
                    return D(inner, wrt)
            case "app":
                pattern = self.patterns[atom[1]]
                pairs = zip(pattern.variables, atom[2], strict=True)
                moved = {self.names.index(a): self.names.index(b) for a, b in pairs}
                return substitute(rename_bound(pattern.written, taken), moved)
            case "exp":
                return Fn("exp", self.polynomial({atom[1]: Fraction(1)}, taken))
        raise TypeError(f"an atom of kind {atom[0]!r} cannot be written")

    def _argmax(self, atom: Atom, taken: frozenset[str]) -> Expr:
        """[k = argmax_c a[c]] with a letter for what is bound."""
        _, index, star, nf, guard = atom
        own = {self.names.word(i[0]) for i in atom_indices(atom)}
        bound = self.style.letter(self.names.word(star[1]), taken | own)
        opened = replace_indices(dict(nf), {star: self.names.ix(bound)})
        body = self.polynomial(opened, taken | own | {bound.name})
        held = Bracket(bound, guard[0], self.names.index(guard[1])) if guard else None
        return Largest(bound, body, held).condition(self.names.index(index))

    def _positive(self, nf: NF, taken: frozenset[str]) -> Expr:
        """[u - v > 0] is written [u > v]."""
        up = {k: c for k, c in nf if c > 0}
        down = {k: -c for k, c in nf if c < 0}
        return Bracket(self.polynomial(up, taken), ">", self.polynomial(down, taken))


def lowered(coefficient: Rational, above: Sequence[Expr], below: list[Expr]) -> Rational:
    """A number in front, its denominator put below the bar: x / 5, but (1 / 5) sum_i x[i]."""
    if coefficient.denominator == 1 or not (below or above):
        return coefficient
    if not below and any(isinstance(part, Sum) for part in above):
        return coefficient
    below.insert(0, num(coefficient.denominator))
    return coefficient.numerator


def _as_atom(nf: NF) -> Atom:
    if len(nf) == 1:
        (key, coefficient) = nf[0]
        if coefficient == 1 and not key[0] and len(key[1]) == 1 and key[1][0][1] == 1:
            return key[1][0][0]
    return ("base", nf)


def _parts(
    sums: tuple[Ix, ...], atoms: dict[Atom, Rational]
) -> list[tuple[tuple[Ix, ...], dict[Atom, Rational]]]:
    """Split atoms into groups that share no bound index."""
    left, parts = dict(atoms), []
    while left:
        reach = set(atom_indices(next(iter(left)))) & set(sums)
        while True:
            group = {a: e for a, e in left.items() if atom_indices(a) & reach}
            wider = {i for a in group for i in atom_indices(a)} & set(sums)
            if wider == reach:
                break
            reach = wider
        parts.append((tuple(s for s in sums if s in reach), group))
        left = {a: e for a, e in left.items() if a not in group}
    return parts


def _merge_inner(body: Expr) -> Expr:
    """An inner sum that is the last of several factors joins the outer one, unless it is a
    plain total.
    """
    if isinstance(body, Mul) and isinstance(body.factors[-1], Sum):
        *others, inner = body.factors
        sums = [f for f in body.factors if isinstance(f, Sum)]
        plain_total = isinstance(inner, Sum) and not isinstance(inner.body, Mul)
        plain_total = plain_total or as_largest(inner) is not None
        few = isinstance(inner, Sum) and len(inner.indices) < MOST_JOINED
        if len(sums) == 1 and not plain_total and few and isinstance(inner, Sum):
            used = frozenset().union(*(letters(f) for f in others)) if others else frozenset()
            if not {i.name for i in inner.indices} & used:
                return sum_of(inner.indices, times(*others, inner.body))
    return body
