"""Measures the detector on labeled texts, once for each detector and set, for the report of a release."""

import hashlib
import json
from pathlib import Path

from redaction.config import SHIPPED_FILES, Config
from redaction.evaluation import EvaluationSettings, Report, detect_labeled, evaluate, read_labeled
from redaction.release.report import Quality, TypeQuality
from redaction.state.layout import CorpusPaths
from redaction.storage import sha256_file, write_atomic

SHIPPED_SET = SHIPPED_FILES / "configs" / "labeled" / "made-up-posts.jsonl"
"""Made-up English posts with labels, which every release is measured on by default."""

_MEMORY = "quality.json"


def measure_quality(config: Config, paths: CorpusPaths, detector: str) -> tuple[Quality, ...]:
    """Measure the detector on the shipped set and on the labeled sets of the config.

    The figures are kept in the private state under a digest of detector and set: a night with the same detector does
    not measure again.

    Args:
        config: The profile, and the labeled sets.
        paths: The private state.
        detector: The fingerprint of the detector.

    Returns:
        The figures of each set.

    Raises:
        EvaluationError: A labeled set cannot be read.
    """
    sets = labeled_sets(config)
    known = _read(paths.state / _MEMORY)
    measured = {}
    for path in sets:
        key = hashlib.sha256(f"{detector} {path.name} {sha256_file(path)}".encode()).hexdigest()
        measured[key] = known.get(key) or measure_on(config, path)
    if measured != known:
        content = {key: quality.model_dump() for key, quality in measured.items()}
        write_atomic(paths.state / _MEMORY, json.dumps(content, indent=1).encode())
    return tuple(measured.values())


def stored_quality(paths: CorpusPaths) -> tuple[Quality, ...]:
    """Return what the last build of the corpus measured, or knew; nothing if it measured nothing."""
    return tuple(_read(paths.state / _MEMORY).values())


def _read(path: Path) -> dict[str, Quality]:
    if not path.is_file():
        return {}
    return {key: Quality.model_validate(each) for key, each in json.loads(path.read_bytes()).items()}


def labeled_sets(config: Config) -> list[Path]:
    """List the files on which a config is measured: the shipped set, if the profile has English, and its own."""
    sets = [config.root / path for path in config.release.gates.labelled]
    if config.release.quality.shipped_set and "en" in config.detection.languages:
        sets.insert(0, SHIPPED_SET)
    return sets


def measure_on(config: Config, path: Path) -> Quality:
    """Measure the detector of a config on one labeled set. Raises EvaluationError where it cannot be read."""
    settings = EvaluationSettings()
    documents = read_labeled(path, settings.same_type)
    languages = list(config.detection.languages)
    language = "en" if path == SHIPPED_SET else languages[0]
    found = detect_labeled(documents, config.detection, language)
    return _quality(path, evaluate(documents, found, settings), config.detection.entities)


def _quality(path: Path, report: Report, entities: tuple[str, ...] | None) -> Quality:
    over = report.overall.over
    return Quality(
        labeled_set=path.stem,
        made_up=path == SHIPPED_SET,
        texts=report.overall.documents,
        over=over.value,
        over_low=over.low,
        over_high=over.high,
        types=tuple(
            TypeQuality(
                entity_type=each.entity_type,
                labeled=each.labelled,
                leak=each.leak.value,
                low=each.leak.low,
                high=each.leak.high,
            )
            for each in sorted(report.by_type, key=lambda each: (-each.leak.value, each.entity_type))
            if entities is None or each.entity_type.split("/")[0] in entities
        ),
    )
