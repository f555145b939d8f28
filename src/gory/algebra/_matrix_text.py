"""Matrix notation as text and as LaTeX. Arrays with two axes are written as capitals where that
is free.
"""

from __future__ import annotations

from collections.abc import Iterable

from gory.algebra._matrix_build import Matrix
from gory.notation import ONE, Add, Expr, Mul, Num, Ref, of_matrix, to_latex, to_plain
from gory.notation._labels import label_of

_TEXT = {
    "identity": "I", "ones": "1", "transpose": "ᵀ", "hadamard": " ⊙ ", "product": " ",
    "kronecker": " ⊗ ", "quotient": " ⊘ ",
}  # fmt: skip
_LATEX = {
    "identity": "I", "ones": r"\mathbf{1}", "transpose": r"^{\top}", "hadamard": r" \odot ",
    "product": r" \, ", "kronecker": r" \otimes ", "quotient": r" \oslash ",
}  # fmt: skip

_RELATIONS = {"==": "=", "!=": r"\ne", ">=": r"\ge", "<=": r"\le"}


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
                return self._scalar(form.value or ONE)
            case "ones" | "identity":
                return self.signs[form.kind]
            case "unit":
                return rf"\mathbf{{e}}_{{{form.label}}}" if self.latex else f"e_{form.label}"
            case "transpose":
                if _is_inverse(form.parts[0]):
                    return self._inverse(form.parts[0], "⁻ᵀ", r"^{-\top}")
                return self._tight(form.parts[0]) + self.signs["transpose"]
            case "product":
                return self._product(form)
            case "hadamard" | "quotient":
                return self.signs[form.kind].join(map(self._elementwise, form.parts))
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
            case "bracket":
                return self._condition(form)
            case "group":
                return self._bracketed(form.parts[0])
            case "power" | "elementwise power":
                return self._power(form)
            case "reciprocal":
                return self._product(Matrix("product", (form,)))
        return self._sum(form)

    def _function(self, name: str) -> str:
        if not self.latex:
            return name
        known = name in ("exp", "log", "tanh", "sin", "cos")
        return "\\" + name if known else rf"\operatorname{{{name}}}"

    def _call(self, word: str, part: Matrix) -> str:
        opening, closing = (r"\left(", r"\right)") if self.latex else ("(", ")")
        return f"{word}{opening}{self.write(_bare(part))}{closing}"

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
        rest = [p for p in form.parts if p.kind != "reciprocal"]
        whole = self.signs["product"].join(
            self._factor(p, first=place == 0) for place, p in enumerate(rest)
        )
        for part in form.parts:
            if part.kind != "reciprocal":
                continue
            below = _bare(part.parts[0])
            if self.latex:
                whole = rf"\frac{{1}}{{{self.write(below)}}} {whole}".rstrip()
            else:
                written = self._bracketed(below) if _is_loose(below) else self.write(below)
                whole = f"{whole or 1} / {written}"
        return whole

    def _factor(self, form: Matrix, *, first: bool = True) -> str:
        if form.kind == "scalar":
            return self._scalar_factor(form.value or ONE, first=first)
        loose = form.kind in ("sum", "hadamard", "quotient", "kronecker")
        return self._bracketed(form) if loose else self.write(form)

    def _scalar_factor(self, value: Expr, *, first: bool) -> str:
        written = self._scalar(value)
        if isinstance(value, Num) and first and value.value > 0:
            return written
        if not isinstance(value, Add | Mul) and not _is_fraction(value):
            return written
        return rf"\left({written}\right)" if self.latex else f"({written})"

    def _elementwise(self, form: Matrix) -> str:
        return self._bracketed(form) if form.kind == "product" else self._factor(form)

    def _condition(self, form: Matrix) -> str:
        left, right = (self.write(_bare(part)) for part in form.parts)
        if self.latex:
            relation = _RELATIONS.get(form.label, form.label)
            return rf"\mathbf{{1}}\left[{left} {relation} {right}\right]"
        return f"[{left} {form.label} {right}]"

    def _tight(self, form: Matrix) -> str:
        loose = form.kind in ("sum", "hadamard", "quotient", "product", "transpose", "kronecker")
        return self._bracketed(form) if loose else self.write(form)

    def _power(self, form: Matrix) -> str:
        """Of a scalar, or entry by entry, which is said by a ring."""
        base, exponent, by_entry = form.parts[0], form.value or ONE, form.kind != "power"
        base = self._tight(base) if by_entry else self._bracketed(_bare(base))
        ring = (r"\circ " if self.latex else "∘") if by_entry else ""
        if self.latex:
            return f"{base}^{{{ring}{to_latex(exponent)}}}"
        written = to_plain(exponent)
        return f"{base}^{ring}{written if written.isalnum() else f'({written})'}"

    def _bracketed(self, form: Matrix) -> str:
        if self.latex:
            return rf"\left({self.write(form)}\right)"
        return f"({self.write(form)})"

    def _scalar(self, value: Expr) -> str:
        return to_latex(value) if self.latex else to_plain(value)

    def _inverse(self, form: Matrix, text: str, latex: str) -> str:
        _, array = of_matrix(form.label) or ("", form.label)
        inner = self._name(Matrix("name", label=array, axes=2))
        return inner + (latex if self.latex else text)

    def _name(self, form: Matrix) -> str:
        if _is_inverse(form):
            return self._inverse(form, "⁻¹", "^{-1}")
        name = form.label
        if label := label_of(name):
            word = r"\operatorname{onehot}" if self.latex else "onehot"
            return f"{word}({self._name(Matrix('name', label=label, axes=1))})"
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


def _bare(form: Matrix) -> Matrix:
    """A scalar without the brackets that it has as a factor."""
    return form.parts[0] if form.kind == "group" else form


def _is_loose(form: Matrix) -> bool:
    """Whether what stands behind a bar needs brackets."""
    if form.kind == "scalar":
        return isinstance(form.value, Add | Mul) or _is_fraction(form.value)
    return form.kind in ("sum", "product", "hadamard", "quotient")


def _is_fraction(value: Expr | None) -> bool:
    return isinstance(value, Num) and (value.value.denominator != 1 or value.value < 0)
