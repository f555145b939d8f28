"""What authors leave to convention, written out in the tokens of statements before they are read.

An index that a lesson drops, a label that only tells names apart, a gradient without the name it is
taken by, a letter bound twice: each file knows one such habit, finds the statements that show it
and rewrites them, so that the reader of formulas meets the full form only.
"""

from gory.notation.latex.conventions._apart_by_limits import (
    set_ranges_apart as set_ranges_apart,
)
from gory.notation.latex.conventions._argument_lists import shorten_lists as shorten_lists
from gory.notation.latex.conventions._arities import number_arguments as number_arguments
from gory.notation.latex.conventions._at_steps import at_steps as at_steps
from gory.notation.latex.conventions._averages import name_averages as name_averages
from gory.notation.latex.conventions._bare_functions import give_arguments as give_arguments
from gory.notation.latex.conventions._batches import write_batches_out as write_batches_out
from gory.notation.latex.conventions._bracket_indices import index_brackets as index_brackets
from gory.notation.latex.conventions._class_probabilities import name_classes as name_classes
from gory.notation.latex.conventions._diagonals import write_diagonals as write_diagonals
from gory.notation.latex.conventions._drawn_vectors import name_drawn as name_drawn
from gory.notation.latex.conventions._dummies import bind_parameters as bind_parameters
from gory.notation.latex.conventions._dummies import set_apart as set_apart
from gory.notation.latex.conventions._dummies import shifted_body as shifted_body
from gory.notation.latex.conventions._inputs import index_inputs as index_inputs
from gory.notation.latex.conventions._iterates import name_iterates as name_iterates
from gory.notation.latex.conventions._known_losses import write_losses_out as write_losses_out
from gory.notation.latex.conventions._labelled_functions import name_labelled as name_labelled
from gory.notation.latex.conventions._labelled_functions import write_bases_out as write_bases_out
from gory.notation.latex.conventions._layer_numbers import number_layers as number_layers
from gory.notation.latex.conventions._layer_steps import step_layers as step_layers
from gory.notation.latex.conventions._layers import layer_letters as layer_letters
from gory.notation.latex.conventions._leading import write_leading_out as write_leading_out
from gory.notation.latex.conventions._letter_layers import letter_layers as letter_layers
from gory.notation.latex.conventions._listed_entries import write_entries as write_entries
from gory.notation.latex.conventions._name_uses import name_uses as name_uses
from gory.notation.latex.conventions._named_brackets import write_brackets as write_brackets
from gory.notation.latex.conventions._named_functions import (
    write_functions_out as write_functions_out,
)
from gory.notation.latex.conventions._norms import norm_names as norm_names
from gory.notation.latex.conventions._own_zero import set_zero_apart as set_zero_apart
from gory.notation.latex.conventions._plain_ones import write_ones as write_ones
from gory.notation.latex.conventions._ranges import without_numbers as without_numbers
from gory.notation.latex.conventions._ranges import without_ranges as without_ranges
from gory.notation.latex.conventions._refreshers import set_rules_apart as set_rules_apart
from gory.notation.latex.conventions._results_called import name_results as name_results
from gory.notation.latex.conventions._row_values import drop_row_arguments as drop_row_arguments
from gory.notation.latex.conventions._row_vectors import multiplies_rows as multiplies_rows
from gory.notation.latex.conventions._said_functions import (
    write_said_functions as write_said_functions,
)
from gory.notation.latex.conventions._short_gradients import (
    write_gradients_out as write_gradients_out,
)
from gory.notation.latex.conventions._short_operators import has_plain_d as has_plain_d
from gory.notation.latex.conventions._short_operators import (
    write_operators_out as write_operators_out,
)
from gory.notation.latex.conventions._signed_names import name_signed as name_signed
from gory.notation.latex.conventions._slices import write_rows as write_rows
from gory.notation.latex.conventions._square_indices import index_squares as index_squares
from gory.notation.latex.conventions._stand_ins import stand_in as stand_in
from gory.notation.latex.conventions._subscript_slopes import (
    write_subscripts_out as write_subscripts_out,
)
from gory.notation.latex.conventions._tags import tags as tags
from gory.notation.latex.conventions._text_names import text_names as text_names
from gory.notation.latex.conventions._text_names import write_names as write_names
from gory.notation.latex.conventions._totals import set_totals_apart as set_totals_apart
from gory.notation.latex.conventions._transposes import write_transposes as write_transposes
from gory.notation.latex.conventions._tuples import listed_numbers as listed_numbers
from gory.notation.latex.conventions._tuples import tuple_facts as tuple_facts
from gory.notation.latex.conventions._tuples import tuple_numbers as tuple_numbers
from gory.notation.latex.conventions._tuples import whole_name as whole_name
from gory.notation.latex.conventions._upper_indices import lower_indices as lower_indices
from gory.notation.latex.conventions._words import join_words as join_words
