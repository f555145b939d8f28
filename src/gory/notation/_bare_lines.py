r"""Formulas that stand in the prose of a text without any mark around them.

Where a text sets its formulas off, a line such as ``ds_i/dz_j = s_i (delta_ij - s_j)``, or one
of bare LaTeX, was meant to be read all the same: an indented block, a line of a code block, a mark
that was forgotten. A line is taken for one if it has a sign of equality, an operation or a
derivative, and no word that is not a word of mathematics. A value ("K = 3"), a path, an option and
a line of a program are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gory.notation._fonts import FONT

_EQUALS = re.compile(r"(?<![<>=!:+*/-])=(?![=>])")
_LEAD = re.compile(
    r"[ \t>]*(?:(?:[-*+•]|\(?\d{1,2}[.)]|=>|→)[ \t]+)?(?:\\(?:begin|end)\s*\{[A-Za-z]+\*?\}[ \t]*)?"
    r"(?:\\item\b[ \t]*)?"
    r"(?:(?:then|so|hence|thus|therefore|and|now|let|with|where|we have|we get|this gives|finally)"
    r"\b[,:]?[ \t]+)*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[ \t]*(?:\\end\s*\{[A-Za-z]+\*?\})?[ \t.,;]*(?:\(\d{1,2}\))?[ \t]*$")
_CODE = re.compile(
    r"[\"`;@&<>|]|\b(?:np|torch|tf|self|math|jax|jnp)\.|\b(?:def|return|import|for|in|if|print|lambda|"
    r"https?|None|True|False|int|float|const|var)\b|==|\w\.\w*[A-Za-z]\(|\bsum\(|=\s*\[|\*\*|\[:|\+=|-=|#|"
    r"\\(?:usepackage|documentclass|setlength|includegraphics|hypersetup|geometry|newcommand|def|"
    r"DeclareMath\w+|bibliography\w*|title|author|date|input|include|href|url|begin|end|label|ref|"
    r"cite\w*|footnote\w*|caption|section|subsection|paragraph|item|vspace|hspace|newtheorem)\b"
)
_SLOPE = re.compile(r"[d∂][^\s=/]{0,20}\s*/\s*[d∂][^\s=]|\\(?:frac|dfrac|tfrac|partial|nabla)\b|∇")
_OPERATION = re.compile(r"[-+*/^(−·]|\\[A-Za-z]{2,}|\b(?:log|ln|exp|sum)\b|[∑∏]")
_WORD = re.compile(r"(?<![\\A-Za-z_^{\[(])[A-Za-z]{2,}(?![A-Za-z]|_)")
_TEXT = re.compile(rf"(?:{FONT}|\\mbox)\s*\{{[^{{}}]*\}}|\\[A-Za-z]+")
_MATHEMATICAL = re.compile(
    r"(?i)(?:log|ln|exp|sum|prod|delta|tanh|sqrt|sigmoid|max|min|relu|softplus|sin|cos|softmax|alpha|"
    r"beta|gamma|eps|epsilon|eta|theta|lambda|lam|mu|nu|pi|rho|sigma|tau|phi|psi|omega|diag|"
    r"d[A-Za-z]|[A-Z]{2,3}|[A-Za-z]{2})"
)
_STOP = re.compile(r"(?i)\b(?:is|of|we|to|as|by|at|an|it|on|or|us|be|no|my|do)\b")
LONGEST_LINE = 400  # characters


def bare_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Where formulas stand as whole lines of a stretch of prose, and whether they are LaTeX."""
    at = start
    for line in text[start:end].splitlines(keepends=True):
        whole = (at == 0 or text[at - 1] == "\n") and (
            line.endswith("\n") or at + len(line) == len(text)
        )
        if whole and "=" in line and len(line) <= LONGEST_LINE:
            first = _LEAD.match(line)
            last = _TAIL.search(line)
            begin, stop = first.end() if first else 0, last.start() if last else len(line)
            if is_formula(line[begin:stop]):
                yield at + begin, at + stop, _is_latex(line[begin:stop])
        at += len(line)


def is_formula(piece: str) -> bool:
    """Whether a piece of text is an equation and nothing else.

    Examples
    --------
    >>> is_formula("dL/dz_k = p_k - y_k"), is_formula("K = 3"), is_formula("p = np.exp(z)")
    (True, False, False)
    """
    sides = _EQUALS.split(piece)
    if len(sides) < 2 or not all(side.strip() for side in sides) or len(piece) > LONGEST_LINE:
        return False
    if _CODE.search(piece) or "$" in piece:
        return False
    words = _WORD.findall(_TEXT.sub(" ", piece))
    if _STOP.search(_TEXT.sub(" ", piece)) or not all(map(_MATHEMATICAL.fullmatch, words)):
        return False
    return bool(_SLOPE.search(piece) or any(_OPERATION.search(side) for side in sides[1:]))


def _is_latex(piece: str) -> bool:
    return re.search(r"\\[A-Za-z]{2,}", piece) is not None
