"""Memory of large results: nobody's twice at a time, somebody's again afterwards."""

from __future__ import annotations

import mmap
import threading

import numpy as np
import pytest

from gory.ops import _result_memory as memory
from gory.ops import log_softmax, softmax
from gory.ops._result_memory import result_memory

LARGE = (memory.LEAST // 4, 1)

pytestmark = pytest.mark.skipif(
    not hasattr(mmap, "MADV_FREE"), reason="the system cannot be told that memory may be taken"
)


@pytest.fixture(autouse=True)
def nothing_kept():
    """Every test begins and ends without free regions."""
    memory._free.clear()
    yield
    memory._free.clear()


def place(array):
    return array.__array_interface__["data"][0]


def test_a_result_that_is_gone_makes_room_for_the_next():
    first = result_memory(LARGE, np.float32)
    before = place(first)
    del first
    assert place(result_memory(LARGE, np.float32)) == before


@pytest.mark.parametrize("hold", [lambda x: x, lambda x: x[5:9], lambda x: memoryview(x)])
def test_memory_that_somebody_still_sees_is_not_given_away(hold):
    first = result_memory(LARGE, np.float32)
    before, held = place(first), hold(first)
    del first
    assert place(result_memory(LARGE, np.float32)) != before
    del held
    assert len(memory._free) == 2


def test_small_results_and_other_systems_get_memory_of_numpy(monkeypatch):
    assert result_memory((10, 10), np.float32).flags.owndata
    monkeypatch.delattr(mmap, "MADV_FREE")
    assert result_memory(LARGE, np.float32).flags.owndata


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_have_their_shape_and_begin_with_a_cache_line(dtype):
    array = result_memory((3, memory.LEAST // 4, 1), dtype)
    assert array.shape == (3, memory.LEAST // 4, 1)
    assert array.dtype == dtype
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert place(array) % 64 == 0


def test_a_much_larger_region_is_left_to_larger_results():
    large = result_memory((2 * memory.LEAST // 4, 1), np.float32)
    before = place(large)
    del large
    assert place(result_memory(LARGE, np.float32)) != before


def test_no_more_is_kept_than_was_meant(monkeypatch):
    monkeypatch.setattr(memory, "KEPT", 2 * memory.LEAST)
    several = [result_memory(LARGE, np.float32) for _ in range(4)]
    del several
    assert sum(region.size for region in memory._free) == 2 * memory.LEAST


def test_results_do_not_change_when_others_are_computed_and_forgotten(rng):
    z = rng.standard_normal((1 << 13, 1 << 10)).astype(np.float32)
    kept = softmax(z)
    expected = kept[::97].copy()
    for _ in range(3):
        log_softmax(z)
    np.testing.assert_array_equal(kept[::97], expected)


def test_threads_never_get_the_same_memory():
    failures = []

    def work(number):
        for _ in range(20):
            array = result_memory(LARGE, np.float32)
            array[:: 1 << 16] = number
            if (array[:: 1 << 16] != number).any():
                failures.append(number)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
