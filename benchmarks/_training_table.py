"""What `train.py` measured, in words and as the table of the README; measures nothing."""

from __future__ import annotations

from typing import Any

LEVELS = (1e-2, 1e-4, 1e-6)
# Other processes took less than this share of the machine where a row counts as measured alone.
QUIET = 0.05


def describe(name: str, result: dict[str, Any]) -> str:
    """One paragraph per data set."""
    ours = result["ours"]
    passes = ", ".join(
        f"{level} {'-' if p is None else f'{p:.1f}'}" for level, p in ours["passes to"].items()
    )
    lines = [
        f"{name}: f* = {result['optimum']:.9f} (certified to {result['certified']:.0e})",
        f"  gory: {ours['seconds']:.3g} s ({ours['processor seconds']:.3g} s of processors"
        f"{shared(ours)}), "
        f"{ours['passes']:.1f} passes to a certified {ours['certified']:.1e}; passes to {passes}; "
        f"+{ours['megabytes']:.0f} MB; {ours['solver']}",
    ]
    lines += [f"  {peer}: {told(done, ours)}" for peer, done in result["peers"].items()]
    return "\n".join(lines)


def shared(measured: dict[str, Any]) -> str:
    """What other processes took meanwhile, where that is worth a word."""
    others = measured.get("others")
    if others is None or others < QUIET or measured.get("shared"):
        return ""
    return f"; others took {others:.0%} of the machine"


def told(peer: dict[str, Any], ours: dict[str, Any]) -> str:
    """What a peer did, in words."""
    if "not asked" in peer:
        return f"not asked, {peer['not asked']}"
    times = ", ".join(f"{level} {s:.3g} s" for level, s in peer["seconds to"].items())
    times = least(peer) + times if times else ""
    last = peer["seconds to"].get(str(LEVELS[-1]))
    ratio = f" ({last / ours['seconds']:.1f} times gory)" if last else ""
    memory = f"; +{peer['megabytes']:.0f} MB" if "megabytes" in peer else ""
    limit = peer["stopped after"]
    stopped = f"; stopped after {limit:.3g} s" if limit else ""
    stopped += f"; {peer['failed']}" if "failed" in peer else ""
    return (times or "no level reached") + ratio + memory + stopped + shared(peer)


def table(fits: dict[str, Any], order: list[str]) -> str:
    """The rows in Markdown: our time, passes and memory, and the fastest peers to 1e-6."""
    lines = [
        "| data | to a certified 1e-6 | passes to 1e-6 | memory beyond the data | "
        "fastest scikit-learn solver to 1e-6 | other peers |",
        "|---|---|---|---|---|---|",
    ]
    busy = False
    for name in (name for name in order if name in fits):
        result = fits[name]
        ours = result["ours"]
        passes = ours["passes to"][str(LEVELS[-1])]
        peers = list(result["peers"].items())
        inside = [(n.split()[1], p) for n, p in peers if n.startswith("scikit-learn")]
        others = [(n, p) for n, p in peers if not n.startswith("scikit-learn")]
        lines.append(
            f"| {name} | {ours['seconds']:.3g} s{_mark(ours)} | {passes:.3g} | "
            f"{ours['megabytes']:.0f} MB | {fastest(inside, ours)} | {fastest(others, ours)} |"
        )
        busy = busy or "\\*" in lines[-1]
    if busy:
        lines += ["", "\\* Other processes took part of the machine meanwhile."]
    return "\n".join(lines) + "\n"


def least(measured: dict[str, Any]) -> str:
    """Times of peers on a shared machine are the least they could have taken alone."""
    return "at least " if measured.get("shared") else ""


def _mark(measured: dict[str, Any]) -> str:
    return r"\*" if shared(measured) else ""


def fastest(peers: list[tuple[str, Any]], ours: dict[str, Any]) -> str:
    """The first of some peers at the last level, and how many did not reach it."""
    level = str(LEVELS[-1])
    asked = {name: p for name, p in peers if "not asked" not in p}
    times = {name: p["seconds to"][level] for name, p in asked.items() if level in p["seconds to"]}
    failed = "".join(f"; {name} {p['failed']}" for name, p in asked.items() if "failed" in p)
    late = [name for name, p in asked.items() if name not in times and "failed" not in p]
    limits = [asked[name]["stopped after"] for name in late if asked[name]["stopped after"]]
    within = f" within {min(limits):.3g} s" if limits else ""
    if not asked:
        return "none applies" if peers else "not measured"
    if not times:
        return (f"none of {len(late)}{within} ({', '.join(late)}){failed}") if late else failed[2:]
    name = min(times, key=lambda n: times[n])
    first = f"{name} {least(asked[name])}{times[name]:.3g} s{_mark(asked[name])}"
    first += f", {times[name] / ours['seconds']:.3g} times"
    return (f"{first}; {len(late)} not{within}" if late else first) + failed


def grid_table(grids: dict[str, Any], folds: int, /) -> str:
    """What a path and a cross-validation cost, in single fits at C = 1 and of the mean C.

    The folds are taken along with the path of all rows, so a fold costs a share of the whole.
    """
    lines = [
        f"| data | single fit at C = 1, mean | path, in them | {folds} folds, in them | a fold |",
        "|---|---|---|---|---|",
    ]
    for name, grid in grids.items():
        ways = list(grid["single fits"].values())
        singles = [way["seconds"] for way in ways]
        passes = " and ".join(f"{way['passes']:.0f}" for way in ways)
        path, whole = grid["seconds"], grid["seconds of a cross-validation"]
        lines.append(
            f"| {name} | {_both(singles)} s ({passes} passes){_mark(grid)} | "
            f"{_both([path / s for s in singles])} ({grid['passes']:.0f} passes) | "
            f"{_both([whole / s for s in singles])} | "
            f"{_both([whole / folds / s for s in singles])} |"
        )
    return "\n".join(lines) + "\n"


def _both(values: list[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)
