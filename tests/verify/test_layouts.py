r"""Gradients by matrices have the shape of these all over a text, or are transposed all over it."""

from __future__ import annotations

from gory import proofread

TEXT = (
    r"Let $z = W x$ with $W \in \mathbb{R}^{K \times D}$, $L = \frac{1}{2} \|z\|^2$ and "
    r"$R = \frac{1}{2} \|V z\|^2$ with $V \in \mathbb{R}^{M \times K}$."
    "\n"
    r"$$\frac{\partial L}{\partial W} = §$$"
    "\n"
    r"$$\frac{\partial R}{\partial W} = §$$"
    "\n"
    r"$$\frac{\partial R}{\partial V} = §$$"
)
STRAIGHT = (r"z x^\top", r"V^\top V z x^\top", r"V z z^\top")
TURNED = (r"x z^\top", r"x z^\top V^\top V", r"z z^\top V^\top")


def checked(*rights: str) -> list:
    text = TEXT
    for right in rights:
        text = text.replace("§", right, 1)
    return list(proofread(text).lines)


def test_either_layout_is_right() -> None:
    for rights in (STRAIGHT, TURNED):
        assert [line.verdict for line in checked(*rights)] == ["proved"] * 3


def test_a_line_in_the_other_layout_is_wrong_at_a_point() -> None:
    line = checked(*STRAIGHT[:2], TURNED[2])[2]
    assert line.verdict == "refuted"
    assert line.counterexample
    assert line.counterexample["left"] != line.counterexample["right"]
    assert line.repair == rf"\frac{{\partial R}}{{\partial V}} = {STRAIGHT[2]}"


def test_one_line_against_one_is_open() -> None:
    said, first, _, last = TEXT.split("\n")
    rows = [said, first.replace("§", STRAIGHT[0]), last.replace("§", TURNED[2])]
    found = proofread("\n".join(rows)).lines
    assert [line.verdict for line in found] == ["proved", "unread"]


MAIL = (
    "h = tanh(a), a = U x + W g, z = V h, p = softmax(z), L = -log p[y].\n\n"
    "dL/dz = p - e_y        (e_y the one-hot vector of y)\n"
    "dL/dV = §\ndL/da = V^T (p - e_y) * (1 - h^2)   (elementwise)\n"
    "dL/dW = dL/da g^T\ndL/dU = dL/da x^T\n"
)


def test_a_loss_written_out_is_a_number_too() -> None:
    right = proofread(MAIL.replace("§", "(p - e_y) h^T")).lines
    assert [line.verdict for line in right] == ["proved"] * 5
    wrong = proofread(MAIL.replace("§", "h (p - e_y)^T")).lines
    assert [line.verdict for line in wrong] == ["proved", "refuted", *["proved"] * 3]
