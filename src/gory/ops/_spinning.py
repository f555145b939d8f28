"""Waiting without sleeping, in compiled code that holds no interpreter lock.

A thread that sleeps takes 20 to 100 µs to wake up on a machine whose other cores are idle, which is
as long as many a whole call takes. Flags are numbers in an array of int64 (`_mates` says which).
"""

from __future__ import annotations

import platform
from typing import Any

import llvmlite.ir as ir
from numba.core import cgutils, types

from gory.ops._compiling import kernel
from gory.ops._lanes import intrinsic
from gory.ops._mates import BEGUN, CALLED, LOOKING

IS_X86 = platform.machine().lower() in ("x86_64", "amd64")


@intrinsic
def read_now(typingctx: Any, flags: Any, place: Any) -> Any:
    """A flag as other threads have set it."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        return builder.load_atomic(builder.gep(data, [args[1]]), "acquire", 8)

    return types.int64(flags, types.intp), codegen


@intrinsic
def write_now(typingctx: Any, flags: Any, place: Any, value: Any) -> Any:
    """Set a flag for other threads, who will also see what was written before."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        builder.store_atomic(args[2], builder.gep(data, [args[1]]), "release", 8)
        return context.get_dummy_value()

    return types.void(flags, types.intp, types.int64), codegen


@intrinsic
def pause(typingctx: Any) -> Any:
    """Tell the core that this is a loop of waiting."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if IS_X86:
            kind = ir.FunctionType(ir.VoidType(), [])
            name = "llvm.x86.sse2.pause"
            builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [])
        return context.get_dummy_value()

    return types.void(), codegen


@kernel
def look_while(flags: Any, place: int, value: int, turns: int) -> None:
    """Return when a flag is not `value` any more, or after so many looks."""
    write_now(flags, LOOKING, 1)
    for _ in range(turns):
        if read_now(flags, place) != value:
            break
        pause()
    write_now(flags, LOOKING, 0)


@kernel
def look_until(flags: Any, place: int, value: int, turns: int) -> None:
    """Return when a flag is `value`, or after so many looks."""
    for _ in range(turns):
        if read_now(flags, place) == value:
            return
        pause()


@kernel
def call_out(flags: Any, number: int, turns: int) -> None:
    """Call a thread to a task; if it is looking, wait until it has begun.

    It needs the interpreter lock for a moment. Whoever went on at once would take that lock
    from it, and put it to sleep after all.
    """
    looking = read_now(flags, LOOKING)
    write_now(flags, CALLED, number)
    if looking == 1:
        for _ in range(turns):
            if read_now(flags, BEGUN) == number:
                return
            pause()
