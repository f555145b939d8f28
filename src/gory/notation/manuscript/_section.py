"""A manuscript with its meaning: for every section a paper and the chains that speak of it.

The first equation of a name defines it; what is stated about undefined names in prose is a
declared fact; everything else is a claim. A section inherits the definitions above it that it
does not replace. Ranges of indices are inferred over a whole section, and a line that does not
fit is set aside with the reason, so that it cannot spoil the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gory.notation._errors import NotationError
from gory.notation._foreign import FOREIGN
from gory.notation._indices import free_indices
from gory.notation._magnitude import refuse_giants
from gory.notation._nodes import Expr, Index, Ref
from gory.notation._paper import Definition, Fact
from gory.notation._tokens import tokenize
from gory.notation.manuscript._aliases import aliases
from gory.notation.manuscript._chains import chain_of, is_of_terms, unread_line
from gory.notation.manuscript._declared import (
    NAME,
    TEMPORARY,
    is_fault,
    is_for_a_case,
    is_label_value,
    is_mere_fact,
    is_number_too,
    is_one_value,
    is_posed,
    is_said_anew,
    is_within,
    left_name,
    names_with_equations,
    rooted,
    says_every,
    without_logarithm,
    written_out,
)
from gory.notation.manuscript._einstein import contracted, says_einstein
from gory.notation.manuscript._facts_stated import is_fact
from gory.notation.manuscript._index_conditions import within_bounds
from gory.notation.manuscript._inherited import inherited
from gory.notation.manuscript._known_values import not_computed
from gory.notation.manuscript._limits import declare_limits
from gory.notation.manuscript._meanings import other_meanings, unread_names, unread_words
from gory.notation.manuscript._named_parts import name_parts
from gory.notation.manuscript._own_indices import give_indices
from gory.notation.manuscript._points import aside, without_examples
from gory.notation.manuscript._script import Chain, Script
from gory.notation.manuscript._script_builder import ScriptBuilder
from gory.notation.manuscript._script_settled import guessed, settled_script, with_cues
from gory.notation.manuscript._solutions import no_definition
from gory.notation.manuscript._special import passing_names
from gory.notation.manuscript._stated import Manuscript, Statement, variables
from gory.notation.manuscript._taken_apart import taken_apart
from gory.notation.manuscript._through import in_order
from gory.notation.manuscript._upstream import fill_in
from gory.notation.manuscript._worked_values import examples_of
from gory.notation.manuscript.words._cues import grants, is_model, says_when
from gory.notation.manuscript.words._hedges import CHOSEN, ONE_HOT, named_in_words

CLAIMING = ("=", r"\approx", r"\simeq")  # relations that claim something in prose


def read_scripts(manuscript: Manuscript, given: Sequence[str] = ()) -> list[Script]:
    """Give every statement of a manuscript its meaning.

    Parameters
    ----------
    manuscript : Manuscript
        From `read_manuscript`.
    given : sequence of str
        Facts to declare in addition, in the paper language: ``"sum_k y[k] = 1"``.

    Returns
    -------
    list of Script
        One for every section that states something.

    Raises
    ------
    NotationError
        If a fact in ``given`` cannot be read.
    """
    manuscript = taken_apart(manuscript)
    own = aside(points := examples_of(manuscript), variables(manuscript.statements))
    sections: dict[int, list[Statement]] = {}
    for statement in manuscript.statements:
        if statement.at not in own and not statement.is_example:
            sections.setdefault(statement.section, []).append(statement)
    manuscript = without_examples(manuscript, points)
    above: list[Statement] = []
    found = []
    for statements in sections.values():
        one = Section(manuscript, given, statements)
        one.inherit(above, statements)
        for number, statement in in_order(manuscript, statements):
            one.define(number, statement)
        found.append(_script(one, above, statements))
        above += statements
    for point in points:
        one = Section(manuscript, given, point.claims)
        one.inherit(above, not_computed(point.values, manuscript.statements))
        for value in point.values:
            one.put_value(value)
        found.append(_script(one, above, point.claims))
    return found


def _script(one: Section, above: Sequence[Statement], statements: Sequence[Statement]) -> Script:
    """A section with its definitions, and what its statements claim."""
    manuscript = one.manuscript
    for number, statement in enumerate(statements):
        one.state(number, statement)
    name_parts(one.builder, one.varied)
    upstream = fill_in(one)
    meant = [*above, *statements]
    hidden = unread_names(meant, one.builder.defined)
    doubts = hidden | named_in_words(manuscript.text, one.builder.defined)
    doubts = {**manuscript.doubtful, **guessed(one.definer), **doubts}
    doubts |= {**one.stale, **upstream.doubts}
    doubts = {name: why for name, why in doubts.items() if name not in one.given_values}
    unknown = manuscript.unknown | upstream.hollow
    script = settled_script(one.builder, one.chains, unknown, other_meanings(one, meant))
    script = replace(
        script, doubts=doubts, words=manuscript.text, domains=manuscript.domains,
        slopes=upstream.slopes, steps=manuscript.steps, hidden=unread_words(meant, hidden),
    )  # fmt: skip
    return with_cues(script, one.definer)


@dataclass
class Section:
    """Statements of one section on their way to a paper and chains."""

    manuscript: Manuscript
    given: Sequence[str]
    statements: Sequence[Statement]
    builder: ScriptBuilder = field(init=False)
    short: dict[str, list[tuple[int, str]]] = field(default_factory=dict)  # abbreviations
    lettered: dict[str, str] = field(default_factory=dict)  # names with indices left out
    defining: dict[int, int] = field(default_factory=dict)  # statement -> side that defines
    strays: dict[int, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    chains: list[Chain] = field(default_factory=list)
    bodies: dict[str, str] = field(default_factory=dict)  # texts of what is defined
    definer: dict[str, Statement] = field(default_factory=dict)  # what defines it
    stale: dict[str, str] = field(default_factory=dict)  # names defined by what has changed
    given_values: set[str] = field(default_factory=set)  # names that have numbers at a point
    pending: tuple[str, str, str] | None = None
    trails: bool = False  # the pending condition stands behind another formula
    is_einstein: bool = False  # repeated indices are summed over
    recent: tuple[str, str, str] | None = None
    running: frozenset[str] = frozenset()  # letters that sums run over
    varied: frozenset[str] = frozenset()  # variables of derivatives
    passing: frozenset[str] = frozenset()  # names with values in passing
    solved: set[int] = field(default_factory=set)  # statements that say where a slope is zero
    plain_names: frozenset[str] = frozenset()  # that stand alone on a left side
    case_at: int = -1  # where the text says so
    case_trails: bool = False  # behind the formula that it is about
    case: tuple[Fact, ...] = ()  # what holds in the case that the text speaks of

    def __post_init__(self) -> None:
        self.survey()
        self.builder = ScriptBuilder("\n".join(self.manuscript.declarations))
        self.builder.declare()
        self.is_einstein = says_einstein(self.manuscript.text)
        declare_limits(self.builder, self.manuscript)
        for (name, axis), size in self.manuscript.sizes.items():
            self.builder.ranges.declare(f"{name}[{axis}]", size)
            self.builder.range_names |= {size}
        for text in (*self.manuscript.facts, *self.given):
            self.builder.text = self.builder.ranges.text = f"given {text.removeprefix('given ')}"
            self.builder.given(self.tokens(self.builder.text))

    def survey(self) -> None:
        """Letters that sums run over, and variables of derivatives."""
        texts = [r for s in self.manuscript.statements for side in s.sides for r in side.readings]
        under = (m for text in texts for m in re.findall(r"sum_\{?([\w,]+)", text))
        self.running = frozenset(letter for one in under for letter in one.split(","))
        self.varied = variables(self.manuscript.statements)
        self.passing = passing_names(self.statements)
        self.plain_names = names_with_equations(self.manuscript.statements)

    # -- definitions --------------------------------------------------------------------------

    def inherit(self, above: Sequence[Statement], own: Sequence[Statement]) -> None:
        """Definitions and facts from sections above, unless this section defines the same name."""
        kept, replaced = inherited(above, own)
        for statement in kept:
            name = left_name(without_logarithm(statement, but=self.plain_names))
            used = " ".join(r for side in statement.sides for r in side.readings)
            if name in replaced:
                continue
            stale = [old for old in replaced if re.search(rf"\b{re.escape(old)}\b", used)]
            if name and stale:
                self.stale[name] = (
                    f"what row {statement.sides[0].row} says of {name} uses {stale[0]}, which has "
                    "another meaning here"
                )
            is_feature = name and statement.sides[0].readings[0].endswith(("[0]", ",0]"))
            if name and not is_feature:
                self.define(-1, statement)
            elif len(statement.sides) == 2 and (is_feature or not stale):
                self.state(-1, statement, only_facts=True)

    def define(self, number: int, statement: Statement) -> None:
        """Register the definition in a statement, if there is one."""
        statement = without_logarithm(statement, but=self.plain_names)
        name = left_name(statement)
        if not name or statement.is_model:
            return
        is_once = is_posed(statement) and not is_for_a_case(statement, self.manuscript.statements)
        is_other = statement.condition or is_once or is_mere_fact(statement)
        if is_other or self.is_value_of_some(name, statement):
            return
        written, statement = statement, rooted(statement)
        match = NAME.fullmatch(statement.sides[0].readings[0])
        letters = tuple(match[2].split(",")) if match and match[2] else ()
        place = next((n for n, side in enumerate(statement.sides) if n and side.readings), 0)
        held = within_bounds(statement, place) if place else None
        if held is None:
            return
        statement, side = held, held.sides[place]
        literal = any(letter.isdigit() for letter in letters)
        is_number = re.fullmatch(r"-?[\d./() ]+", side.readings[0]) is not None
        is_void = is_model(side.readings[0], self.manuscript.text) or (literal and is_number)
        is_void |= len(set(letters)) < len(letters)
        is_entry = letters and is_number
        if is_void or (is_entry and self.is_one_entry(name, side.readings[0], statement)):
            return
        if no_definition(self, number, statement) or is_within(name, side.readings[0]):
            return
        known = name in self.builder.defined or name in self.short
        if known and (not literal or name not in self.builder.entries):
            if not letters and is_said_anew(name, statement.cue):
                self.abbreviate(name, number, side.readings[0])
                self.defining[number] = place
            return
        if bare := next((one for one in letters if is_number_too(one, side.readings[0])), ""):
            self.stale[name] = f"the index {bare} of {name} is a number, too, in what defines it"
            return
        for place in (n for n, one in enumerate(statement.sides) if n >= place and one.readings):
            if self.enter_with_aliases(number, name, letters, statement, place):
                self.definer[name] = written
                return

    def enter_with_aliases(
        self, number: int, name: str, letters: tuple[str, ...], statement: Statement, place: int
    ) -> bool:  # fmt: skip
        """Enter a definition, and other names that it gives to the same thing on its way."""
        others = aliases(self, statement, place)
        place += len(others)
        if not self.enter(number, name, letters, statement, place):
            return False
        if number >= 0:
            self.defining[number] = place
        for other in others:
            alias = replace(statement, sides=statement.sides[other:])
            match = NAME.fullmatch(alias.sides[0].readings[0])
            self.enter(number, match[1] if match else "", letters, alias, place - other)
        return True

    def is_value_of_some(self, name: str, statement: Statement) -> bool:
        """Whether a number is said of some rows only; of which ones decides for all but labels."""
        found = is_one_value(statement)
        if found and not is_label_value(statement):
            self.stale[name] = f"row {statement.sides[0].row} says where {name} has a value"
        return found

    def put_value(self, statement: Statement) -> None:
        """``a[2] = 5``, or ``T = 2``, at a point."""
        name, _, place = statement.sides[0].readings[0].rstrip("]").partition("[")
        self.enter(-1, name, (place,) if place else (), statement, 1)
        self.given_values.add(name)

    def is_one_entry(self, name: str, value: str, statement: Statement) -> bool:
        """``y_c = 1`` says which class is the true one, and nothing about the others."""
        is_one = value in ("0", "1") and not says_every(statement)
        if is_one and not CHOSEN.match(statement.after):
            row = statement.sides[0].row
            self.stale[name] = f"row {row} says of one entry of {name} what it is"
        return is_one or ONE_HOT.search(self.manuscript.text) is not None

    def abbreviate(self, name: str, number: int, text: str) -> None:
        self.stale |= dict.fromkeys(self.builder.users(name), f"{name} is said anew further down")
        before = self.builder.defined.pop(name, None)
        if before is not None and name not in self.short:
            self.short[name] = [(-1, self.bodies.get(name, ""))]
        self.short.setdefault(name, []).append((number, text))

    def enter(
        self, number: int, name: str, letters: tuple[str, ...], statement: Statement, place: int
    ) -> bool:  # fmt: skip
        """Read a definition; the first reading without stray indices is meant."""
        side = statement.sides[place]
        stray: tuple[str, ...] = ()
        for reading in side.readings:
            keep = self.builder.mark()
            try:
                left, body, stray = self.sides(statement.sides[0].readings[0], reading, number)
                if stray:
                    self.builder.back_to(keep)
                    continue
                self.put(name, left, body)
            except NotationError:
                self.builder.back_to(keep)
                continue
            self.bodies[name] = reading
            return True
        is_captured = is_fault(statement, place, stray, self.running) and name not in TEMPORARY
        if stray and not is_captured:
            if give_indices(self, name, stray, statement, place):
                return True
            if not letters:
                self.abbreviate(name, number, side.readings[0])
                return True
        if stray and number >= 0 and number not in self.strays:
            self.strays[number] = (place, stray)
        return False

    def put(self, name: str, left: Expr, body: Expr) -> None:
        if not isinstance(left, Ref):
            raise NotationError(f"{name} names a range")
        if self.builder.reaches(body, name):
            raise NotationError(f"{name} is defined by itself")
        if any(i.is_literal for i in left.indices):
            self.builder.entries.setdefault(name, [])
            self.builder.enter(name, left, body)
        else:
            self.builder.defined[name] = Definition(name, left.indices, body)

    def sides(self, left: str, right: str, number: int) -> tuple[Expr, Expr, tuple[str, ...]]:
        scope: dict[str, Index] = {}
        first = self.read(left, scope, number, is_left=True)
        known = set(scope)
        body = self.read(right, scope, number)
        if self.is_einstein:
            stray = frozenset(index for letter, index in scope.items() if letter not in known)
            body = contracted(body, stray)
            return first, body, tuple(sorted(i.name for i in stray & free_indices(body)))
        return first, body, tuple(sorted(scope.keys() - known))

    def tokens(self, text: str) -> list:
        found = [t for t in tokenize(text) if t.kind != "end"]
        end = replace(tokenize("")[-1], at=len(text))
        return [*found, end, end, end, end]

    def read(
        self, text: str, scope: dict[str, Index], number: int = -1, *, is_left: bool = False
    ) -> Expr:
        own = self.lettered.get(text, text) if is_left else ""
        text = own or written_out(text, self.short, number)
        if is_left and text in FOREIGN:  # a word of other languages, which this text defines
            self.builder.axes.setdefault(text, 0)
        self.builder.text = self.builder.ranges.text = text
        reader = self.builder.reader(self.tokens(text), scope)
        refuse_giants(found := reader.expression())
        if reader.next.kind != "end":
            raise reader.error(f"expected an operator or the end, found {reader.next.text!r}")
        return found

    # -- facts and claims -----------------------------------------------------------------------

    def state(self, number: int, statement: Statement, *, only_facts: bool = False) -> None:
        """File a statement as a condition, a fact or a chain."""
        if statement.condition is not None:
            self.under_condition(statement)
            return
        first = statement.sides[0]
        only_facts = only_facts or statement.only_declares
        if len(statement.sides) < 2:
            if first.problem and statement.is_display and not only_facts:
                self.chains.append(Chain((unread_line(first),)))
            return
        if is_one_value(statement):
            return
        if statement.is_model or is_fact(self, number, statement) or only_facts:
            return
        if not statement.is_display and statement.sides[1].relation not in CLAIMING:
            return
        last, text = statement.sides[-1].readings, self.manuscript.text
        is_named = number not in self.defining and left_name(statement)
        if is_named and last and is_model(last[0], text):
            return
        self.chains.append(chain_of(self, number, statement))
        self.recent = None if is_of_terms(self.recent, statement) else self.recent
        if statement.is_display:
            self.pending, self.case = None, ()

    def under_condition(self, statement: Statement) -> None:
        """Keep a condition in prose for the formulas that follow, if words grant it there."""
        if not grants(statement.before, statement.after):
            return
        self.pending, self.trails = statement.condition, statement.follows_if
        if not (self.trails and says_when(statement.cue)):
            self.recent = statement.condition
