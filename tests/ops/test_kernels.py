"""Compiled kernels against the NumPy rows: the same bits, on any number of threads."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import numpy as np
import pytest

from gory.ops import (
    _kernels,
    cross_entropy,
    linear_cross_entropy,
    log_softmax,
    logsumexp,
    set_threads,
    softmax,
)

pytest.importorskip("numba")

LENGTHS = [
    *range(1, 11),
    16,
    17,
    33,
    63,
    64,
    65,
    100,
    193,
    257,
    1000,
    1024,
    1025,
    3000,
    9000,
    20001,
]


@pytest.fixture
def numpy_only(monkeypatch):
    """Switch between the two implementations."""

    def switch(on):
        monkeypatch.setattr("gory.ops._kernels.numba_exists", lambda: not on)
        monkeypatch.setattr("gory.ops._kernels.COMPILE_FROM", 0)

    return switch


def difficult_rows(n, k, dtype, rng):
    z = (6 * rng.normal(size=(n, k))).astype(dtype)
    z[0, 0] = -np.inf
    z[1] = z[1, 0]
    if k > 1:
        z[2, -1] = np.nan
        z[3, k // 2] = np.inf
        z[4] = -np.inf
        z[5, :2] = np.inf, np.nan
        z[6, 1:] = z[6, 0] - 300
        z[7] *= 1e30
        z[8] *= 1e-30
    return z


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", LENGTHS)
def test_kernels_have_the_bits_of_numpy(k, dtype, rng, numpy_only):
    n = 37 if k < 2000 else 17
    z, labels = difficult_rows(n, k, dtype, rng), rng.integers(0, k, n)
    upstream = rng.normal(size=n)
    upstream[-1] = 0

    def everything():
        loss = cross_entropy.value_and_grad(z, labels, upstream=upstream, reduction="none")
        return softmax(z), log_softmax(z), logsumexp(z), *loss

    numpy_only(False)
    compiled = everything()
    numpy_only(True)
    for ours, theirs in zip(compiled, everything(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("offset", [0, 1, 5])
@pytest.mark.parametrize("k", [8193, 9000])
def test_results_past_the_cache_are_the_same(k, offset, rng, monkeypatch, numpy_only):
    numpy_only(False)
    z, labels = difficult_rows(17, k, np.float32, rng), rng.integers(0, k, 17)
    expected = softmax(z), log_softmax(z), cross_entropy.value_and_grad(z, labels)[1]
    monkeypatch.setattr("gory.ops._compiled.LARGE", 0)
    # Rows begin anywhere in a cache line.
    out = np.full(17 * k + 16, 7, np.float32)
    target = out[offset : offset + 17 * k].reshape(17, k)
    for compute, result in zip(
        (softmax, log_softmax, lambda z, out: cross_entropy.value_and_grad(z, labels, out=out)),
        expected,
        strict=True,
    ):
        compute(z, out=target)
        np.testing.assert_array_equal(target, result)
    np.testing.assert_array_equal(out[:offset], 7)
    np.testing.assert_array_equal(out[offset + 17 * k :], 7)


ROWS = {
    "ordinary": lambda rng, n, k: rng.normal(size=(n, k)),
    "peaked": lambda rng, n, k: 60 * rng.normal(size=(n, k)),
    "ascending": lambda rng, n, k: np.sort(8 * rng.normal(size=(n, k))),
    "descending": lambda rng, n, k: -np.sort(8 * rng.normal(size=(n, k))),
    "ties": lambda rng, n, k: rng.integers(-3, 3, size=(n, k)),
    "far": lambda rng, n, k: 1e6 + np.sort(1e4 * rng.normal(size=(n, k))),
    "masked": lambda rng, n, k: rng.choice([-np.inf, 0.0, 1.5, -3.25], size=(n, k)),
    "difficult": lambda rng, n, k: difficult_rows(n, k, np.float32, rng),
}


@pytest.mark.parametrize("kind", ROWS)
@pytest.mark.parametrize("k", [1023, 1024, 1025, 2047, 3072, 5000, 20001])
def test_rows_read_once_have_the_bits_of_numpy(k, kind, rng, monkeypatch, numpy_only):
    monkeypatch.setattr("gory.ops._compiled.LARGE", 0)
    monkeypatch.setattr("gory.ops._streamed_kernels.SHORTEST", 1)
    from gory.ops import _compiled

    n = 11
    # The last runs are shorter than what comes before a whole cache line, or as long.
    memory = np.empty(n * k + 16, np.float32)
    start = int(rng.integers(0, 16))
    z = memory[start : start + n * k].reshape(n, k)
    z[...] = ROWS[kind](rng, n, k)
    labels, upstream = rng.integers(0, k, n), rng.choice([0.0, 1.0, -2.5, 1e-30, 1e30], n)
    options = {"upstream": upstream, "reduction": "none"}

    def everything():
        loss = cross_entropy.value_and_grad(z, labels, **options)
        return softmax(z), log_softmax(z), logsumexp(z), cross_entropy(z, labels), *loss

    numpy_only(True)
    expected = everything()
    numpy_only(False)
    for ours, theirs in zip(everything(), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    values = np.empty(n)
    _compiled.label_loss(z, labels, upstream, values, z)
    np.testing.assert_array_equal(z, expected[-1])


OPTIONS = {
    "smoothing": {"label_smoothing": 0.1},
    "smoothing-others": {"label_smoothing": 0.3, "smoothing_over": "others"},
    "z-loss": {"z_loss": 0.02},
    "cap": {"softcap": 20.0, "z_loss": 0.01},
    "temperature": {"temperature": 1.7},
    "shares": {"target": "probabilities"},
    "weights": {"label_smoothing": 0.2, "weight": True, "ignore_index": 1},
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [2, 3, 16, 17, 65, 100, 130, 1025, 3000])
@pytest.mark.parametrize("chosen", OPTIONS.values(), ids=OPTIONS)
def test_losses_with_options_have_the_bits_of_numpy(chosen, k, dtype, rng, numpy_only):
    n, options = 19, dict(chosen)
    z, target = difficult_rows(n, k, dtype, rng), rng.integers(0, k, n)
    if options.pop("target", None):
        target = rng.dirichlet(np.full(k, 0.1), n)
        target[3, :] = np.eye(k)[0]
    if "weight" in options:
        options["weight"] = rng.uniform(0, 2, k)
    options |= {"upstream": rng.normal(size=n), "reduction": "none"}
    numpy_only(False)
    ours = cross_entropy.value_and_grad(z, target, **options)
    numpy_only(True)
    for mine, theirs in zip(ours, cross_entropy.value_and_grad(z, target, **options), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [2, 16, 17, 100, 1025])
@pytest.mark.parametrize(
    "options", [{}, {"softcap": 20.0}, {"temperature": 1.7}], ids=["plain", "cap", "temperature"]
)
def test_derivatives_along_directions_have_the_bits_of_numpy(options, k, dtype, rng, numpy_only):
    z, v = difficult_rows(19, k, dtype, rng), rng.normal(size=(19, k))
    v[9, 0], v[0, 0] = np.inf, np.nan
    labels = rng.integers(0, k, 19)

    def everything():
        rows = {**options, "reduction": "none"}
        yield from (verb(z, v, **options) for verb in (softmax.jvp, softmax.vjp, log_softmax.jvp))
        yield logsumexp.hvp(z, v, **options)
        yield logsumexp.jvp(z, v, **options)
        yield logsumexp.vjp(z, v[:, 0], **options)
        yield from logsumexp.value_and_grad(z, **options)
        for verb in (cross_entropy.jvp, cross_entropy.hvp, cross_entropy.gauss_newton):
            yield from (verb(z, labels, v, label_smoothing=share, **rows) for share in (0, 0.1))

    numpy_only(False)
    compiled = list(everything())
    numpy_only(True)
    for ours, theirs in zip(compiled, everything(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_losses_with_options_do_not_depend_on_blocks_or_threads(rng, monkeypatch, numpy_only):
    z, target = rng.normal(size=(70, 90)).astype(np.float32), rng.integers(0, 90, 70)
    options = {"label_smoothing": 0.1, "z_loss": 0.1, "reduction": "sum"}
    whole = cross_entropy.value_and_grad(z, target, **options)
    monkeypatch.setattr("gory.ops._weighted_loss.BLOCK", 500)
    monkeypatch.setattr("gory.ops._threads.SERIAL_BELOW", 0)
    set_threads(3)
    try:
        parts = cross_entropy.value_and_grad(z, target, **options)
    finally:
        set_threads(None)
    for ours, theirs in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("k", [3, 300])
def test_read_only_arrays_are_read(k, rng, numpy_only):
    z, labels = rng.normal(size=(20, k)), rng.integers(0, k, 20)
    numpy_only(True)
    expected = softmax(z), *cross_entropy.value_and_grad(z, labels), cross_entropy(z, labels)
    numpy_only(False)
    z.flags.writeable = labels.flags.writeable = False
    ours = softmax(z), *cross_entropy.value_and_grad(z, labels), cross_entropy(z, labels)
    for mine, theirs in zip(ours, expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("k", [3, 100, 5000])
def test_the_number_of_threads_cannot_be_seen(k, rng, monkeypatch, numpy_only):
    numpy_only(False)
    monkeypatch.setattr("gory.ops._threads.SERIAL_BELOW", 0)
    monkeypatch.setattr("gory.ops._ranges.PIECE", 1)
    z = rng.normal(size=(53, k)).astype(np.float32)
    try:
        results = []
        for threads in (1, 2, 3):
            set_threads(threads)
            results.append((softmax(z), logsumexp(z)))
    finally:
        set_threads(None)
    for other in results[1:]:
        np.testing.assert_array_equal(other[0], results[0][0])
        np.testing.assert_array_equal(other[1], results[0][1])


def test_results_are_written_to_out_of_any_layout(rng, numpy_only):
    numpy_only(False)
    z = rng.normal(size=(40, 30)).astype(np.float32)
    for out in (np.empty_like(z), np.empty_like(z, order="F"), np.empty((40, 60), "f")[:, ::2]):
        assert softmax(z, out=out) is out
        np.testing.assert_array_equal(out, softmax(z))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("k", [2, 17, 1000, 1500])
@pytest.mark.parametrize("max_workspace", [2**26, 2**16, 1])
def test_directional_kernels_of_the_fused_layer(k, dtype, max_workspace, rng, numpy_only):
    X, W = rng.normal(size=(20, 3)).astype(dtype), rng.normal(size=(k, 3)).astype(dtype)
    W[0] *= 40  # some rows are certain
    dX, dW = rng.normal(size=X.shape).astype(dtype), rng.normal(size=W.shape).astype(dtype)
    labels = rng.integers(0, k, 20)
    options = {"dX": dX, "dW": dW, "weight": rng.uniform(0.5, 2, k), "ignore_index": 1}
    options["max_workspace"] = max_workspace

    def everything():
        product = linear_cross_entropy.hvp(X, W, labels, **options)
        return linear_cross_entropy.jvp(X, W, labels, **options), product.X, product.W

    numpy_only(False)
    compiled = everything()
    numpy_only(True)
    tolerance = 200 * np.finfo(dtype).eps
    # A derivative along a direction is a sum of motions of the logits, which may cancel.
    motion = np.abs(dX @ W.T + X @ dW.T).max()
    for ours, theirs, least in zip(compiled, everything(), (motion, 0, 0), strict=True):
        scale = max(least, np.abs(theirs).max())
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("bias", [np.nan, np.inf, -np.inf])
def test_directions_through_masked_and_undefined_classes(bias, rng, numpy_only):
    X, W, dW = rng.normal(size=(6, 3)), rng.normal(size=(40, 3)), rng.normal(size=(40, 3))
    b, labels = np.zeros(40), rng.integers(1, 39, 6)
    b[[0, 39]] = bias
    options = {"bias": b, "dW": dW, "reduction": "none", "max_workspace": 900}
    numpy_only(True)
    expected = linear_cross_entropy.jvp(X, W, labels, **options)
    numpy_only(False)
    found = linear_cross_entropy.jvp(X, W, labels, **options)
    assert np.isnan(found).all() == (bias > -np.inf or np.isnan(bias))
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_wide_registers_are_used_where_the_machine_has_them():
    import numba
    from llvmlite import binding

    from gory.ops import _long_kernels
    from gory.ops._ranges import ranges_of

    if not binding.get_host_cpu_features().get("avx512f"):
        pytest.skip("this machine has no 512-bit registers")
    # Compiled once more, because code from the cache cannot be looked at.
    fresh = numba.njit(error_model="numpy", _nrt=False)(_long_kernels.softmax_long.py_func)
    z = np.zeros(400, np.float32)
    fresh(ranges_of(1, 400, ()), z, z.copy(), 400, 1e-38, z.copy(), False)
    (assembly,) = fresh.inspect_asm().values()
    assert assembly.count("zmm") > 10 * assembly.count("ymm")


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )


COMPUTE = (
    "import numpy as np; from gory.ops import softmax;"
    "z = np.arange(70000.0).reshape(7, 10000) % 7;"
    "print(softmax(z).tobytes().hex()[:64])"
)


def test_small_work_loads_no_compiler():
    code = (
        "import sys, numpy as np; from gory.ops import cross_entropy;"
        "cross_entropy.value_and_grad(np.zeros((150, 3)), np.zeros(150, int));"
        "sys.exit('numba' in sys.modules)"
    )
    assert run(code).returncode == 0


def test_without_numba_the_results_are_the_same():
    without = run("import sys; sys.modules['numba'] = None;" + COMPUTE)
    assert without.returncode == 0, without.stderr
    assert without.stdout == run(COMPUTE).stdout


def test_a_cache_directory_that_cannot_be_written_to_is_no_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file, where a directory is asked for")
    done = run(COMPUTE, NUMBA_CACHE_DIR=str(blocked / "below"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == run(COMPUTE).stdout


def test_small_work_compiles_when_numpy_has_taken_as_long(monkeypatch):
    monkeypatch.setattr(_kernels, "_ready", {})
    monkeypatch.setattr(_kernels, "_left", {})
    monkeypatch.setattr(_kernels, "COMPILE_AFTER", 5 * (_kernels.CALL + 12) - 1)
    z = np.arange(12.0).reshape(4, 3)
    first = softmax(z)
    for _ in range(3):
        softmax(z)
    assert not _kernels._ready
    last = softmax(z)
    assert list(_kernels._ready) == [("softmax", "d")]
    np.testing.assert_array_equal(first, last)


def test_a_kernel_is_compiled_anew_when_one_of_its_parts_has_changed(tmp_path, monkeypatch):
    from gory.ops import _compiling

    (tmp_path / "doubling_of_numbers.py").write_text("def double(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    double = importlib.import_module("doubling_of_numbers").double

    def hits():
        kernel = _compiling.kernel(double)
        assert kernel(3) == 6
        return sum(kernel.stats.cache_hits.values())

    assert hits() == 0
    assert hits() == 1
    monkeypatch.setattr(_compiling, "fingerprint", lambda: "of other parts")
    assert hits() == 0
