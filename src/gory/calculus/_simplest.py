"""The simplest form of an expression: with its definitions written out, or as a definition.

Folding looks for the parts of a line that have a name. Some lines are simpler without the names:
``log s[i] - log s[j]`` is ``a[i] - a[j]`` for a softmax s of a. And some are a definition only
once everything is written out: ``log sum_k exp(a[k]) - sum_k y[k] a[k]`` is a cross-entropy.
"""

from __future__ import annotations

from dataclasses import replace

from gory.algebra import Setting, TooLargeError, add, glyphs, is_zero, scale
from gory.calculus._derivation import Step
from gory.calculus._rewrite import evaluate_deltas
from gory.calculus._shaping import Shaping
from gory.calculus._stages import again_rule, definition_named
from gory.notation import (
    D,
    Div,
    Expr,
    Fn,
    Paper,
    Ref,
    Sum,
    free_in_order,
    letters,
    rename_bound,
    substitute,
    transform,
    walk,
)  # fmt: skip
from gory.notation._build import negated, plus

MOST_WRITTEN_OUT = 4  # definitions that an expression is simplified without
LONGEST = 400  # glyphs of a line that may still come to something short


def simplest(
    line: Expr, usual: tuple[Step, ...], shaping: Shaping, /, *, most: int
) -> tuple[Step, ...]:
    """Steps from a line to a form shorter than that of its usual steps; these, if there is none."""
    paper, closed = shaping.paper, shaping.closed
    if any(isinstance(node, D) for node in walk(line)):
        return usual
    best, result = usual, usual[-1].after if usual else line
    steps: list[Step] = []
    for _ in range(MOST_WRITTEN_OUT):
        after, name = _written_out(line, paper)
        if not name or glyphs(after) > min(most, LONGEST):
            break
        steps.append(Step(definition_named(name), line, after))
        line, shaping = after, shaping.without(name)
        if (after := _logarithms_opened(line)) != line:
            steps.append(Step("logarithm of a quotient", line, after))
            line = after
        shaped = (*steps, *shaping.shape(line))
        if glyphs(shaped[-1].after) < glyphs(result):
            best, result = shaped, shaped[-1].after
    if (whole := _definition_equal_to(result, paper, closed)) is not None:
        after, name = whole
        best = (*best, Step(again_rule(name), result, after, (definition_named(name),)))
    return best


def _written_out(line: Expr, paper: Paper) -> tuple[Expr, str]:
    """The line with one definition written out, the latest of the paper, and its name; without
    definitions the line itself and "".
    """
    names = {node.name for node in walk(line) if isinstance(node, Ref)}
    name = next((name for name in reversed(list(paper.definitions)) if name in names), "")
    if not name:
        return line, ""
    definition, taken = paper.definitions[name], letters(line)
    body = rename_bound(definition.body, taken | {i.name for i in definition.indices})

    def change(node: Expr) -> Expr:
        if not isinstance(node, Ref) or node.name != name:
            return node
        by = dict(zip(definition.indices, node.indices, strict=True))
        return evaluate_deltas(substitute(body, by))

    return transform(line, change), name


def _logarithms_opened(line: Expr) -> Expr:
    """The line with log(exp(u) / v) as u - log v, for a v that is a sum of exponentials."""

    def change(node: Expr) -> Expr:
        match node:
            case Fn("log", Fn("exp", u)):
                return u
            case Fn("log", Div(Fn("exp", u), Sum(_, Fn("exp", _)) as below)):
                return plus(u, negated(Fn("log", below)))
        return node

    return transform(line, change)


def _definition_equal_to(line: Expr, paper: Paper, closed: Setting) -> tuple[Expr, str] | None:
    """The definition that a line is as a whole, or its logarithm, or the negative of one of them,
    if that is shorter; and its name.
    """
    names = {node.name for node in walk(line) if isinstance(node, Ref)}
    free = free_in_order(line)
    everything = replace(
        closed,
        opened=frozenset(paper.definitions),
        open_functions=True,
        _bodies={},
        _memo={},
        _signs={},
    )
    try:
        value = everything.normal(line)
        for definition in paper.definitions.values():
            ranges = [index.range for index in definition.indices]
            if definition.name in names or ranges != [index.range for index in free]:
                continue
            own = Ref(definition.name, free)
            for found in (own, negated(own), Fn("log", own), negated(Fn("log", own))):
                if glyphs(found) >= glyphs(line):
                    continue
                if is_zero(add(everything.normal(found), scale(value, -1))):
                    return found, definition.name
    except (TooLargeError, ZeroDivisionError):
        return None
    return None
