"""The root of every error that Discreet raises on purpose."""


class DiscreetError(Exception):
    """An error that the user can correct.

    The message is one line that names what is wrong and how to correct it. It never holds the text of a record,
    so it may be printed, logged and stored.
    """
