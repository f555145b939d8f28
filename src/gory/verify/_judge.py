"""Verdicts on a whole derivation: every step is proved, or tested, or the derivation is not let
out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gory.algebra import limited_work, spread
from gory.calculus import Derivation, Step, carried_out
from gory.notation import (
    ZERO,
    D,
    Delta,
    DerivationError,
    Expr,
    Paper,
    Sum,
    to_plain,
    walk,
)  # fmt: skip
from gory.notation._build import negative, times
from gory.notation._plain import sign_split
from gory.notation._wording import joined, wording
from gory.verify._evidence import counterexample, evidence
from gory.verify._exact import Prover

MOST_ATOMS_OF_A_SECTION = 80_000  # the last layer of a network of 32 takes 60,000


def judge(paper: Paper, derivation: Derivation) -> Derivation:
    """Give every step of a derivation its verdict.

    Parameters
    ----------
    paper : Paper
        The definitions and facts that the derivation speaks of.
    derivation : Derivation
        As derived, without verdicts.

    Returns
    -------
    Derivation
        The same with ``verdict`` and ``how`` of every step filled in.

    Raises
    ------
    DerivationError
        If a line is refuted, or can neither be proved nor tested. This would be a fault of
        the engine; it is never shown as a result.
    """
    paper = carried_out(paper)
    try:
        return _judge(paper, derivation)
    except _UntestedError as untested:
        asked = derivation.asked
        value = evidence(paper, asked, asked)
        if value.equal is None:
            reason = value.how.removeprefix("not tested: ")
            raise DerivationError(
                f"{to_plain(asked)} has no value at any point that was tried: {reason}"
            ) from None
        raise DerivationError(str(untested)) from None


class _UntestedError(DerivationError):
    """A line that can neither be proved nor tested."""


def _judge(paper: Paper, derivation: Derivation) -> Derivation:
    prover = Prover(paper)
    known: dict[str, _Known] = {}
    sections = []
    for section in derivation.sections:
        with limited_work(MOST_ATOMS_OF_A_SECTION):
            steps = tuple(
                _judged(prover, paper, step, known, section.under) for step in section.steps
            )
        sections.append(replace(section, steps=steps))
        facts = frozenset().union(*(_facts_of(paper, step, known) for step in steps))
        known[section.title.split(" of ")[0]] = _Known(section.left, section.result, facts)
    judged = replace(derivation, sections=tuple(sections))
    if _may_be_zero(derivation.result) and evidence(paper, derivation.result, ZERO).equal:
        judged = _ending_in_zero(prover, judged)
    _check_as_a_whole(paper, judged)
    return judged


def _check_as_a_whole(paper: Paper, derivation: Derivation) -> None:
    """The end against the question itself, by other means: no gap between sections goes unseen."""
    asked = derivation.asked
    if derivation.verdict == "proved":
        found = counterexample(paper, asked, derivation.result)
    else:
        found = evidence(paper, asked, derivation.result)
    if found is not None and found.equal is False and None not in (found.left, found.right):
        raise DerivationError(
            f"the result was refuted, so the derivation is withheld: {to_plain(asked)} = "
            f"{to_plain(derivation.result)} ({found.how}). This is a fault of gory, not of your "
            f"input; please report it with the input"
        )


def _may_be_zero(result: Expr) -> bool:
    """Several terms without a sum or a delta: written out, definitions in them might cancel."""
    if result == ZERO or spread(result) < 2:
        return False
    return not any(isinstance(node, Sum | Delta) for node in walk(result))


def _ending_in_zero(prover: Prover, derivation: Derivation) -> Derivation:
    """A result that is zero once its definitions are written out is printed as zero."""
    facts = frozenset(fact.text for fact in prover.paper.facts)
    how = prover.prove(derivation.result, ZERO, opens=frozenset(prover.paper.definitions))
    uses: tuple[str, ...] = ()
    if not how and (how := prover.prove(derivation.result, ZERO, facts)):
        uses = tuple(sorted(facts))
    if not how:
        return derivation
    step = Step(
        "write out the definitions", derivation.result, ZERO, uses, verdict="proved", how=how
    )
    main = derivation.main
    sections = tuple(
        replace(one, steps=(*one.steps, step)) if one is main else one
        for one in derivation.sections
    )
    return replace(derivation, sections=sections, result=ZERO, matrix_form="", matrix_latex="")


@dataclass(frozen=True)
class _Known:
    """What a section has shown, and the declared facts that it rests on."""

    left: Expr
    result: Expr
    facts: frozenset[str]


def _as_lemma(known: _Known) -> tuple[D, Expr] | None:
    """What a section has shown of a derivative; it may have begun with a minus."""
    minus, left = sign_split(known.left)
    if not isinstance(left, D):
        return None
    return left, negative(known.result) if minus else known.result


def _facts_of(paper: Paper, step: Step, known: dict[str, _Known]) -> frozenset[str]:
    own = {fact.text for fact in paper.facts if fact.text in step.uses}
    return frozenset(own).union(*(known[use].facts for use in step.uses if use in known))


def _with_need(paper: Paper, step: Step) -> str:
    """The note of a step, and which of the facts that it names it does not hold without."""
    needed = []
    for fact in paper.facts:
        if fact.text in step.uses and fact.relation == "=":
            others = replace(paper, facts=tuple(one for one in paper.facts if one is not fact))
            if counterexample(others, step.before, step.after):
                needed.append(wording("does not hold without ", fact.text))
    return joined("; ", [*([step.note] if step.note else []), *needed])


def _speaks_of(step: Step, name: str) -> bool:
    return f"definition of {name}" in (step.rule, *step.uses)


def _judged(
    prover: Prover, paper: Paper, step: Step, known: dict[str, _Known], under: Expr | None
) -> Step:
    before = step.before if under is None else times(under, step.before)
    after = step.after if under is None else times(under, step.after)
    facts = _facts_of(paper, step, known)
    used = (known[use] for use in step.uses if use in known)
    lemmas = dict(lemma for one in used if (lemma := _as_lemma(one)) is not None)
    speaks = (name for name in paper.definitions if _speaks_of(step, name))
    how = prover.prove(before, after, facts, lemmas, frozenset(speaks))
    if how:
        return replace(step, verdict="proved", how=how, note=_with_need(paper, step))
    named = replace(
        paper, facts=tuple(f for f in paper.facts if f.text in facts or f.relation != "=")
    )
    found = evidence(named, before, after)
    if found.equal:
        return replace(step, verdict="tested", how=found.how)
    line = f"{to_plain(step.before)} = {to_plain(step.after)}"
    reason = "was refuted" if found.equal is False else "could neither be proved nor tested"
    fault = DerivationError if found.equal is False else _UntestedError
    raise fault(
        f"the step {step.rule!r} {reason}, so the derivation is withheld: {line} ({found.how}). "
        f"This is a fault of gory, not of your input; please report it with the input"
    )
