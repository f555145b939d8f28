"""Sixteen numbers in a vector register, as a value in compiled code.

Numba compiles scalar loops and hopes that they become vectors; a float maximum or an
exponential does not. Here a value of type `Lanes` *is* LLVM's ``<16 x float>`` or
``<16 x double>``: loads, stores, arithmetic, comparisons and shuffles map to one
instruction each (or to a few where the machine's registers are narrower).

Operators work between lanes, and between lanes and a number. Nothing is contracted or
reassociated, so the bits are those of NumPy's elementwise arithmetic. Functions that read or
write memory take a flat, C-ordered array and a position, and check no bounds.
"""

from __future__ import annotations

import operator
from typing import Any, cast

import llvmlite.ir as ir
from numba import extending
from numba.core import cgutils, types
from numba.extending import models, overload, register_model

# An intrinsic is written with a typing context that its callers do not pass.
intrinsic = cast(Any, extending.intrinsic)

WIDTH = 16
INT32, INT64 = ir.IntType(32), ir.IntType(64)
LANE_INDEX = ir.VectorType(INT32, WIDTH)


class Lanes(types.Type):
    """The Numba type of sixteen numbers of one kind."""

    def __init__(self, element: types.Float) -> None:
        self.element = element
        super().__init__(name=f"Lanes({element})")


LANES_FLOAT32, LANES_FLOAT64 = Lanes(types.float32), Lanes(types.float64)


def lanes_of(element: types.Type) -> Lanes:
    """The lanes type of a float type."""
    return LANES_FLOAT32 if element == types.float32 else LANES_FLOAT64


def ir_element(lanes: Lanes) -> ir.Type:
    """The LLVM type of one lane."""
    return ir.FloatType() if lanes.element == types.float32 else ir.DoubleType()


@register_model(Lanes)
class LanesModel(models.PrimitiveModel):
    """Lanes are held as an LLVM vector."""

    def __init__(self, dmm: Any, fe_type: Lanes) -> None:
        super().__init__(dmm, fe_type, ir.VectorType(ir_element(fe_type), WIDTH))


def spread(builder: Any, value: Any, width: int = WIDTH) -> Any:
    """A scalar in every lane."""
    kind = ir.VectorType(value.type, width)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, INT32(0))
    zeros = ir.Constant(ir.VectorType(INT32, width), [0] * width)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), zeros)


def as_lanes(context: Any, builder: Any, value: Any, kind: Any, lanes: Lanes) -> Any:
    """A lanes or scalar operand as a vector of the given lanes type."""
    if isinstance(kind, Lanes):
        return value
    return spread(builder, context.cast(builder, value, kind, lanes.element))


def _operator(name: str) -> Any:
    @intrinsic
    def apply(typingctx: Any, a: Any, b: Any) -> Any:
        lanes = a if isinstance(a, Lanes) else b

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            x, y = (
                as_lanes(context, builder, v, t, lanes)
                for v, t in zip(args, signature.args, strict=True)
            )
            return getattr(builder, name)(x, y)

        return lanes(a, b), codegen

    return apply


def _overload_operator(symbol: Any, name: str) -> None:
    apply = _operator(name)

    @overload(symbol, inline="always", strict=False)
    def implementation(a: Any, b: Any) -> Any:
        numbers = (types.Float, types.Integer)
        if isinstance(a, Lanes) and isinstance(b, (Lanes, *numbers)):
            return lambda a, b: apply(a, b)
        if isinstance(b, Lanes) and isinstance(a, numbers):
            return lambda a, b: apply(a, b)
        return None


for _symbol, _name in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
):
    _overload_operator(_symbol, _name)


def pointer(context: Any, builder: Any, array_type: Any, array: Any, position: Any) -> Any:
    """The address of an element of a flat array, typed as a vector."""
    data = context.make_array(array_type)(context, builder, array).data
    element = builder.gep(data, [position])
    lanes = lanes_of(array_type.dtype)
    return builder.bitcast(element, ir.VectorType(ir_element(lanes), WIDTH).as_pointer())


@intrinsic
def load(typingctx: Any, array: Any, position: Any) -> Any:
    """Sixteen elements from a position on."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], *args)
        return builder.load(address, align=array.dtype.bitwidth // 8)

    return lanes_of(array.dtype)(array, types.intp), codegen


@intrinsic
def store(typingctx: Any, array: Any, position: Any, value: Any) -> Any:
    """Write sixteen elements from a position on."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], *args[:2])
        builder.store(args[2], address, align=array.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


@intrinsic
def store_past_cache(typingctx: Any, array: Any, position: Any, value: Any) -> Any:
    """Write to memory at an address that is a multiple of 64, leaving the cache to others."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], *args[:2])
        written = builder.store(args[2], address, align=64)
        written.set_metadata("nontemporal", builder.module.add_metadata([INT32(1)]))
        return context.get_dummy_value()

    return types.void(array, types.intp, value), codegen


@intrinsic
def before_aligned(typingctx: Any, array: Any, position: Any) -> Any:
    """How many elements from a position on come before an address that is a multiple of 64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = builder.ptrtoint(pointer(context, builder, signature.args[0], *args), INT64)
        bytes_left = builder.and_(builder.neg(address), INT64(63))
        return builder.udiv(bytes_left, INT64(array.dtype.bitwidth // 8))

    return types.intp(array, types.intp), codegen


@intrinsic
def written_past_cache(typingctx: Any) -> Any:
    """What was written past the cache is there for every thread."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.fence("seq_cst")
        return context.get_dummy_value()

    return types.void(), codegen


def first_lanes(builder: Any, count: Any) -> Any:
    """True in the first `count` lanes."""
    index = ir.Constant(LANE_INDEX, list(range(WIDTH)))
    return builder.icmp_signed("<", index, spread(builder, builder.trunc(count, INT32)))


def suffix(lanes: Lanes) -> str:
    return "v16f32.p0" if lanes.element == types.float32 else "v16f64.p0"


@intrinsic
def load_first(typingctx: Any, array: Any, position: Any, count: Any, filling: Any) -> Any:
    """The first `count` of sixteen elements, and a filling number in the other lanes."""
    lanes = lanes_of(array.dtype)

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], *args[:2])
        vector = address.type.pointee
        kind = ir.FunctionType(
            vector, [address.type, INT32, ir.VectorType(ir.IntType(1), WIDTH), vector]
        )
        name = f"llvm.masked.load.{suffix(lanes)}"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        rest = as_lanes(context, builder, args[3], signature.args[3], lanes)
        align = INT32(array.dtype.bitwidth // 8)
        return builder.call(function, [address, align, first_lanes(builder, args[2]), rest])

    return lanes(array, types.intp, types.intp, filling), codegen


@intrinsic
def store_first(typingctx: Any, array: Any, position: Any, count: Any, value: Any) -> Any:
    """Write the first `count` lanes."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address = pointer(context, builder, signature.args[0], *args[:2])
        vector = address.type.pointee
        kind = ir.FunctionType(
            ir.VoidType(),
            [vector, address.type, INT32, ir.VectorType(ir.IntType(1), WIDTH)],
        )
        name = f"llvm.masked.store.{suffix(value)}"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        align = INT32(array.dtype.bitwidth // 8)
        builder.call(function, [args[3], address, align, first_lanes(builder, args[2])])
        return context.get_dummy_value()

    return types.void(array, types.intp, types.intp, value), codegen


@intrinsic
def fill(typingctx: Any, value: Any) -> Any:
    """One number in every lane, of the number's own type."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return spread(builder, args[0])

    return lanes_of(value)(value), codegen


def _choice(comparison: str) -> Any:
    """Choose between lanes; != holds for NaN, the others do not."""
    compare = "fcmp_unordered" if comparison == "!=" else "fcmp_ordered"

    @intrinsic
    def choose(typingctx: Any, a: Any, b: Any, yes: Any, no: Any) -> Any:
        lanes = next(t for t in (a, b, yes, no) if isinstance(t, Lanes))

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            left, right, taken, other = (
                as_lanes(context, builder, v, t, lanes)
                for v, t in zip(args, signature.args, strict=True)
            )
            test = getattr(builder, compare)(comparison, left, right)
            return builder.select(test, taken, other)

        return lanes(a, b, yes, no), codegen

    return choose


where_less = _choice("<")
where_equal = _choice("==")
where_unequal = _choice("!=")
where_greater = _choice(">")


def _count(comparison: str) -> Any:
    """Count lanes; != holds for NaN, the others do not."""
    compare = "fcmp_unordered" if comparison == "!=" else "fcmp_ordered"

    @intrinsic
    def count(typingctx: Any, a: Any, b: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            found = getattr(builder, compare)(comparison, args[0], args[1])
            bits = builder.bitcast(found, ir.IntType(WIDTH))
            kind = ir.FunctionType(bits.type, [bits.type])
            name = f"llvm.ctpop.i{WIDTH}"
            function = cgutils.get_or_insert_function(builder.module, kind, name)
            return builder.zext(builder.call(function, [bits]), INT64)

        return types.intp(a, b), codegen

    return count


count_equal, count_unequal = _count("=="), _count("!=")


def _conversion(name: str, source: types.Float, result: types.Float) -> Any:
    @intrinsic
    def convert(typingctx: Any, value: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            if isinstance(value, Lanes):
                if value.element == result:
                    return args[0]
                kind = ir.VectorType(ir_element(lanes_of(result)), WIDTH)
                return getattr(builder, name)(args[0], kind)
            return context.cast(builder, args[0], value, result)

        target = lanes_of(result) if isinstance(value, Lanes) else result
        return target(value), codegen

    return convert


widen = _conversion("fpext", types.float32, types.float64)
narrow = _conversion("fptrunc", types.float64, types.float32)


@intrinsic
def first_lane(typingctx: Any, value: Any) -> Any:
    """The number in the first lane."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.extract_element(args[0], INT32(0))

    return value.element(value), codegen


@intrinsic
def halves_sum(typingctx: Any, value: Any) -> Any:
    """Sum of the lanes: first half plus second half, and so on down to one number."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector, width = args[0], WIDTH
        while width > 1:
            width //= 2
            low = ir.Constant(ir.VectorType(INT32, width), list(range(width)))
            high = ir.Constant(ir.VectorType(INT32, width), list(range(width, 2 * width)))
            vector = builder.fadd(
                builder.shuffle_vector(vector, vector, low),
                builder.shuffle_vector(vector, vector, high),
            )
        return builder.extract_element(vector, INT32(0))

    return value.element(value), codegen


@intrinsic
def largest(typingctx: Any, value: Any) -> Any:
    """The largest lane."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector, width = args[0], WIDTH
        while width > 1:
            width //= 2
            low = ir.Constant(ir.VectorType(INT32, width), list(range(width)))
            high = ir.Constant(ir.VectorType(INT32, width), list(range(width, 2 * width)))
            a = builder.shuffle_vector(vector, vector, low)
            b = builder.shuffle_vector(vector, vector, high)
            vector = builder.select(builder.fcmp_ordered(">", a, b), a, b)
        return builder.extract_element(vector, INT32(0))

    return value.element(value), codegen


def widest_registers(builder: Any) -> None:
    """Let the function that is being built use 512-bit registers."""
    # llvmlite checks attribute names against a list that has no key-value pairs.
    set.add(builder.function.attributes, '"prefer-vector-width"="512"')


@intrinsic
def prefer_wide_registers(typingctx: Any) -> Any:
    """Let this function use 512-bit registers where LLVM's default would be 256."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        widest_registers(builder)
        return context.get_dummy_value()

    return types.void(), codegen
