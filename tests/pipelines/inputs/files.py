"""A made-up network as files of any shape: a case changes its tables, files or config, and names the outcome."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import yaml

from tests.network import Network

MEMBERS = {name: f"{1001 + number}" for number, name in enumerate(("ada", "ben", "eva", "out", "kid", "off", "who"))}
TABLES = ("posts", "profiles", "rights_events", "region_signals")
ID_COLUMNS = {
    "posts": ("post_id", "author_id", "in_reply_to"),
    "profiles": ("user_id",),
    "rights_events": ("subject_id",),
    "region_signals": ("subject_id",),
}
_ROLE = {"title": "planner", "company": "Lowmark Works", "location": "Denver"}


def network() -> Network:
    """Members and posts with numbers for ids, as most networks have them, in the order of their ids."""
    made = Network()
    more = [dict(made.posts[number % 2], post_id=f"more-{number}") for number in range(12)]
    made.posts = [post for post in made.posts if post["text"] is not None] + more
    made.posts = [dict(post, created_at=post["created_at"] + timedelta(n)) for n, post in enumerate(made.posts)]
    numbers = {post["post_id"]: f"{7001 + number}" for number, post in enumerate(made.posts)}
    for post in made.posts:
        post["post_id"], post["author_id"] = numbers[post["post_id"]], MEMBERS.get(post["author_id"], "1099")
        post["in_reply_to"], post["mentions"] = numbers.get(post.get("in_reply_to", "")), [MEMBERS["ben"]]
    for profile in made.profiles:
        profile["user_id"] = MEMBERS[profile["user_id"]]
        profile["experience"] = [_ROLE | {"start": profile["birth_date"] + timedelta(days=9000)}]
        profile["phones"] = ["+13035550199"]
    for rows in (made.rights_events, made.region_signals):
        for row in rows:
            row["subject_id"] = MEMBERS[row["subject_id"]]
    return made


@dataclass
class Files:
    """The tables of a case and how the config names them. What a case does not write is written as plain Parquet."""

    folder: Path
    tables: dict[str, pa.Table]
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Files":
        """Read the tables of the network, written once to a folder of their own."""
        network().write(folder)
        paths = {name: folder / f"{name}.parquet" for name in TABLES}
        return cls(folder, {name: _plain(pq.read_table(path)) for name, path in paths.items() if path.exists()})

    def put(self, name: str, column: str, values: Any) -> None:
        """Replace a column by an array, or by a list of values of its type."""
        table = self.tables[name]
        number = table.schema.get_field_index(column)
        array = (
            values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, table.schema.types[number])
        )
        self.tables[name] = table.set_column(number, column, array)

    def cast(self, name: str, column: str, dtype: pa.DataType) -> None:
        """Cast a column."""
        self.put(name, column, self.tables[name][column].cast(dtype))

    def change(self, name: str, column: str, change: Callable[[Any], Any], dtype: pa.DataType | None = None) -> None:
        """Change each value that is not null."""
        old = self.tables[name][column]
        values = [None if value is None else change(value) for value in old.to_pylist()]
        self.put(name, column, pa.array(values, dtype or old.type))

    def rename(self, name: str, names: dict[str, str]) -> None:
        """Rename columns."""
        table = self.tables[name]
        self.tables[name] = table.rename_columns([names.get(each, each) for each in table.column_names])

    def halves(self, name: str) -> tuple[pa.Table, pa.Table]:
        """Return the two halves of a table."""
        table = self.tables[name]
        return table.slice(0, table.num_rows // 2), table.slice(table.num_rows // 2)

    def frame(self, name: str) -> pl.DataFrame:
        """Return a table for Polars."""
        return pl.DataFrame(pl.from_arrow(self.tables[name]))

    def pandas(self, name: str) -> pd.DataFrame:
        """Return a table for pandas."""
        return pd.DataFrame(self.tables[name].to_pandas())

    def at(self, path: str, table: pa.Table | None = None, **options: Any) -> Path:
        """Return the path of a file below the folder, with its folders made; write a table to it."""
        whole = self.folder / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        if table is not None:
            pq.write_table(table, whole, **options)
        return whole

    def use(self, name: str, path: str | list[str], **settings: Any) -> None:
        """Let the config read a table from a path."""
        self.inputs[name] = {"path": path, **settings}

    def write(self) -> Path:
        """Write what is left, and the config; return its path."""
        inputs: dict[str, Any] = {"objections": None, "max_quarantined": 0.5}
        for name, table in self.tables.items():
            if "path" not in self.inputs.get(name, {}):
                self.at(f"{name}.parquet", table)
            inputs[name] = {"path": f"{name}.parquet"} | self.inputs.get(name, {})
        path = self.folder / "config.yaml"
        values = yaml.safe_load(path.read_text("utf-8")) | self.config
        path.write_text(yaml.safe_dump(values | {"inputs": inputs | self.config.get("inputs", {})}), "utf-8")
        return path


def _plain(table: pa.Table) -> pa.Table:
    """Return a table with Arrow's most common types, as pyarrow itself writes them."""
    plain = {pa.large_string(): pa.string(), pa.large_list(pa.large_string()): pa.list_(pa.string())}
    return table.cast(pa.schema([field.with_type(plain.get(field.type, field.type)) for field in table.schema]))


@dataclass(frozen=True)
class Case:
    """A shape of files, and what becomes of them.

    Attributes:
        make: Changes the files.
        refused: A pattern of the message; None where the run goes on.
        differs: By how many records the counts differ from those of plain files, by source and reason.
    """

    name: str
    make: Callable[[Files], None]
    refused: str | None = None
    differs: dict[tuple[str, str], int] = field(default_factory=dict)


CASES: dict[str, Case] = {}


def case(refused: str | None = None, **differs: int) -> Callable[[Callable[[Files], None]], Callable[[Files], None]]:
    """Add a case. `differs` names sources and reasons as `posts__blank_text=4`."""

    def add(make: Callable[[Files], None]) -> Callable[[Files], None]:
        reasons = {(source, reason): n for each, n in differs.items() for source, reason in [each.split("__")]}
        CASES[make.__name__] = Case(make.__name__, make, refused and re.sub(r"\s+", " ", refused), reasons)
        return make

    return add


def first(array: pa.ChunkedArray) -> pa.Array:
    """Return the first item of each list."""
    return pc.list_element(array.combine_chunks(), 0)
