"""Opening a file as an Arrow table, or saying in one paragraph why it cannot be opened.

pyarrow is imported here, when the first file is read, and nowhere else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ._errors import DataError

MISSING_MARKS = ("", "NA", "N/A", "null", "NULL", "?")

_PARQUET_SUFFIXES = (".parquet", ".pq")
_PARQUET_MAGIC = b"PAR1"
_ZIP_MAGIC = b"PK\x03\x04"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (",", ";", "\t")


def open_file(path: Path, /, *, as_text: tuple[str, ...] = ()) -> Any:
    """The Arrow table in ``path``, the columns in ``as_text`` read as text."""
    head = _first_bytes(path)
    if path.suffix.lower() in _PARQUET_SUFFIXES or head.startswith(_PARQUET_MAGIC):
        table = _read_parquet(path)
    else:
        _refuse_binary(path, head)
        table = _read_csv(path, head, as_text)
    _refuse_repeated_names(path, table.column_names)
    return table


def _first_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise DataError(f"{path} is a folder, not a file; give the path of a CSV or Parquet file.")
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 16)
    except FileNotFoundError:
        raise DataError(
            f"{path} does not exist; check the spelling and the folder (relative paths start at "
            f"{Path.cwd()})."
        ) from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None
    if not head.strip():
        raise DataError(
            f"{path} is empty, so there is no table in it; give a CSV file with a header line and "
            "one row per example, or a Parquet file."
        )
    return head


def _refuse_binary(path: Path, head: bytes) -> None:
    if head.startswith(_ZIP_MAGIC):
        raise DataError(
            f"{path} is a zip archive or a spreadsheet, not a text table; unpack it, or save the "
            "sheet as CSV (UTF-8)."
        )
    if head.startswith(_UTF16_MARKS) or (b"\x00" in head and not head.startswith(b"\x1f\x8b")):
        raise DataError(
            f"{path} is not UTF-8 text (it looks like UTF-16 or a binary file); save it again as "
            "CSV with the encoding UTF-8."
        )


def _read_parquet(path: Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path} cannot be read as Parquet: {_first_line(error)}; the file is damaged or cut "
            "short, so write or download it again."
        ) from None


def _read_csv(path: Path, head: bytes, as_text: tuple[str, ...]) -> Any:
    import pyarrow as pa

    try:
        table = _parse_csv(path, head, dict.fromkeys(as_text, pa.string()))
    except pa.ArrowInvalid as error:
        if "CSV conversion error" not in str(error) or "UTF8" in str(error):
            raise _csv_error(path, error) from None
        table = _parse_late_types(path, head, as_text)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _csv_error(path, error) from None
    _refuse_other_encodings(path, table)
    return table


def _refuse_other_encodings(path: Path, table: Any) -> None:
    """Text that is not UTF-8 comes back from Arrow as columns of bytes, or as undecodable names."""
    import pyarrow as pa

    try:
        bytewise = any(pa.types.is_binary(field.type) for field in table.schema)
        list(table.column_names)
    except UnicodeDecodeError:
        bytewise = True
    if bytewise:
        raise _encoding_error(path)


def _parse_csv(path: Path, head: bytes, types: dict[str, Any]) -> Any:
    from pyarrow import csv

    line = head.splitlines()[0].decode("utf-8", "replace")
    separator = max(_SEPARATORS, key=line.count)
    return csv.read_csv(
        path,
        parse_options=csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            null_values=list(MISSING_MARKS), strings_can_be_null=True, column_types=types
        ),
    )


def _parse_late_types(path: Path, head: bytes, as_text: tuple[str, ...]) -> Any:
    """Types judged from all cells, for files whose first rows do not show them."""
    import pyarrow as pa

    names = _header_names(path, head)
    try:
        table = _parse_csv(path, head, dict.fromkeys(names, pa.string()))
    except (pa.ArrowException, OSError) as error:
        raise _csv_error(path, error) from None
    columns = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            columns.append(column if name in as_text else column.cast(pa.float64()))
        except pa.ArrowInvalid:
            columns.append(column)
    return pa.table(columns, names=table.column_names)


def _header_names(path: Path, head: bytes) -> list[str]:
    import csv
    import io

    first = head.decode("utf-8-sig", "replace")
    separator = max(_SEPARATORS, key=first.splitlines()[0].count)
    return next(csv.reader(io.StringIO(first), delimiter=separator))


def _csv_error(path: Path, error: Exception) -> DataError:
    text = _first_line(error)
    if isinstance(error, UnicodeDecodeError) or "UTF8" in text or "utf-8" in text:
        return _encoding_error(path)
    return DataError(
        f"{path} cannot be read as CSV: {text}; every line must have one cell per column of the "
        "header, and cells that hold the separator must stand in double quotes."
    )


def _encoding_error(path: Path) -> DataError:
    return DataError(
        f"{path} is not UTF-8 text, so its letters cannot be told apart for sure; save it again "
        "as CSV with the encoding UTF-8 (in a shell: iconv -f latin1 -t utf-8)."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0].rstrip(". ")


def _refuse_repeated_names(path: Path, names: list[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise DataError(
            f"{path} has more than one column called {', '.join(map(repr, repeated))}; rename "
            "them, so that a name means one column."
        )
