"""Sixteen rows at once: columns of rows in registers, and the cache lines to come.

Rows are read one by one and transposed by four rounds of shuffles. Sixteen rows of up to
eight entries are a few full vectors, whose entries are picked out directly. Gathering the
columns from memory would be slower than either.
"""

from __future__ import annotations

from typing import Any

import llvmlite.ir as ir
from numba.core import cgutils, types

from gory.ops._lanes import (
    INT32,
    INT64,
    LANE_INDEX,
    WIDTH,
    Lanes,
    first_lanes,
    intrinsic,
    lanes_of,
    pointer,
    suffix,
)


def _transposed(builder: Any, rows: list[Any]) -> list[Any]:
    """Transpose sixteen vectors: four rounds of exchanging blocks of 8, 4, 2, 1."""
    rows = list(rows)
    for step in (8, 4, 2, 1):
        upper = [i if not i & step else WIDTH + i - step for i in range(WIDTH)]
        lower = [i + step if not i & step else WIDTH + i for i in range(WIDTH)]
        for i in range(WIDTH):
            if i & step:
                continue
            a, b = rows[i], rows[i + step]
            rows[i] = builder.shuffle_vector(a, b, ir.Constant(LANE_INDEX, upper))
            rows[i + step] = builder.shuffle_vector(a, b, ir.Constant(LANE_INDEX, lower))
    return rows


@intrinsic
def read_columns(
    typingctx: Any, source: Any, at: Any, stride: Any, count: Any, tile: Any, tile_at: Any
) -> Any:
    """From sixteen rows, `stride` apart, the next `count` columns, one vector each."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array, start, step, number, target, target_at = args
        mask, rows = first_lanes(builder, number), []
        for i in range(WIDTH):
            position = builder.add(start, builder.mul(step, INT64(i)))
            address = pointer(context, builder, signature.args[0], array, position)
            rows.append(_masked_load(builder, address, mask, lanes_of(source.dtype)))
        _store_all(context, builder, signature.args[4], target, target_at, rows)
        return context.get_dummy_value()

    n = types.intp
    return types.void(source, n, n, n, tile, n), codegen


def _masked_load(builder: Any, address: Any, mask: Any, lanes: Lanes) -> Any:
    vector = address.type.pointee
    kind = ir.FunctionType(vector, [address.type, INT32, mask.type, vector])
    name = f"llvm.masked.load.{suffix(lanes)}"
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    align = INT32(lanes.element.bitwidth // 8)
    return builder.call(function, [address, align, mask, ir.Constant(vector, None)])


def _store_all(context: Any, builder: Any, kind: Any, array: Any, at: Any, rows: Any) -> None:
    for i, row in enumerate(_transposed(builder, rows)):
        position = builder.add(at, INT64(i * WIDTH))
        address = pointer(context, builder, kind, array, position)
        builder.store(row, address, align=kind.dtype.bitwidth // 8)


@intrinsic
def write_columns(
    typingctx: Any, tile: Any, tile_at: Any, target: Any, at: Any, stride: Any, count: Any
) -> Any:
    """The way back: `count` vectors become columns of sixteen rows."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        source, source_at, array, start, step, number = args
        align, columns = tile.dtype.bitwidth // 8, []
        for i in range(WIDTH):
            position = builder.add(source_at, INT64(i * WIDTH))
            address = pointer(context, builder, signature.args[0], source, position)
            columns.append(builder.load(address, align=align))
        mask = first_lanes(builder, number)
        for i, row in enumerate(_transposed(builder, columns)):
            position = builder.add(start, builder.mul(step, INT64(i)))
            address = pointer(context, builder, signature.args[2], array, position)
            kind = ir.FunctionType(ir.VoidType(), [row.type, address.type, INT32, mask.type])
            name = f"llvm.masked.store.{suffix(lanes_of(tile.dtype))}"
            function = cgutils.get_or_insert_function(builder.module, kind, name)
            builder.call(function, [row, address, INT32(align), mask])
        return context.get_dummy_value()

    n = types.intp
    return types.void(tile, n, target, n, n, n), codegen


def _folded(builder: Any, vectors: list[Any], combine: Any) -> Any:
    """One number of each of as many vectors as they have lanes: halves combined with halves.

    Two vectors are folded into one at a time, so that no lane is ever idle; row i ends in lane i.
    """
    width, step = len(vectors), len(vectors) // 2
    while step:
        low = [
            lane % step + lane // (2 * step) * 2 * step + (width if lane // step % 2 else 0)
            for lane in range(width)
        ]
        lower, upper = (
            ir.Constant(ir.VectorType(INT32, width), [lane + more for lane in low])
            for more in (0, step)
        )
        vectors = [
            combine(builder, *(builder.shuffle_vector(a, b, mask) for mask in (lower, upper)))
            for a, b in zip(vectors[:step], vectors[step:], strict=True)
        ]
        step //= 2
    return vectors[0]


def _sum(builder: Any, a: Any, b: Any) -> Any:
    return builder.fadd(a, b)


def _larger(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


def _across(combine: Any) -> Any:
    """For sixteen vectors that lie one after another, the lanes of each taken together."""

    @intrinsic
    def across(typingctx: Any, array: Any, at: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            places = _vectors(context, builder, signature.args[0], args[0], args[1], WIDTH)
            align = array.dtype.bitwidth // 8
            return _folded(builder, [builder.load(x, align=align) for x in places], combine)

        return lanes_of(array.dtype)(array, types.intp), codegen

    return across


largest_across = _across(_larger)


@intrinsic
def store_half_sums(typingctx: Any, array: Any, position: Any, value: Any) -> Any:
    """The first eight lanes plus the last eight, in float64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        eight = ir.VectorType(ir.DoubleType(), WIDTH // 2)
        halves = []
        for first in (0, WIDTH // 2):
            lanes = range(first, first + WIDTH // 2)
            mask = ir.Constant(ir.VectorType(INT32, WIDTH // 2), list(lanes))
            half = builder.shuffle_vector(args[2], args[2], mask)
            halves.append(half if half.type == eight else builder.fpext(half, eight))
        address = pointer(context, builder, signature.args[0], *args[:2])
        address = builder.bitcast(address, eight.as_pointer())
        builder.store(builder.fadd(*halves), address, align=8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


@intrinsic
def sums_of_halves(typingctx: Any, array: Any, position: Any) -> Any:
    """What `halves_sum` gives for sixteen rows, of which `store_half_sums` has left the halves."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        eight = ir.VectorType(ir.DoubleType(), WIDTH // 2)
        rows = []
        for i in range(WIDTH):
            place = builder.add(args[1], INT64(i * WIDTH // 2))
            address = pointer(context, builder, signature.args[0], args[0], place)
            rows.append(builder.load(builder.bitcast(address, eight.as_pointer()), align=8))
        low, high = _folded(builder, rows[:8], _sum), _folded(builder, rows[8:], _sum)
        whole = ir.Constant(LANE_INDEX, list(range(WIDTH)))
        return builder.shuffle_vector(low, high, whole)

    return lanes_of(types.float64)(array, types.intp), codegen


# Up to this length sixteen rows are read and written as full vectors.
SHORTEST = 8


def _picked(builder: Any, vectors: list[Any], places: list[tuple[int, int]]) -> Any:
    """The vector whose lanes are the (vector, lane) places of others."""
    first = ir.Constant(LANE_INDEX, [lane for _, lane in places])
    result = builder.shuffle_vector(vectors[0], vectors[0], first)
    for number, vector in enumerate(vectors[1:], 1):
        mask = [WIDTH + lane if at == number else i for i, (at, lane) in enumerate(places)]
        result = builder.shuffle_vector(result, vector, ir.Constant(LANE_INDEX, mask))
    return result


def _for_every_length(builder: Any, length: Any, emit: Any) -> None:
    """A switch over the length, with the code of each written out."""
    done = builder.append_basic_block("done")
    switch = builder.switch(length, done)
    for k in range(1, SHORTEST + 1):
        block = builder.append_basic_block(f"length{k}")
        switch.add_case(INT64(k), block)
        builder.position_at_end(block)
        emit(k)
        builder.branch(done)
    builder.position_at_end(done)


def _vectors(context: Any, builder: Any, kind: Any, array: Any, at: Any, count: int) -> list[Any]:
    """Addresses of consecutive vectors."""
    return [
        pointer(context, builder, kind, array, builder.add(at, INT64(i * WIDTH)))
        for i in range(count)
    ]


@intrinsic
def read_short_rows(typingctx: Any, source: Any, at: Any, length: Any, tile: Any) -> Any:
    """The columns of sixteen consecutive rows of up to SHORTEST entries."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        array, start, number, target = args
        align = source.dtype.bitwidth // 8

        def emit(k: int) -> None:
            addresses = _vectors(context, builder, signature.args[0], array, start, k)
            given = [builder.load(address, align=align) for address in addresses]
            columns = _vectors(context, builder, signature.args[3], target, INT64(0), k)
            for c, address in enumerate(columns):
                places = [divmod(row * k + c, WIDTH) for row in range(WIDTH)]
                builder.store(_picked(builder, given, places), address, align=align)

        _for_every_length(builder, number, emit)
        return context.get_dummy_value()

    return types.void(source, types.intp, types.intp, tile), codegen


@intrinsic
def write_short_rows(typingctx: Any, tile: Any, target: Any, at: Any, length: Any) -> Any:
    """The way back: columns become sixteen consecutive rows of up to SHORTEST entries."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        source, array, start, number = args
        align = tile.dtype.bitwidth // 8

        def emit(k: int) -> None:
            addresses = _vectors(context, builder, signature.args[0], source, INT64(0), k)
            columns = [builder.load(address, align=align) for address in addresses]
            rows = _vectors(context, builder, signature.args[1], array, start, k)
            for i, address in enumerate(rows):
                flat = range(i * WIDTH, (i + 1) * WIDTH)
                places = [(place % k, place // k) for place in flat]
                builder.store(_picked(builder, columns, places), address, align=align)

        _for_every_length(builder, number, emit)
        return context.get_dummy_value()

    return types.void(tile, target, types.intp, types.intp), codegen


def _prefetch(for_writing: int) -> Any:
    """Ask for the cache line of an element; the position may lie beyond the array."""

    @intrinsic
    def prefetch(typingctx: Any, array: Any, position: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            data = context.make_array(signature.args[0])(context, builder, args[0]).data
            address = builder.gep(data, [args[1]])
            kind = ir.FunctionType(ir.VoidType(), [address.type, INT32, INT32, INT32])
            name = "llvm.prefetch.p0"
            function = cgutils.get_or_insert_function(builder.module, kind, name)
            builder.call(function, [address, INT32(for_writing), INT32(3), INT32(1)])
            return context.get_dummy_value()

        return types.void(array, types.intp), codegen

    return prefetch


prefetch_read, prefetch_write = _prefetch(0), _prefetch(1)
