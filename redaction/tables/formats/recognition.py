"""Recognize what a file holds from its first and last bytes, to name it where it is not what was expected."""

import re
from typing import Final

from redaction.storage import StoragePath, file_size, open_binary
from redaction.tables.settings import Format

_HEAD_BYTES: Final = 4096
_PARQUET: Final = b"PAR1"
_ENCRYPTED: Final = b"PARE"
_COMPRESSED: Final = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"PK\x03\x04": "ZIP (or Excel)",
}
_OTHERS: Final = {
    b"ORC": "ORC",
    b"Obj\x01": "Avro",
    b"SQLite format 3": "SQLite",
    b"FEA1": "Feather version 1",
    b"\xff\xff\xff\xff": "an Arrow IPC stream",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"version https://git-lfs": "a pointer of Git LFS",
    b"<": "XML or HTML",
    b"[": "a JSON array",
}
_MENDS: Final = {
    "UTF-16 text": "write it as UTF-8",
    "a JSON array": "write one object a line",
    "a pointer of Git LFS": "run git lfs pull",
}
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def describe_content(path: StoragePath, key: str) -> str:
    """Say what a file holds and how to read it, as the end of an error message.

    Args:
        path: The file.
        key: The config key of the table, such as `inputs.posts`.

    Returns:
        What it is, and the correction.
    """
    head, tail = _ends(path)
    begin = head.lstrip(b" \r\n\t")
    compression = next((name for mark, name in _COMPRESSED.items() if head.startswith(mark)), None)
    other = next((name for mark, name in _OTHERS.items() if begin.startswith(mark)), None)
    found = _format(head, tail)
    if not head:
        problem, mend = "is empty (0 bytes)", "write it again, or remove it from the path"
    elif _ENCRYPTED in {head[:4], tail}:
        problem, mend = "is encrypted Parquet", "decrypt it first"
    elif head.startswith(_PARQUET) and tail != _PARQUET:
        problem, mend = "is cut short: Parquet without its end", "write it again, or remove it from the path"
    elif compression:
        problem, mend = f"is compressed by {compression}", "unpack it first"
    elif found:
        problem, mend = f"looks like {found.name.upper()}", f"set {key}.format: {found.value}, or write it again"
    else:
        problem = f"is {other}" if other else "is damaged, or of another format"
        mend = _MENDS.get(other or "", "export it as Parquet")
    return f"{problem}; {mend}"


def looks_like(path: StoragePath, format: Format) -> bool:
    """Return whether a file may be text of a format: it has no mark of another."""
    head, tail = _ends(path)
    marked = any(head.startswith(mark) for mark in (*_COMPRESSED, *(mark for mark in _OTHERS if mark != b"[")))
    return bool(head) and not marked and _format(head, tail) in {format, None}


def _format(head: bytes, tail: bytes) -> Format | None:
    if head.startswith(_PARQUET) and tail == _PARQUET:
        return Format.parquet
    if head.startswith(b"ARROW1"):
        return Format.arrow
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \r\n\t")
    if text.startswith(b"{"):
        return Format.jsonl
    line = text.split(b"\n", 1)[0]
    if not text.startswith(b"[") and not _CONTROL.search(text) and re.search(rb"[,;|\t]", line):
        return Format.csv
    return None


def _ends(path: StoragePath) -> tuple[bytes, bytes]:
    size = file_size(path)
    with open_binary(path) as file:
        head = file.read(_HEAD_BYTES)
        file.seek(max(size - 4, 0))
        return head, file.read(4)
