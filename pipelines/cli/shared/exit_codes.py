"""The exit codes of every command. The table of the documentation is made from them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What an exit code means."""

    DONE = 0, "done"
    MISTAKE = 1, "a mistake that standard error says how to correct, a refusal, or a check that did not pass"
    USAGE = 2, "a wrong command line"
    WITHHELD = 3, "`redact`: done, but some lines are withheld; standard error says how many and why"
    DEFECT = (
        70,
        "a defect of the program. The line on standard error names a file with the traceback, in `state/<corpus>/logs` "
        "or, without a config, in the user's state folder (`~/.local/state/discreet/logs` on Linux). It holds types, "
        "files, lines and functions, and no value, so it may be sent on",
    )
    REFUSED = (
        75,
        "the machine refused: a full disk, no permission, no memory, a file that went away. The line says what to do; "
        "run the command again then",
    )
    INTERRUPTED = 130, "interrupted (Ctrl-C, SIGTERM, SIGHUP); nothing was published"
    READER_LEFT = 141, "the reader of the output left, as `head` does"

    meaning: str

    def __new__(cls, code: int, meaning: str = "") -> "ExitCode":
        """Store the documented meaning with the code."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member
