"""LaTeX as people write it, read into the paper language.

From the bottom up: tokens, macros of the text's own, scripts on a name, what is known about names
all over a text, arrays written without their indices, the reader of one side, and statements, which
are sides joined by relation signs. What a document is and what its equations mean is decided
outside.
"""

from gory.notation._fonts import FONT as FONT
from gory.notation._fonts import FONTS as FONTS
from gory.notation.latex._arrays import Array as Array
from gory.notation.latex._bodies import Body as Body
from gory.notation.latex._bodies import Parameter as Parameter
from gory.notation.latex._designs import designs_of as designs_of
from gory.notation.latex._fixed import survey_left_out as survey_left_out
from gory.notation.latex._flows import ARROWS as ARROWS
from gory.notation.latex._flows import steps_of as steps_of
from gory.notation.latex._forms import bracket as bracket
from gory.notation.latex._functions import FUNCTIONS as FUNCTIONS
from gory.notation.latex._functions import slopes_written_out as slopes_written_out
from gory.notation.latex._levels import COEFFICIENTS as COEFFICIENTS
from gory.notation.latex._levels import FAR as FAR
from gory.notation.latex._levels import MOST_LETTERS as MOST_LETTERS
from gory.notation.latex._levels import TURNED as TURNED
from gory.notation.latex._levels import Level as Level
from gory.notation.latex._levels import declare as declare
from gory.notation.latex._levels import learn as learn
from gory.notation.latex._levels import level_of as level_of
from gory.notation.latex._levels import texts as texts
from gory.notation.latex._macros import Macro as Macro
from gory.notation.latex._macros import expanded as expanded
from gory.notation.latex._macros import find_macros as find_macros
from gory.notation.latex._names import LABELS as LABELS
from gory.notation.latex._names import Names as Names
from gory.notation.latex._names import Step as Step
from gory.notation.latex._partial_sums import PART as PART
from gory.notation.latex._primes import primed_names as primed_names
from gory.notation.latex._reader import MANNERS as MANNERS
from gory.notation.latex._reader import LatexReader as LatexReader
from gory.notation.latex._rows_of import rows_of as rows_of
from gory.notation.latex._scripts import ACCENTS as ACCENTS
from gory.notation.latex._scripts import GREEK as GREEK
from gory.notation.latex._scripts import LAYER as LAYER
from gory.notation.latex._scripts import single_name as single_name
from gory.notation.latex._statements import LatexStatement as LatexStatement
from gory.notation.latex._statements import split_statements as split_statements
from gory.notation.latex._sums import SPANS as SPANS
from gory.notation.latex._survey import binders as binders
from gory.notation.latex._survey import capitals as capitals
from gory.notation.latex._survey import learn_body as learn_body
from gory.notation.latex._survey import learn_text as learn_text
from gory.notation.latex._survey import names_true_class as names_true_class
from gory.notation.latex._survey import survey_contracted as survey_contracted
from gory.notation.latex._survey import survey_instance as survey_instance
from gory.notation.latex._survey import survey_labels as survey_labels
from gory.notation.latex._survey import survey_left as survey_left
from gory.notation.latex._survey import survey_second_names as survey_second_names
from gory.notation.latex._survey import survey_true_class as survey_true_class
from gory.notation.latex._tokens import RELATIONS as RELATIONS
from gory.notation.latex._tokens import Tex as Tex
from gory.notation.latex._tokens import Word as Word
from gory.notation.latex._tokens import closing as closing
from gory.notation.latex._tokens import tex_tokens as tex_tokens
from gory.notation.latex._units import has_units as has_units
from gory.notation.latex._wholes import MULTIPLE as MULTIPLE
from gory.notation.latex._wholes import Value as Value
from gory.notation.latex._wholes import is_whole_function as is_whole_function
