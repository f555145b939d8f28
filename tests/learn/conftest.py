"""scikit-learn skips its array API checks unless SciPy was told of them before its import."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")
