"""Attack raw texts, those of stock Presidio and those of `social`, on the sample, on people with habits, and on a town.

    .venv/bin/python -m benchmarks.linkage [--networks sample people town] [--members 1500] [--posts 4]

Every record that the build keeps is compared with every member, in all three versions. Prints for each kind the share
of records whose author comes first, and is among the first ten, with 95 % intervals, and the share that can be claimed
rightly while 90 % of the claims are right. `people` is what the generator of the sample writes with `--habits`; the
town is by other templates and words. Of `social` the records that the build sets aside are left out. Stock is
`configs/redaction/stock.yaml`, unmodified Presidio; it redacts profiles and résumés, and generalizes no career.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import yaml

from redaction.builds import Build
from redaction.builds.attack.linkage import authors_of, knowledge_of
from redaction.detection import Detector, read_profile
from redaction.release import create_key_file
from redaction.release.gates.linkage import RECORDS, attack
from redaction.release.gates.linkage.joined import joined_figures
from redaction.release.report import JoinedFigures, LinkageFigures, Rate
from redaction.replacement import Replacer
from redaction.state.private_tables import REDACTED
from tests.made_up_town import Town
from tests.network import ROOT
from tests.releases import stage

_SHOWN = ("posts", "resume", "profile", "all", "members")
_BLOCK = 2_000
_NETWORKS = ("sample", "people", "town")


def main() -> None:
    """Measure, and print one table for each network."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", choices=_NETWORKS, default=_NETWORKS)
    parser.add_argument("--members", type=int, default=1_500)
    parser.add_argument("--posts", type=int, default=4)
    options = parser.parse_args()
    for network in options.networks:
        with tempfile.TemporaryDirectory() as folder:
            if network == "town":
                config = town(Path(folder), options.members, options.posts)
            else:
                config = sample(Path(folder), people=network == "people")
            print(f"\n{network}", flush=True)
            print_table(config)


def town(folder: Path, members: int, posts: int) -> Path:
    """Write the made-up town, with the default settings of a release."""
    release = {"profiles": "generalized", "resumes": "generalized"}
    return Town(members, posts).network().write(folder, release=release)


def sample(folder: Path, *, people: bool) -> Path:
    """Write the config of the sample, or of one whose members have habits, with its output in a folder."""
    tables = ROOT
    if people:
        tables = folder / "people"
        generator = [sys.executable, str(ROOT / "data/samples/generate"), "--habits"]
        subprocess.run([*generator, "--out", str(tables / "data/samples")], check=True, stdout=subprocess.DEVNULL)
    settings = yaml.safe_load((ROOT / "configs/sample.yaml").read_text("utf-8"))
    create_key_file(folder / "key")
    for table in settings["inputs"].values():
        if isinstance(table, dict):
            table["path"] = str(tables / table["path"])
    settings |= {"output": "out", "state": "state", "key": {"file": "key"}, "execution": {"workers": 1}}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(settings), "utf-8")
    return path


def print_table(config: Path) -> None:
    """Build, attack the three versions of the same records, and print a table."""
    staged = stage(config)
    build = staged.build
    authors = authors_of(build)
    social = redacted(build, authors)
    raw = as_written(build, authors, social)
    released = pl.read_parquet(staged.staging.folder / "data" / "*.parquet", columns=["record_id"])
    print("| | records | first | among ten | claimed at 90 % | first, by chance |\n|---|---|---|---|---|---|")
    versions = {"raw": raw, "stock": by_stock(raw), "social": social.join(released, on="record_id", how="semi")}
    for name, records in versions.items():
        figures, joined, chance = attacked(build, authors, records)
        for each in figures:
            print(row(name, each, chance))
        if joined:
            guess = f"{joined.chance:.4f}"
            print(
                f"| {name}, joined: AUC {rate(joined.auc)} | {joined.records} | {rate(joined.nearest)} | | | {guess} |"
            )


def attacked(
    build: Build, authors: pl.DataFrame, records: pl.DataFrame
) -> tuple[list[LinkageFigures], JoinedFigures | None, str]:
    """Compare every record with every member, and the posts with each other."""
    settings = build.config.release.gates.linkage.model_copy(update={"max_records": max(records.height, 100)})

    def blocks() -> Iterator[pl.DataFrame]:
        return records.iter_slices(_BLOCK)

    found = attack(blocks, knowledge_of(build, authors), settings, build.config.release.gates.k, 1)
    by_name = {each.name: each for each in found.found}
    posts = records.filter(~pl.col("kind").is_in(["resume", "profile"]))
    chance = f"{1 / found.members:.4f}; by language {found.chance:.4f}"
    return [by_name[name] for name in _SHOWN if name in by_name], joined_figures(posts, 1), chance


def redacted(build: Build, authors: pl.DataFrame) -> pl.DataFrame:
    """Return the redacted records of a build, before any is set aside."""
    rows = pl.read_parquet(sorted(build.folder.path.glob(REDACTED.pattern.format(source="*", partition="*"))))
    return _with_authors(rows, authors)


def as_written(build: Build, authors: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """Return the same records raw: posts, and profiles with all that they say."""
    knowledge = knowledge_of(build, authors)
    profiles = wanted.filter(kind="profile").select("record_id", "author", "kind", "language")
    jobs, schools = _listed("experience", "title", "company", "location"), _listed("education", "school", "degree")
    said = [pl.col("full_name"), pl.col("headline"), pl.col("about"), jobs, schools]
    texts = knowledge.profiles.select(
        pl.col("user_id").alias("author"), pl.concat_str(said, separator="\n", ignore_nulls=True).alias("text")
    )
    if knowledge.raw is None:
        raise ValueError("no raw texts")
    posts = knowledge.raw(wanted.filter(pl.col("kind") != "profile")["record_id"])
    return pl.concat([posts, profiles.join(texts, on="author").select(RECORDS.names())]).sort("record_id")


def by_stock(records: pl.DataFrame) -> pl.DataFrame:
    """Redact records as unmodified Presidio does."""
    detector = Detector.from_settings(read_profile(ROOT / "configs/redaction/stock.yaml"))
    texts = records["text"].to_list()
    replaced = Replacer().replace(texts, detector.detect(texts, "en"))
    return records.with_columns(pl.Series("text", [each.text for each in replaced]))


def _listed(column: str, *names: str) -> pl.Expr:
    values = [pl.element().struct.field(name) for name in names]
    return pl.col(column).list.eval(pl.concat_str(values, separator=" · ", ignore_nulls=True)).list.join("\n")


def _with_authors(rows: pl.DataFrame, authors: pl.DataFrame) -> pl.DataFrame:
    records = rows.group_by("record_id", maintain_order=True).agg(
        pl.col("kind", "language").first(), pl.col("text").str.join("\n")
    )
    return records.join(authors, on="record_id").select(RECORDS.names()).sort("record_id")


def row(version: str, figures: LinkageFigures, chance: str) -> str:
    """Return a row of the table."""
    shares = f"{rate(figures.first)} | {rate(figures.first_ten)} | {figures.claimed:.4f}"
    return f"| {version}, {figures.name} | {figures.records} | {shares} | {chance if figures.name == 'posts' else ''} |"


def rate(value: Rate) -> str:
    """Return a share with its interval."""
    return f"{value.value:.4f} [{value.low:.4f}, {value.high:.4f}]"


if __name__ == "__main__":
    main()
