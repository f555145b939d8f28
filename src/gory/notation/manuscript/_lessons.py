r"""What a text teaches about its names, learnt from all of it before a line of it is read.

One statement alone does not say what a name in it is: whether it has indices, is a vector, a
function, a product of letters. So the statements are gone through again and again, until a round
teaches nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gory.notation._errors import NotationError
from gory.notation.latex import (
    MOST_LETTERS,
    Array,
    Body,
    LatexStatement,
    Names,
    Parameter,
    Value,
    binders,
    capitals,
    declare,
    designs_of,
    has_units,
    learn,
    learn_body,
    learn_text,
    names_true_class,
    primed_names,
    rows_of,
    survey_contracted,
    survey_instance,
    survey_labels,
    survey_left,
    survey_left_out,
    survey_second_names,
    survey_true_class,
)
from gory.notation.latex.conventions import (
    at_steps,
    bind_parameters,
    drop_row_arguments,
    give_arguments,
    has_plain_d,
    index_brackets,
    index_inputs,
    index_squares,
    join_words,
    layer_letters,
    listed_numbers,
    lower_indices,
    multiplies_rows,
    name_averages,
    name_classes,
    name_drawn,
    name_iterates,
    name_labelled,
    name_results,
    name_signed,
    norm_names,
    number_arguments,
    set_apart,
    set_ranges_apart,
    set_rules_apart,
    set_totals_apart,
    set_zero_apart,
    shifted_body,
    shorten_lists,
    stand_in,
    tags,
    whole_name,
    write_bases_out,
    write_batches_out,
    write_brackets,
    write_diagonals,
    write_entries,
    write_functions_out,
    write_gradients_out,
    write_leading_out,
    write_losses_out,
    write_ones,
    write_operators_out,
    write_rows,
    write_said_functions,
    write_subscripts_out,
    write_transposes,
)
from gory.notation.manuscript._sides import SideReader
from gory.notation.manuscript.words._true_classes import classes_in_words

DECLARING = frozenset((r"\in", r"\to", r"\mapsto", r"\notin"))  # what kind of thing a name is
MOST_ROUNDS = 12  # of reading a text until it teaches nothing more about its names


@dataclass
class Survey:
    """A text that is read for what it says about its names."""

    text: str
    names: Names
    reader: SideReader

    def of(self, statements: Sequence[LatexStatement]) -> None:
        self.write_out(statements)
        said = dict(classes_in_words(self.text))
        self.names.true_classes |= said
        self.names.classes_in_words = bool(said)
        known: object = None
        for turn in range(MOST_ROUNDS):  # what is learnt from the end matters at the beginning
            for statement in statements:
                self.see(statement)
            if turn > 1 and known == self.names.knowledge():
                break
            known = self.names.knowledge()
            if not turn:
                for statement in statements:
                    self.see_shifted(statement)

    def write_out(self, statements: Sequence[LatexStatement]) -> None:
        """Conventions of authors in full, and what their signs say of names."""
        self.names.has_units = has_units(self.text, statements)
        write_in_full(statements)
        write_said_functions(self.text, statements)
        for target, letter in write_losses_out(statements):
            if name := whole_name(self.text, target, self.names):
                self.reader.facts.append(f"sum_{letter} {name.name}[{letter}] = 1")
        write_ones(statements)
        self.names.stand_ins = stand_in(self.text, statements)
        index_squares(statements)
        write_transposes(statements)
        lower_indices(statements, layer_letters(statements))
        shorten_lists(statements)
        name_averages(statements)
        write_batches_out(statements)
        write_gradients_out(self.text, statements)
        write_subscripts_out(statements)
        write_bases_out(statements)
        name_labelled(statements)
        for name in name_classes(statements):
            self.names.of(name).applied = True
        set_apart(statements)
        set_totals_apart(statements)
        set_ranges_apart(statements)
        for name in set_zero_apart(statements):
            self.names.of(name).is_number = True
        join_words(statements)
        give_arguments(statements)
        self.names.has_plain_d = has_plain_d(statements)
        write_operators_out(statements)
        self.names.overloaded = number_arguments(statements)
        index_brackets(statements)
        drop_row_arguments(statements)
        write_leading_out(statements)
        index_inputs(statements, self.names)
        self.learn_kinds(statements)

    def learn_kinds(self, statements: Sequence[LatexStatement]) -> None:
        """What names are, by what stands on them and beside them."""
        self.names.tags = tags(statements)
        self.names.rows = rows_of(self.text, statements)
        for matrix in self.names.rows.values():
            self.names.of(matrix).learn(2)
        self.names.at_steps = at_steps(statements, self.names.tags)
        self.names.designs = {} if self.names.rows else designs_of(self.text, statements)
        for name in self.names.designs.values():
            self.names.of(name).learn(2)
        self.names.layers = layer_letters(statements)
        self.names.has_rows |= multiplies_rows(statements)
        self.names.own_primes = primed_names(statements)
        sides = [side for one in statements for side in one.sides]
        self.names.capitals = {x for side in sides for x in capitals(side)}
        self.names.summed = {x for side in sides for x in binders(side)}
        self.learn_parameters(statements)

    def learn_parameters(self, statements: Sequence[LatexStatement]) -> None:
        """Numbers and vectors that are so by where they stand."""
        rows = self.names.designs.values()
        for name, axes in bind_parameters(statements, rows).items():
            self.names.of(name).is_number = not axes
            self.names.of(name).learn(axes)
        for name in ("pinumber", *norm_names(statements)):
            self.names.of(name).is_number = True

    def see(self, statement: LatexStatement) -> None:
        if statement.relations[-1:] == [r"\in"]:
            self.declare(statement)
            statement = without_space(statement)
            if len(statement.sides) < 2:
                return
        if _compares_letters(statement):
            return
        if len(statement.sides) > 1 and statement.relations[1] == "=":
            survey_left(self.text, self.names, statement.sides[0])
            survey_second_names(self.text, self.names, statement.sides)
        if (found := names_true_class(statement, self.text)) is not None:
            self.names.true_classes[found[0]] = found[1]
        self.see_vector(statement)
        values: list[Value] = []
        self.names.is_mention = len(statement.sides) < 2
        for number, side in enumerate(statement.sides):
            try:
                values.append(self.reader.translate(side)[0])
            except NotationError:
                continue
            if number == 1 and statement.relations[1] == "=":
                shown = values[-1]
                learn_text(self.names, statement.sides[0], values)
                learn_body(self.names, self.text, statement.sides[0], shown)
                survey_contracted(self.names, values[0], side, shown)
                if isinstance(shown, Array):
                    shown = shown.entry(tuple(self.names.spare_letters(MOST_LETTERS)))
                survey_true_class(self.names, values[0], shown)
                survey_left_out(self.names, values[0], side)
                survey_instance(self.text, self.names, statement.sides[0], shown)
                survey_labels(self.names, values, shown)
        if set(statement.relations[1:]) <= {"="}:
            learn(self.names, values)
            if any(isinstance(value, Array) and value.axes for value in values):
                self.see_hopefully(statement)

    def see_vector(self, statement: LatexStatement) -> None:
        """``z = (2, 1, 0)``: z is a vector; and a matrix of numbers is one."""
        numbers, columns = listed_numbers(self.text, statement.sides[-1], self.names)
        if not numbers or len(statement.sides) < 2:
            return
        name = whole_name(self.text, statement.sides[0], self.names)
        if name is not None and not name.subscripts:
            self.names.of(name.name).learn(2 if columns else 1)

    def see_hopefully(self, statement: LatexStatement) -> None:
        """``z = W x + b``, where z is a vector: W is a matrix."""
        self.names.hopeful = True
        for side in statement.sides:
            with suppress(NotationError):
                self.reader.translate(side)
        self.names.hopeful = False

    def see_shifted(self, statement: LatexStatement) -> None:
        """``f(z + h) = e^{z + h}``, where nothing else says what f is."""
        if len(statement.sides) < 2 or statement.relations[1] != "=":
            return
        found = shifted_body(statement.sides[0], statement.sides[1])
        if found is None:
            return
        name = whole_name(self.text, found.name, self.names)
        if name is None or name.subscripts or name.name in self.names.bodies:
            return
        self.names.of(found.parameter).is_number = True
        with suppress(NotationError):
            body = self.reader.translate(found.body)[0]
            if isinstance(body, str) and found.parameter in body:
                parameter = Parameter(found.parameter, found.parameter)
                self.names.bodies[name.name] = Body((parameter,), body, statement.sides[0][0].at)

    def declare(self, statement: LatexStatement) -> None:
        r"""``x, y \in \mathbb{R}^D``"""
        name = whole_name(self.text, statement.sides[0], self.names)
        if name is not None:
            declare(self.names, name.name, len(name.subscripts), statement.sides[1])


def write_in_full(statements: Sequence[LatexStatement]) -> None:
    """Habits that the tokens of the statements show, before names are known."""
    set_rules_apart(statements)
    write_entries(statements)
    write_brackets(statements)
    write_diagonals(statements)
    name_results(statements)
    write_rows(statements)
    name_iterates(statements)
    name_signed(statements)
    name_drawn(statements)
    write_functions_out(statements)


def _compares_letters(statement: LatexStatement) -> bool:
    r"""``j \le t`` beside a row says nothing of numbers j and t."""
    is_short = len(statement.sides) == 2 and all(len(side) == 1 for side in statement.sides)
    return is_short and statement.relations[1] != "="


def without_space(statement: LatexStatement) -> LatexStatement:
    r"""``s = f(z) \in \mathbb{R}^K`` without what says in which space it is."""
    if statement.relations[-1] not in DECLARING:
        return statement
    return replace(statement, sides=statement.sides[:-1], relations=statement.relations[:-1])
