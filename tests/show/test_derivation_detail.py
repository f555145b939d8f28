"""A shorter account claims nothing that the long one does not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.show._derivations import QUESTIONS, by_hand, derived

from gory.calculus import DETAILS, VERDICTS
from gory.show._derivation_detail import at_detail

LINES = ("a b + a c", "a (b + c)", "(b + c) a", "c a + b a", "a c + a b")
steps = st.lists(
    st.tuples(
        st.sampled_from(["sum rule", "factor", "expand"]),
        st.sampled_from(LINES),
        st.fixed_dictionaries(
            {
                "detail": st.sampled_from(DETAILS),
                "verdict": st.sampled_from(VERDICTS),
                "uses": st.lists(
                    st.sampled_from(["Lemma 1", "a > 0"]), max_size=2, unique=True
                ).map(tuple),
                "note": st.sampled_from(["", "with u = b"]),
            }
        ),
    ),
    min_size=1,
    max_size=8,
)


@given(steps, st.sampled_from(DETAILS))
def test_lines_follow_each_other_without_a_gap(made: list, detail: str) -> None:
    whole = by_hand(*made)
    shown = at_detail(whole, detail)
    before = whole.sections[0].left
    for step in shown.steps:
        assert step.before == before
        before = step.after
    assert before == whole.result


@given(steps, st.sampled_from(DETAILS))
def test_nothing_that_a_line_rests_on_is_lost(made: list, detail: str) -> None:
    whole, shown = by_hand(*made), at_detail(by_hand(*made), detail)
    assert {use for step in shown.steps for use in step.uses} == {
        use for step in whole.steps for use in step.uses
    }
    assert shown.verdict == whole.verdict
    rules = {rule for step in shown.steps for rule in step.rule.split(", ")}
    assert rules <= {step.rule for step in whole.steps}
    assert detail == "brief" or rules == {step.rule for step in whole.steps}


@given(steps)
def test_at_full_detail_nothing_is_merged(made: list) -> None:
    whole = by_hand(*made)
    assert at_detail(whole, "gory").steps == whole.steps


@given(steps)
def test_more_detail_shows_at_least_as_many_lines(made: list) -> None:
    whole = by_hand(*made)
    counts = [len(at_detail(whole, detail).steps) for detail in DETAILS]
    assert counts == sorted(counts)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_brief_account_is_lemmas_and_result(name: str) -> None:
    brief = at_detail(derived(name), "brief")
    assert all(len(section.steps) <= 1 for section in brief.sections)
    assert brief.result == derived(name).result


def test_a_merged_line_is_as_weak_as_its_weakest_part() -> None:
    whole = by_hand(
        ("expand", "a b + a c", {"verdict": "tested", "detail": "gory"}),
        ("factor", "a (b + c)", {"verdict": "proved"}),
    )
    (line,) = at_detail(whole, "steps").steps
    assert (line.rule, line.verdict) == ("expand, factor", "tested")


def test_remarks_belong_to_full_detail() -> None:
    whole = by_hand(("chain rule", "2 w", {"note": "with u = w"}))
    assert at_detail(whole, "steps").steps[0].note == ""
    assert at_detail(whole, "gory").steps[0].note == "with u = w"


def test_an_unknown_level_is_named() -> None:
    with pytest.raises(ValueError, match="detail='fine' is unknown; choose one of 'brief'"):
        at_detail(derived("softmax"), "fine")
