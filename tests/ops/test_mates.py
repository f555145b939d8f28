"""Threads that help out: every task is done once, mistakes come back, a fork has its own."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest

from gory.ops import set_threads, softmax
from gory.ops._mates import Mate
from gory.ops._threads import share_rows

BIG = 2**20


@pytest.fixture(params=["looking out", "asleep"])
def mate(request, monkeypatch):
    """With the compiled way of waiting, where there is one, and with the plain one."""
    if request.param == "asleep":
        monkeypatch.setattr("gory.ops._mates._sharing", lambda: None)
    else:
        softmax(np.zeros((40, 1000)))  # kernels are loaded
    return Mate("gory-test")


def test_a_task_is_done_once_by_the_thread_or_taken_back(mate):
    seen = []
    for number in range(200):
        task = mate.give(lambda number=number: seen.append((number, threading.get_ident())))
        time.sleep(0.0002 * (number % 3))
        mate.finish(task)
    done = [number for number, _ in seen]
    assert done == sorted(set(done))
    assert threading.get_ident() not in {thread for _, thread in seen}


def test_a_mistake_in_a_thread_reaches_the_caller(mate):
    begun = threading.Event()

    def wrong():
        begun.set()
        raise KeyError("of the thread")

    task = mate.give(wrong)
    begun.wait()
    with pytest.raises(KeyError, match="of the thread"):
        mate.finish(task)
    mate.finish(mate.give(begun.clear))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_row_is_taken_once_however_many_share_them(threads):
    taken, lock = np.zeros(1000, int), threading.Lock()

    def work(start, stop):
        with lock:
            taken[start:stop] += 1

    set_threads(threads)
    try:
        for _ in range(20):
            share_rows(work, 1000, BIG)
    finally:
        set_threads(None)
    np.testing.assert_array_equal(taken, 20)


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("rows", [1, 16, 1000])
def test_a_kernel_is_given_every_row_once(threads, rows, monkeypatch):
    monkeypatch.setattr("gory.ops._ranges.PIECE", 1)
    z = np.random.default_rng(1).normal(size=(rows, BIG // rows)).astype(np.float32)
    set_threads(1)
    expected = softmax(z)
    set_threads(threads)
    try:
        for _ in range(5):
            np.testing.assert_array_equal(softmax(z), expected)
    finally:
        set_threads(None)


def test_a_thread_that_is_reserved_is_not_offered_to_anybody_else(mate):
    assert mate.reserve()
    assert not mate.reserve()
    mate.release()
    assert mate.reserve()
    mate.release()


def test_callers_in_several_threads_do_not_wait_for_each_other_for_ever():
    z = np.random.default_rng(0).normal(size=(300, 1000)).astype(np.float32)
    expected, found = softmax(z), []
    set_threads(3)
    try:
        callers = [
            threading.Thread(target=lambda: found.extend(softmax(z) for _ in range(10)))
            for _ in range(4)
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    finally:
        set_threads(None)
    assert len(found) == 40
    for result in found:
        np.testing.assert_array_equal(result, expected)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_has_threads_of_its_own():
    z = np.ones((300, 1000), np.float32)
    set_threads(2)
    try:
        softmax(z)
        child = os.fork()
        if child == 0:
            os._exit(int(softmax(z)[0, 0] != np.float32(1e-3)))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        set_threads(None)
