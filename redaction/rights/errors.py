"""What this package refuses."""

from redaction.errors import DiscreetError


class RightsError(DiscreetError):
    """A policy, region file, ledger or setting that no decision may be based on.

    The message is one line: the file or input, the key, and how to fix it. It holds ids at most, never a value
    that a person entered.
    """
