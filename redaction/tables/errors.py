"""The error of this package."""

from collections.abc import Sequence

from redaction.errors import DiscreetError, Finding, findings_of


class TablesError(DiscreetError):
    """An input table that cannot be used. One line: the table, the file, the column, and how to correct it."""

    @classmethod
    def of(cls, errors: "Sequence[TablesError]") -> "TablesError":
        """Make one error of several; its message is the first one, and how many more there are."""
        findings = findings_of(list(errors))
        more = len(findings) - len(findings_of([errors[0]]))
        error = cls(f"{errors[0]} (and {more} more)" if more else str(errors[0]))
        error.findings = findings
        return error


def merge_files(errors: Sequence[tuple[str, TablesError]]) -> TablesError:
    """Make one error of those of several files of a table; what is wrong in many of them is one finding.

    Args:
        errors: The name of each file, as its error has it, and the error.

    Returns:
        The error.
    """
    files: dict[tuple[str, str, str], list[str]] = {}
    for name, error in errors:
        for finding in findings_of([error]):
            same = (finding.key, finding.problem.removeprefix(f"{name}: "), finding.mend)
            files.setdefault(same, []).append(name)
    merged = TablesError.of([error for _, error in errors])
    merged.findings = tuple(
        Finding(key, f"{names[0]}{f' and {len(names) - 1} more files' if names[1:] else ''}: {problem}", mend)
        for (key, problem, mend), names in files.items()
    )
    return merged
