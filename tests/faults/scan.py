"""Searches every byte that a run left for words: raw, unpacked columns of Parquet, rows of SQLite, names of files."""

import gzip
import re
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq


def found_in(folders: Iterable[Path], words: Collection[str], skip: Collection[Path] = ()) -> list[tuple[str, str]]:
    """Search files and their names for words, in any case.

    Returns:
        The file and the word of each hit, one for each file.
    """
    pattern = re.compile(b"|".join(_needle(word) for word in sorted(words, key=len, reverse=True)))
    hits = list[tuple[str, str]]()
    for path in (path for folder in folders for path in _files(folder)):
        if path in skip or path.is_symlink():
            continue
        contents = (str(path).encode("utf-8", "surrogateescape"), *_contents(path))
        match = next(filter(None, (pattern.search(each.lower()) for each in contents)), None)
        if match:
            hits.append((str(path), match[0].decode()))
    return hits


def _needle(word: str) -> bytes:
    return re.escape(word.lower().encode())


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
    else:
        yield from (path for path in folder.rglob("*") if path.is_file())


def _contents(path: Path) -> Iterator[bytes]:
    """Yield all forms of a file's content in which a text may be found."""
    raw = path.read_bytes()
    yield raw
    if raw[:4] == b"PAR1":
        yield from _columns(path)
    if raw[:16] == b"SQLite format 3\0":
        yield from _rows(path)
    if raw[:2] == b"\x1f\x8b":
        yield gzip.decompress(raw)


def _columns(path: Path) -> Iterator[bytes]:
    try:
        with pq.ParquetFile(path) as file:
            yield repr(file.metadata).encode()
            yield repr(file.schema_arrow.metadata).encode()
            frame = pl.DataFrame(pl.from_arrow(file.read()))
    except (pa.ArrowException, OSError):  # cut by a kill; its bytes were searched
        return
    yield frame.select(~cs.binary()).write_json().encode()
    for series in frame.select(cs.binary()):
        yield b"\n".join(value for value in series.to_list() if value)


def _rows(path: Path) -> Iterator[bytes]:
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as store:
        try:
            tables = [name for (name,) in store.execute("select name from sqlite_master where type='table'")]
            for table in tables:
                for row in store.execute(f'select * from "{table}"'):
                    yield repr(row).encode()
        except sqlite3.DatabaseError:  # cut by a kill; its bytes were searched
            return
