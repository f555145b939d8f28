"""A file is read whole or refused, and written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from gory.cli._files import FileProblem, check_can_write, read_text, write_text


@pytest.mark.parametrize("text", ["", "s[k] = exp(z[k])\n", "θ ≤ 1\r\nno newline at the end"])
def test_what_was_written_is_read(tmp_path: Path, text: str) -> None:
    target = tmp_path / "layer.gory"
    write_text(str(target), text)
    assert read_text(str(target), what="definitions") == text
    assert [path.name for path in tmp_path.iterdir()] == ["layer.gory"]


def test_a_byte_order_mark_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "layer.gory").write_bytes(b"\xef\xbb\xbfJ = 1")
    assert read_text(str(tmp_path / "layer.gory"), what="definitions") == "J = 1"


def pieces_that_break_off() -> Iterator[str]:
    yield "half of"
    raise RuntimeError("no more")


def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    with pytest.raises(RuntimeError):
        write_text(str(target), pieces_that_break_off())
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_permissions_are_kept_and_new_files_have_the_usual_ones(tmp_path: Path) -> None:
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    old.touch(mode=0o640)
    old.chmod(0o640)
    usual.touch()
    write_text(str(old), "text")
    write_text(str(new), "text")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_text(str(tmp_path / "link"), "text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "text"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_text(str(pipe), "text")
    assert os.read(reader, 100) == b"text"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "there is no file"),
        (b"J = \xff\xfe", "not UTF-8 text (byte 4"),
        ("folder", "is a directory"),
    ],
)
def test_what_cannot_be_read_is_told(
    tmp_path: Path, content: bytes | str | None, told: str
) -> None:
    target = tmp_path / "layer.gory"
    if content == "folder":
        target.mkdir()
    elif isinstance(content, bytes):
        target.write_bytes(content)
    with pytest.raises(FileProblem) as caught:
        read_text(str(target), what="definitions")
    assert told in str(caught.value)
    assert "definitions" in str(caught.value)


def test_a_place_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="is a directory"):
        check_can_write(str(tmp_path))
    with pytest.raises(FileProblem, match="there is no folder"):
        check_can_write(str(tmp_path / "nowhere" / "report.html"))
