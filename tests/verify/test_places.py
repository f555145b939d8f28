r"""An equation is read wherever in a text it stands, and whatever marks set it off."""

from __future__ import annotations

from contextlib import suppress

import pytest

from gory import NotationError, proofread

SOFTMAX = r"Let $s_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$."
RIGHT = r"\frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij} - s_j)"
TYPED = "ds_i/dz_j = s_i (delta_ij - s_j)"
LATEX = (
    " Then $`{}`$.",
    "\n\n## Result: ${}$\n\nDone.",
    "\n\\begin{{figure}}\\includegraphics{{a.png}}\\caption{{Here ${}$.}}\\end{{figure}}",
    "\n\\begin{{tikzpicture}}\\node{{${}$}};\\end{{tikzpicture}}",
    "\n> $$\n> {}\n> $$",
    "\n> \\begin{{align}}\n> {}\n> \\end{{align}}",
    "\n$$\\boxed{{{}}}$$",
    "\n$$\\fbox{{${}$}}$$",
    "\n$$\\colorbox{{yellow}}{{${}$}}$$",
    "\n$$\\textcolor{{red}}{{{}}}$$",
    "\n$${{\\displaystyle {}}}$$",
    "\n$$\\left( {} \\right)$$",
    "\n$$\\left[ {} \\right]$$",
    "\n$$\\underbrace{{{}}}_{{\\text{{Jacobian}}}}$$",
    "\n$$\\text{{${}$}}$$",
    "\n$$\\left\\{{ \\begin{{array}}{{l}} {} \\\\ s_i = s_i \\end{{array}} \\right.$$",
    "\n$$\\begin{{cases}} {} \\\\ s_i = s_i \\end{{cases}}$$",
    "\n\\begin{{IEEEeqnarray}}{{rCl}} {} \\end{{IEEEeqnarray}}",
    "\n\\begin{{empheq}}[box=\\fbox]{{align}} {} \\end{{empheq}}",
    "\nThus \\ensuremath{{{}}}.",
    "\n\\newcommand{{\\be}}{{\\begin{{equation}}}}\n\\newcommand{{\\ee}}{{\\end{{equation}}}}"
    "\n\\be {} \\ee",
    "\n\\def\\be{{\\begin{{equation}}}}\\def\\ee{{\\end{{equation}}}}\\be {} \\ee",
    "\n\\newenvironment{{eqn}}{{\\begin{{equation}}}}{{\\end{{equation}}}}\\begin{{eqn}}{}\\end{{eqn}}",
    "\n\\begin{{eqn}}{}\\end{{eqn}}",
    "\n\\begin{{verbatim}}\n{}\n\\end{{verbatim}}",
    "\nthen\n{}\nand so on.",
    "\nThen\n\n    {}\n\ndone.",
    "\nThen `{}` holds.",
    "\n\n.. math::\n\n   {}\n",
    "\nThen :math:`{}` holds.",
    "\nThen \\\\({}\\\\) holds.",
    "\nThen \\\\[{}\\\\] holds.",
    '\n<script type="math/tex">{}</script>',
    "\n[latex]{}[/latex]",
    "\n$latex {}$",
    "\n<math>{}</math>",
    "\nstem:[{}]",
    "\nIt costs $5 and ${}$.",
)
PLAIN = ("\nThen\n\n    {}\n\ndone.", "\nThen `{}` holds.", "\nthen\n{}\nand so on.")


def verdicts(text: str) -> set[str]:
    return {line.verdict for line in proofread(text).lines if line.verdict != "given"}


@pytest.mark.parametrize("place", LATEX)
def test_latex_is_read_in_every_place(place: str) -> None:
    assert verdicts(SOFTMAX + place.format(RIGHT)) <= {"proved", "tested"}
    assert "refuted" in verdicts(SOFTMAX + place.format(RIGHT.replace("-", "+")))


@pytest.mark.parametrize("place", PLAIN)
def test_typed_formulas_are_read_beside_latex(place: str) -> None:
    assert verdicts(SOFTMAX + place.format(TYPED)) <= {"proved", "tested"}
    assert "refuted" in verdicts(SOFTMAX + place.format(TYPED.replace("-", "+")))


def test_scripts_of_a_web_page_are_read() -> None:
    page = (
        "<p>Let s<sub>i</sub> = e<sup>z<sub>i</sub></sup> / "
        "∑<sub>k</sub> e<sup>z<sub>k</sub></sup>.</p>\n<p>∂s<sub>i</sub>/∂z<sub>j</sub> = "
        "s<sub>i</sub>(δ<sub>ij</sub> &minus; s<sub>j</sub>)</p>"
    )
    assert verdicts(page) <= {"proved", "tested"}
    assert "refuted" in verdicts(page.replace("&minus;", "+"))


@pytest.mark.parametrize(
    "aside",
    [
        "\n```python\np = np.exp(z) / np.exp(z).sum()\n```",
        "\nWe used `lr = 0.1` and `x = model(x) + dx` there.\n\n    p = model(x)\n",
        "\n\\includegraphics[width=0.5\\textwidth]{a.png}",
        "\nWith K = 3 classes and N = 100 rows it costs $5 or more.",
        "\n\\begin{lstlisting}\ndz = p - y\n\\end{lstlisting}",
        '\n<a href="http://a.b/c?d=e+f">here</a>',
    ],
)
def test_programs_options_and_values_are_no_claims(aside: str) -> None:
    right = f"{SOFTMAX} ${RIGHT}$"
    assert [line.text for line in proofread(right + aside).lines] == [
        line.text for line in proofread(right).lines
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "\\newenvironment{a}{" * 500, "[latex]" * 1500, "\\ensuremath{{" * 900, "<sub>" * 2000,
        "> $$\n" * 2000, "`a = b`" * 1500, "a=b\\frac" * 1200, "$5 and " * 1500,
        ".. math::\n" * 1000, "\\boxed{a = " * 900, "\\boxed{a = b} " * 700,
        "\\begin{cases} " * 700, "\\\\(" * 3000,
        ":math:`a" * 1200, "<math>" * 1600, "\\newcommand{\\be}{\\begin{equation}}" * 280,
    ],
)  # fmt: skip
def test_marks_without_end_are_survived(hostile: str) -> None:
    with suppress(NotationError):
        assert len(proofread(f"$p = q$ {hostile}").lines) < 5000
