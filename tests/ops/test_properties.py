"""What holds for every input: invariances of softmax, structure of its Jacobian, batching."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gory.ops import cross_entropy, log_softmax, logsumexp, softmax

rows = arrays(np.float64, st.integers(1, 40), elements=st.floats(-300, 300))


@given(z=rows)
def test_probabilities_sum_to_one_and_keep_the_order(z):
    p = softmax(z)
    np.testing.assert_allclose(p.sum(), 1, rtol=1e-14)
    assert (np.diff(p[np.argsort(z, kind="stable")]) >= 0).all()


@given(z=rows, shift=st.integers(-1000, 1000))
def test_a_shift_changes_nothing(z, shift):
    z = np.round(z * 16) / 16  # so that adding an integer is exact
    np.testing.assert_array_equal(softmax(z + shift), softmax(z))
    np.testing.assert_array_equal(log_softmax(z + shift), log_softmax(z))


@given(z=rows, data=st.data())
def test_permutations_pass_through(z, data):
    order = np.array(data.draw(st.permutations(range(len(z)))), dtype=int)
    np.testing.assert_allclose(softmax(z[order]), softmax(z)[order], rtol=1e-15)


@given(z=rows)
def test_jacobian_is_symmetric_and_singular_along_ones(z):
    J = softmax.jacobian(z)
    np.testing.assert_array_equal(J, J.T)
    np.testing.assert_allclose(J.sum(1), 0, atol=1e-15)
    assert np.linalg.eigvalsh(J).min() >= -1e-15
    assert np.linalg.eigvalsh(J).max() <= 0.5 + 1e-15


@given(z=arrays(np.float64, st.integers(2, 8), elements=st.floats(-9, 9)), seed=st.integers(0, 99))
def test_structured_jacobian_solves_and_factors(z, seed):
    rng = np.random.default_rng(seed)
    J = softmax.jacobian(z, structured=True)
    dense, u = J.dense(), rng.normal(size=len(z))
    b = dense @ u
    x = J.solve(b)
    np.testing.assert_allclose(J.multiply(x), b, atol=1e-13)
    np.testing.assert_allclose(x, np.linalg.pinv(dense, rcond=1e-14) @ b, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(J.factor(J.factor_transpose(u)), dense @ u, atol=1e-15)


@given(z=rows, data=st.data())
def test_losses_are_not_negative_and_bounded_by_the_margin(z, data):
    y = data.draw(st.integers(0, len(z) - 1))
    value = cross_entropy(z, y)
    others = np.delete(z, y)
    assert value >= 0
    if len(others):
        margin = z[y] - others.max()
        upper = np.logaddexp(0, np.log(len(others)) - margin)
        rounding = 1e-14 + abs(margin) * 2.0**-52  # of the bounds, which are rounded exponents
        assert np.logaddexp(0, -margin) * (1 - rounding) <= value <= upper * (1 + rounding)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [1, 2, 3, 10, 16, 17, 64, 65, 1000, 3000])
def test_a_row_has_the_same_bits_in_every_batch(dtype, k, rng):
    z = (5 * rng.normal(size=(37, k))).astype(dtype)
    labels = rng.integers(0, k, 37)
    whole = softmax(z), log_softmax(z), logsumexp(z)
    gradient = cross_entropy.value_and_grad(z, labels, reduction="sum")[1]
    for size in (1, 2, 16, 20):
        for start in range(0, 37, size):
            part = slice(start, start + size)
            np.testing.assert_array_equal(softmax(z[part]), whole[0][part])
            np.testing.assert_array_equal(log_softmax(z[part]), whole[1][part])
            np.testing.assert_array_equal(logsumexp(z[part]), whole[2][part])
            ours = cross_entropy.value_and_grad(z[part], labels[part], reduction="sum")[1]
            np.testing.assert_array_equal(ours, gradient[part])


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_agrees_with_scipy(axis, dtype, rng):
    special = pytest.importorskip("scipy.special")
    z = (5 * rng.normal(size=(20, 30))).astype(dtype)
    tolerance = 20 * np.finfo(dtype).eps
    for ours, theirs in (
        (softmax, special.softmax),
        (log_softmax, special.log_softmax),
        (logsumexp, special.logsumexp),
    ):
        # SciPy's log_softmax is a difference, so it has lost the small logarithms.
        np.testing.assert_allclose(
            ours(z, axis=axis), theirs(z, axis=axis), rtol=tolerance, atol=tolerance
        )


def test_out_receives_the_result(rng):
    z = rng.normal(size=(4, 5))
    out = np.empty((4, 5), order="F")
    assert softmax(z, out=out) is out
    np.testing.assert_array_equal(out, softmax(z))
    value, gradient = cross_entropy.value_and_grad(z, [0, 1, 2, 3], out=out)
    assert gradient is out
    assert value == cross_entropy(z, [0, 1, 2, 3])
    few = np.empty(4)
    assert logsumexp(z, out=few) is few


def test_importing_the_operators_loads_numpy_only():
    code = (
        "import sys, gory.ops; gory.ops.softmax([1.0, 2.0]);"
        "heavy = {'scipy', 'numba', 'sklearn', 'torch', 'pyarrow', 'matplotlib'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
