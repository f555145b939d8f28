"""KaTeX as it ships with the package, run by node: which formulas does it refuse?"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import gory.show

KATEX = Path(gory.show.__file__).parent / "assets" / "katex.min.js"
PROGRAM = """
const katex = require(process.argv[1]);
const formulas = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const wrong = [];
for (const tex of formulas) {
    try { katex.renderToString(tex, {throwOnError: true, strict: 'error', displayMode: true}); }
    catch (error) { wrong.push(tex + ': ' + error.message); }
}
process.stdout.write(JSON.stringify(wrong));
"""

needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="KaTeX needs node, which is not installed"
)


def refused_by_katex(formulas: list[str]) -> list[str]:
    """The formulas that KaTeX does not typeset in its strictest mode, each with the reason."""
    done = subprocess.run(
        ["node", "-e", PROGRAM, str(KATEX)],
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
