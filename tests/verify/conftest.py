"""What the tests of a run share."""

from __future__ import annotations

import os

import pytest
from tests.corpus._verdicts import share


@pytest.fixture(scope="session", autouse=True)
def _verdicts_of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:  # each process has a folder below that of the run
        share(tmp_path_factory.getbasetemp().parent / "verdicts")
