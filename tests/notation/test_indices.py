"""Indices: which are free, what runs over what, and that nothing is ever captured."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.notation._trees import PAPER, RANGES, index, trees

from gory.notation import (
    Delta,
    Expr,
    Index,
    NotationError,
    Ref,
    Size,
    Sum,
    free_indices,
    fresh,
    letters,
    read_expression,
    read_expressions,
    read_paper,
    rename_bound,
    substitute,
    to_plain,
    walk,
)
from gory.verify import evidence


def written(text: str, by: dict[str, str]) -> str:
    """An expression with free indices replaced."""
    changes = {index(old): index(new) for old, new in by.items()}
    return to_plain(substitute(read_expression(text, PAPER), changes))


def same(paper: str, left: str, right: str) -> bool | None:
    (a, b), setting = read_expressions(read_paper(paper), [left, right])
    return evidence(setting, a, b).equal


class TestInference:
    """Every axis has a range; indices on one axis share it."""

    def test_an_index_on_an_axis_takes_its_range(self) -> None:
        paper = read_paper("h[i,k] = exp(sum_j theta[k,j] x[i,j])")
        assert paper.axes == {"theta": ("K", "D"), "x": ("N", "D"), "h": ("N", "K")}

    def test_declared_ranges_spread_along_axes(self) -> None:
        paper = read_paper("index a:A\nh[a] = x[a]\ng[q] = sum_p x[p] y[q]")
        assert paper.axes["x"] == paper.axes["h"] == ("A",)
        assert paper.axes["y"] == paper.axes["g"] == ("Q",)

    def test_a_delta_joins_two_ranges(self) -> None:
        paper = read_paper("h[a,b] = delta[a,b] x[a] y[b]")
        assert paper.axes["x"] == paper.axes["y"]

    def test_a_range_is_known_from_a_later_line(self) -> None:
        paper = read_paper("h[k] = z[k]\ng[m] = z[m] w[m]\nindex m:K")
        assert set(paper.axes.values()) == {("K",)}

    def test_unrelated_axes_have_ranges_of_their_own(self) -> None:
        paper = read_paper("a = sum_k x[k]\nb = sum_k y[k]")
        assert paper.axes["x"] != paper.axes["y"]

    def test_a_name_of_a_range_without_brackets_is_its_size(self) -> None:
        paper = read_paper("index i:N\nmu = (1 / N) sum_i x[i]")
        assert "N" not in paper.axes
        assert Size("N") in walk(paper.definitions["mu"].body)

    def test_a_fixed_size_is_a_span_of_values(self) -> None:
        assert read_paper("index k:K j:D\nK = 3\nD = 0..1").sizes == {"K": (1, 3), "D": (0, 1)}

    def test_a_question_must_fit_the_ranges_of_the_paper(self) -> None:
        paper = read_paper("index i:N k:K\nh[i,k] = x[i] z[k]")
        with pytest.raises(NotationError, match="on axis 1 of 'h' cannot run over K and over N"):
            read_expression("h[k,i]", paper)

    def test_expressions_that_are_read_together_share_their_free_indices(self) -> None:
        (a, b), _ = read_expressions(read_paper("h[i,k] = x[i] z[k]"), ["h[i,m]", "delta[m,n]"])
        assert isinstance(a, Ref)
        assert isinstance(b, Delta)
        assert a.indices[1] == b.left


class TestCapture:
    """A bound index is never taken for a free one of the same letter."""

    def test_a_derivative_by_the_letter_of_a_dummy_sees_the_free_index(self) -> None:
        assert same("", "d(sum_c exp(z[c]), z[c])", "exp(z[c])")
        assert same("", "d(sum_c exp(z[c]), z[c])", "sum_c exp(z[c])") is False

    def test_a_softmax_by_the_letter_of_its_dummy_is_not_constant(self) -> None:
        paper = "s[k] = exp(z[k]) / sum_c exp(z[c])"
        assert same(paper, "d(exp(z[c]) / sum_c exp(z[c]), z[c])", "s[c] (1 - s[c])")
        assert same(paper, "d(s[c], z[c])", "s[c] (1 - s[c])")

    def test_a_dummy_gives_way_to_an_index_that_is_put_in(self) -> None:
        assert written("sum_k Km[m,k]", {"m": "k"}) == "sum_l Km[k,l]"
        assert written("sum_l sum_k Km[l,k] z[m]", {"m": "k"}) == "sum_l sum_n Km[l,n] z[k]"

    def test_a_delta_between_two_ranges_is_refused(self) -> None:
        paper = read_paper("index d:D k:K")
        with pytest.raises(NotationError, match="compares indices of one range") as refused:
            read_expression("sum_k delta[d,k] z[k]", paper)
        assert refused.value.column == 15

    def test_a_definition_may_be_used_under_the_letter_of_its_own_dummy(self) -> None:
        paper = "s[k] = exp(z[k]) / sum_c exp(z[c])"
        assert same(paper, "sum_c s[c]", "1")
        assert same(paper, "sum_c s[c] delta[c,k]", "s[k]")

    def test_nested_sums_may_share_a_letter(self) -> None:
        assert same("", "sum_k a[k] sum_k b[k]", "(sum_k a[k]) (sum_m b[m])")

    def test_exchanging_two_letters_exchanges_them(self) -> None:
        assert written("theta[k,j] z[m]", {"k": "m", "m": "k"}) == "theta[m,j] z[k]"


groups = [[name for name in RANGES if RANGES[name] == range_] for range_ in ("N", "D", "K")]
changes = st.sampled_from([g for g in groups if len(g) > 1]).flatmap(
    lambda group: st.tuples(st.sampled_from(group), st.sampled_from(group))
)


@settings(max_examples=300, deadline=None)
@given(trees, changes)
def test_free_indices_after_a_substitution_are_the_substituted_ones(
    tree: Expr, change: tuple[str, str]
) -> None:
    old, new = (index(name) for name in change)
    expected = {new if one == old else one for one in free_indices(tree)}
    assert free_indices(substitute(tree, {old: new})) == expected


@settings(max_examples=300, deadline=None)
@given(trees, changes)
def test_a_fresh_letter_there_and_back_changes_nothing(tree: Expr, change: tuple[str, str]) -> None:
    old = index(change[0])
    new = fresh(Index("w", old.range), letters(tree) | {"w"})
    there = substitute(tree, {old: new})
    assert old not in free_indices(there)
    assert substitute(there, {new: old}) == tree


@settings(max_examples=300, deadline=None)
@given(trees, st.sets(st.sampled_from(sorted(RANGES))))
def test_renamed_binders_avoid_the_letters_and_free_nothing(tree: Expr, taken: set[str]) -> None:
    renamed = rename_bound(tree, taken)
    assert free_indices(renamed) == free_indices(tree)
    assert not bound_letters(renamed) & taken


def bound_letters(tree: Expr) -> set[str]:
    return {i.name for node in walk(tree) if isinstance(node, Sum) for i in node.indices}


def test_fresh_letters_never_run_out() -> None:
    taken = {chr(code) for code in range(ord("a"), ord("z") + 1)}
    found = fresh(Index("k", "K"), taken)
    assert found.range == "K"
    assert found.name not in taken
    assert fresh(found, taken | {found.name}).name not in taken | {found.name}


def test_a_letter_that_is_not_taken_stays() -> None:
    assert fresh(Index("k", "K"), {"m"}) == Index("k", "K")
    assert fresh(Index("k", "K"), {"k"}, pool=["m", "c"]) == Index("m", "K")
