"""Test what a build decides before detection."""

import gc
import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from redaction.builds import Build, RedactionSession, open_inputs, prepare, stage_release
from redaction.builds.audit import _judged_again
from redaction.builds.decide import decide_rights
from redaction.builds.redact.redaction_queue import kept_posts, partitions_to_redact
from redaction.config import load_config
from redaction.errors import DiscreetError
from redaction.state import CorpusPaths, PlanError
from redaction.state.parquet_writer import Blocks, TableWriter, write_table
from redaction.state.private_tables import DECISIONS, INDEX, KEPT, RIGHTS
from redaction.tables import RowReader, TableName
from tests.network import Network

SUMMARY = "I left the signal box after nine winters, kept the lamp and the ledger, and now I teach clocks to children."


def built(network: Network, folder: Path, **more: Any) -> Build:
    config = load_config(network.write(folder, **more))
    prepare(config, open_inputs(config))
    build = Build.open(config)
    decide_rights(build)
    return build


def decided(network: Network, folder: Path, **more: Any) -> dict[str, tuple[str, str | None]]:
    """Reason and evidence of each record."""
    rows = pl.read_parquet(built(network, folder, **more).folder.file(RIGHTS))[
        "source_id", "reason", "evidence_id"
    ].rows()
    assert len(rows) == len({(row[0]) for row in rows})
    return {row[0]: row[1:] for row in rows}


def test_a_copy_of_a_protected_members_summary_is_dropped(tmp_path: Path) -> None:
    network = Network()
    for row in network.profiles:
        if row["user_id"] == "out":
            row["about"] = SUMMARY
    kept = next(row for row in network.posts if row["post_id"] == "p-ben")
    network.posts.append({**kept, "post_id": "p-copy", "text": SUMMARY.upper()})
    decisions = decided(network, tmp_path)
    assert decisions["p-ben"] == ("eligible", None)
    assert decisions["p-copy"] == ("near_duplicate", "out")


def test_a_quarantined_duplicate_row_is_not_a_near_duplicate(tmp_path: Path) -> None:
    """The first row with this id is kept, and its own text decides."""
    network = Network()
    for row in network.profiles:
        if row["user_id"] == "out":
            row["about"] = SUMMARY
    kept = next(row for row in network.posts if row["post_id"] == "p-ben")
    copies = [{**kept, "post_id": "p-copy", "text": text} for text in (SUMMARY, SUMMARY.upper())]
    network.posts += [{**kept, "text": SUMMARY}, *copies]
    decisions = decided(network, tmp_path)
    assert decisions["p-ben"] == ("eligible", None)
    assert decisions["p-copy"] == ("near_duplicate", "out")


def test_kept_posts_list_the_authors_of_the_posts_that_they_answer(tmp_path: Path) -> None:
    network = Network()
    kept = next(row for row in network.posts if row["post_id"] == "p-ben")
    network.posts.append(
        {**kept, "post_id": "p-answer", "author_id": "ada", "in_reply_to": "p-ben", "mentions": ["out"]}
    )
    folder = built(network, tmp_path).folder
    rows = pl.concat([kept_posts(folder, partition) for partition, _ in partitions_to_redact(folder)])
    subjects = dict(rows.select("source_id", "subjects").iter_rows())
    decisions = pl.read_parquet(folder.file(RIGHTS)).filter(source="posts")
    assert set(subjects) == set(decisions.filter(decision="keep")["source_id"])
    assert subjects["p-answer"] == ["ada", "out", kept["author_id"]]
    index = pl.read_parquet(folder.file(INDEX))["post_id"]
    assert index.gather(rows["row_number"]).to_list() == rows["source_id"].to_list()


def test_decisions_of_another_plan_are_not_used(tmp_path: Path) -> None:
    """The same rows, exported in another order: the earlier decisions would be about other rows."""
    network = Network()
    build = built(network, tmp_path)
    [*_, (partition, _)] = partitions_to_redact(build.folder)
    before = build.folder.file(KEPT).read_bytes()
    network.posts.reverse()
    network.write(tmp_path)
    prepare(build.config, open_inputs(build.config))
    again = Build.open(build.config)
    assert not again.folder.file(KEPT).exists()
    again.folder.file(KEPT).write_bytes(before)  # as of a step of the plan before that ends late
    assert again.folder.path == build.folder.path
    for step in (
        lambda: RedactionSession(again).redact_posts(partition),
        lambda: RedactionSession(again).redact_profiles(),
        lambda: stage_release(again, "r"),
    ):
        with pytest.raises(PlanError, match="its rights are not decided"):
            step()
    decide_rights(again)
    assert RedactionSession(again).redact_posts(partition).records


def post_readers() -> int:
    """How many readers of posts this process holds; each holds the texts that it read last."""
    gc.unfreeze()  # loading the models freezes every object of that time, which hides it from the next line
    gc.collect()
    return sum(isinstance(each, RowReader) for each in gc.get_objects())


def test_texts_stay_open_between_partitions_and_are_released_with_the_session(tmp_path: Path) -> None:
    build, before = built(Network(), tmp_path), post_readers()
    with RedactionSession(build) as session:
        for partition, _ in partitions_to_redact(build.folder):
            session.redact_posts(partition)
            assert post_readers() == before + 1
        session.redact_profiles()
    assert post_readers() == before


def test_texts_are_released_after_an_error(tmp_path: Path) -> None:
    build, before = built(Network(), tmp_path), post_readers()
    (first, _), *_ = partitions_to_redact(build.folder)
    with RedactionSession(build) as session:
        session.redact_posts(first)
        for file in build.inputs.files[TableName.posts]:
            Path(str(file.path)).unlink()
        with pytest.raises(DiscreetError):
            session.redact_posts(first)
        assert post_readers() == before


def test_a_decision_that_fails_leaves_nothing_to_redact(tmp_path: Path) -> None:
    network = Network()
    build = built(network, tmp_path)
    build.folder.file(INDEX).unlink()
    with pytest.raises(FileNotFoundError):
        decide_rights(build)
    with pytest.raises(PlanError, match="its rights are not decided"):
        partitions_to_redact(build.folder)
    assert [path.name for path in CorpusPaths.of(build.config).state.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("emptied", [[], [None]])
def test_the_audit_decides_again_for_a_network_without_well_formed_posts(
    tmp_path: Path, emptied: list[str | None]
) -> None:
    network = Network()
    network.posts = [network.posts[0] | {"text": text} for text in emptied]
    folder = (build := built(network, tmp_path, inputs={"min_rows": {"posts": 0}})).folder
    rights = pl.read_parquet(folder.file(RIGHTS)).with_columns(record_id=pl.lit(None, pl.String))
    assert set(rights["source"]) == {"profiles"}
    write_table(DECISIONS, folder.file(DECISIONS), rights)
    assert _judged_again(build, Blocks(folder.file(DECISIONS))).passed


def test_the_audit_decides_again_for_every_kept_record(tmp_path: Path) -> None:
    folder = (build := built(Network(), tmp_path)).folder
    rights = pl.read_parquet(folder.file(RIGHTS)).with_columns(record_id=pl.lit(None, pl.String))
    denied = rights.filter(source="posts", decision="drop").height
    for records, wrong in ((rights, 0), (rights.with_columns(decision=pl.lit("keep")), denied)):
        with TableWriter(DECISIONS, folder.file(DECISIONS)) as file:
            for _, rows in records.group_by("source", maintain_order=True):
                file.add(rows)
        found = _judged_again(build, Blocks(folder.file(DECISIONS)))
        profiles = records.filter(source="profiles").join(
            rights.filter(source="profiles", decision="drop"), on="source_id", how="semi"
        )
        assert found.value == wrong + profiles.filter(decision="keep").height
        assert found.passed == (wrong == 0)


LONG = (
    "I left the signal box after nine winters and kept the lamp and the old ledger because the night trains still "
    "stop where nobody gets on and the guard waves at the empty bench"
)
DISGUISES: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda text: text.replace("n", "n\u00ad"),
    lambda text: text.replace("e", "e\u200b"),
    "\ufeff".join,
    lambda text: text.replace("o", "\u043e").replace("a", "\u0430"),
    lambda text: text.replace("e", "3"),
    lambda text: "".join(c + "\u0301" if c in "aeiou" else c for c in text),
    lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
]
_POST_FIELDS = {"text", "title"}


def plant(network: Network, number: int, original: str, copy: str, how: Callable[[str], str] = str) -> tuple[str, str]:
    """Add a protected member with a text in one field, and a member who copies it in another field.

    Returns:
        The ids of the copy and of the original.
    """
    text = " ".join(random.Random(number).sample(LONG.split(), 30))
    profiles = {row["user_id"]: row for row in network.profiles}
    ids = []
    for like, field, content in (("out", original, text), ("ada", copy, how(text))):
        who = f"{like}-{number}"
        profile = profiles[like] | {"user_id": who, "handle": who, "headline": None}
        post = {**network.posts[1], "post_id": f"p-{who}", "author_id": who, "text": f"Short note {number} by {like}."}
        if field == "experience":
            profile[field] = [{"title": "Driver", "company": "Rail", "location": "Chicago", "description": content}]
        elif field not in _POST_FIELDS | {"quarantined"}:
            profile[field] = content
        network.profiles.append(profile)
        network.region_signals.append(network.region_signals[0] | {"subject_id": who})
        if like == "out":
            network.rights_events.append(network.rights_events[0] | {"event_id": f"e-{who}", "subject_id": who})
        network.posts.append(post | ({field: content} if field in _POST_FIELDS else {}))
        if field == "quarantined":
            network.posts.append(post | {"text": content})
        ids.append(post["post_id"] if field in _POST_FIELDS | {"quarantined"} else who)
    return ids[1], ids[0]


def test_a_copy_is_found_from_any_field_in_any_field(tmp_path: Path) -> None:
    network = Network()
    originals = ("text", "title", "headline", "about", "experience", "quarantined")
    pairs = list(itertools.product(originals, ("text", "title", "headline", "about", "experience")))
    planted = {pair: plant(network, number, *pair) for number, pair in enumerate(pairs)}
    decisions = decided(network, tmp_path, inputs={"max_quarantined": 0.9})
    found = {pair: decisions[copy] for pair, (copy, _) in planted.items()}
    assert found == {pair: ("near_duplicate", original) for pair, (_, original) in planted.items()}
    assert decisions["p-ben"] == ("eligible", None)


def test_a_disguised_copy_is_found(tmp_path: Path) -> None:
    network = Network()
    planted = [plant(network, number, "text", "text", disguise) for number, disguise in enumerate(DISGUISES)]
    decisions = decided(network, tmp_path)
    assert [decisions[copy] for copy, _ in planted] == [("near_duplicate", original) for _, original in planted]
