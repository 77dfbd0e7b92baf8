"""What another policy, or another instant, would change, before anyone adopts it."""

from datetime import datetime

from redaction import rights
from redaction.builds.decide import load_rules, rights_inputs, scratch_index
from redaction.builds.inputs import open_inputs
from redaction.config import Config, load_policy


def compare_policies(config: Config, before: str, after: str, as_of: tuple[datetime, datetime]) -> rights.PolicyDiff:
    """Judges the config's inputs under both; near duplicates left out, and nothing is kept.

    Raises:
        RightsError: one of the policies cannot be used at its instant.
    """
    inputs = open_inputs(config)
    _, regions = load_rules(config)
    with scratch_index(config, inputs) as index:
        told = rights_inputs(index, inputs)
        sides = [
            rights.decide(told, load_policy(policy), regions, config.rights, instant)
            for policy, instant in zip((before, after), as_of, strict=True)
        ]
    return rights.policy_diff(*sides)
