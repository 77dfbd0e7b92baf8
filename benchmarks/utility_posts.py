"""Redacts the sample with each setting of `utility.py`, attacks it, and lines up the posts that all of them release."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import polars as pl
import yaml

from redaction.builds import (
    Build,
    RedactionSession,
    decide_rights,
    open_inputs,
    partitions_to_redact,
    prepare,
)
from redaction.builds.attack import attack_texts
from redaction.builds.attack.linkage import authors_of
from redaction.config import load_config, load_profile
from redaction.evaluation.utility import Word, words_of
from redaction.release.report import LinkageFacts
from redaction.state.private_tables import REDACTED

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data/samples"
TEMPLATES = SAMPLE / "generate/templates/en_posts.txt"
RESUME = "resume"
LEAST_LITERAL = 14
KEYS = ["record_id", "field"]


class Setting(NamedTuple):
    """A profile, what is added to its caution, and whether employers, schools and towns of the author are searched."""

    name: str
    profile: str
    caution: float = 0.0
    employers: bool = True


@dataclass(frozen=True, slots=True)
class Posts:
    """The compared posts: their raw words, which of these are outside personal data, and their labels."""

    rows: pl.DataFrame
    raw: list[list[Word]]
    outside: list[list[bool]]
    genres: list[str | None]
    is_test: list[bool]


def build_with(setting: Setting, folder: Path) -> Build:
    """Decide and redact the sample with a setting, below a folder; the key is that of all settings."""
    detection = load_profile(setting.profile).model_dump(mode="json", by_alias=True)
    detection["caution"] += setting.caution
    if not setting.employers:
        detection["known"] |= dict.fromkeys(("employers", "schools", "locations"), False)
    config = yaml.safe_load((ROOT / "configs/sample.yaml").read_text("utf-8"))
    for table in config["inputs"].values():
        if isinstance(table, dict):
            table["path"] = str(ROOT / table["path"])
    if not detection["known"]["enabled"]:  # nothing would search for what they name
        del config["inputs"]["objections"]
    config |= {
        "detection": detection,
        "output": "out",
        "state": "state",
        "key": {"file": str(folder.parent / "key")},
        "execution": {"workers": 1},
        "release": {"gates": {"linkage": {"max_records": 20_000}}},
    }
    folder.mkdir()
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    settings = load_config(path)
    prepare(settings, open_inputs(settings), version="1.0.0")
    decide_rights(Build.open(settings))
    build = Build.open(settings)
    with RedactionSession(build) as session:
        for partition, _ in partitions_to_redact(build.folder):
            session.redact_posts(partition)
        session.redact_profiles()
    return build


def redacted(build: Build) -> pl.DataFrame:
    """Return the redacted posts of a build but résumés: record_id, kind, field, language, text, sorted."""
    paths = [path for path in build.paths.files(REDACTED) if "posts" in path.parts]
    rows = pl.concat([pl.read_parquet(path, glob=False) for path in paths])
    return rows.filter(pl.col("kind") != RESUME).select("record_id", "kind", "field", "language", "text").sort(KEYS)


def linkage(build: Build, rows: pl.DataFrame) -> LinkageFacts:
    """Attack rows as the gate does."""

    def blocks() -> Iterator[pl.DataFrame]:
        yield from rows.iter_slices(10_000)

    attacked = attack_texts(build, blocks)
    assert attacked is not None
    return attacked.facts(1)


def compared(builds: Mapping[str, Build]) -> Posts:
    """Read the raw posts that every build has a redacted text of."""
    ids = [redacted(build).select(KEYS) for build in builds.values()]
    common = ids[0]
    for each in ids[1:]:
        common = common.join(each, on=KEYS, how="semi")
    authors = authors_of(next(iter(builds.values()))).filter(source="posts").select("record_id", "source_id", "author")
    posts = pl.read_parquet(SAMPLE / "posts/*.parquet").unique("post_id", keep="first", maintain_order=True)
    texts = posts.select(source_id="post_id", kind="kind", text="text", title="title").unpivot(
        on=["text", "title"], index=["source_id", "kind"], variable_name="field", value_name="raw"
    )
    truth = pl.read_parquet(SAMPLE / "truth/spans.parquet").filter(source="posts").select("source_id", "field", "spans")
    rows = (
        common.join(authors, on="record_id")
        .join(texts, on=["source_id", "field"])
        .join(truth.unique(["source_id", "field"], keep="first"), on=["source_id", "field"])
        .drop_nulls("raw")
        .sort(KEYS)
    )
    raw = [words_of(text) for text in rows["raw"]]
    outside = [
        [not any(word.start < span["end"] and span["start"] < word.end for span in spans) for word in words]
        for words, spans in zip(raw, rows["spans"].to_list(), strict=True)
    ]
    labeled = genres(rows.filter(pl.col("field") == "text")["raw"].to_list())
    by_text = dict(zip(rows.filter(pl.col("field") == "text")["raw"], labeled, strict=True))
    labels = [by_text.get(text) if kind == "post" else None for text, kind in rows.select("raw", "kind").iter_rows()]
    return Posts(rows, raw, outside, labels, [crc32(author.encode()) % 5 == 0 for author in rows["author"]])


def genres(texts: Sequence[str]) -> list[str | None]:
    """Return the genre of which a text has words of the templates; None where it is not exactly one."""
    section, literals = "", dict[str, set[str]]()
    for line in TEMPLATES.read_text("utf-8").splitlines():
        if line.startswith("== "):
            section = line[3:].split(".")[0]
        elif not line.startswith("//"):
            parts = re.split(r"\{[^}]*\}|<[^>]*>", line.replace("\\n", "\n"))
            for part in parts:
                if len(part.strip()) >= LEAST_LITERAL:
                    literals.setdefault(part.strip().casefold(), set()).add(section)
    single = {literal: next(iter(names)) for literal, names in literals.items() if len(names) == 1}
    pattern = re.compile("|".join(map(re.escape, sorted(single, key=len, reverse=True))))
    found = [{single[match] for match in pattern.findall(text.casefold().replace("’", "'"))} for text in texts]
    return [next(iter(names)) if len(names) == 1 else None for names in found]
