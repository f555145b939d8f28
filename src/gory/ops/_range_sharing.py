"""Ranges of rows that threads take from each other's work, in compiled code.

A kernel that shares its rows begins with `join` and then asks for one range after another until
none is left. Whoever called it from Python joins first; `join` leaves behind a copy of the
arguments and the address of a function that calls the same kernel with them. With the first range
these are offered to the threads that are looking out (`serve`), which join without the
interpreter: its lock would have to be handed over twice, and whoever waits for a lock falls
asleep, which on a machine whose other cores are idle costs as much as many a whole call. The
caller's last question for a range waits for those who have joined, and takes the offer back from
those who have not.

Ranges and offers are numbers in arrays of int64; what is written by one thread and read by others
lies 64 bytes apart.
"""

from __future__ import annotations

import platform
from typing import Any

import llvmlite.ir as ir
from numba.core import cgutils, types

from gory.ops._compiling import kernel, part
from gory.ops._lanes import INT32, INT64, intrinsic, widest_registers
from gory.ops._mates import (
    CALLED,
    END_LOOKS,
    ENDED,
    FUNCTION,
    IDLE,
    LOOKING,
    OFFERED,
    PACKET,
    RUNNING,
    STATE,
)
from gory.ops._ranges import (
    ARGUMENTS,
    ENTRY,
    JOINED,
    LEAST,
    MATES,
    MATES_FROM,
    NEXT,
    PARTS,
    ROOM,
    ROWS,
    THREADS,
    TOGETHER,
)

IS_X86 = platform.machine().lower() in ("x86_64", "amd64")
BYTES = ir.IntType(8).as_pointer()


def _places(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    return context.make_array(kind)(context, builder, array).data


@intrinsic
def join(typingctx: Any, ranges: Any) -> Any:
    """Begin a kernel that shares its rows; how many have joined before.

    To be called by a kernel itself, not by a part of it: what is offered to others is the
    function that this stands in. That function may use 512-bit registers.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        function, data = builder.function, _places(context, builder, signature.args[0], args[0])
        widest_registers(builder)
        given = function.args[2:]  # after the places for a result and for an exception
        packed = ir.LiteralStructType([value.type for value in given])
        if context.get_abi_sizeof(packed) > 8 * ROOM:
            raise NotImplementedError("a kernel has more arguments than there is room for")
        packet = builder.bitcast(builder.gep(data, [INT64(ARGUMENTS)]), packed.as_pointer())
        joined = builder.atomic_rmw("add", builder.gep(data, [INT64(JOINED)]), INT64(1), "acq_rel")
        with builder.if_then(builder.icmp_signed("==", joined, INT64(0))):
            for i, value in enumerate(given):
                builder.store(value, builder.gep(packet, [INT32(0), INT32(i)]))
            entry = builder.ptrtoint(_entry(function, packed), INT64)
            builder.store(entry, builder.gep(data, [INT64(ENTRY)]))
        return joined

    return types.intp(ranges), codegen


def _entry(function: Any, packed: Any) -> Any:
    """A function of one address that calls `function` with the arguments found there."""
    kind = ir.FunctionType(ir.VoidType(), [BYTES])
    entry = ir.Function(function.module, kind, f"{function.name}.entry")
    entry.linkage = "internal"
    builder = ir.IRBuilder(entry.append_basic_block())
    packet = builder.bitcast(entry.args[0], packed.as_pointer())
    places = [builder.alloca(value.type.pointee) for value in function.args[:2]]
    given = [
        builder.load(builder.gep(packet, [INT32(0), INT32(i)])) for i in range(len(packed.elements))
    ]
    builder.call(function, [*places, *given])
    builder.ret_void()
    return entry


@intrinsic
def address_of(typingctx: Any, numbers: Any, place: Any) -> Any:
    """The address of a number in an array."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = _places(context, builder, signature.args[0], args[0])
        return builder.ptrtoint(builder.gep(data, [args[1]]), INT64)

    return types.int64(numbers, types.intp), codegen


@intrinsic
def call_at(typingctx: Any, function: Any, packet: Any) -> Any:
    """Call a function of one address."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [BYTES])
        address = builder.inttoptr(args[0], kind.as_pointer())
        builder.call(address, [builder.inttoptr(args[1], BYTES)])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def read_now(typingctx: Any, address: Any) -> Any:
    """A number as other threads have set it."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load_atomic(builder.inttoptr(args[0], INT64.as_pointer()), "acquire", 8)

    return types.int64(types.int64), codegen


@intrinsic
def write_now(typingctx: Any, address: Any, value: Any) -> Any:
    """Set a number for other threads, who will also see what was written before."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.inttoptr(args[0], INT64.as_pointer())
        builder.store_atomic(args[1], place, "release", 8)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def exchanged(typingctx: Any, address: Any, expected: Any, value: Any) -> Any:
    """Set a number if it is the expected one; whether it was."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.inttoptr(args[0], INT64.as_pointer())
        found = builder.cmpxchg(place, args[1], args[2], "acq_rel", "acquire")
        return builder.extract_value(found, 1)

    return types.boolean(types.int64, types.int64, types.int64), codegen


@intrinsic
def pause(typingctx: Any) -> Any:
    """Tell the core that this is a loop of waiting."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        if IS_X86:
            kind = ir.FunctionType(ir.VoidType(), [])
            name = "llvm.x86.sse2.pause"
            found = builder.module.globals.get(name)
            builder.call(found or ir.Function(builder.module, kind, name), [])
        return context.get_dummy_value()

    return types.void(), codegen


@part
def rest(look: int) -> None:
    """Between two looks: let a thread that shares the core have it, now and then.

    All the time it costs a virtual machine a quarter of what the second thread gains.
    """
    if look % 256 == 255:
        pause()


@part
def next_range(ranges: Any, joined: int) -> Any:
    """The next rows, from start to stop; nothing is left if these are equal."""
    rows, place = ranges[ROWS], address_of(ranges, NEXT)
    start = read_now(place)
    while start < rows:
        size = max(ranges[LEAST], (rows - start) // ranges[PARTS])
        if size > TOGETHER:
            size -= size % TOGETHER
        stop = min(start + size, rows)
        if exchanged(place, start, stop):
            if start == 0 and stop < rows:
                _offer(ranges)
            return start, stop
        start = read_now(place)
    if joined == 0:
        _await_others(ranges)
    return rows, rows


@part
def _offer(ranges: Any) -> None:
    for i in range(ranges[MATES]):
        flags = ranges[MATES_FROM + i]
        write_now(flags + 8 * FUNCTION, ranges[ENTRY])
        write_now(flags + 8 * PACKET, address_of(ranges, ARGUMENTS))
        write_now(flags + 8 * STATE, OFFERED)


@part
def _await_others(ranges: Any) -> None:
    for i in range(ranges[MATES]):
        state = ranges[MATES_FROM + i] + 8 * STATE
        if exchanged(state, OFFERED, IDLE):
            continue
        for look in range(END_LOOKS):
            if read_now(state) != RUNNING:
                break
            rest(look)


@intrinsic
def own_share(typingctx: Any, scratch: Any, ranges: Any, joined: Any) -> Any:
    """The part of scratch memory, in as many as there are threads, that nobody else uses."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = signature.args[0]
        share = context.make_array(kind)(context, builder, args[0])
        numbers = _places(context, builder, signature.args[1], args[1])
        threads = builder.load(builder.gep(numbers, [INT64(THREADS)]))
        size = builder.sdiv(share.nitems, threads)
        share.data = builder.gep(share.data, [builder.mul(size, args[2])])
        share.nitems = size
        share.shape = cgutils.pack_array(builder, [size])
        return share._getvalue()

    return scratch(scratch, ranges, types.intp), codegen


@part
def own_shares(a: Any, b: Any, c: Any, ranges: Any, joined: int) -> Any:
    """`own_share` of three pieces of scratch memory."""
    return own_share(a, ranges, joined), own_share(b, ranges, joined), own_share(c, ranges, joined)


@kernel
def serve(flags: Any, ended: int, called: int, looks: int) -> None:
    """Join whatever is offered; return when called to something else, or after so many looks.

    `ended` is the last task that the thread has done, and `called` the last one that it has seen.
    """
    begin = address_of(flags, 0)
    write_now(begin + 8 * ENDED, ended)
    write_now(begin + 8 * LOOKING, 1)
    look = 0
    while look < looks and read_now(begin + 8 * CALLED) <= called:
        state = read_now(begin + 8 * STATE)
        if state == OFFERED and exchanged(begin + 8 * STATE, OFFERED, RUNNING):
            call_at(read_now(begin + 8 * FUNCTION), read_now(begin + 8 * PACKET))
            write_now(begin + 8 * STATE, IDLE)
            look = 0
        else:
            rest(look)
            look += 1
    write_now(begin + 8 * LOOKING, 0)


@kernel
def look_until(flags: Any, place: int, value: int, looks: int) -> None:
    """Return when a flag is `value`, or after so many looks."""
    address = address_of(flags, place)
    for look in range(looks):
        if read_now(address) == value:
            return
        rest(look)


@kernel
def call_out(flags: Any, number: int, begun: int, looks: int) -> None:
    """Call a thread to a task; if it is looking, wait until it has begun.

    It needs the interpreter lock for a moment. Whoever went on at once would take that lock
    from it, and put it to sleep after all.
    """
    looking = read_now(address_of(flags, LOOKING))
    write_now(address_of(flags, CALLED), number)
    if looking == 1:
        for look in range(looks):
            if read_now(address_of(flags, begun)) == number:
                return
            rest(look)
