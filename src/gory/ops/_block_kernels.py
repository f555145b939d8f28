"""Blocks of classes from logits to gradients, in compiled code from the first to the last.

A thread takes one block after another: products of BLAS, called at its address, and between
them what `_class_kernels` does, while the block is in the cache. The interpreter, for whose lock
threads would wait some hundred times in a call and fall asleep over it, is not needed before all
are done. Whoever is free takes the next block, so that a core that others use costs little. Only
where sums go on from block to block, in dX, it is fixed which thread has which: they then always
come in the same order.

`products` describes products as `_block_products` does; the first `before` of them come before
what the kernel does with a block, the others after it. `numbers` are 0 and 1 in the dtype of
the logits, and `starts` are the first classes of the blocks, with the number of classes at
the end. The rows of a block of z begin at z_step for every class before it, plus z_share for
every thread before the own one; so do those of v.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ir
from numba.core import cgutils, types

from gory.ops import _ranges
from gory.ops._block_products import (
    A_APART,
    A_KIND,
    ADD,
    B_APART,
    B_KIND,
    C_APART,
    C_FIRST,
    CLASSES,
    FIELDS,
    HIGH,
    INNER,
    LATER,
    WIDE,
    A,
    B,
    C,
)
from gory.ops._class_kernels import (
    absorb_classes,
    add_moves,
    add_row_sums,
    finish_classes,
    settle,
)
from gory.ops._compiling import kernel, part
from gory.ops._lanes import INT32, intrinsic, prefer_wide_registers
from gory.ops._range_sharing import BYTES, address_of, join, next_range


@intrinsic
def _gemm(
    typingctx: Any,
    function: Any,
    b_kind: Any,
    a_kind: Any,
    wide: Any,
    high: Any,
    inner: Any,
    alpha: Any,
    b: Any,
    b_apart: Any,
    a: Any,
    a_apart: Any,
    beta: Any,
    c: Any,
    c_apart: Any,
) -> Any:
    """?gemm of BLAS, which takes all its arguments by address."""
    addresses = (5, 6, 8, 10, 11)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [BYTES] * 13)
        places = []
        for i, value in enumerate(args[1:]):
            if i in addresses:
                places.append(builder.inttoptr(value, BYTES))
                continue
            number = builder.trunc(value, ir.IntType(8) if i < 2 else INT32)
            place = cgutils.alloca_once(builder, number.type)
            builder.store(number, place)
            places.append(builder.bitcast(place, BYTES))
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), places)
        return context.get_dummy_value()

    return types.void(*[types.int64] * 14), codegen


@intrinsic
def _from_place(typingctx: Any, array: Any, at: Any) -> Any:
    """An array from one of its entries on; None if there is none."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if array == types.none:
            return context.get_dummy_value()
        found = context.make_array(signature.args[0])(context, builder, args[0])
        found.data = builder.gep(found.data, [args[1]])
        return found._getvalue()

    return array(array, types.intp), codegen


@part
def _size(number: int, classes: int) -> int:
    return classes if number == CLASSES else number


@part
def _place(products: Any, at: int, base: int, share: int, first: int) -> int:
    """The address of an operand for a block."""
    return base + products[at + 1] * first + products[at + 2] * share


@part
def _multiply(
    gemm: int,
    numbers: Any,
    products: Any,
    begin: int,
    end: int,
    share: int,
    first: int,
    classes: int,
    fresh: bool,
) -> None:
    """Some of the products for a block of classes."""
    for row in range(begin, end):
        at = row * FIELDS
        add = products[at + ADD]
        if add == LATER:
            add = 0 if fresh else 1
        result = products[at + C] if share > 0 else products[at + C_FIRST]
        _gemm(
            gemm,
            products[at + B_KIND],
            products[at + A_KIND],
            _size(products[at + WIDE], classes),
            _size(products[at + HIGH], classes),
            _size(products[at + INNER], classes),
            address_of(numbers, 1),
            _place(products, at + B, products[at + B], share, first),
            products[at + B_APART],
            _place(products, at + A, products[at + A], share, first),
            products[at + A_APART],
            address_of(numbers, add),
            _place(products, at + C, result, share, first),
            products[at + C_APART],
        )


@kernel
def see_blocks(
    ranges: Any,
    gemm: int,
    numbers: Any,
    products: Any,
    z: Any,
    z_step: int,
    z_share: int,
    v: Any,
    v_step: int,
    v_share: int,
    resting: bool,
    moves: Any,
    bias: Any,
    labels: Any,
    starts: Any,
    own: Any,
    sums: Any,
    maxima: Any,
    m: int,
    apart: int,
    keep: bool,
) -> None:
    """What all blocks say about the samples."""
    joined = join(ranges)
    number, stop = next_range(ranges, joined)
    end = products.size // FIELDS
    while number < stop:
        first, classes = starts[number], starts[number + 1] - starts[number]
        _multiply(gemm, numbers, products, 0, end, joined, first, classes, True)
        block = _from_place(z, first * z_step + joined * z_share)
        along = _from_place(v, first * v_step + joined * v_share)
        add_moves(along, moves, resting, first, classes, m)
        total, offset = _from_place(sums, number * 2 * m), _from_place(bias, first)
        most = _from_place(maxima, number * 3 * m)
        center = _from_place(most, 2 * m)
        absorb_classes(
            block, along, offset, labels, first, own, total, most, center, classes, m, apart, keep
        )
        number += 1
        if number == stop:
            number, stop = next_range(ranges, joined)


@kernel
def settle_samples(
    sums: Any, maxima: Any, own: Any, upstream: Any, settled: Any, blocks: int, m: int
) -> None:
    """What all blocks together say about the samples."""
    prefer_wide_registers()
    for i in range(0, m, 16):
        settle(sums, maxima, own, upstream, settled, blocks, m, i)


@kernel
def finish_blocks(
    ranges: Any,
    fixed: bool,
    gemm: int,
    numbers: Any,
    products: Any,
    before: int,
    z: Any,
    v: Any,
    v_step: int,
    v_share: int,
    again: bool,
    resting: bool,
    moves: Any,
    out: Any,
    gradient: Any,
    own_share: int,
    labels: Any,
    starts: Any,
    settled: Any,
    maxima: Any,
    scratch: Any,
    sums: Any,
    m: int,
    apart: int,
    tiny: float,
) -> None:
    """Results from the exponentials of all blocks, and what is multiplied with them.

    What is taken are blocks, or if `fixed` all blocks of a thread. `again` says that motions
    are not kept; `sums` receives the sums over the samples unless it is empty.
    """
    joined = join(ranges)
    begin, stop = next_range(ranges, joined)
    last, end = starts.size - 1, products.size // FIELDS
    step = ranges[_ranges.ROWS] if fixed else last
    while begin < stop:
        share = begin if fixed else joined
        result = _from_place(out, share * own_share)
        slopes = _from_place(gradient, share * own_share)
        memory = _from_place(scratch, share * 4 * m)
        for number in range(begin, last, step):
            first, classes = starts[number], starts[number + 1] - starts[number]
            _multiply(gemm, numbers, products, 0, before, share, first, classes, True)
            along = _from_place(v, first * v_step + share * v_share)
            if again:
                add_moves(along, moves, resting, first, classes, m)
            block, most = _from_place(z, first * apart), _from_place(maxima, number * 3 * m)
            common = labels, first, settled, most, memory, classes, m, apart, tiny
            finish_classes(block, along, result, slopes, *common)
            fresh = number == begin
            _multiply(gemm, numbers, products, before, end, share, first, classes, fresh)
            add_row_sums(result, sums, first, classes, m)
        begin += 1
        if begin == stop:
            begin, stop = next_range(ranges, joined)
