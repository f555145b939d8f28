"""Operators of the softmax output layer, each with all its derivatives.

An operator is an object: call it for the value, or ask for ``jvp`` (forward), ``vjp``
(reverse), ``jacobian``; the scalar-valued ones also for ``value_and_grad``, ``hvp``,
``gauss_newton`` and ``hessian``. Arrays are positional, options are keywords, and an option
means the same everywhere.

Only NumPy is loaded here; compiled kernels are loaded when the first large array arrives.
"""

from gory.ops._binary_cross_entropy import binary_cross_entropy as binary_cross_entropy
from gory.ops._cross_entropy import cross_entropy as cross_entropy
from gory.ops._errors import DTypeError as DTypeError
from gory.ops._errors import OperatorError as OperatorError
from gory.ops._errors import RangeError as RangeError
from gory.ops._errors import ShapeError as ShapeError
from gory.ops._hinge import hinge as hinge
from gory.ops._jacobian import SoftmaxJacobian as SoftmaxJacobian
from gory.ops._linear_cross_entropy import linear_cross_entropy as linear_cross_entropy
from gory.ops._linear_products import GradientBound as GradientBound
from gory.ops._linear_products import LinearGradients as LinearGradients
from gory.ops._linear_products import RowReport as RowReport
from gory.ops._log_softmax import log_softmax as log_softmax
from gory.ops._logsumexp import logsumexp as logsumexp
from gory.ops._sigmoid import sigmoid as sigmoid
from gory.ops._smooth_maximum import smooth_maximum as smooth_maximum
from gory.ops._softmax import softmax as softmax
from gory.ops._threads import get_threads as get_threads
from gory.ops._threads import set_threads as set_threads
