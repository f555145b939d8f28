"""The finite field keeps the laws that the test of equality rests on."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gory.verify._field import Field, G, P, Q, Residues
from gory.verify._numbers import Undecidable, Undefined

inside = st.integers(1, Q - 1)
outside = st.integers(1, P - 1)
residues = st.builds(Residues, inside, outside)
rationals = st.fractions(-30, 30, max_denominator=12)


def same(a: Residues, b: Residues) -> bool:
    return (a.inside, a.outside) == (b.inside, b.outside)


def test_the_primes_are_prime_and_fit_together() -> None:
    assert flint.fmpz(Q).is_prime()
    assert flint.fmpz(P).is_prime()
    assert P == 2 * Q + 1
    assert pow(G, Q, P) == 1
    assert G % P != 1


@pytest.mark.parametrize("size", range(1, 17))
def test_every_small_size_is_a_square_in_both_fields(size: int) -> None:
    root = Field(Random(0)).power(Field(Random(0)).rational(Fraction(size)), Fraction(1, 2))
    assert root.inside is not None
    assert root.outside is not None
    assert (root.inside**2 - size) % Q == 0
    assert (root.outside**2 - size) % P == 0


@given(residues, residues, residues)
def test_sums_and_products_are_those_of_two_prime_fields(
    a: Residues, b: Residues, c: Residues
) -> None:
    total = a * (b + c) - a / b
    one, other = flint.fmpz_mod_ctx(Q), flint.fmpz_mod_ctx(P)
    for value, ctx, x, y, z in (
        (total.inside, one, a.inside, b.inside, c.inside),
        (total.outside, other, a.outside, b.outside, c.outside),
    ):
        x, y, z = (ctx(v) for v in (x, y, z))
        assert int(x * (y + z) - x / y) == value


@given(residues, residues)
def test_the_exponential_turns_sums_into_products(a: Residues, b: Residues) -> None:
    field = Field(Random(0))
    product = field.function("exp", a) * field.function("exp", b)
    assert field.function("exp", a + b).outside == product.outside


@given(residues)
def test_the_root_of_an_exponential_is_the_exponential_of_the_half(a: Residues) -> None:
    field = Field(Random(0))
    half = a * field.rational(Fraction(1, 2))
    assert (
        field.function("sqrt", field.function("exp", a)).outside
        == field.function("exp", half).outside
    )


@given(residues, rationals)
def test_rational_numbers_keep_their_sums(a: Residues, r: Fraction) -> None:
    field = Field(Random(0))
    assert same(a + field.rational(r) - field.rational(r), a)
    assert same(field.rational(r) + field.rational(1 - r), field.one)


@given(residues)
def test_a_number_without_a_square_root_has_no_value_rather_than_a_wrong_one(a: Residues) -> None:
    field = Field(Random(0))
    root = field.function("sqrt", a)
    if root.outside is None:
        with pytest.raises(Undefined):
            field.finished(root)
    else:
        assert (root * root).outside == a.outside


@given(residues)
def test_hyperbolic_and_circular_functions_keep_their_laws(a: Residues) -> None:
    field = Field(Random(0))
    sigmoid, tanh = field.function("sigmoid", a + a), field.function("tanh", a)
    assert (sigmoid + sigmoid - field.one).outside == tanh.outside
    sine, cosine = field.function("sin", a), field.function("cos", a)
    assert same(sine * sine + cosine * cosine, field.one)
    assert same(field.function("sin", -a), -sine)
    assert same(field.function("cos", -a), cosine)


@given(residues)
def test_an_exponential_inside_an_exponent_has_its_inverse(a: Residues) -> None:
    field = Field(Random(0))
    product = field.function("exp", a) * field.function("exp", -a)
    assert same(product, field.one)


def test_what_needs_an_order_is_refused() -> None:
    field = Field(Random(0))
    for name in ("relu", "abs"):
        with pytest.raises(Undecidable):
            field.function(name, field.one)
    with pytest.raises(Undecidable):
        field.compare(field.one, ">", field.zero)
