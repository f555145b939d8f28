"""The account by cases: what a delta says, written out for equal and for different indices."""

import pytest

import gory

SOFTMAX = "s[k] = exp(z[k]) / sum_c exp(z[c])"


def cases(text: str, of: str, *wrt: str) -> dict[str, str]:
    derivation = gory.read(text).derive(of, *wrt, style="cases")
    assert derivation.verdict == "proved"
    return {s.title: str(s.result) for s in derivation.sections if s.under is not None}


def test_the_softmax_jacobian_has_two_cases() -> None:
    assert cases(SOFTMAX, "s[k]", "z[m]") == {
        "Case k = m": "s[k] (1 - s[k])",
        "Case k != m": "-s[k] s[m]",
    }


def test_three_indices_of_one_range_make_five_cases() -> None:
    found = cases(SOFTMAX, "s[k]", "z[m]", "z[n]")
    assert len(found) == 5
    assert found["Case k != m != n"] == "2 s[k] s[m] s[n]"


def test_indices_of_different_ranges_are_never_equal() -> None:
    found = cases("index k,m:K i,n:N\nf[k,i] = a[k] b[k,i]", "f[k,i]", "b[m,n]")
    assert found["Case k = m, i = n"] == "a[k]"
    assert found["Case k != m, i != n"] == "0"
    assert len(found) == 4


def test_without_a_delta_there_are_no_cases() -> None:
    assert cases(SOFTMAX, "log sum_c exp(z[c])", "z[m]") == {}


def test_the_result_stays_the_result() -> None:
    derivation = gory.read(SOFTMAX).derive("s[k]", "z[m]", style="cases")
    assert derivation.main.result == derivation.result
    assert str(derivation.result) == "s[k] (delta[k,m] - s[m])"


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(gory.DerivationError, match="choose"):
        gory.read(SOFTMAX).derive("s[k]", "z[m]", style="verbose")


def test_an_output_by_itself_has_a_case_for_its_own_input() -> None:
    paper = gory.read("S[i] = exp(a[i]) / sum_k exp(a[k])")
    found = paper.derive("S[2]", "a[j]", style="cases")
    cases = {s.title: str(s.result) for s in found.sections if s.under is not None}
    assert cases == {"Case j = 2": "S[2] (1 - S[2])", "Case j != 2": "-S[2] S[j]"}
    assert found.verdict == "proved"


def test_a_delta_may_be_written_as_an_indicator() -> None:
    paper = gory.read("S[i] = exp(a[i]) / sum_k exp(a[k])")
    found = paper.derive("S[i]", "a[j]", style="indicator")
    assert (str(found.result), found.verdict) == ("S[i] ([i = j] - S[j])", "proved")
    assert found.matrix_form == "diag(S) - S Sᵀ"
    assert str(paper.derive("log sum_k exp(a[k])", "a[j]", style="indicator").result) == "S[j]"
    with pytest.raises(gory.DerivationError, match="choose one of delta, cases, indicator"):
        paper.derive("S[i]", "a[j]", style="index")
