"""The root of every error that Discreet raises on purpose."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


class DiscreetError(Exception):
    """An error that the user can correct.

    The message is one line that names what is wrong and how to correct it, or several, each an argument. It never holds
    the text of a record, so it may be printed, logged and stored.

    Attributes:
        findings: Every mistake that was found, where the error is about several.
    """

    findings: "tuple[Finding, ...]" = ()

    def __str__(self) -> str:
        """Return each argument as one line: names in it that come from outside may hold line ends and controls."""
        return "\n".join(one_line(str(line)) for line in self.args)


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake: where it is, what is wrong, and how to correct it."""

    key: str
    problem: str
    mend: str

    @classmethod
    def of(cls, error: DiscreetError) -> Self:
        """Read a message of the form `key: problem; mend`."""
        rest, _, mend = str(error).rpartition("; ")
        key, _, problem = (rest or mend).partition(": ")
        return cls(key if problem else "", problem or key, mend if rest else "")

    def __str__(self) -> str:
        """One line."""
        return ": ".join(filter(None, (self.key, self.problem))) + (f"; {self.mend}" if self.mend else "")


def findings_of(errors: "list[DiscreetError]") -> tuple[Finding, ...]:
    """Return every finding of some errors, each once."""
    return tuple(dict.fromkeys(f for error in errors for f in error.findings or (Finding.of(error),)))


class ResourceError(DiscreetError):
    """What the machine refused: no room on a disk, no memory, no permission, or a file that went away meanwhile.

    Nothing is wrong with the config or the program. Commands end with an exit code of their own.
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
        return one_line(str(self.args[0]))


def one_line(text: str) -> str:
    r"""Write what cannot be seen, line ends and controls among it, as `\x1b`."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
