"""``python -m gory`` is the command ``gory``."""

import sys

from gory.cli import main

if __name__ == "__main__":
    sys.exit(main())
