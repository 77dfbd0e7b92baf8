"""What a build decides before it looks at any text for names."""

from pathlib import Path

import polars as pl

from redaction.config import load_config
from redaction.execution import Build, open_inputs, prepare
from redaction.execution.decide import decide_rights
from tests.network import Network

SUMMARY = "I left the signal box after nine winters, kept the lamp and the ledger, and now I teach clocks to children."


def test_the_summary_of_a_protected_member_comes_back_under_no_other_name(tmp_path: Path) -> None:
    network = Network()
    for row in network.profiles:
        if row["user_id"] == "out":
            row["about"] = SUMMARY
    kept = next(row for row in network.posts if row["post_id"] == "p-ben")
    network.posts.append({**kept, "post_id": "p-copy", "text": SUMMARY.upper()})
    config = load_config(network.write(tmp_path))
    prepare(config, open_inputs(config))
    build = Build.open(config)
    decide_rights(build)
    told = {row[0]: row[1:] for row in pl.read_parquet(build.place.rights)["source_id", "reason", "evidence_id"].rows()}
    assert told["p-ben"] == ("eligible", None)
    assert told["p-copy"] == ("near_duplicate", "out")
