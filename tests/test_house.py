"""The house keeps its own rules: sizes, arrows between rooms, what an import may load."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "gory"
MODULES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEXTS = [
    path
    for pattern in ("src/**/*.py", "tests/**/*.py", "examples/*", "docs/**/*.md", "*.md", ".ci/run")
    for path in sorted(ROOT.glob(pattern))
    if path.is_file()
]

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_KERNEL = 100  # straight-line code that a compiler must see as one piece

MAY_IMPORT = {
    "notation": set(),
    "algebra": {"notation"},
    "calculus": {"notation", "algebra"},
    "verify": {"notation", "algebra", "calculus"},
    "codegen": {"notation", "algebra", "calculus"},
    "ops": set(),
    "learn": {"ops"},
    "show": {"notation", "algebra", "calculus", "verify", "codegen", "ops", "learn"},
}
HEAVY = ("numpy", "scipy", "sklearn", "numba", "pyarrow", "matplotlib", "pandas", "torch")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def package_of(path: Path) -> str:
    return ".".join(path.parent.relative_to(PACKAGE.parent).parts)


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the ``def`` to the end, without the docstring."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def rooms_imported(tree: ast.AST, package: str = "gory") -> set[str]:
    """The rooms of gory that a module of ``package`` imports, at any depth."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            source = resolve_name(module, package)
            names = [f"{source}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("gory.")}
    return found & (set(MAY_IMPORT) | {"cli"})


@pytest.mark.parametrize("path", MODULES + TESTS, ids=named)
def test_a_file_fits_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_function_fits_one_screen(path: Path) -> None:
    found = functions(ast.parse(path.read_text()))
    limit = LONGEST_KERNEL if path.stem.endswith("_kernels") else LONGEST_FUNCTION
    too_long = {f.name: lines_of_code(f) for f in found if lines_of_code(f) > limit}
    assert too_long == {}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_every_room_has_its_arrows() -> None:
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} <= {*MAY_IMPORT, "cli"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_values_flow_one_way_through_the_rooms(room: str) -> None:
    modules = sorted((PACKAGE / room).rglob("*.py"))
    allowed = MAY_IMPORT[room] | {room}
    wrong = {
        named(path): extra
        for path in modules
        if (extra := rooms_imported(ast.parse(path.read_text()), package_of(path)) - allowed)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("room", "above"),
    [
        ("wording", ("explanations", "doubts", "_chain", "_claim", "_proofread.", "_tried")),
        ("explanations", ("doubts", "_chain", "_proofread.", "_tried", "_readings")),
    ],
)
def test_what_is_said_of_a_line_knows_nothing_of_who_asks(room: str, above: Sequence[str]) -> None:
    manuscript = "gory.verify.manuscript."
    found = [
        f"{named(path)}: {node.module}"
        for path in (PACKAGE / "verify" / "manuscript" / room).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module
        if f"{node.module}.".startswith(tuple(manuscript + one for one in above))
    ]
    assert found == []


def test_the_import_detector_sees_every_spelling() -> None:
    spellings = """
import gory.learn
from gory import ops
from .. import verify
from ..algebra import fold
from ._axes import chart
def inside():
    from gory.codegen import emit
"""
    found = rooms_imported(ast.parse(spellings), "gory.show")
    assert found == {"learn", "ops", "verify", "algebra", "show", "codegen"}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_named_after_its_idea(path: Path) -> None:
    assert path.stem.strip("_") not in {"utils", "util", "helpers", "helper", "manager", "misc"}
    assert path.stem.startswith("_") or path.parent == PACKAGE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_user_never_meets_an_assert_and_text_is_never_run(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "eval", f"line {node.lineno}"
            assert node.func.id != "exec" or "codegen" in path.parts, f"line {node.lineno}"
        if isinstance(node, ast.Import):
            assert not {"pickle", "joblib", "marshal"} & {alias.name for alias in node.names}


# Spelled in pieces, so that this file does not hold what it looks for.
LEFTOVERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
SOMEBODYS_PATH = re.compile(r"(?<![\w.])/" + r"(?:home|Users|root|work|opt|tmp)/")


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_nothing_is_left_over_and_no_path_is_of_one_machine(path: Path) -> None:
    text = path.read_text()
    assert [word for word in LEFTOVERS if re.search(rf"\b{word}\b", text)] == []
    assert SOMEBODYS_PATH.findall(text) == []


def heavy_modules_after(program: str) -> list[str]:
    """The heavy packages that a fresh interpreter has loaded after running the program."""
    report = f"\nimport sys; print([m for m in {HEAVY} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program + report],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
    )
    return ast.literal_eval(done.stderr.splitlines()[-1])


RUN = "from gory.cli import main\ntry:\n    main({})\nexcept SystemExit:\n    pass"


@pytest.mark.parametrize(
    "program",
    [
        "import gory",
        "import gory; dir(gory)",
        RUN.format(["--help"]),
        RUN.format(["fit", "--help"]),
        RUN.format(["derive", "examples/softmax_layer.gory", "--of", "J", "--wrt", "theta[m,n]"]),
    ],
    ids=["import", "dir", "help", "help of fit", "derive"],
)
def test_words_and_symbols_need_no_numerical_library(program: str) -> None:
    assert heavy_modules_after(program) == []


def packages_imported(path: Path) -> set[str]:
    """The packages outside of gory and the standard library that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"gory"}


def declared(requirements: list[str]) -> set[str]:
    """The packages that requirements install, by the names they are imported under."""
    names = {re.split(r"[<>=\[ ]", requirement)[0] for requirement in requirements}
    return {"sklearn" if name == "scikit-learn" else name.replace("-", "_") for name in names}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    imported = set().union(*map(packages_imported, MODULES))
    plain = declared(project["dependencies"])
    extras = set().union(*map(declared, project["optional-dependencies"].values()))
    assert plain - imported == set()
    assert imported - plain - extras == set()


def test_every_public_name_is_there_and_documented() -> None:
    import gory

    for name in gory.__all__:
        value = getattr(gory, name)
        assert name == "__version__" or value.__doc__, name


def test_the_readme_and_the_checks_run_the_same_test_command() -> None:
    commands = re.findall(r"^python3 -m venv .*pytest.*$", (ROOT / "README.md").read_text(), re.M)
    assert len(commands) == 1
    run = (ROOT / ".ci" / "run").read_text()
    assert commands[0] in [line.strip() for line in run.splitlines()]
