import polars as pl

from redaction.config import load_config
from redaction.execution import Build, open_inputs, prepare
from redaction.execution.decide import decide_rights
from redaction.execution.redact import partitions_to_redact, redact_posts
from tests.network import Network


def test_what_is_decided_anew_is_read_anew(tmp_path):
    path = Network().write(tmp_path, execution={"workers": 1})
    (tmp_path / "key").write_text("6b" * 32)
    config = load_config(path)
    prepare(config, open_inputs(config))
    build = Build.open(config)
    decide_rights(build)
    (partition, number), *_ = partitions_to_redact(build.place)
    assert redact_posts(build, partition).records == number > 0
    rights = pl.read_parquet(build.place.rights)
    rights.with_columns(pl.lit("drop").alias("decision")).write_parquet(build.place.rights)
    assert redact_posts(build, partition).records == 0
    rights.write_parquet(build.place.rights)
    again = redact_posts(build, partition)
    assert (again.records, again.detected) == (number, number)
