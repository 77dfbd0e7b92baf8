"""Reads the log-likelihoods that a trainer computed: `.csv` with a header, or lines of JSON."""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from redaction.operations.canaries.candidates import CanaryError

NAME: Final = "candidate"
SCORE: Final = "log_likelihood"


def read_scores(file: Path) -> dict[str, float]:
    """Read the log-likelihood of each candidate.

    Returns:
        By candidate: the log-likelihood; larger is likelier.

    Raises:
        CanaryError: The file cannot be read, or a row lacks a column, repeats a candidate or has no finite number.
    """
    scores = dict[str, float]()
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in _rows(file, lines):
                name, score = row.get(NAME), _number(row.get(SCORE))
                if not isinstance(name, str) or score is None:
                    raise CanaryError(f"{file}: line {number}: write {NAME}, and {SCORE} as a finite number")
                if name in scores:
                    raise CanaryError(f"{file}: line {number}: repeats a candidate; score each once")
                scores[name] = score
    except (OSError, UnicodeDecodeError) as error:
        raise CanaryError(f"{file}: cannot be read ({type(error).__name__}); check the path") from None
    if not scores:
        raise CanaryError(f"{file}: has no scores; write {NAME} and {SCORE} for each sentence of discreet canary list")
    return scores


def _rows(file: Path, lines: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    if file.suffix == ".csv":
        reader = csv.DictReader(lines)
        yield from ((reader.line_num, row) for row in reader)
        return
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            yield number, row if isinstance(row, dict) else {}


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
