"""The root of every error that Discreet raises on purpose."""

from pathlib import Path


class DiscreetError(Exception):
    """An error that the user can correct.

    The message is one line that names what is wrong and how to correct it. It never holds the text of a record,
    so it may be printed, logged and stored.
    """


class ProgramError(DiscreetError):
    """A failure of the program itself, which the user cannot correct. Commands end with exit code 70.

    Attributes:
        trace: Types, files, lines and functions of the whole chain of errors, without any value.
        log: The file in which the trace is already written, if it is.
    """

    def __init__(self, message: str, trace: str = "", log: Path | None = None) -> None:
        super().__init__(message, trace, log)
        self.trace, self.log = trace, log

    def __str__(self) -> str:
        """Return the message alone."""
        return str(self.args[0])
