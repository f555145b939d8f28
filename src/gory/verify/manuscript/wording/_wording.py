r"""What is said about a line, in the paper language and in the LaTeX of its author.

A remark is words and formulas. It is written down once and comes out twice: ``misses the term
-2 s[k] s[m]`` for a terminal, ``misses the term $-2 s_k s_m$`` for a page whose author writes
LaTeX and wants to copy it. Accents and instances (``x_j^{(i)}``) look as they do in the text, and
no sum runs over a letter that is a name of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gory.notation import (
    Add,
    Expr,
    Index,
    Ref,
    Size,
    Sum,
    children,
    fresh,
    rebuild,
    to_plain,
    transform,
)
from gory.notation._indices import substitute
from gory.notation._latex import index_to_latex, to_latex
from gory.verify.manuscript.wording._author_names import author_names, in_author_names

_WRITTEN = re.compile(  # a name with an instance: x_j^{(i)}, h^{(i)}, \hat y_k^{(i)}
    r"(?:\\(?:hat|bar|tilde)\s?\{?)?\\?(?<![A-Za-z])([A-Za-z]{1,20})\}?"
    r"(?:_(?:\{[^{}]{0,40}\}|\w))?\s?\^\{?\([a-z]\)\}?"
)
_CALLED = re.compile(  # a function of an instance: h_k(x^{(i)}), h_\theta(x^{(i)})_k
    r"(?:\\(?:hat|bar|tilde)\s?\{?)?\\?(?<![A-Za-z])(?P<name>[A-Za-z]{1,20})\}?"
    r"(?:_(?:\{[^{}]{1,12}\}|\\?[A-Za-z]{1,9}))?\s?(?:\\left)?\(\s?\\?(?P<of>[A-Za-z]{1,9})\s?\^\{?\([a-z]\)\}?\s?(?:\\right)?\)"
)
_ROOT = re.compile(r"(?<![\w}])(\\?[A-Za-z]+)\^\{1/2\}")
_ACCENTED = re.compile(r"\\mathit\{([A-Za-z]|[a-z]{2,})(hat|bar|tilde|star)\}")
_INSTANCE = re.compile(r"\\mathit\{([A-Za-z]+)@(\w+)\}(_(?:\{[^{}]*\}|\w))?(\^)?")


@dataclass(frozen=True)
class Wording:
    """A remark in the paper language, and the same with formulas in LaTeX between dollars."""

    plain: str = ""
    latex: str = ""

    def __bool__(self) -> bool:
        return bool(self.plain)

    def __add__(self, other: Wording) -> Wording:
        return Wording(self.plain + other.plain, self.latex + other.latex)


@dataclass(frozen=True)
class Equation:
    """``left = right``, to be written as one formula."""

    left: Expr
    right: Expr
    relation: str = "="


@dataclass(frozen=True)
class Style:
    """The names that a text uses, those that it writes with an instance above, and letters that it
    has for the sizes of ranges.
    """

    names: frozenset[str] = frozenset()
    instances: frozenset[str] = frozenset()
    sizes: tuple[tuple[str, str], ...] = ()  # letters with their ranges
    called: tuple[tuple[str, str], ...] = ()  # names that stand before an instance in brackets
    text: str = ""  # where its names are looked up


PLAIN = Style()


def style_of(words: str, names: Iterable[str]) -> Style:
    """How a text writes its names."""
    instances = frozenset(m[1] for m in _WRITTEN.finditer(words))
    called = {m["name"]: m["of"] for m in _CALLED.finditer(words)}
    own = {name: of for name, of in called.items() if name not in instances}
    return Style(frozenset(names), instances | own.keys(), called=tuple(own.items()), text=words)


def worded(style: Style, *parts: str | Expr | Index | Equation) -> Wording:
    """Words and formulas in a row."""
    whole = Wording()
    for part in parts:
        if isinstance(part, str):
            whole += Wording(part, part)
        elif isinstance(part, Equation):
            one, other = (_formula(side, style) for side in (part.left, part.right))
            whole += Wording(
                f"{one.plain} {part.relation} {other.plain}",
                f"${one.latex} {part.relation} {other.latex}$",
            )
        elif isinstance(part, Index):
            whole += Wording(part.name, f"${index_to_latex(part)}$")
        else:
            found = _formula(part, style)
            whole += Wording(found.plain, f"${found.latex}$")
    return whole


def bracketed(style: Style, expr: Expr) -> Wording:
    """A formula, in brackets where it is a sum."""
    found = _formula(expr, style)
    if isinstance(expr, Add):
        found = Wording(f"({found.plain})", f"({found.latex})")
    return replace(found, latex=f"${found.latex}$")


def typeset(expr: Expr, style: Style) -> str:
    """A formula in LaTeX, without the dollars around it."""
    return _formula(expr, style).latex


def _formula(expr: Expr, style: Style) -> Wording:
    shown = _apart(_with_letters(expr, style), style.names)
    try:
        latex = to_latex(_raised(shown, style.instances))
    except TypeError:
        latex = rf"\text{{{to_plain(shown)}}}"
    latex = _INSTANCE.sub(lambda match: _with_instance(match, dict(style.called)), latex)
    if r"\mathit" in latex:
        latex = _ACCENTED.sub(_accent, latex.replace(r"\mathit{ell}", r"\ell"))
        known = author_names(style.text, style.names)
        latex = in_author_names(latex, known, style.text)
    if r"\sqrt" in style.text:
        latex = _ROOT.sub(r"\\sqrt{\1}", latex)
    return Wording(to_plain(shown), latex)


def _with_letters(expr: Expr, style: Style) -> Expr:
    letters = {of: Ref(name) for name, of in style.sizes}

    def put(node: Expr) -> Expr:
        return letters.get(node.range, node) if isinstance(node, Size) else node

    return transform(expr, put) if letters else expr


def _apart(expr: Expr, names: frozenset[str]) -> Expr:
    """An expression in which no sum runs over a letter that is a name too."""
    parts = children(expr)
    if parts:
        expr = rebuild(expr, tuple(_apart(part, names) for part in parts))
    if not isinstance(expr, Sum):
        return expr
    taken = names | {i.name for i in _letters(expr)}
    for index in expr.indices:
        if index.name in names:
            other = fresh(index, taken)
            taken |= {other.name}
            indices = tuple(other if one == index else one for one in expr.indices)
            expr = Sum(indices, substitute(expr.body, {index: other}))
    return expr


def _letters(expr: Expr) -> set[Index]:
    """Every index of an expression, bound or free."""
    own = set(expr.indices) if isinstance(expr, Ref | Sum) else set()
    return own.union(*(_letters(part) for part in children(expr)))


def _raised(expr: Expr, names: frozenset[str]) -> Expr:
    """Names with their instance as a part of the name, for `_with_instance` to take apart."""

    def raised(node: Expr) -> Expr:
        if isinstance(node, Ref) and node.indices and _bare(node.name) in names:
            return Ref(f"{node.name}@{node.indices[0].name}", node.indices[1:])
        return node

    return transform(expr, raised) if names else expr


def _bare(name: str) -> str:
    return re.sub(r"(?<=.)(?:hat|bar|tilde)$", "", name)


def _with_instance(match: re.Match[str], called: Mapping[str, str]) -> str:
    name, instance, below, power = match.groups()
    own = f"{_named(name)}{below or ''}"
    if of := called.get(_bare(name)):
        whole = f"{own}({to_latex(Ref(of))}^{{({instance})}})"
        return rf"\left({whole}\right)^" if power else whole
    written = f"{own}^{{({instance})}}"
    return f"{{{written}}}^" if power else written


def _named(name: str) -> str:
    return _accented(to_latex(Ref(_bare(name))), name.removeprefix(_bare(name)))


def _accent(match: re.Match[str]) -> str:
    return _accented(to_latex(Ref(match[1])), match[2])


def _accented(written: str, accent: str) -> str:
    if accent == "star":
        return f"{written}^*"
    return rf"\{accent} {written}" if accent else written
