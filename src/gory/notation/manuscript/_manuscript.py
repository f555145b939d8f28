r"""A document as statements in the paper language, each side with its place and its author's words.

LaTeX is read twice: once to learn how names are used all over the text, once to read them. A side
that cannot be read keeps the reason and its place. Where notation is ambiguous (how far a sum
reaches) a side has more than one reading; which one is meant is for the checker to find out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from gory.notation._document import Stretch, row_of, stretches, uncommented, unquoted
from gory.notation._errors import NotationError
from gory.notation.latex import (
    LatexStatement,
    Macro,
    Names,
    Tex,
    expanded,
    find_macros,
    names_true_class,
    split_statements,
    tex_tokens,
)
from gory.notation.latex.conventions import (
    text_names,
    tuple_facts,
    tuple_numbers,
    without_numbers,
    without_ranges,
    write_names,
)
from gory.notation.manuscript._entry_values import numbers_at_the_end, with_entries
from gory.notation.manuscript._exclusions import with_exclusions
from gory.notation.manuscript._index_conditions import (
    class_condition,
    heading_case,
    index_condition,
    is_counting,
)
from gory.notation.manuscript._joined import doubtful_beginning, ends_in_sign, go_on
from gory.notation.manuscript._layers_written import write_layers
from gory.notation.manuscript._lessons import DECLARING, Survey, without_space
from gory.notation.manuscript._parts import Part, only
from gory.notation.manuscript._piece import Piece
from gory.notation.manuscript._raw_rows import raw_rows
from gory.notation.manuscript._said_values import without_said_values
from gory.notation.manuscript._sides import Side, SideReader
from gory.notation.manuscript._stated import Manuscript, Statement, Tuple, with_condition
from gory.notation.manuscript._tables import equation_of, table_rows, with_rows
from gory.notation.manuscript.typed._flows import plain_steps
from gory.notation.manuscript.typed._spelling import Spelling, settled_limits
from gory.notation.manuscript.typed._typed import Spelt, typed_tokens
from gory.notation.manuscript.typed._typed_statements import as_said, typed_statement
from gory.notation.manuscript.words._hedges import Flow, named_scalars
from gory.notation.manuscript.words._one_hot_rows import Said, one_hot_rows
from gory.notation.manuscript.words._said_names import Mention, counted, mention_of, said_name
from gory.notation.manuscript.words._totals import Total, totals_of
from gory.notation.manuscript.words._typed_sets import typed_sets

MOST_STATEMENTS = 5000  # a book has as many; an article a few hundred
_AFTER = re.compile(
    r"[\s,]*\(?\s*(?:if|when|for|where|with|since|because|as|using|by|given|whenever|"
    r"in (?:the )?case|provided)\b|[\s.,]*\(?\s*[Hh]ere\s*$|\s*\(\s*$"
)
CUE_LENGTH = 160  # characters of prose before a formula that may say what it is


def read_manuscript(
    text: str,
    *,
    as_typed: bool = False,
    within: Sequence[Part] = (),
    fixed: frozenset[str] = frozenset(),
    one_layout: bool = False,
) -> Manuscript:
    """Read the mathematics of a Markdown, LaTeX or plain document.

    Parameters
    ----------
    text : str
        The document; a million characters at most.
    as_typed : bool, default: False
        Whether plain text is LaTeX without commands, instead of the paper language.
    within : sequence of Part, default: all of it
        The parts of it that are read; the others might not be there.
    fixed : frozenset of str
        Letters of ``sum_{j != p}`` that stand for one index, and run over nothing.
    one_layout : bool, default: False
        Whether a gradient by a matrix has its shape only, instead of that of its transpose, too.

    Returns
    -------
    Manuscript
        Statements in the order of the document, those in LaTeX as text of the paper language.

    Raises
    ------
    NotationError
        If the document is too long or has too many formulas.

    Examples
    --------
    >>> found = read_manuscript(r"Let $s_k = \\frac{e^{z_k}}{\\sum_c e^{z_c}}$.")
    >>> [side.readings[0] for side in found.statements[0].sides]
    ['s[k]', '((exp(z[k])) / ((sum_{c} (exp(z[c])))))']
    """
    macros, text = find_macros(unquoted(uncommented(text)))
    found = stretches(text)
    if within:
        found = [s for s in found if any(p.start <= s.start < p.end for p in within)]
        text = only(text, within)
    reading = _Reading(text, macros, as_typed)
    reading.names.fixed, reading.names.one_layout = fixed, one_layout
    for stretch in with_rows(found, reading.rows):
        reading.see(stretch)
    return reading.manuscript()


class _Reading:
    """A document on its way from stretches to statements."""

    def __init__(self, text: str, macros: Mapping[str, Macro], as_typed: bool) -> None:
        self.text, self.macros, self.as_typed = text, macros, as_typed
        below = frozenset("".join(re.findall(r"_\s?\{?([a-z]{1,4})", text)))
        self.names = Names(scalars=named_scalars(text), below=below)
        self.pieces: list[Piece] = []
        self.out = Manuscript(text)
        spelt = Spelt.of(text) if as_typed else None
        self.reader = SideReader(text, self.names, self.out.facts, macros, spelt)
        self.out.reader = self.reader
        self.section = 0
        self.mention: Mention | None = None  # a formula without any relation
        self.cue = ""
        self.gap = ""  # words since the last formula
        self.goes_on = False  # the last formula ends in a sign that joins
        self.flow = Flow()
        self.read_already: list[Statement] = []  # of the section at hand
        self.headings: dict[int, tuple[str, str, str] | None] = {}  # cases, by section
        self.totals = sorted(totals_of(text), key=lambda one: one.at)
        self.said = [total.at for total in self.totals]  # places
        self.one_hot = one_hot_rows(text)
        self.told = [range(said.at, said.end) for said in self.one_hot]
        self.rows = table_rows(text)
        self.upright = text_names(text)  # names that are typed as text
        self.latest: tuple[LatexStatement | None, int] = (None, -1)  # the chain read last

    # -- cutting ----------------------------------------------------------------------------

    def see(self, stretch: Stretch) -> None:
        words = self.text[stretch.start : stretch.end]
        self.flow.see(stretch.kind, words)
        match stretch.kind:
            case "prose" | "program":
                self.cue = (self.cue + words)[-CUE_LENGTH:]
                self.gap += words
            case "heading":
                self.section += 1
                self.cue = words
                self.headings[self.section] = heading_case(words)
            case "broken":
                side = Side(row_of(self.text, stretch.start), words.strip(), problem=stretch.note)
                self.pieces.append(Piece(self.section, ready=Statement((side,))))
            case "plain":
                self.plain(stretch)
            case "row":
                self.table_row(stretch)
            case _:
                self.latex(stretch)
        while self.totals and self.totals[0].at < stretch.end:
            self.aside(self.totals.pop(0), stretch.kind)
        while self.one_hot and self.one_hot[0].at < stretch.end:
            self.declare(self.one_hot.pop(0))

    def declare(self, said: Said) -> None:
        """An equation of the paper language that words say."""
        row, (left, right) = row_of(self.text, said.at), said.sides
        sides = Side(row, left, (left,)), Side(row, right, (right,), "=")
        ready = Statement(sides, section=self.section, is_plain=True, only_declares=True)
        self.pieces.append(Piece(self.section, ready=ready))

    def table_row(self, stretch: Stretch) -> None:
        """What two formulas in one row of a table claim together."""
        made = equation_of(self.text, self.rows[stretch.start], self.macros)
        self.pieces.append(Piece(self.section, made))

    def aside(self, total: Total, kind: str) -> None:
        """A sum that is said to be one, if it can be a fact."""
        if kind == "plain" and not self.as_typed:
            self.declare(Said(total.at, (Spelling.of(self.text).read(total.plain), "1")))
            return
        with suppress(NotationError):
            if kind == "plain":
                sum_ = typed_tokens(total.text, total.at, Spelt.of(self.text))
            else:
                sum_ = [Tex(t.text, total.at) for t in tex_tokens(total.latex)]
            latex = LatexStatement(sides=[sum_, [Tex("1", total.at)]], relations=["", "="])
            latex.is_display = False
            self.pieces.append(Piece(self.section, latex=latex, only_declares=True))

    def plain(self, stretch: Stretch) -> None:
        place = (self.text, stretch.start, stretch.end)
        spelt = Spelt.of(self.text[stretch.start : stretch.end])
        for one in plain_steps(*place, as_typed=self.as_typed):
            self.section += one.starts_section
            self.out.declarations += filter(None, [one.declaration])
            self.out.has_examples |= one.is_example
            if not one.sides:
                continue
            if self.as_typed:
                latex = typed_statement(self.text, one, spelt)
                self.pieces.append(Piece(self.section, latex=latex, said=one))
                continue
            sides = tuple(
                Side(
                    row_of(self.text, at),
                    text.strip(),
                    (text.strip(),),
                    relation,
                    conditions=one.conditions,
                )
                for relation, text, at in one.sides
            )
            ready = Statement(
                sides, one.cue, is_fact=one.is_fact, section=self.section,
                before=one.before, after=one.after, is_plain=True,
            )  # fmt: skip
            self.pieces.append(Piece(self.section, ready=ready))

    def latex(self, stretch: Stretch) -> None:
        is_display = stretch.kind != "inline"
        try:
            tokens = (
                raw_rows(self.text, stretch.start, stretch.end)
                if stretch.kind == "raw"
                else tex_tokens(self.text, stretch.start, stretch.end)
            )
            tokens = without_numbers(expanded(tokens, self.macros))
            tokens = write_names(without_ranges(tokens, self.names), self.upright)
            found = split_statements(tokens, self.cue, is_display=is_display)
            found = without_said_values(found, self.text)
        except NotationError as error:
            row, shown = row_of(self.text, stretch.start), self.text[stretch.start :][:80]
            side = Side(row, shown.strip(), problem=error.reason)
            self.pieces.append(Piece(self.section, ready=Statement((side,))))
            return
        if any(stretch.start in told for told in self.told):
            return
        if found and not is_display:
            found[0].doubt = doubtful_beginning(self.gap, goes_on=self.goes_on)
        self.goes_on = ends_in_sign(tokens)
        after_if = _AFTER.match(self.gap) is not None
        go_on(self.pieces, found, self.gap)
        mentioned, self.mention = self.mention, mention_of(self.gap, found)
        found += said_name(mentioned, self.mention)
        if len(self.pieces) + len(found) > MOST_STATEMENTS:
            raise NotationError(
                f"the text has more than {MOST_STATEMENTS:,} formulas; split it into parts"
            )
        at = len(self.flow.parts) - 1
        self.pieces += [Piece(self.section, one, None, after_if, at) for one in found]
        self.gap = ""
        self.cue = "" if is_display else self.cue + counted(self.cue, tokens)

    # -- reading ----------------------------------------------------------------------------

    def manuscript(self) -> Manuscript:
        write_layers(self.pieces)
        latex = [piece.latex for piece in self.pieces if piece.latex is not None]
        Survey(self.text, self.names, self.reader).of(latex)
        self.names.variables.sort()
        for section in range(self.section + 1):
            own = [piece for piece in self.pieces if piece.section == section]
            self.out.statements += self.section_of(own)
        self.out.limits = settled_limits(self.text, self.names.limits)
        self.out.sizes = {
            (name, axis + bool(self.names.instance(name))): size
            for (name, axis), size in self.names.sizes.items()
        }
        self.out.domains = {**typed_sets(self.text), **self.names.domains}
        self.out.stand_ins = self.names.stand_ins
        self.out.left_out = frozenset(self.names.left_out)
        self.out.doubtful = {
            **{n: f"the text gives {n} values as a tuple" for n in self.names.valued},
            **{n: f"{n} is the same array at another step" for n in self.names.uncertain_steps},
            **self.names.overloaded,
        }
        self.out.composed = {
            name: (row_of(self.text, at), left, text)
            for name, (at, left, text) in self.names.composed.items()
        }
        self.out.steps = dict(self.names.shifted)
        self.out.from_one = frozenset(self.names.apart_from_one)
        self.out.unknown = frozenset(
            name
            for name, use in self.names.usage.items()
            if (use.applied or name in self.names.shifted) and name not in self.names.defined
        )
        return self.out

    def section_of(self, pieces: list[Piece]) -> list[Statement]:
        """The statements of a section; where shapes do not fit, names are told apart by the number
        of their indices, if that leaves less unread.
        """
        found = self.statements_of(pieces)
        problems = sum(bool(side.problem and not side.fits) for s in found for side in s.sides)
        if not problems or self.names.matrices:
            return found
        self.names.apart = True
        other = self.statements_of(pieces)
        self.names.apart = False
        return other if sum(bool(x.problem) for s in other for x in s.sides) < problems else found

    def statements_of(self, pieces: list[Piece]) -> list[Statement]:
        kept, self.read_already = self.read_already, []
        for piece in pieces:
            heading = self.headings.get(piece.section)
            if piece.ready is not None:
                ready = replace(piece.ready, section=piece.section, heading=heading)
                self.read_already.append(ready)
            elif piece.latex is not None:
                found = self.read(piece.latex, piece.section)
                before, after = self.flow.around(piece.at)
                found = [
                    replace(
                        with_exclusions(s, self.text),
                        follows_if=piece.follows_if,
                        before=before,
                        after=after,
                        only_declares=piece.only_declares,
                        heading=heading,
                    )
                    for s in found
                ]
                self.read_already += [as_said(s, piece.said) if piece.said else s for s in found]
        found, self.read_already = self.read_already, kept
        return found

    def read(self, statement: LatexStatement, section: int) -> list[Statement]:
        if {*statement.relations[1:2]} & DECLARING:
            return []
        self.names.is_mention = len(statement.sides) < 2
        original, statement = statement, without_space(statement)
        declared = tuple_facts(self.text, statement, self.names)
        if declared is not None:
            self.out.facts += [fact for fact in declared if fact not in self.out.facts]
            if numbers := tuple_numbers(self.text, statement, self.names):
                at = statement.sides[0][0].at
                self.out.tuples.append(Tuple(at, row_of(self.text, at), *numbers))
        if declared is not None or (len(statement.sides) == 1 and self.is_said(*statement.sides)):
            return []
        statement, numbers = numbers_at_the_end(self.text, statement, self.names)
        sides, claims = self.reader.sides(statement.relations, statement.sides, statement.doubt)
        claims = [one for one in claims if len(one[1]) == 1 or not self.is_said(one[0])]
        condition = index_condition(statement, self.names.letters)
        condition = condition or class_condition(self.text, statement, self.names)
        beside = self.beside(statement)
        if condition is not None and statement.about is not None:
            self.attach(beside, condition)
            return []
        made = Statement(
            tuple(sides), statement.cue, statement.is_display, statement.is_definition,
            condition=condition, section=section, beside=beside,
            at=next((side[0].at for side in statement.sides if side), -1),
        )  # fmt: skip
        if is_counting(statement, self.names.letters) or names_true_class(statement, self.text):
            return []
        found = with_entries(made, numbers)
        for tokens, note in claims:
            pair = tuple(self.reader.sides(["", "="], [tokens, note])[0])
            found.append(Statement(pair, "under a brace", section=section))
        if not statement.is_remark:
            self.latest = (original, len(self.read_already))
        return found

    def is_said(self, tokens: list[Tex]) -> bool:
        """Whether these tokens hold nothing but a sum that is said to be one: ``(sum_k y_k = 1)``.

        What is said so is a fact already.
        """
        if not tokens:
            return False
        own = {t.text for t in tokens} & {"+", "-", r"\frac", r"\log", r"\ln", r"\partial", r"\exp"}
        return not own and any(tokens[0].at <= at <= tokens[-1].at for at in self.said)

    # -- conditions --------------------------------------------------------------------------

    def beside(self, statement: LatexStatement) -> int:
        """The side of the chain read last that a remark stands beside, or 0."""
        about = statement.about
        return about[1] if about is not None and about[0] is self.latest[0] else 0

    def attach(self, number: int, condition: tuple[str, str, str]) -> None:
        """Give a condition beside a row to the side that stands there."""
        place = self.latest[1]
        if number:
            self.read_already[place] = with_condition(self.read_already[place], number, condition)
