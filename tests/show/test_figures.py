"""Charts and tables show the numbers they were given, and nothing else can get into them."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.show._reading import Page, read

from gory.learn import Evaluation, Progress
from gory.show import coefficient_figure, confusion_figure, reliability_figure, training_figures
from gory.show._training import distances_to_optimum

HOSTILE = "<script>alert('x')</script>\"&"


def judged(confusion: list[list[int]], names: list[str]) -> Evaluation:
    """Rows with certain predictions that give the confusion matrix."""
    counts = np.array(confusion)
    targets = np.repeat(*np.divmod(np.arange(counts.size), len(names))[:1], counts.ravel())
    guesses = np.repeat(np.arange(counts.size) % len(names), counts.ravel())
    return Evaluation(
        n_rows=int(counts.sum()),
        accuracy=float((targets == guesses).mean()),
        log_loss=0.0,
        baseline_accuracy=0.0,
        baseline_log_loss=0.0,
        classes=tuple(names),
        probabilities=np.eye(len(names))[guesses],
        targets=targets,
    )


def cells(page: Page) -> list[str]:
    return [element.text for element in page.elements if element.name in ("td", "th")]


def test_a_confusion_table_reads_true_class_by_predicted_class() -> None:
    page = read(confusion_figure(judged([[5, 2], [0, 7]], ["no", "yes"])))
    assert page.is_balanced
    assert cells(page) == ["", "no", "yes", "no", "5", "2", "yes", "·", "7"]
    assert [e.text for e in page.of_class("right")] == ["5", "7"]


def test_many_classes_are_told_by_their_confusions() -> None:
    counts = np.diag(np.full(30, 9))
    counts[3, 4], counts[7, 1] = 5, 2
    names = [f"class {k}" for k in range(30)]
    page = read(confusion_figure(judged(counts.tolist(), names)))
    assert cells(page)[3:] == ["class 3", "class 4", "5", "class 7", "class 1", "2"]
    assert "7 wrong predictions" in page.named("figcaption")[0].text


def test_many_classes_without_a_confusion_say_so() -> None:
    names = [f"class {k}" for k in range(30)]
    assert "No held-out row" in confusion_figure(judged(np.eye(30, dtype=int).tolist(), names))


def test_a_chart_has_a_text_alternative_and_a_point_for_every_bin() -> None:
    page = read(reliability_figure(judged([[5, 2], [0, 7]], ["no", "yes"])))
    (drawing,) = page.named("svg")
    assert drawing.attributes["role"] == "img"
    assert "of which" in (drawing.attributes["aria-label"] or "")
    assert len(page.of_class("dot")) == 2


HISTORY = [
    Progress(0, 1.0, 1.1, np.inf), Progress(1, 2.0, 0.6, 10.0), Progress(2, 4.5, 0.5, 1e-9),
]  # fmt: skip


def test_distances_are_bounded_by_the_last_certificate() -> None:
    optimum = 0.5 / (1 + 1e-9)
    expected = [(loss - optimum) / optimum for loss in (1.1, 0.6, 0.5)]
    assert distances_to_optimum(HISTORY) == pytest.approx(expected, rel=1e-6)


def test_training_is_drawn_from_left_to_right_and_downwards() -> None:
    page = read(training_figures(HISTORY))
    for line in page.of_class("line"):
        points = re.findall(r"([\d.]+),([\d.]+)", line.attributes["points"] or "")
        across = [float(x) for x, _ in points]
        down = [float(y) for _, y in points]
        assert len(points) == 3
        assert across == sorted(across)
        assert down == sorted(down)


def test_without_a_bound_there_is_no_chart_of_the_distance() -> None:
    page = read(training_figures([Progress(0, 1.0, 1.1, np.inf)]))
    assert len(page.named("svg")) == 1
    assert "No bound" in page.named("p")[0].text


def coefficient_page(n_features: int, n_classes: int) -> Page:
    grid = np.arange(n_features * n_classes, dtype=float).reshape(n_classes, n_features)
    names = [f"feature {j}" for j in range(n_features)]
    classes = [f"class {k}" for k in range(n_classes)]
    figure = coefficient_figure(
        grid, np.zeros(n_classes), np.ones(n_features), features=names, classes=classes
    )
    return read(figure)


def test_coefficients_stand_by_influence_with_the_constant_last() -> None:
    page = coefficient_page(3, 2)
    heads = [e.text for e in page.named("th") if e.attributes.get("scope") == "row"]
    assert heads == ["feature 2", "feature 1", "feature 0", "constant"]
    numbers = [e.text for e in page.named("td") if e.attributes.get("class") == "number"]
    assert numbers == ["+2", "+5", "+1", "+4", "+0", "+3", "+0", "+0"]


def test_an_effect_counts_the_spread_of_its_feature() -> None:
    figure = coefficient_figure(
        np.array([[1.0, 1.0]]),
        np.zeros(1),
        np.array([1.0, 100.0]),
        features=["a", "b"],
        classes=["c"],
    )
    heads = [e.text for e in read(figure).named("th") if e.attributes.get("scope") == "row"]
    assert heads == ["b", "a", "constant"]


def test_what_is_left_out_of_a_large_table_is_said() -> None:
    caption = coefficient_page(100, 30).named("figcaption")[0].text
    assert "60 of 100 features with smaller effects and 10 of 30 classes" in caption


def test_names_are_text_in_every_figure() -> None:
    evaluation = judged([[5, 2], [1, 7]], [HOSTILE, "yes"])
    many = judged(np.ones((25, 25), dtype=int).tolist(), [HOSTILE] * 25)
    coefficients = coefficient_figure(
        np.ones((1, 1)), np.zeros(1), np.ones(1), features=[HOSTILE], classes=[HOSTILE]
    )
    for figure in (confusion_figure(evaluation), confusion_figure(many), coefficients):
        page = read(figure)
        assert page.is_balanced
        assert not page.named("script")
        assert HOSTILE in cells(page)
