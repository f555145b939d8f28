"""Text files in and out: read whole or refused with a reason, written whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path


class FileProblem(ValueError):
    """A file cannot be read or written as asked; the message says what to do."""


def read_text(path: str, /, *, what: str) -> str:
    """The text of a UTF-8 file, or of standard input when ``path`` is ``-``.

    Parameters
    ----------
    path : str
        Where to read; ``-`` is standard input.
    what : str
        What the file should hold, for the message: ``"definitions"``.

    Raises
    ------
    FileProblem
        If there is no such file, it is a directory, it may not be read, or it is not UTF-8.
    """
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except FileNotFoundError:
        raise FileProblem(
            f"there is no file {path!r}; give the path of a file with {what}."
        ) from None
    except IsADirectoryError:
        raise FileProblem(
            f"{path!r} is a directory; give the path of a file with {what}."
        ) from None
    except PermissionError:
        raise FileProblem(f"{path!r} may not be read; check its permissions.") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileProblem(
            f"{path!r} is not UTF-8 text (byte {error.start} cannot be decoded), so the {what} in "
            "it cannot be read; save it as UTF-8."
        ) from None


def check_can_write(path: str, /) -> None:
    """Refuse a target that cannot be written, before any work is done for it.

    Raises
    ------
    FileProblem
        If the folder does not exist or may not be written, or the path is a directory.
    """
    target = Path(path).resolve()
    if target.is_dir():
        raise FileProblem(f"{path!r} is a directory; give the name of the file to write.")
    if target.exists() and not target.is_file():
        return  # a device or a pipe: the write itself tells
    folder = str(target.parent)
    if not target.parent.is_dir():
        raise FileProblem(f"there is no folder {folder!r} for {target.name!r}; create it first.")
    if not os.access(target.parent, os.W_OK):
        raise FileProblem(
            f"the folder {folder!r} may not be written; choose another place for {target.name!r}."
        )


def write_text(path: str, text: str | Iterable[str], /) -> None:
    """Write UTF-8 text so that the file is complete or unchanged, even if the process dies.

    The text goes to a temporary file beside the target, which then takes its name.

    Parameters
    ----------
    path : str
        The file to write; an existing one is replaced and keeps its permissions.
    text : str or iterable of str
        The content, whole or in pieces.

    Raises
    ------
    FileProblem
        If the place cannot be written.
    """
    check_can_write(path)
    target = Path(path).resolve()  # a link stays a link, its target is replaced
    if target.exists() and not target.is_file():  # a device or a pipe has no name to take over
        with target.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines([text] if isinstance(text, str) else text)
        return
    mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines([text] if isinstance(text, str) else text)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
