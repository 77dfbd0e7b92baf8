"""A policy that names fields of profiles keeps the others out of a release."""

from pathlib import Path

import polars as pl
import pytest
import yaml

from tests.network import ROOT, Network
from tests.releases import release

OPEN = {"gates": {"max_set_aside": 0.5, "linkage": {"enabled": False}}}
ABOUT = "I keep the timetable of a small railway and like the smell of coal in the morning."


@pytest.mark.parametrize("fields", [["headline", "about"], ["headline"], ["about", "education"]])
def test_only_the_named_fields_are_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: list[str]) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    policy = yaml.safe_load((ROOT / "configs/policies/linkedin-2024-09.yaml").read_text("utf-8"))
    own = tmp_path / "policy.yaml"
    own.write_text(yaml.safe_dump({**policy, "profile_fields": fields}), "utf-8")
    made = Network()
    made.profiles[0]["about"] = ABOUT
    config = made.write(tmp_path / "net", rights={"policy": str(own)}, release=OPEN)
    folder = release(config)
    released = pl.read_parquet(folder / "data" / "*.parquet").filter(source="profiles")["field"].unique().to_list()
    assert set(released) == set(fields) & {"headline", "about"}
