"""What would another policy, or another instant, change?"""

from datetime import UTC, datetime

from redaction import rights
from redaction.builds.decide import rights_inputs, scratch_index
from redaction.builds.inputs import open_inputs
from redaction.config import Config, load_policy, load_regions


def compare_policies(config: Config, before: str, after: str, as_of: tuple[datetime, datetime]) -> rights.PolicyDiff:
    """Compare the decisions on the config's inputs under two policies; near duplicates are not searched.

    Args:
        config: The config of the run.
        before: The first policy: a path, or the id of a shipped one.
        after: The second policy.
        as_of: The instant for each policy.

    Returns:
        Counts by reason. Nothing is stored.

    Raises:
        RightsError: One of the policies cannot be used at its instant.
    """
    inputs = open_inputs(config)
    regions = load_regions(config.rights.regions, config.root)
    with scratch_index(config, inputs) as index:
        facts = rights_inputs(index, inputs)
        sides = []
        for policy, instant in zip((before, after), as_of, strict=True):
            rules = rights.Rules.of(load_policy(policy), regions, config.rights, instant, now=datetime.now(UTC))
            sides.append(rights.apply_rules(facts, rules).decisions())
    return rights.policy_diff(*sides)
