"""A derivation as text keeps to its width, hides nothing and can be read back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.show._derivations import LAYER, QUESTIONS, by_hand, derived

from gory.calculus import DETAILS
from gory.notation import read_expression, to_plain, to_terminal
from gory.show._derivation_detail import at_detail
from gory.show._derivation_text import broken, to_text

ANSI = re.compile(r"\x1b\[\d*m")


def squeezed(text: str) -> str:
    return " ".join(ANSI.sub("", text).split())


@pytest.mark.parametrize("width", [60, 80, 100, 140])
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", QUESTIONS)
def test_no_line_is_wider_than_asked(name: str, detail: str, width: int) -> None:
    for color in (False, True):
        text = to_text(derived(name), detail=detail, width=width, color=color)
        words = [word for line in text.split("\n") for word in ANSI.sub("", line).split()]
        longest = max(len(word) for word in words)
        assert longest < width // 2
        assert max(len(ANSI.sub("", line)) for line in text.split("\n")) <= width
        assert not any(line != line.rstrip() for line in ANSI.sub("", text).split("\n"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_rule_verdict_and_fact_is_told(name: str) -> None:
    text = squeezed(to_text(derived(name), detail="gory"))
    for section in derived(name).sections:
        assert section.title in text
        for step in section.steps:
            assert step.verdict in text
            for use in step.uses:
                assert use in text
            for word in step.rule.split():
                assert word in text


def lines_of(text: str) -> list[str]:
    """The right sides, put together again where they were broken."""
    found: list[str] = []
    for line in text.split("\n"):
        line = re.split(r"\s{2,}(?:proved|tested)\b", line)[0].rstrip()
        if line.startswith("    = "):
            found.append(line[6:])
        elif found and line.startswith(" " * 8) and not line.startswith(" " * 9):
            found[-1] += " " + line.strip()
    return found


@pytest.mark.parametrize("width", [100, 130])
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_line_can_be_read_back(name: str, width: int) -> None:
    shown = at_detail(derived(name), "steps")
    texts = lines_of(to_text(derived(name), detail="steps", width=width))
    assert len(texts) == len(shown.steps)
    for text, step in zip(texts, shown.steps, strict=True):
        assert text.startswith(to_plain(step.after))


def test_the_result_stands_last_in_the_words_of_its_author() -> None:
    *_, title, shape, _, result = to_text(derived("layer")).split("\n")
    assert title == "Result, proved, given sum_k y[i,k] = 1"
    assert shape.strip() == "gradient K x D: row m, column n"
    left, right = result.strip().split(" = ")
    assert left == "d(J, theta[m,n])"
    assert to_plain(read_expression(right)) == to_plain(derived("layer").result)


def test_a_brief_account_of_a_gradient_has_few_lines() -> None:
    text = to_text(derived("layer"), detail="brief")
    assert sum(line.startswith("    = ") for line in text.split("\n")) <= 8


def test_colour_comes_only_when_asked_for_and_brings_the_signs_of_mathematics() -> None:
    plain = to_text(replace(derived("softmax"), matrix_form=""))
    colored = to_text(derived("softmax"), color=True)
    assert plain.isascii()
    assert "\x1b[32mproved" in colored
    assert to_terminal(derived("softmax").result) in colored
    assert colored.count("\x1b[0m") == len(ANSI.findall(colored)) / 2


def test_a_tested_line_is_not_called_proved() -> None:
    text = to_text(by_hand(("power rule", "2 w", {"verdict": "tested"})))
    assert "tested  power rule" in text
    assert "proved" not in text
    assert "Result, tested" in text


def test_remarks_stand_below_their_line() -> None:
    text = to_text(by_hand(("chain rule", "2 w", {"note": "with u = w"})), detail="gory")
    assert re.search(r"= 2 w .*chain rule\n +with u = w\n", text)


def test_a_matrix_form_is_told() -> None:
    found = replace(by_hand(("power rule", "2 w", {})), matrix_form="X'(H - Y)")
    assert to_text(found).split("\n")[-2] == "  in matrix form: X'(H - Y)"


def test_a_width_that_holds_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="width=20 is too narrow; give at least 40"):
        to_text(derived("softmax"), width=20)


words = st.lists(st.text("ab+-=,([])", min_size=1, max_size=12), min_size=1, max_size=30)


@given(words, st.integers(5, 60), st.integers(5, 60))
def test_breaking_loses_nothing_and_keeps_to_the_width(
    parts: list[str], first: int, others: int
) -> None:
    lines = broken(" ".join(parts), first, others)
    assert " ".join(lines) == " ".join(parts)
    for number, line in enumerate(lines):
        room = others if number else first
        assert len(line) <= room or len(line.split()) <= 2 or any(s in line for s in "+-=")


def test_a_long_line_is_broken_before_a_sign_outside_of_brackets() -> None:
    text = "alpha (beta + gamma) + delta (epsilon + zeta)"
    assert broken(text, 30, 30) == ["alpha (beta + gamma)", "+ delta (epsilon + zeta)"]


def test_the_paper_of_these_tests_is_the_example(request: pytest.FixtureRequest) -> None:
    example = request.config.rootpath / "examples" / "softmax_layer.gory"
    lines = [line for line in example.read_text().split("\n") if not line.startswith("#")]
    assert LAYER.split() == " ".join(lines).split()
