"""The elementary functions on lanes.

`_elementary` is written once; here its primitives get their second implementation, and its
functions are offered to compiled code as they stand.
"""

from __future__ import annotations

import platform
from typing import Any

import llvmlite.ir as ir
from numba.core import cgutils, types
from numba.extending import overload, register_jitable

from gory.ops import _elementary
from gory.ops._elementary import (
    BITS_FLOAT32,
    BITS_FLOAT64,
    FAR_FLOAT32,
    Bits,
    difference,
    exp_float32,
    exp_float64,
    exp_rounded,
    log1p_float32,
    log1p_nonnegative,
    shifter_float32,
)
from gory.ops._lanes import (
    INT32,
    INT64,
    WIDTH,
    Lanes,
    as_lanes,
    intrinsic,
    narrow,
    suffix,
    where_greater,
    where_less,
)

IS_X86 = platform.machine().lower() in ("x86_64", "amd64")


@intrinsic
def _fused(typingctx: Any, a: Any, b: Any, c: Any) -> Any:
    lanes = next(t for t in (a, b, c) if isinstance(t, Lanes))

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        operands = [
            as_lanes(context, builder, v, t, lanes)
            for v, t in zip(args, signature.args, strict=True)
        ]
        vector = operands[0].type
        kind = ir.FunctionType(vector, [vector] * 3)
        name = f"llvm.fma.{suffix(lanes).split('.')[0]}"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        return builder.call(function, operands)

    return lanes(a, b, c), codegen


@overload(_elementary.fused, inline="always", strict=False)
def _overload_fused(a: Any, b: Any, c: Any) -> Any:
    return lambda a, b, c: _fused(a, b, c)


def _bits_intrinsic(transform: Any) -> Any:
    """An intrinsic on the bits of lanes or of a float64: integer vectors in, floats out."""

    @intrinsic
    def apply(typingctx: Any, value: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            lanes = isinstance(value, Lanes)
            element = value.element if lanes else value
            integer = INT32 if element == types.float32 else INT64
            kind = ir.VectorType(integer, WIDTH) if lanes else integer
            bits = builder.bitcast(args[0], kind)

            def constant(number: int) -> Any:
                return ir.Constant(kind, [number] * WIDTH if lanes else number)

            return transform(builder, bits, constant, args[0].type, element)

        return value(value), codegen

    return apply


def _format(element: Any) -> Bits:
    return BITS_FLOAT32 if element == types.float32 else BITS_FLOAT64


def _power(builder: Any, bits: Any, constant: Any, kind: Any, element: Any) -> Any:
    return builder.bitcast(builder.shl(bits, constant(_format(element).width)), kind)


def _from_root_half(builder: Any, bits: Any, constant: Any, form: Bits) -> Any:
    return builder.add(bits, constant(form.one - form.root_half))


def _exponent(builder: Any, bits: Any, constant: Any, kind: Any, element: Any) -> Any:
    form = _format(element)
    shifted = builder.ashr(_from_root_half(builder, bits, constant, form), constant(form.width))
    return builder.sitofp(builder.sub(shifted, constant(form.bias)), kind)


def _inverse_power(builder: Any, bits: Any, constant: Any, kind: Any, element: Any) -> Any:
    form = _format(element)
    moved = _from_root_half(builder, bits, constant, form)
    exponent = builder.and_(moved, constant(-1 << form.width))
    twice = constant(2 * form.bias << form.width)
    return builder.bitcast(builder.sub(twice, exponent), kind)


def _fraction(builder: Any, bits: Any, constant: Any, kind: Any, element: Any) -> Any:
    form = _format(element)
    moved = _from_root_half(builder, bits, constant, form)
    kept = builder.and_(moved, constant((1 << form.width) - 1))
    return builder.bitcast(builder.add(kept, constant(form.root_half)), kind)


_power_of_two = _bits_intrinsic(_power)
_exponent_of = _bits_intrinsic(_exponent)
_fraction_of = _bits_intrinsic(_fraction)
_inverse_power_of = _bits_intrinsic(_inverse_power)


@overload(_elementary.power_of_two, inline="always", strict=False)
def _overload_power(shifted: Any) -> Any:
    return lambda shifted: _power_of_two(shifted)


@overload(_elementary.exponent_of, inline="always", strict=False)
def _overload_exponent(u: Any) -> Any:
    return lambda u: _exponent_of(u)


@overload(_elementary.inverse_power_of, inline="always", strict=False)
def _overload_inverse_power(u: Any) -> Any:
    return lambda u: _inverse_power_of(u)


@overload(_elementary.fraction_of, inline="always", strict=False)
def _overload_fraction(u: Any) -> Any:
    return lambda u: _fraction_of(u)


def _opaque(module: Any, vector: Any, name: str) -> Any:
    """A function that returns its argument, of which the compiler knows no more than that it may
    be called at any time, and once instead of often.
    """
    name = f"gory.opaque.{name}"
    function = module.globals.get(name)
    if function is None:
        kind = ir.FunctionType(vector, [vector])
        function = ir.Function(module, kind, name)
        function.linkage = "linkonce_odr"
        for attribute in ("noinline", "speculatable", "memory(none)", "willreturn", "nounwind"):
            set.add(function.attributes, attribute)
        builder = ir.IRBuilder(function.append_basic_block())
        code = ir.InlineAsm(kind, "", "=v,0", side_effect=False)
        builder.ret(builder.call(code, [function.args[0]]))
    return function


@intrinsic
def _held(typingctx: Any, number: Any, like: Any) -> Any:
    """What the compiler does not know to be a constant, it cannot leave in memory."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = as_lanes(context, builder, args[0], signature.args[0], like)
        if not IS_X86:
            return vector
        return builder.call(_opaque(builder.module, vector.type, suffix(like)), [vector])

    return like(number, like), codegen


@overload(_elementary.held, inline="always", strict=False)
def _overload_held(number: Any, like: Any) -> Any:
    return lambda number, like: _held(number, like)


@overload(_elementary.larger, inline="always", strict=False)
def _overload_larger(a: Any, b: Any) -> Any:
    return lambda a, b: where_greater(a, b, a, b)


@overload(_elementary.zero_below, inline="always", strict=False)
def _overload_zero_below(shifted: Any, lowest: Any, value: Any) -> Any:
    return lambda shifted, lowest, value: where_less(shifted, lowest, 0.0, value)


@overload(_elementary.choose_less, inline="always", strict=False)
def _overload_choose_less(a: Any, b: Any, yes: Any, no: Any) -> Any:
    if isinstance(a, Lanes):
        return lambda a, b, yes, no: where_less(a, b, yes, no)
    return lambda a, b, yes, no: yes if a < b else no


for _function in (
    difference,
    shifter_float32,
    exp_float32,
    exp_float64,
    exp_rounded,
    log1p_float32,
    log1p_nonnegative,
):
    register_jitable(forceinline=True)(_function)


def shift_of(maximum: Any, results: Any) -> Any:
    """What `exp_below` needs to know about maxima; exists in compiled code only.

    Exponentials in float64 may be a little wrong if they are for an array of float32 results.
    """
    raise NotImplementedError


@overload(shift_of, inline="always", strict=False)
def _overload_shift(maximum: Any, results: Any) -> Any:
    if maximum.element != types.float32:
        if results.dtype == types.float32:
            return lambda maximum, results: (maximum,)
        return lambda maximum, results: (maximum, maximum)

    def shift(maximum: Any, results: Any) -> Any:
        size = where_less(maximum, 0.0, 0.0 - maximum, maximum)
        offset = where_less(FAR_FLOAT32, size, maximum, 0.0)
        return offset, shifter_float32(maximum - offset)

    return shift


def exp_below(x: Any, shift: Any) -> Any:
    """top * exp(x - maximum), given the maximum's shift; exists in compiled code only.

    The top is what it gives for the maximum.
    """
    raise NotImplementedError


@overload(exp_below, inline="always", strict=False)
def _overload_exp(x: Any, shift: Any) -> Any:
    if x.element == types.float32:
        return lambda x, shift: exp_float32(x - shift[0], shift[1])

    if len(shift) == 1:
        return lambda x, shift: exp_rounded(x - shift[0])

    def exp(x: Any, shift: Any) -> Any:
        gap, tail = difference(x, shift[0])
        return exp_float64(gap, tail)

    return exp


def narrow_to(array: Any, value: Any) -> Any:
    """Lanes of float64 rounded to the dtype of an array; exists in compiled code only."""
    raise NotImplementedError


@overload(narrow_to, inline="always", strict=False)
def _overload_narrow(array: Any, value: Any) -> Any:
    if array.dtype == types.float32:
        return lambda array, value: narrow(value)
    return lambda array, value: value


def rounded_excess(array: Any, rest: Any) -> Any:
    """log(1 + rest) of lanes of float64 in the dtype of an array; in compiled code only.

    It is computed in that dtype.
    """
    raise NotImplementedError


@overload(rounded_excess, inline="always", strict=False)
def _overload_excess(array: Any, rest: Any) -> Any:
    if array.dtype == types.float32:
        return lambda array, rest: log1p_float32(narrow(rest))
    return lambda array, rest: log1p_nonnegative(rest)
