"""The open build: what every step after the opening needs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from redaction import rights
from redaction.builds.inputs import PROTECTING, Inputs, load_rules, open_inputs
from redaction.config import Config
from redaction.release import RecordKey, Version, derive_release_key
from redaction.release.takedown import Tombstones
from redaction.state.keys import master_key
from redaction.state.layout import BuildFolder, CorpusPaths
from redaction.state.plan import Plan, PlanError, current_plan
from redaction.tables import TableName

_NO_RELEASE = Version(0, 0, 0)
"""No release has this version, so no release has this key."""


@dataclass(frozen=True, slots=True)
class Build:
    """The config, the current plan, the inputs with their columns checked, and the master key."""

    config: Config
    plan: Plan
    inputs: Inputs
    master: bytes

    @classmethod
    def open(cls, config: Config) -> Self:
        """Open the current build. Raises PlanError where there is none, or config, code or inputs have changed."""
        plan = current_plan(config)
        inputs = open_inputs(config, plan.snapshots)
        if inputs.stamp != plan.files:
            raise PlanError(
                f"{config.corpus}: the inputs changed since build {plan.version} was opened; "
                "materialize source_tables again, or run discreet build"
            )
        return cls(config, plan, inputs, master_key(config))

    def check_inputs(self) -> None:
        """Read every input byte again. Raises PlanError unless the digests are those of the plan."""
        if self.inputs.digests() != self.plan.inputs:
            raise PlanError(f"{self.plan.corpus}: the inputs changed while the build ran; run discreet build again")

    def check_protecting(self) -> None:
        """Check, just before a release is published, that what protects people is what the build decided by.

        Raises:
            PlanError: The ledger, the signals, the objections or the profiles changed, or have a newer version or
                snapshot with other rows.
            TablesError: One of them cannot be read any more.
        """
        newest = open_inputs(self.config, names=PROTECTING)
        changed = [name for name, digest in newest.digests().items() if digest != self.plan.inputs[name]]
        if changed:
            raise PlanError(
                f"{self.plan.corpus}: {', '.join(changed)} changed since build {self.plan.version} decided by it, so a "
                "right may be missed; nothing was published: run discreet build again"
            )

    def check_tombstones(self) -> None:
        """Raise PlanError if records were withdrawn since the build was opened: it may contain one of them."""
        if Tombstones.load(self.paths.tombstones, self.master, self.plan.corpus).digest != self.plan.tombstones:
            raise PlanError(
                f"{self.plan.corpus}: records were withdrawn since build {self.plan.version} was opened; "
                "run discreet build again"
            )

    def check_rules(self) -> None:
        """Raise PlanError if the policy or the region sets changed since the build was opened."""
        policy, regions = load_rules(self.config)
        if (policy.digest, regions.digest) != self.plan.rules:
            raise PlanError(
                f"{self.plan.corpus}: the policy or the regions changed since build {self.plan.version} was opened; "
                "run discreet build again"
            )

    def check_ledger_age(self, staged: timedelta) -> None:
        """Raise RightsError if the ledger is too old, counting the whole days since the release was staged."""
        policy, regions = load_rules(self.config)
        rules = rights.Rules.of(policy, regions, self.config.rights, self.plan.as_of, now=datetime.now(UTC))
        received = self.inputs.rows(TableName.rights_events, ["received_at", "mechanism"]).rows
        rights.refuse_stale(received, rules, staged.days)

    def __repr__(self) -> str:
        """Without the key."""
        return f"Build({self.plan.corpus} {self.plan.version})"

    @property
    def key(self) -> RecordKey:
        """The key of this release."""
        return derive_release_key(self.master, self.plan.corpus, self.plan.version)

    @property
    def store_key(self) -> bytes:
        """The key of what is cached from build to build."""
        return derive_release_key(self.master, self.plan.corpus, _NO_RELEASE).purpose("findings")

    @property
    def paths(self) -> CorpusPaths:
        """Where the corpus is."""
        return CorpusPaths.of(self.config)

    @property
    def folder(self) -> BuildFolder:
        """The private folder of this build."""
        return self.paths.build(self.plan.version)
