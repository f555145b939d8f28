"""Equality and form: the normal form that decides, the folding and factoring that shape.

Everything works on polynomials of atoms under prenex sums (see `_terms`). Nothing here knows
derivatives.
"""

from gory.algebra._complements import complement_facts as complement_facts
from gory.algebra._definition_facts import definition_facts as definition_facts
from gory.algebra._definition_facts import positive_names as positive_names
from gory.algebra._display import Display as Display
from gory.algebra._factor import Factoring as Factoring
from gory.algebra._facts import FactRule as FactRule
from gory.algebra._facts import apply_facts as apply_facts
from gory.algebra._facts import apply_where_shorter as apply_where_shorter
from gory.algebra._facts import fact_rules as fact_rules
from gory.algebra._facts import fact_variants as fact_variants
from gory.algebra._fold import FoldRule as FoldRule
from gory.algebra._fold import exp_patterns as exp_patterns
from gory.algebra._fold import fold as fold
from gory.algebra._fold import fold_rules as fold_rules
from gory.algebra._fold import written_totals as written_totals
from gory.algebra._inequalities import settled_by_facts as settled_by_facts
from gory.algebra._kink_cases import kink_argument as kink_argument
from gory.algebra._kink_cases import on_one_side as on_one_side
from gory.algebra._kinks import fold_kinks as fold_kinks
from gory.algebra._kronecker import kronecker_form as kronecker_form
from gory.algebra._matrix_build import Matrix as Matrix
from gory.algebra._matrix_facts import inverse_facts as inverse_facts
from gory.algebra._matrix_form import matrix_form as matrix_form
from gory.algebra._matrix_layout import matrix_of as matrix_of
from gory.algebra._matrix_text import matrix_text as matrix_text
from gory.algebra._normal import Setting as Setting
from gory.algebra._products import add as add
from gory.algebra._products import scale as scale
from gory.algebra._sigmoids import fold_sigmoids as fold_sigmoids
from gory.algebra._spread import spread as spread
from gory.algebra._style import Style as Style
from gory.algebra._style import glyphs as glyphs
from gory.algebra._terms import Poly as Poly
from gory.algebra._terms import TooLargeError as TooLargeError
from gory.algebra._work import limited_work as limited_work
from gory.algebra._zero import is_zero as is_zero
from gory.algebra._zero import reduce_fractions as reduce_fractions
