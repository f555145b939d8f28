"""Matrix notation as text and as LaTeX. Arrays with two axes are written as capitals where that
is free.
"""

from __future__ import annotations

from collections.abc import Iterable

from gory.algebra._matrix_graph import Matrix
from gory.notation import ONE, Add, Div, Expr, Ref, of_matrix, to_latex, to_plain

_TEXT = {
    "identity": "I", "ones": "1", "transpose": "ᵀ", "hadamard": " ⊙ ", "product": " ",
    "kronecker": " ⊗ ",
}  # fmt: skip
_LATEX = {
    "identity": "I", "ones": r"\mathbf{1}", "transpose": r"^{\top}", "hadamard": r" \odot ",
    "product": r" \, ", "kronecker": r" \otimes ",
}  # fmt: skip


def matrix_text(form: Matrix, names: Iterable[str], *, latex: bool = False) -> str:
    """Write a matrix form; ``names`` are all names of the paper, which a capital must not
    repeat.
    """
    return _Writer(frozenset(names), latex).write(form)


class _Writer:
    def __init__(self, names: frozenset[str], latex: bool) -> None:
        self.names, self.latex = names, latex
        self.signs = _LATEX if latex else _TEXT

    def write(self, form: Matrix) -> str:
        match form.kind:
            case "name":
                return self._name(form)
            case "scalar":
                return self._scalar(form.value)
            case "ones" | "identity":
                return self.signs[form.kind]
            case "transpose":
                if _is_inverse(form.parts[0]):
                    return self._inverse(form.parts[0], "⁻ᵀ", r"^{-\top}")
                return self._tight(form.parts[0]) + self.signs["transpose"]
            case "product":
                return self._product(form)
            case "hadamard":
                return self.signs["hadamard"].join(
                    self._bracketed(p) if p.kind == "product" else self._factor(p)
                    for p in form.parts
                )
            case "kronecker":
                return self.signs["kronecker"].join(map(self._factor, form.parts))
            case "over":
                sign = rf"\sum_{{{form.label}}}" if self.latex else f"sum_{form.label}"
                return f"{sign} {self.write(form.parts[0])}"
            case "diag" | "trace":
                word = "diag" if form.kind == "diag" else "tr"
                return self._call(
                    rf"\operatorname{{{word}}}" if self.latex else word, form.parts[0]
                )
            case "apply":
                return self._call(self._function(form.label), form.parts[0])
            case "group":
                return self._bracketed(form.parts[0])
        return self._sum(form)

    def _function(self, name: str) -> str:
        if not self.latex:
            return name
        known = name in ("exp", "log", "tanh", "sin", "cos")
        return "\\" + name if known else rf"\operatorname{{{name}}}"

    def _call(self, word: str, part: Matrix) -> str:
        opening, closing = (r"\left(", r"\right)") if self.latex else ("(", ")")
        return f"{word}{opening}{self.write(part)}{closing}"

    def _sum(self, form: Matrix) -> str:
        written = []
        for place, (sign, part) in enumerate(zip(form.signs, form.parts, strict=True)):
            inner = self._bracketed(part) if part.kind == "sum" else self.write(part)
            if place == 0:
                written.append(f"-{inner}" if sign < 0 else inner)
            else:
                written.append(f" {'-' if sign < 0 else '+'} {inner}")
        return "".join(written)

    def _product(self, form: Matrix) -> str:
        """Reciprocals of scalars go under a bar of their own, behind the product."""
        below = [p.value for p in form.parts if _is_reciprocal(p)]
        rest = [p for p in form.parts if not _is_reciprocal(p)]
        whole = self.signs["product"].join(self._factor(p) for p in rest)
        for value in below:
            if not isinstance(value, Div):
                continue
            denominator = value.denominator
            if self.latex:
                whole = rf"\frac{{1}}{{{to_latex(denominator)}}} {whole}"
            elif len(rest) == 1 and rest[0].kind == "sum":
                whole = f"{whole} / {to_plain(denominator)}"
            else:
                whole = f"{whole} / {_plain_factor(denominator)}"
        return whole

    def _factor(self, form: Matrix) -> str:
        return self._bracketed(form) if form.kind in ("sum", "hadamard") else self.write(form)

    def _tight(self, form: Matrix) -> str:
        loose = form.kind in ("sum", "hadamard", "product", "transpose")
        return self._bracketed(form) if loose else self.write(form)

    def _bracketed(self, form: Matrix) -> str:
        if self.latex:
            return rf"\left({self.write(form)}\right)"
        return f"({self.write(form)})"

    def _scalar(self, value: Expr | None) -> str:
        expr = value if value is not None else ONE
        written = to_latex(expr) if self.latex else to_plain(expr)
        if isinstance(expr, Add):
            return rf"\left({written}\right)" if self.latex else f"({written})"
        return written

    def _inverse(self, form: Matrix, text: str, latex: str) -> str:
        _, array = of_matrix(form.label) or ("", form.label)
        inner = self._name(Matrix("name", label=array, axes=2))
        return inner + (latex if self.latex else text)

    def _name(self, form: Matrix) -> str:
        if _is_inverse(form):
            return self._inverse(form, "⁻¹", "^{-1}")
        name = form.label
        if form.axes == 2:
            capital = name[0].upper() + name[1:]
            if capital not in self.names:
                name = capital
        if not self.latex:
            return name
        name, _, subscript = name.partition("_")
        return to_latex(Ref(name)) + (f"_{{{subscript}}}" if subscript else "")


def _is_inverse(form: Matrix) -> bool:
    return form.kind == "name" and form.axes == 2 and of_matrix(form.label) is not None


def _is_reciprocal(form: Matrix) -> bool:
    return form.kind == "scalar" and isinstance(form.value, Div) and form.value.numerator == ONE


def _plain_factor(expr: Expr) -> str:
    written = to_plain(expr)
    return written if " " not in written else f"({written})"
