"""Kinks as a textbook writes them: sign, abs, relu and max stay where nothing shorter stands."""

import pytest

import gory
from gory.notation import read_expression

RESULTS = [
    ("", "abs(x)", "x", "sign(x)"),
    ("", "abs(x)^3", "x", "3 x abs(x)"),
    ("", "x abs(x)", "x", "2 abs(x)"),
    ("", "x sign(x)", "x", "sign(x)"),
    ("", "abs(a - b)", "b", "-sign(a - b)"),
    ("", "abs(a b)", "a", "b sign(a b)"),
    ("", "log(abs(x))", "x", "1 / x"),
    ("", "relu(a)^2", "a", "2 relu(a)"),
    ("", "relu(a - b)^3", "b", "-3 relu(a - b)^2"),
    ("", "sum_i relu(abs(r[i]) - eps)", "r[m]", "[abs(r[m]) > eps] sign(r[m])"),
    ("", "lam sum_i abs(w[i])", "w[m]", "lam sign(w[m])"),
    ("h = abs(x - m)", "h^2 + h", "x", "sign(x - m) (1 + 2 h)"),
]


@pytest.mark.parametrize(("text", "of", "wrt", "expected"), RESULTS)
def test_a_kink_stays_as_it_is_known(text: str, of: str, wrt: str, expected: str) -> None:
    derivation = gory.read(text).derive(of, wrt)
    assert (str(derivation.result), derivation.verdict) == (expected, "proved")


SPARSEMAX = """index k,m,c,y:K
tau = (sum_c a[c] z[c] - 1) / sum_c a[c]
p[k] = a[k] (z[k] - tau)
L[y] = -z[y] + (1/2) sum_k a[k] (z[k]^2 - tau^2) + 1/2
"""


def test_the_loss_of_a_sparsemax_has_the_gradient_of_a_softmax() -> None:
    """A definition that holds its leading term twice is not folded into: that would not end."""
    paper = gory.read(SPARSEMAX)
    assert str(paper.derive("L[y]", "z[m]").result) == "p[m] - delta[y,m]"
    assert paper.derive("p[k]", "z[m]").matrix_form == "diag(a) - a aᵀ / (1ᵀ a)"


MATRICES = [
    ("L = lam sum_{l,n} abs(W[l,n])", "lam sign(W)"),
    ("L = lam sum_{l,n} abs(W[l,n]) + c sum_{l,n} W[l,n]^2", "lam sign(W) + 2 c W"),
]


@pytest.mark.parametrize(("text", "expected"), MATRICES)
def test_a_penalty_has_a_matrix_form(text: str, expected: str) -> None:
    assert gory.read(text).derive("L", "W[l,n]").matrix_form == expected


def test_the_slope_of_a_norm_keeps_the_absolute_value() -> None:
    derivation = gory.read("r = (sum_i abs(x[i])^p)^(1/p)").derive("r", "x[m]")
    written = str(derivation.result)
    assert derivation.verdict == "proved"
    assert "(abs(x[m]) / r)^(p - 1)" in written
    assert "[" not in written.replace("[m]", "").replace("[i]", "")


@pytest.mark.parametrize(("of", "wrt"), [("abs(x)^3", "x"), ("relu(x)^2", "x"), ("x abs(x)", "x")])
def test_a_line_that_needs_it_says_almost_everywhere(of: str, wrt: str) -> None:
    steps = gory.read("").derive(of, wrt).steps
    assert any("almost everywhere" in use for step in steps for use in step.uses)


AUTHORED = [
    ("max(x, z) y^2", "y", "2 y max(x, z)"),
    ("max(x, z) y^2", "x", "y^2 [x > z]"),
    ("max(x, y)^2", "x", "2 [x > y] max(x, y)"),
    ("log max(x, y)", "x", "[x > y] / max(x, y)"),
    ("max(0, max(a, b) - c + D)", "a", "[a > b] [D + max(a, b) > c]"),
]


@pytest.mark.parametrize(("of", "wrt", "expected"), AUTHORED)
def test_a_maximum_stays_as_its_author_wrote_it(of: str, wrt: str, expected: str) -> None:
    derivation = gory.read("").derive(of, wrt)
    assert (str(derivation.result), derivation.verdict) == (expected, "proved")


@pytest.mark.parametrize("name", ["max", "min"])
@pytest.mark.parametrize("first", ["a", "a + b", "-a", "max(a, b)", "min(a, b)", "2"])
@pytest.mark.parametrize("second", ["c", "c - d", "-c", "max(c, d)", "3 c"])
@pytest.mark.parametrize("around", ["{}", "{}^2", "x - {}", "2 {}", "exp({})", "{} / {}"])
def test_a_maximum_is_printed_as_it_is_read(
    name: str, first: str, second: str, around: str
) -> None:
    written = f"{name}({first}, {second})"
    tree = read_expression(around.format(written, written))
    assert written in str(tree)
    assert read_expression(str(tree)) == tree


HINGE = "L[y] = sum_{j != y} max(0, s[j] - s[y] + 1)"
CASES = {
    HINGE: {
        "Case y = m": "- sum_j [j != y] [1 + s[j] > s[y]]",
        "Case y != m": "[1 + s[m] > s[y]]",
    },
    f"{HINGE}^2": {
        "Case y = m": "-2 sum_j [j != y] relu(1 + s[j] - s[y])",
        "Case y != m": "2 relu(1 + s[m] - s[y])",
    },
}


@pytest.mark.parametrize("text", CASES)
def test_the_multi_class_hinge_leaves_its_own_class_out(text: str) -> None:
    derivation = gory.read(text).derive("L[y]", "s[m]", style="cases")
    assert derivation.verdict == "proved"
    assert {s.title: str(s.result) for s in derivation.sections if s.under} == CASES[text]


def test_an_entry_by_itself_is_no_part() -> None:
    derivation = gory.read(HINGE).derive("L[y]", "s[m]")
    assert not [section for section in derivation.sections if section.title.startswith("Part")]
