"""The report of a release for its owner: the published page, and texts before and after."""

from hashlib import blake2b
from pathlib import Path
from typing import Final

import polars as pl

from redaction.builds.review import ReviewCase, current_texts
from redaction.config import Config
from redaction.operations.report import present_report
from redaction.operations.review import ReviewError, open_case
from redaction.release.registry import Release, release_at
from redaction.release.report.examples import Example, with_examples
from redaction.state import CorpusPaths
from redaction.state.decisions import decisions_of_builds
from redaction.state.layout import private_folder
from redaction.storage import StoragePath, write_atomic

_SPARE: Final = 3
_LONGEST: Final = 3000


def write_private_report(config: Config, folder: StoragePath, examples: int = 20) -> Path:
    """Write the report of a release with texts before and after, into the private state.

    The texts are read from the inputs now, of records that may be used now. The file is readable by its owner alone,
    and every build and every takedown removes it.

    Args:
        config: The config of the corpus.
        folder: The folder of the release.
        examples: How many texts to show.

    Returns:
        The file.

    Raises:
        ReviewError: The release is of another corpus.
        DiscreetError: The release was changed or withdrawn, or the inputs, the rules or the key cannot be used.
    """
    paths, html, release = CorpusPaths.of(config), present_report(folder), release_at(folder)
    if release.manifest.corpus != config.corpus:
        raise ReviewError(f"{folder}: is of the corpus {release.manifest.corpus}, and the config of {config.corpus}")
    with open_case(config) as case:
        chosen = _examples(case, release, examples)
    private_folder(paths.private_reports)
    path = paths.private_reports / f"{release.version}.html"
    write_atomic(path, with_examples(html, chosen).encode(), mode=0o600)
    return path


def _examples(case: ReviewCase, release: Release, wanted: int) -> list[Example]:
    """Choose texts at random, the same each time for one release and the same inputs."""
    version = str(release.version)
    seed = int.from_bytes(blake2b(version.encode(), key=case.secret, digest_size=8).digest())
    links = decisions_of_builds(case.build.paths).drop_nulls("record_id").select("record_id", "source", "source_id")
    rows = release.scan().select("record_id", "kind", "field", "language", pl.col("text").alias("after"))
    chosen = (
        rows.filter(pl.col("after").str.len_chars() <= _LONGEST)
        .select("record_id", "field")
        .join(links.unique("record_id"), on="record_id", how="inner")
        .join(case.eligible.lazy(), on=["source", "source_id"], how="semi")
        .with_columns(pl.concat_str("record_id", "field").hash(seed).alias("order"))
        .sort("order")
        .head(_SPARE * wanted)
        .collect(engine="streaming")
    )
    after = rows.filter(pl.col("record_id").is_in(chosen["record_id"].implode())).collect(engine="streaming")
    before = current_texts(case, chosen).select("source", "source_id", "field", pl.col("text").alias("before"))
    found = chosen.join(after, on=["record_id", "field"], how="inner", maintain_order="left").join(
        before.filter(pl.col("before").str.len_chars() <= _LONGEST),
        on=["source", "source_id", "field"],
        how="inner",
        maintain_order="left",
    )
    columns = ["kind", "field", "language", "before", "after"]
    return [Example(**row) for row in found.select(columns).head(wanted).iter_rows(named=True)]
