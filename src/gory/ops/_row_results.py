"""Results of one row, written to memory; past the cache in whole lines, if asked for.

Processors would read a line into the cache before a part of it is changed. What is written as a
whole line need not be read: so the results before the first whole line are written apart.
"""

from __future__ import annotations

from typing import Any

from gory.ops._compiling import part
from gory.ops._lanes import before_aligned, load, load_first, store, store_first, store_past_cache
from gory.ops._row_kernels import finished


@part
def write_row(
    source: Any,
    source_at: int,
    out: Any,
    at: int,
    k: int,
    scaled: bool,
    first: Any,
    second: Any,
    third: Any,
    past: bool,
) -> None:
    """All results of a row."""
    i = write_head(source, source_at, out, at, k, scaled, first, second, third, past)
    if past:
        while i + 16 <= k:
            x = load(source, source_at + i)
            store_past_cache(out, at + i, finished(x, scaled, first, second, third))
            i += 16
    write_rest(source, source_at, out, at, i, k, scaled, first, second, third)


@part
def write_head(
    source: Any,
    source_at: int,
    out: Any,
    at: int,
    k: int,
    scaled: bool,
    first: Any,
    second: Any,
    third: Any,
    past: bool,
) -> int:
    """Results before the first whole cache line, which go past the cache line by line."""
    head = min(before_aligned(out, at), k) if past else 0
    if head > 0:
        x = load_first(source, source_at, head, 0.0)
        store_first(out, at, head, finished(x, scaled, first, second, third))
    return head


@part
def write_rest(
    source: Any,
    source_at: int,
    out: Any,
    at: int,
    i: int,
    end: int,
    scaled: bool,
    first: Any,
    second: Any,
    third: Any,
) -> None:
    """Results from i to the end."""
    while i + 16 <= end:
        x = load(source, source_at + i)
        store(out, at + i, finished(x, scaled, first, second, third))
        i += 16
    if i < end:
        x = load_first(source, source_at + i, end - i, 0.0)
        store_first(out, at + i, end - i, finished(x, scaled, first, second, third))
