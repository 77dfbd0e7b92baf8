"""Proposes terms for the allow and deny lists of a profile, from what reviewers rejected and added."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import yaml

from redaction.builds.redact.known_people import known_people
from redaction.builds.review import LabeledRecord, ReviewCase, reviewed_records
from redaction.config import read_draft
from redaction.detection.entities import EntityType
from redaction.operations.save_config import save_values
from redaction.state.stores.review_store import IS_LABEL, Decision

_DENIED: Final = frozenset({EntityType.ORGANIZATION, EntityType.LOCATION, EntityType.NRP})
"""Types whose values are terms that many texts share. All others are values of one person, which no config may hold."""

_NO_TERM: Final = re.compile(r"@|://|\d{4}")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Terms:
    """What the lists of a profile would get.

    Attributes:
        allow: Terms that were rejected, and accepted nowhere.
        deny: Terms that the detector missed, by type.
        names: How many rejected terms are names of members too. To allow them would leave these names readable.
        missed: How many missed spans are values of a person, by type. They belong in profiles and objections, whose
            values are searched for, and not in a config.
    """

    allow: tuple[str, ...]
    deny: dict[str, tuple[str, ...]]
    names: int
    missed: dict[str, int]

    def to_yaml(self) -> str:
        """Write the lists as the keys of a config."""
        lists: dict[str, Any] = {}
        if self.allow:
            lists["allow_list"] = list(self.allow)
        if self.deny:
            lists["deny_list"] = {kind: list(terms) for kind, terms in self.deny.items()}
        return yaml.safe_dump({"detection": lists}, sort_keys=False, allow_unicode=True) if lists else ""


def propose_terms(case: ReviewCase) -> Terms:
    """Derive terms from the decisions on records that may be used.

    Args:
        case: The inputs.

    Returns:
        The terms, each once, by spelling.
    """
    spans = [each for record in reviewed_records(case) for each in _spans(record)]
    labeled = {term.casefold() for term, _, decision in spans if decision in IS_LABEL}
    rejected = {term.casefold(): term for term, _, decision in spans if decision is Decision.REJECTED}
    candidates = {key: term for key, term in rejected.items() if key not in labeled and _is_term(term)}
    names = _names_of_members(case, candidates) if candidates else set()
    deny: dict[str, dict[str, str]] = {}
    missed: Counter[str] = Counter()
    for term, kind, decision in spans:
        if decision is Decision.ADDED and kind in _DENIED and _is_term(term):
            deny.setdefault(kind, {}).setdefault(term.casefold(), term)
        elif decision is Decision.ADDED:
            missed[kind] += 1
    return Terms(
        allow=tuple(sorted(term for key, term in candidates.items() if key not in names)),
        deny={kind: tuple(sorted(terms.values())) for kind, terms in sorted(deny.items())},
        names=len(names),
        missed=dict(sorted(missed.items())),
    )


def save_terms(config: Path, terms: Terms, name: str) -> Path:
    """Write a config with the terms into a new file beside the first one, its profile in place.

    Args:
        config: The config.
        terms: The terms to add to its lists.
        name: The name of the new file, without folders.

    Returns:
        The new file.

    Raises:
        ConfigError: The name is no plain file name, the file exists or cannot be written, or the config is wrong.
    """
    draft = read_draft(config)
    profile = dict(draft.values.get("detection") or {})
    profile["allow_list"] = _merged(profile.get("allow_list"), terms.allow)
    denied = dict(profile.get("deny_list") or {})
    profile["deny_list"] = denied | {kind: _merged(denied.get(kind), each) for kind, each in terms.deny.items()}
    return save_values(config, {**draft.values, "detection": profile}, draft.root, name, "discreet review terms")


def _merged(before: Sequence[str] | None, added: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(before or ()), *added]))


def _spans(record: LabeledRecord) -> list[tuple[str, str, Decision]]:
    text = record.text
    return [
        (" ".join(text.text[span.start : span.end].split()), span.entity_type, decision)
        for span, decision in zip(text.spans, record.decisions, strict=True)
    ]


def _is_term(text: str) -> bool:
    return len(text) <= _LONGEST and any(map(str.isalpha, text)) and _NO_TERM.search(text) is None


def _names_of_members(case: ReviewCase, candidates: dict[str, str]) -> set[str]:
    """Return those candidates that are a name, a handle or another known value of a member."""
    people = known_people(case.build)
    columns = [name for name in ("full_name", "given_name", "family_name", "handle") if name in people.columns]
    if not columns:
        return set()
    values = pl.concat([people[name].str.to_lowercase().alias("value") for name in columns]).drop_nulls().unique()
    keys = {term.lower(): key for key, term in candidates.items()}
    return {keys[value] for value in values.filter(values.is_in(list(keys))).to_list()}
