r"""Functions that a text leaves open: ``\phi`` and ``\phi'`` "with a differentiable activation"."""

from __future__ import annotations

import pytest

from gory import proofread

LAYER = (
    r"$h_j = \phi(a_j)$ with a differentiable activation $\phi$, $a_j = \sum_d W_{jd} x_d$ and "
    r"$E = \sum_j c_j h_j$. "
)
NEURON = r"$h = g(a)$, $a = w x$, $E = \frac12 (h - t)^2$. "
TWICE = r"$y = f(w x + b)$ and $E = \frac12 (y - t)^2$. "
LINES = {  # a text with a place, what is right there, and a slip
    "the derivative at an entry": (
        LAYER + r"$$\frac{\partial E}{\partial W_{jd}} = c_j § x_d$$",
        r"\phi'(a_j)",
        r"\phi(a_j)",
    ),
    "the chain rule behind it": (
        LAYER + r"$$\frac{\partial E}{\partial x_d} = \sum_j c_j \phi'(a_j) §$$",
        "W_{jd}",
        "W_{dj}",
    ),
    "a number": (
        NEURON + r"$$\frac{\partial E}{\partial w} = (h - t) g'(a) §$$",
        "x",
        "",
    ),
    "a prime as a superscript": (
        NEURON + r"$$\frac{\partial E}{\partial a} = § g^{\prime}(a)$$",
        "(h - t)",
        "(t - h)",
    ),
    "the second derivative": (
        TWICE + r"$$\frac{\partial^2 E}{\partial w^2} = x^2 (§ + (y - t) f''(w x + b))$$",
        "f'(w x + b)^2",
        "f'(w x + b)",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_what_holds_for_every_function_holds(name: str) -> None:
    text, right, _ = LINES[name]
    assert proofread(text.replace("§", right)).lines[-1].verdict in ("proved", "tested")


TWO = (
    r"Let $v_j = f(u_j)$, $r_k = \sum_j B_{kj} v_j$ and $E = \sum_k c_k g(r_k)$ with smooth "
    r"$f$ and $g$. $$\frac{\partial E}{\partial u_j} = f'(u_j) \sum_k B_{kj} c_k §$$"
)


def test_two_open_functions_are_two() -> None:
    assert proofread(TWO.replace("§", "g'(r_k)")).lines[-1].verdict in ("proved", "tested")
    line = proofread(TWO.replace("§", "g(r_k)")).lines[-1]
    assert line.verdict == "refuted"
    assert not {"sin", "softplus", "sigmoid"} & {*line.repair.replace("(", " ").split()}


def test_an_open_function_of_a_vector_works_entry_by_entry() -> None:
    text = r"$h = f(z)$, $z = W x$, $E = v^\top h$ with $v \in \mathbb{R}^K$. "
    line = proofread(text + r"$$\nabla_W E = (v \odot f'(z)) x^\top$$").lines[-1]
    assert line.verdict in ("proved", "tested")


@pytest.mark.parametrize("name", LINES)
def test_a_slip_is_refuted_and_said_in_the_words_of_the_text(name: str) -> None:
    text, _, wrong = LINES[name]
    line = proofread(text.replace("§", wrong)).lines[-1]
    assert line.verdict == "refuted"
    said = f"{line.why.partition(' (found with')[0]} {line.repair} {line.repair_latex}"
    assert not {"sin", "cos"} & {*said.replace("\\", " ").replace("(", " ").split()}


@pytest.mark.parametrize(
    "words",
    [
        r"For the logistic function $g'(a) = g(a) (1 - g(a))$. ",
        r"Here $g(a) = \tanh(a)$. ",
        r"Later $g$ times $a$ is $g a$. ",
    ],
)
def test_a_function_of_which_the_text_says_more_is_not_any_function(words: str) -> None:
    text = NEURON + words + r"$$\frac{\partial h}{\partial w} = h (1 - h) x$$"
    line = proofread(text).lines[-1]
    assert "found with" not in line.why
    assert line.verdict in ("unread", "refuted")
    assert (line.verdict == "refuted") <= ("tanh" in words)
