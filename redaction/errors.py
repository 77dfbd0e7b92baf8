"""The root of every error that Discreet raises on purpose."""


class DiscreetError(Exception):
    """Something the user can mend.

    The message is one line that names what is wrong and how to mend it. It never holds text of a record,
    so it may be printed, logged and kept.
    """
