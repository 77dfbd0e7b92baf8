"""What would another policy, or another instant, change?"""

from datetime import datetime
from pathlib import Path

from redaction import rights
from redaction.builds.decide import decide_inputs, scratch_index
from redaction.builds.inputs import load_rules, open_inputs
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
    configs = [_with_policy(config, policy) for policy in (before, after)]
    with scratch_index(config, inputs, [load_rules(each)[0] for each in configs]) as index:
        first, second = (
            decide_inputs(each, inputs, index, instant, master, reconcile=each is configs[0])
            for each, instant in zip(configs, as_of, strict=True)
        )
    return rights.policy_diff(first, second)


def _with_policy(config: Config, policy: str) -> Config:
    """Return the config with another policy; its path is as the command names it, not relative to the config."""
    path = Path(policy)
    named = str(path.absolute()) if path.is_file() else policy
    return config.model_copy(update={"rights": config.rights.model_copy(update={"policy": named})})
