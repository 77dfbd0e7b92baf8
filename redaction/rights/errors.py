"""What this room refuses to do, in words a user can act on."""

from redaction.errors import DiscreetError


class RightsError(DiscreetError):
    """A policy, region file, ledger or setting that no decision may rest on.

    The message is one line: the file or input, the key, and the mend. It holds ids at most, never a value
    that a person gave.
    """
