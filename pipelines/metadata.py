"""How reports become Dagster metadata: counts, shares, tables, schemas. Never a value of a row.

Dagster plots numbers over the builds, so what is worth watching is a number of its own, beside the table that shows it.
Text of the release, redacted as it is, is not copied into the event log: a takedown removes it from the release only.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import dagster as dg
import polars as pl

from redaction.builds import InputsReport, PartitionReport, RightsReport, StagedRelease
from redaction.builds.report import ReasonGroup, group_of
from redaction.release import GateResult
from redaction.release.files.corpus_schema import CARD, REPORT
from redaction.release.report import FACTS, RunFacts
from redaction.rights import KEEP
from redaction.storage import StoragePath, read_bytes

REPORT_ROUTE: Final = "/discreet"
"""Where `discreet ui` serves the reports of releases: `/discreet/CORPUS/VERSION/report.html`."""

EXAMPLES: Final = "examples.svg"
"""The picture of example rows beside the report. It is drawn when it is asked for: the event log has no row."""

_HEADER: Final = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_KEPT: Final = "kept"

Metadata = dict[str, Any]


def reasons_table(counts: pl.DataFrame) -> dg.TableMetadataValue:
    """Show a frame of names, counts and shares as a table."""
    columns = [dg.TableColumn(name, _table_type(dtype)) for name, dtype in counts.schema.items()]
    records = [dg.TableRecord(dict(row)) for row in counts.iter_rows(named=True)]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))


def _table_type(dtype: pl.DataType) -> str:
    return "int" if dtype.is_integer() else "float" if dtype.is_float() else "string"


def column_schema(schema: pl.Schema, descriptions: Mapping[str, str]) -> dict[str, dg.TableSchemaMetadataValue]:
    """Describe the columns that an asset writes, each in one phrase, for the asset's page in the UI."""
    columns = [dg.TableColumn(name, str(dtype), descriptions[name]) for name, dtype in schema.items()]
    return {"dagster/column_schema": dg.MetadataValue.table_schema(dg.TableSchema(columns))}


def inputs_metadata(report: InputsReport) -> Metadata:
    """Show what was read of each table: files and rows, and which were not read or are quarantined."""
    quarantined = dict(report.quarantined.group_by("source").agg(pl.col("rows").sum()).iter_rows())
    unread = {name: (files.hidden, files.excluded) for name, files in report.plan.unread.items()}
    rows = [
        (name.value, report.files[name], number, quarantined.get(name.value, 0), *unread.get(name.value, (0, 0)))
        for name, number in report.tables.items()
    ]
    columns = ["table", "files", "rows", "quarantined", "hidden_files", "excluded_files"]
    return {
        "version": report.plan.version,
        "as_of": report.plan.as_of.isoformat(),
        "tables": reasons_table(pl.DataFrame(rows, schema=columns, orient="row")),
        "quarantined": reasons_table(report.quarantined),
        "dagster/row_count": sum(report.tables.values()),
        **{f"{name.value}_rows": number for name, number in report.tables.items()},
        **{f"{source}_quarantined": quarantined.get(source, 0) for source in report.rows},
        **{f"{name.value}_hidden_files": unread.get(name.value, (0, 0))[0] for name in report.tables},
        **{f"{name}_excluded_files": excluded for name, (_, excluded) in unread.items() if excluded},
    }


def decisions_metadata(report: RightsReport) -> Metadata:
    """Show how many records each group of reasons leaves out, one group after the other, and how many stay."""
    steps = funnel(report.reasons)
    shares = {(source, group): share for source, group, _, share, _ in steps.iter_rows()}
    groups = {group.value: group.name.lower() for group in ReasonGroup} | {_KEPT: "kept"}
    kept = report.reasons.filter(pl.col("decision") == KEEP)
    return {
        "policy": report.policy,
        "funnel": reasons_table(steps),
        "reasons": reasons_table(report.reasons),
        "reconciliation": reasons_table(report.reconciliation),
        "records": report.records,
        "kept": int(kept["records"].sum()),
        **{f"{source}_share_{groups[group]}": share for (source, group), share in shares.items()},
    }


def funnel(reasons: pl.DataFrame) -> pl.DataFrame:
    """Sort the reasons of each source into groups, largest first, and what is kept last.

    Args:
        reasons: Counts by source, decision and reason.

    Returns:
        source, group, records, share (of the source's records, 0 to 1), and remaining: what is left after the group.
    """
    keep = pl.col("decision") == KEEP
    names = {reason: group_of(reason).value for reason in reasons["reason"].drop_nulls().unique()}
    group = pl.when(keep).then(pl.lit(_KEPT)).otherwise(pl.col("reason").replace_strict(names, default=None))
    counted = reasons.group_by("source", group.alias("group"), keep.alias("keep")).agg(
        pl.col("records").sum().cast(pl.Int64)
    )
    total = pl.col("records").sum().over("source")
    return (
        counted.with_columns((pl.col("records") / total).round(6).alias("share"), total.alias("total"))
        .sort("source", "keep", "records", "group", descending=[False, False, True, False])
        .with_columns(
            pl.when("keep")
            .then("records")
            .otherwise(pl.col("total") - pl.col("records").cum_sum().over("source"))
            .alias("remaining")
        )
        .select("source", "group", "records", "share", "remaining")
    )


def partition_metadata(report: PartitionReport) -> Metadata:
    """Show how many texts a partition has, what was replaced in them, and how fast."""
    types = pl.DataFrame(list(report.entities.items()), {"entity_type": pl.String, "spans": pl.Int64}, orient="row")
    seconds = report.cpu_seconds
    speed = {"words": report.words, "characters": report.characters} if report.detected and seconds else {}
    return {
        "dagster/partition_row_count": report.rows,
        "records": report.records,
        "texts": report.rows,
        "texts_detected": report.detected,
        "words": report.words,
        "spans": sum(report.entities.values()),
        "entities": reasons_table(types.sort("spans", "entity_type", descending=[True, False])),
        **{f"spans_{name}": number for name, number in report.entities.items()},
        "cpu_seconds": seconds,
        **{f"{name}_per_cpu_second": round(number / seconds, 1) for name, number in speed.items()},
        "detector": report.detector[:12],
    }


def release_metadata(staged: StagedRelease, folder: StoragePath) -> Metadata:
    """Show the counts, gates, measured leak and card of a release, as its files in `folder` state them."""
    manifest, facts = staged.manifest, RunFacts.read(folder)
    leaks = [
        (each.labeled_set, t.entity_type, t.labeled, t.leak, t.low, t.high)
        for each in facts.quality
        for t in each.types
    ]
    columns = ["labeled_set", "entity_type", "labeled", "leak", "low", "high"]
    texts = {reason: text.group for reason, text in facts.reasons.items()}
    reasons = staged.reasons.with_columns(pl.col("reason").replace_strict(texts, default="").alias("group"))
    changes = {name: sum(getattr(c, name) for c in facts.changes.counts) for name in _CHANGES} if facts.changes else {}
    return {
        "version": manifest.version,
        "policy": manifest.policy,
        "as_of": manifest.as_of.isoformat(),
        "dagster/row_count": manifest.rows,
        **{f"{source}_kept": counts.kept for source, counts in manifest.sources.items()},
        "reasons": reasons_table(reasons),
        "gates": reasons_table(_gates(manifest.gates)),
        "leak": reasons_table(pl.DataFrame(leaks, schema=columns, orient="row")),
        **{f"leak_{name}_{entity_type}": leak for name, entity_type, _, leak, *_ in leaks},
        **{f"over_replaced_{each.labeled_set}": each.over for each in facts.quality},
        **{f"records_{name}": number for name, number in changes.items()},
        "card": dg.MetadataValue.md(card_without_rows(read_bytes(folder / CARD).decode())),
        "facts": dg.MetadataValue.path(str(folder / FACTS)),
    }


def report_links(corpus: str, version: str, folder: StoragePath) -> Metadata:
    """Name the report of a published release: its file, and where `discreet ui` shows it and its example rows."""
    shown = f"{REPORT_ROUTE}/{corpus}/{version}"
    link = f"{shown}/{REPORT}"
    return {
        "path": dg.MetadataValue.path(str(folder)),
        "report": dg.MetadataValue.url(link),
        "examples": dg.MetadataValue.md(f"![three redacted rows; discreet ui shows them]({shown}/{EXAMPLES})"),
        "report_file": dg.MetadataValue.path(str(folder / REPORT)),
    }


def card_without_rows(card: str) -> str:
    """Return the Markdown of a dataset card without its header and without the rows that it quotes."""
    lines = _HEADER.sub("", card, count=1).split("\n")
    described = "\n".join(line for line in lines if not line.startswith(">") and line != "Examples:")
    return re.sub(r"\n{3,}", "\n\n", described).replace("<", "&lt;").strip()


_CHANGES: Final = ("added", "removed", "same")


def _gates(gates: tuple[GateResult, ...]) -> pl.DataFrame:
    rows = [(g.name, g.result, g.value, g.threshold, g.detail) for g in gates]
    columns = ["gate", "result", "value", "threshold", "detail"]
    return pl.DataFrame(rows, schema=columns, orient="row")
