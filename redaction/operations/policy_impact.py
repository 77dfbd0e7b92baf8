"""What would another policy, or another instant, change?"""

from datetime import datetime
from pathlib import Path

from redaction import rights
from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import open_inputs
from redaction.config import Config
from redaction.state.keys import master_key


def compare_policies(config: Config, before: str, after: str, as_of: tuple[datetime, datetime]) -> rights.PolicyDiff:
    """Compare the decisions on the config's inputs under two policies, near copies and withdrawn records included.

    Args:
        config: The config of the run.
        before: The first policy: a path, or the id of a shipped one.
        after: The second policy.
        as_of: The instant for each policy.

    Returns:
        Counts by reason. Nothing is stored.

    Raises:
        ReconciliationError: Rights of the ledger or of the signals would reach nobody.
        RightsError: One of the policies cannot be used at its instant.
    """
    inputs, master = open_inputs(config), master_key(config)
    with scratch_index(config, inputs) as index:
        first, second = (
            decide_inputs(_with_policy(config, policy), inputs, index, instant, master, reconcile=policy is before)
            for policy, instant in zip((before, after), as_of, strict=True)
        )
    return rights.policy_diff(first, second)


def _with_policy(config: Config, policy: str) -> Config:
    """Return the config with another policy; its path is as the command names it, not relative to the config."""
    path = Path(policy)
    named = str(path.absolute()) if path.is_file() else policy
    return config.model_copy(update={"rights": config.rights.model_copy(update={"policy": named})})
