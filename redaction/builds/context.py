"""One build: what every step after the opening is given."""

from dataclasses import dataclass
from typing import Self

from redaction.builds.inputs import Inputs, open_inputs
from redaction.config import Config
from redaction.release import RecordKey, Version, derive_release_key
from redaction.release.takedown import Tombstones
from redaction.state.keys import master_key
from redaction.state.plan import Plan, PlanError, Workplace, current_plan

_NO_RELEASE = Version(0, 0, 0)
"""No release has this version, so no release has this key."""


@dataclass(frozen=True, slots=True)
class Build:
    """The config, the open plan, the inputs with their columns checked, and the master key."""

    config: Config
    plan: Plan
    inputs: Inputs
    master: bytes

    @classmethod
    def open(cls, config: Config) -> Self:
        """The build that is open.

        Raises:
            PlanError: there is none, or config, code or inputs have changed since.
            TablesError: an input cannot be read.
            ReleaseKeyError: the key is missing, short, or open to others.
        """
        plan, inputs = current_plan(config), open_inputs(config)
        if inputs.places != plan.files:
            raise PlanError(
                f"{config.corpus}: the inputs changed since build {plan.version} was opened; "
                "materialize source_tables again, or run discreet build"
            )
        return cls(config, plan, inputs, master_key(config))

    def refuse_changed_inputs(self) -> None:
        """Reads every input byte again. Raises PlanError unless they are those that the plan was made from."""
        if self.inputs.digests() != self.plan.inputs:
            raise PlanError(f"{self.plan.corpus}: the inputs changed while the build ran; run discreet build again")

    def refuse_taken_back(self) -> None:
        """Raises PlanError where records were taken back since the build was opened: it may hold one of them."""
        if Tombstones.load(self.config.tombstones, self.master, self.plan.corpus).digest != self.plan.taken_back:
            raise PlanError(
                f"{self.plan.corpus}: records were taken back since build {self.plan.version} was opened; "
                "run discreet build again"
            )

    def __repr__(self) -> str:
        """Without the key."""
        return f"Build({self.plan.corpus} {self.plan.version})"

    def __hash__(self) -> int:
        """By its plan; what is read once for a build is kept under it."""
        return hash(self.plan.digest)

    @property
    def key(self) -> RecordKey:
        """The key of this release."""
        return derive_release_key(self.master, self.plan.corpus, self.plan.version)

    @property
    def store_key(self) -> bytes:
        """The key of what is kept from build to build."""
        return derive_release_key(self.master, self.plan.corpus, _NO_RELEASE).purpose("findings")

    @property
    def place(self) -> Workplace:
        """The private folder of this build."""
        return Workplace.of(self.config, self.plan)
