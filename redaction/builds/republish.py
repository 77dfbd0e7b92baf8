"""What is published stays as it is, and so does what the state holds of it: a takedown finds its records by that."""

import polars as pl

from redaction.builds.decide import load_rules
from redaction.config import Config
from redaction.release import Registry, Release, Version
from redaction.release.takedown import Tombstones
from redaction.state.plan import Plan, PlanError, Workplace


def is_of(plan: Plan, release: Release, config: Config) -> bool:
    """Whether a release stands, and was built from the very same."""
    manifest = release.manifest
    return (
        release.superseded is None
        and manifest.takedown is None
        and manifest.as_of == plan.as_of
        and manifest.digests.config == plan.config
        and manifest.digests.code == plan.code
        and manifest.digests.inputs == plan.inputs_digest
        and [manifest.digests.policy, manifest.digests.regions] == [rules.digest for rules in load_rules(config)]
    )


def refuse_another(config: Config, plan: Plan, stones: Tombstones) -> None:
    """Before a build writes anything. Raises PlanError where its version is published and would not be the same."""
    if Version.parse(plan.version) not in Registry(config.corpora, config.corpus).versions():
        return
    release = Registry(config.corpora, config.corpus).release(plan.version)
    told = f"{plan.corpus} {plan.version}: is published"
    if release.superseded is not None:
        raise PlanError(f"{told} and superseded by {release.superseded.replacement}; choose another version")
    if not is_of(plan, release, config):
        raise PlanError(
            f"{told}, from other inputs, config, code or as_of; a release never changes, so choose another version"
        )
    links = _kept(Workplace.of(config, plan))
    if links is not None and stones.covers(links).any():
        raise PlanError(f"{told}, and records of it were taken back since; run discreet takedown first")


def published_records(config: Config, plan: Plan) -> frozenset[str] | None:
    """The ids of the records that a build published under its version, as the state tells; None where it has not."""
    if Version.parse(plan.version) not in Registry(config.corpora, config.corpus).versions():
        return None
    links = _kept(Workplace.of(config, plan))
    return None if links is None else frozenset(links["record_id"])


def _kept(place: Workplace) -> pl.DataFrame | None:
    if not place.decisions.is_file():
        return None
    columns = ["source", "source_id", "record_id"]
    return pl.scan_parquet(place.decisions).select(columns).drop_nulls("record_id").collect()
