r"""Other marks around mathematics written as the usual ones: ``$...$``, ``\[...\]``, environments.

Forums, notebooks and web pages have their own marks: ``[latex]``, ``$`...`$``, ``:math:`...```,
``<math>``, ``\\(...\\)``, a quotation with ``>`` before every line, indices as ``<sub>``. An author
may also give environments names of his own. Here all of these are written as LaTeX has them, before
anything is cut; every line keeps its number, so that places stay true. What is inside is not read.
"""

from __future__ import annotations

import re

from gory.notation._accents import has_accents, without_accents
from gory.notation._document import LONGEST_DOCUMENT, stretches

_SPANS = (
    re.compile(r"\$`([^`$\n]{1,500})`\$"),
    re.compile(r"\[latex\]([^\[\]$]{1,1000})\[/latex\]"),
    re.compile(r"\$latex\b([^$\n]{1,1000})\$"),
    re.compile(r"(?s)<math\b[^<>\n]{0,100}>((?:(?!</?math\b)[^$]){1,1000})</math>"),
    re.compile(r"(?s)<script type=.math/tex[^<>\n]{0,40}>([^$]{1,1000}?)</script>"),
    re.compile(r":math:`([^`$\n]{1,500})`"),
    re.compile(r"\b(?:latex)?(?:math|stem):\[([^$\n]{1,500}?)\](?=[\s.,;)]|$)"),
    re.compile(r"\\\\\((?=[^\n$]{0,500}?\\\\\))([^\n$]{1,500}?)\\\\\)"),
    re.compile(r"\\ensuremath\s*\{((?:[^{}$]|\{(?:[^{}$]|\{[^{}$]*\})*\}){1,500})\}"),
)
_TWICE = re.compile(r"(?s)\\\\\[((?:(?!\\\\\[|\\\\\]).){1,2000})\\\\\]")
_ROLE = re.compile(
    r"(?m)^([ \t]*)\.\. math::[ \t]*((?:[^\n]*\n)(?:(?:\1[ \t]+\S[^\n]*|[ \t]*)(?:\n|\Z))*)"
)
_FRAME = re.compile(r"\\begin\s*\{(?:IEEEeqnarray|empheq)\*?\}")
_OPTION = r"\s*(?:\[[^\]\n]{0,80}\])?\s*\{[^{}\n]{0,60}\}"
_NAMED = (
    (re.compile(rf"\\begin\s*\{{(?:IEEEeqnarray|empheq)\*?\}}{_OPTION}"), r"\begin{align}"),
    (re.compile(r"\\end\s*\{(?:IEEEeqnarray|empheq)\*?\}"), r"\end{align}"),
)
_BRACED = r"\{((?:[^{}\n]|\{[^{}\n]{0,80}\}){0,200})\}"
_SHORT = re.compile(
    r"\\(?:(?:re|provide)?newcommand\*?\s*\{?\s*|def\s*)(\\[A-Za-z]+)\s*\}?\s*"
    r"(?:\[\d\]\s*)?\{\s*(\\(?:begin|end)\s*\{[A-Za-z]+\*?\})\s*\}"
)
_OWN_FRAME = re.compile(
    rf"\\(?:re)?newenvironment\*?\s*\{{([A-Za-z]+\*?)\}}\s*(?:\[\d\]\s*)?{_BRACED}\s*{_BRACED}"
)
_DOT = re.compile(  # w . x_i, a dot product; no sentence ends behind a space
    r"(?m)(?<![\w$\\])([A-Za-z](?:_\w|\[\w\])?) \. "
    r"(?=[a-z](?:_\w+|\[[\w,]+\])?(?![A-Za-z'’])[^$\n]*$)"
)
MOST_NAMES = 20  # of environments of a text's own
_QUOTE = re.compile(r"(?m)(?:^[ \t]{0,3}>[^\n]*(?:\n|\Z))+")
_OPENS = re.compile(r"\$\$|\\\[|\\begin\s*\{")
_CONSTANT = re.compile(
    r"\\(?:text|textrm|textnormal|mbox|mathrm|operatorname|textit)\s*"
    r"\{\s*(?:const(?:ant)?|[Kk]onst(?:ante)?|cste?)\.?\s*\}"
)
_TAG = re.compile(
    r"</?(?:p|i|b|em|strong|var|span|div|br|code|li|ul|ol|h\d|td|tr|table|hr)\b[^<>\n]{0,80}>"
)
_BELOW = re.compile(r"<(su[bp])>((?:(?!</?su[bp]>)[^\n]){1,80})</\1>")
_ENTITIES = {
    "&minus;": "-", "&sum;": "∑", "&part;": "∂", "&nabla;": "∇", "&middot;": "·", "&times;": "×",
    "&ne;": "≠", "&lt;": "<", "&gt;": ">", "&amp;": "&", "&nbsp;": " ", "&prime;": "′",
    "&alpha;": "α", "&beta;": "β", "&delta;": "δ", "&sigma;": "σ", "&theta;": "θ", "&pi;": "π",
    "&lambda;": "λ", "&eta;": "η", "&Sigma;": "Σ", "&thinsp;": " ", "&log;": "log",
}  # fmt: skip


def usual(text: str) -> str:
    r"""A text with its mathematics between the marks of LaTeX; lines keep their numbers.

    Examples
    --------
    >>> usual("so :math:`p = q`, $`a = b`$ and [latex]c = d[/latex]")
    'so $p = q$, $a = b$ and $c = d$'
    >>> usual("p<sub>i</sub> = e<sup>z<sub>i</sub></sup>")
    'p_{i} = e^{z_{i}}'
    >>> usual("p = sigmoid(w . x + b)")
    'p = sigmoid(w · x + b)'
    """
    if len(text) > LONGEST_DOCUMENT:
        return text  # and it will be refused
    text = _with_frames(text)
    for mark in _SPANS:
        text = mark.sub(lambda m: f"${m[1]}$", text)
    if "\\\\]" in text:
        text = _TWICE.sub(lambda m: rf"\[{m[1]}\]", text)
    if ".. math::" in text:
        text = _ROLE.sub(lambda m: f"$${m[2].rstrip()}$${_lines_behind(m[2])}", text)
    if len(_CONSTANT.findall(text)) == 1:  # of two, one may hold what the other does not
        text = _CONSTANT.sub(r"\\mathrm{const}", text)
    text = _DOT.sub(lambda m: f"{m[1]} · ", text)
    return _spelled_out(_from_html(_unquoted_displays(text)))


def _lines_behind(block: str) -> str:
    return "\n" * (block.count("\n") - block.rstrip().count("\n"))


def _with_frames(text: str) -> str:
    r"""With ``\be`` for ``\begin{equation}`` and environments of a text's own written out."""
    if _FRAME.search(text):
        for mark, frame in _NAMED:
            text = mark.sub(lambda _, frame=frame: frame, text)
    if "newenvironment" in text:
        for name, first, last in _OWN_FRAME.findall(text)[:MOST_NAMES]:
            if r"\begin" in first:
                text = _OWN_FRAME.sub(lambda m, n=name: " " if m[1] == n else m[0], text)
                text = text.replace(rf"\begin{{{name}}}", first).replace(rf"\end{{{name}}}", last)
    if "\\begin" in text and (found := dict(_SHORT.findall(text)[:MOST_NAMES])):
        text = _SHORT.sub(" ", text)
        names = "|".join(re.escape(name) for name in found)
        text = re.sub(rf"(?:{names})(?![A-Za-z])", lambda m: found[m[0]], text)
    return text


def _unquoted_displays(text: str) -> str:
    """Without the ``>`` before the lines of a display that stands in a quotation."""

    def plain(match: re.Match[str]) -> str:
        quote = match.group()
        if not _OPENS.search(quote):
            return quote
        return re.sub(r"(?m)^([ \t]{0,3})>", r"\1 ", quote)

    return _QUOTE.sub(plain, text) if _QUOTE.search(text) else text


def _from_html(text: str) -> str:
    """With ``<sub>`` and ``<sup>`` as scripts, where a text has these."""
    if not _BELOW.search(text):
        return text
    for _ in range(3):  # what stands inside first
        text = _BELOW.sub(lambda m: f"{'_' if m[1] == 'sub' else '^'}{{{m[2]}}}", text)
    text = _TAG.sub("", text)
    for name, sign in _ENTITIES.items():
        text = text.replace(name, sign)
    return text


def _spelled_out(text: str) -> str:
    """With ``ŷ`` as a name, in the spelling of the formula that it stands in."""
    if not has_accents(text):
        return text
    out, at = [], 0
    for stretch in stretches(text):
        between, inside = text[at : stretch.start], text[stretch.start : stretch.end]
        is_latex = stretch.kind in ("display", "inline", "raw")
        out += [between, without_accents(inside, in_latex=is_latex)]
        at = stretch.end
    return "".join([*out, text[at:]])
