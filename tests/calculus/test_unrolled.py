"""Networks of fixed size, written out: entries by literal index, one part for every output."""

import pytest

import gory

SUMS = """
index i:N k,c:K j:D
K = 3
D = 0..1
h[i,k] = exp(sum_j theta[k,j] x[i,j]) / sum_c exp(sum_j theta[c,j] x[i,j])
J = - sum_{i,k} y[i,k] log h[i,k]
given sum_k y[i,k] = 1
given x[i,0] = 1
"""

V = " + ".join(f"exp(theta[{k},0] + theta[{k},1] x[i])" for k in (1, 2, 3))
ENTRIES = "\n".join(
    [f"h[i,{k}] = exp(theta[{k},0] + theta[{k},1] x[i]) / ({V})" for k in (1, 2, 3)]
    + [
        "J = - sum_i (y[i,1] log h[i,1] + y[i,2] log h[i,2] + y[i,3] log h[i,3])",
        "given y[i,1] + y[i,2] + y[i,3] = 1",
    ]
)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_all_six_gradients_of_the_three_class_network(k: int) -> None:
    sums, entries = gory.read(SUMS), gory.read(ENTRIES)
    for paper in (sums, entries):
        bias = paper.derive("J", f"theta[{k},0]")
        assert (str(bias.result), bias.verdict) == (f"sum_i (h[i,{k}] - y[i,{k}])", "proved")
    assert str(sums.derive("J", f"theta[{k},1]").result) == (f"sum_i (h[i,{k}] - y[i,{k}]) x[i,1]")
    assert str(entries.derive("J", f"theta[{k},1]").result) == (f"sum_i (h[i,{k}] - y[i,{k}]) x[i]")


def test_each_output_has_its_part_and_its_lemma() -> None:
    derivation = gory.read(ENTRIES).derive("J", "theta[1,0]")
    results = {s.title: str(s.result) for s in derivation.sections}
    assert results["Lemma 1"] == "h[i,1] (1 - h[i,1])"
    assert results["Lemma 2"] == "-h[i,1] h[i,2]"
    assert results["Lemma 3"] == "-h[i,1] h[i,3]"
    assert results["Part I"] == "-(1 - h[i,1]) y[i,1]"
    assert results["Part II"] == "h[i,1] y[i,2]"
    assert results["Part III"] == "h[i,1] y[i,3]"


def test_the_quotient_rule_is_shown_with_its_four_pieces() -> None:
    derivation = gory.read(ENTRIES).derive("J", "theta[1,0]")
    titles = [s.title for s in derivation.sections]
    assert any(title.startswith("u' of the quotient rule, u = exp(") for title in titles)
    assert any(title.startswith("v' of the quotient rule, v = exp(") for title in titles)


def test_the_targets_are_combined_before_the_fact_is_used() -> None:
    steps = gory.read(ENTRIES).derive("J", "theta[1,0]").main.steps
    *_, collected, last = steps
    assert str(collected.after) == "sum_i (h[i,1] (y[i,1] + y[i,2] + y[i,3]) - y[i,1])"
    assert last.uses == ("y[i,1] + y[i,2] + y[i,3] = 1",)


def test_without_the_fact_the_targets_stay() -> None:
    text = "\n".join(line for line in ENTRIES.splitlines() if not line.startswith("given"))
    result = gory.read(text).derive("J", "theta[1,0]").result
    assert str(result) == "sum_i (h[i,1] (y[i,1] + y[i,2] + y[i,3]) - y[i,1])"


def test_open_indices_keep_their_sums() -> None:
    derivation = gory.read(SUMS).derive("J", "theta[m,n]")
    assert str(derivation.result) == "sum_i (h[i,m] - y[i,m]) x[i,n]"
    assert derivation.verdict == "proved"


def test_entries_that_leave_a_gap_are_refused() -> None:
    with pytest.raises(gory.NotationError, match="defined for 1, 3"):
        gory.read("h[1] = a\nh[3] = b\nf = h[1] + h[3]")


def test_a_literal_outside_its_range_is_refused_with_a_caret() -> None:
    with pytest.raises(gory.NotationError, match=r"7 is outside K, which runs from 1 to 3"):
        gory.read(SUMS).derive("J", "theta[7,0]")


SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])"


@pytest.mark.parametrize(
    ("size", "of", "wrt", "expected"),
    [
        (2, "s[1] + s[2]", ["z[1]"], "0"),
        (3, "s[1] + s[2] + s[3]", [], "1"),
        (3, "s[1] + s[2]", ["z[1]"], "s[1] s[3]"),
        (2, "log s[1]", ["z[1]"], "s[2]"),
    ],
)
def test_the_values_of_a_softmax_of_fixed_size_add_up_to_one(
    size: int, of: str, wrt: list[str], expected: str
) -> None:
    found = gory.read(f"K = {size}\n{SOFTMAX}").derive(of, *wrt)
    assert (str(found.result), found.verdict) == (expected, "proved")


def test_entries_that_add_up_to_one_are_known_to() -> None:
    below = "(exp(a) + exp(b))"
    paper = gory.read(f"h[1] = exp(a) / {below}\nh[2] = exp(b) / {below}")
    assert str(paper.derive("h[1] + h[2]").result) == "1"
    assert str(paper.derive("log h[1]", "a").result) == "h[2]"


def test_a_size_needs_no_index_line_where_an_index_suggests_it() -> None:
    assert gory.read(f"K = 4\n{SOFTMAX}").sizes == {"K": (1, 4)}
    assert gory.read("K = 4\ny = K x^2").sizes == {}
    assert str(gory.read("N = 4\nf = (1 / N) sum_i x[i]").derive("f", "x[m]").result) == "1 / 4"


def test_a_fact_joins_terms_and_leaves_alone_what_stands_alone() -> None:
    paper = gory.read("""
        z[1] = W[1,1] h + W[1,2] g
        z[2] = W[2,1] h + W[2,2] g
        z[3] = W[3,1] h + W[3,2] g
        s[1] = exp(z[1]) / (exp(z[1]) + exp(z[2]) + exp(z[3]))
        s[2] = exp(z[2]) / (exp(z[1]) + exp(z[2]) + exp(z[3]))
        s[3] = exp(z[3]) / (exp(z[1]) + exp(z[2]) + exp(z[3]))
        J = - y[1] log s[1] - y[2] log s[2] - y[3] log s[3]
        given y[1] + y[2] + y[3] = 1
    """)
    assert str(paper.derive("J", "W[3,1]").result) == "h (s[3] - y[3])"
    by_h = str(paper.derive("J", "h").result)
    assert all(f"(s[{k}] - y[{k}]) W[{k},1]" in by_h for k in (1, 2, 3)), by_h
