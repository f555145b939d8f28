"""What is written: expression nodes, the reader, a paper of definitions, the writers.

Everything here is a frozen value or a plain function from text to values and back. The room knows
what can be written, not what it means: no rule of algebra or calculus lives here.
"""

from gory.notation._errors import DerivationError as DerivationError
from gory.notation._errors import GoryError as GoryError
from gory.notation._errors import NotationError as NotationError
from gory.notation._indices import free_in_order as free_in_order
from gory.notation._indices import free_indices as free_indices
from gory.notation._indices import fresh as fresh
from gory.notation._indices import letters as letters
from gory.notation._indices import rename_bound as rename_bound
from gory.notation._indices import substitute as substitute
from gory.notation._indices import written_indices as written_indices
from gory.notation._latex import latex_name as latex_name
from gory.notation._latex import to_latex as to_latex
from gory.notation._nodes import FUNCTIONS as FUNCTIONS
from gory.notation._nodes import MINUS_ONE as MINUS_ONE
from gory.notation._nodes import ONE as ONE
from gory.notation._nodes import ZERO as ZERO
from gory.notation._nodes import Add as Add
from gory.notation._nodes import Bracket as Bracket
from gory.notation._nodes import D as D
from gory.notation._nodes import Delta as Delta
from gory.notation._nodes import Div as Div
from gory.notation._nodes import Expr as Expr
from gory.notation._nodes import Fn as Fn
from gory.notation._nodes import Index as Index
from gory.notation._nodes import Mul as Mul
from gory.notation._nodes import Num as Num
from gory.notation._nodes import Pow as Pow
from gory.notation._nodes import Ref as Ref
from gory.notation._nodes import Size as Size
from gory.notation._nodes import Sum as Sum
from gory.notation._nodes import children as children
from gory.notation._nodes import num as num
from gory.notation._nodes import of_matrix as of_matrix
from gory.notation._nodes import rebuild as rebuild
from gory.notation._nodes import transform as transform
from gory.notation._nodes import walk as walk
from gory.notation._paper import Definition as Definition
from gory.notation._paper import Fact as Fact
from gory.notation._paper import Paper as Paper
from gory.notation._plain import to_plain as to_plain
from gory.notation._statements import read_expression as read_expression
from gory.notation._statements import read_expressions as read_expressions
from gory.notation._statements import read_paper as read_paper
from gory.notation._terminal import terminal_name as terminal_name
from gory.notation._terminal import to_terminal as to_terminal
