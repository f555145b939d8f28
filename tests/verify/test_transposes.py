r"""A lost transpose: the shapes of a line do not fit, and with another transpose it holds."""

from __future__ import annotations

import pytest

from gory import proofread

SOFTMAX = r"Let $\mathbf p = \operatorname{softmax}(\mathbf z)$. "
LAYER = (
    r"Let $\mathbf z = W \mathbf x$, $\mathbf p = \operatorname{softmax}(\mathbf z)$ and "
    r"$L = -\mathbf y^\top \log \mathbf p$ with $\mathbf 1^\top \mathbf y = 1$. "
)
LOGISTIC = (
    r"Let $p_i = \sigma(\mathbf w^\top \mathbf x_i)$ and "
    r"$L = -\sum_i (y_i \log p_i + (1 - y_i) \log(1 - p_i))$. "
)
RIDGE = r"Let $R(\mathbf w) = \frac{\lambda}{2} \|\mathbf w\|^2$. "
ROWS = (
    r"Let $x \in \mathbb{R}^{1 \times D}$, $W \in \mathbb{R}^{D \times K}$, $z = x W + b$, "
    r"$p = \operatorname{softmax}(z)$ and $L = -\sum_k y_k \log p_k$ with $\sum_k y_k = 1$. "
)
LINES = {  # a text with a place, what is right there, and what does not fit
    "a number for a matrix": (
        SOFTMAX
        + r"$$\frac{\partial \mathbf p}{\partial \mathbf z} = \operatorname{diag}(\mathbf p) - §$$",
        r"\mathbf p \mathbf p^\top",
        r"\mathbf p^\top \mathbf p",
    ),
    "a column times a column": (
        LAYER + r"$$\nabla_W L = §$$",
        r"(\mathbf p - \mathbf y) \mathbf x^\top",
        r"(\mathbf p - \mathbf y) \mathbf x",
    ),
    "columns in the other order": (
        LAYER + r"$$\nabla_W L = §$$",
        r"(\mathbf p - \mathbf y) \mathbf x^\top",
        r"\mathbf x (\mathbf p - \mathbf y)",
    ),
    "an outer product under a sum": (
        LOGISTIC + r"$$\nabla^2_{\mathbf w} L = \sum_i p_i (1 - p_i) §$$",
        r"\mathbf x_i \mathbf x_i^\top",
        r"\mathbf x_i^\top \mathbf x_i",
    ),
    "brackets that turn": (
        SOFTMAX + r"$J = \operatorname{diag}(\mathbf p) - \mathbf p \mathbf p^\top$. "
        r"$$J \mathbf v = \mathbf p \odot \mathbf v - §$$",
        r"\mathbf p (\mathbf p^\top \mathbf v)",
        r"\mathbf p^\top (\mathbf p \mathbf v)",
    ),
    "a coefficient without its vector": (
        RIDGE + r"$$\nabla_{\mathbf w} R = §$$",
        r"\lambda \mathbf w",
        r"\lambda",
    ),
    "a coefficient without its matrix": (
        RIDGE + r"$$\nabla_{\mathbf w}^2 R = §$$",
        r"\lambda I",
        r"\lambda",
    ),
    "row vectors": (ROWS + r"$$\nabla_W L = §$$", "x^T (p - y)", "x (p - y)"),
}


def _last(text: str) -> tuple[str, str, str]:
    line = proofread(text).lines[-1]
    return line.verdict, line.why, line.repair


@pytest.mark.parametrize("name", LINES)
def test_what_fits_holds(name: str) -> None:
    text, right, _ = LINES[name]
    assert _last(text.replace("§", right))[0] in ("proved", "tested")


@pytest.mark.parametrize("name", LINES)
def test_what_does_not_fit_is_refuted_with_the_transpose(name: str) -> None:
    text, right, wrong = LINES[name]
    verdict, why, repair = _last(text.replace("§", wrong))
    assert verdict == "refuted"
    assert why.startswith("the shapes do not fit: ")
    same = (one.replace(" ", "").replace(r"\top", "T") for one in (repair, right))
    assert next(same).endswith(next(same))


@pytest.mark.parametrize(
    "words",
    [
        "Products of vectors are outer products.",
        "All vectors are row vectors.",
        "Transposes are left out.",
    ],
)
def test_words_may_say_how_vectors_are_multiplied(words: str) -> None:
    text = LAYER + words + r" $$\nabla_W L = (\mathbf p - \mathbf y) \mathbf x$$"
    assert _last(text)[0] == "unread"


def test_another_slip_beside_it_is_left_open() -> None:
    text = LAYER + r"$$\nabla_W L = (\mathbf p + \mathbf y) \mathbf x$$"
    assert _last(text)[0] == "unread"


def test_what_follows_a_lost_transpose_is_judged_by_what_was_meant() -> None:
    chain = r"$$\nabla_W L = (\mathbf p - \mathbf y) \mathbf x = \mathbf p \mathbf x^\top - §$$"
    for end, verdict in (
        (r"\mathbf y \mathbf x^\top", "proved"),
        (r"\mathbf x \mathbf y^\top", "refuted"),
    ):
        found = proofread(LAYER + chain.replace("§", end)).lines
        assert [line.verdict for line in found] == ["refuted", verdict]


@pytest.mark.parametrize("unit", [r"\mathbf e_c", "e_c"])
def test_a_unit_vector_is_the_class_that_is_true(unit: str) -> None:
    text = r"Let $\mathbf p = \operatorname{softmax}(\mathbf z)$ and $L = -\log p_c$. "
    for right, verdict in ((rf"\mathbf p - {unit}", "proved"), (rf"\mathbf p + {unit}", "refuted")):
        assert _last(text + rf"$$\nabla_{{\mathbf z}} L = {right}$$")[0] == verdict


EMBEDDED = (
    r"Let $e_w \in \mathbb{R}^d$ be the embedding of word $w$, $z_w = e_w^\top h$, "
    r"$p_w = \frac{\exp(z_w)}{\sum_v \exp(z_v)}$ and $L = -\log p_t$. "
)


@pytest.mark.parametrize(
    ("line", "verdicts"),
    [
        (r"\nabla_h L = \sum_w p_w e_w - e_t", ("proved",)),
        (r"\nabla_h L = \sum_w p_w e_w + e_t", ("refuted",)),
        (r"\frac{\partial L}{\partial h_j} = p_j - \mathbf 1[j = t]", ("unread", "refuted")),
    ],
)
def test_an_embedding_is_no_unit_vector(line: str, verdicts: tuple[str, ...]) -> None:
    assert _last(f"{EMBEDDED}$${line}$$")[0] in verdicts
