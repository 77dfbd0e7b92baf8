"""Measures the detector on labeled texts, once for each detector and set, for the report of a release."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from redaction.builds.context import Build
from redaction.builds.review import SET_NAME, reviewed_in_build
from redaction.config import SHIPPED_FILES, Config
from redaction.evaluation import (
    EvaluationSettings,
    LabeledText,
    detect_labeled,
    evaluate,
    read_labeled,
    with_same_types,
)
from redaction.release.report import Quality, TypeQuality
from redaction.state.layout import CorpusPaths
from redaction.storage import sha256_file, write_atomic

SHIPPED_SET = SHIPPED_FILES / "configs" / "labeled" / "made-up-posts.jsonl"
"""Made-up English posts with labels, which every release is measured on by default."""

_MEMORY = "quality.json"


def measure_quality(build: Build, detector: str) -> tuple[Quality, ...]:
    """Measure the detector on the shipped set, on the labeled sets of the config, and on reviewed texts if it says so.

    The figures are kept in the private state under a digest of detector and set: a night with the same detector does
    not measure again.

    Args:
        build: The profile, the labeled sets, and the private state.
        detector: The fingerprint of the detector.

    Returns:
        The figures of each set.

    Raises:
        EvaluationError: A labeled set cannot be read.
    """
    config, paths = build.config, build.paths
    known = _read(paths.state / _MEMORY)
    measured = {}
    for path in labeled_sets(config):
        key = _key(detector, path.name, sha256_file(path))
        measured[key] = known.get(key) or measure_on(config, path)
    reviewed = reviewed_in_build(build) if config.release.quality.reviewed else []
    reviewed = [text for text in reviewed if text.language in config.detection.languages]
    if reviewed:
        key = _key(detector, SET_NAME, repr([(text.document_id, text.spans) for text in reviewed]))
        measured[key] = known.get(key) or measure_reviewed(config, reviewed)
    if measured != known:
        content = {key: quality.model_dump() for key, quality in measured.items()}
        write_atomic(paths.state / _MEMORY, json.dumps(content, indent=1).encode())
    return tuple(measured.values())


def stored_quality(paths: CorpusPaths) -> tuple[Quality, ...]:
    """Return what the last build of the corpus measured, or knew; nothing if it measured nothing."""
    return tuple(_read(paths.state / _MEMORY).values())


def _key(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()


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
    return _measure(config, read_labeled(path), path.stem, made_up=path == SHIPPED_SET)


def measure_reviewed(config: Config, texts: Sequence[LabeledText]) -> Quality:
    """Measure the detector of a config on reviewed texts."""
    return _measure(config, texts, SET_NAME, made_up=False)


def _measure(config: Config, texts: Sequence[LabeledText], name: str, *, made_up: bool) -> Quality:
    settings = EvaluationSettings()
    documents = with_same_types(texts, settings.same_type)
    language = "en" if made_up else next(iter(config.detection.languages))
    found = detect_labeled(documents, config.detection, language)
    report, entities = evaluate(documents, found, settings), config.detection.entities
    over = report.overall.over
    return Quality(
        labeled_set=name,
        made_up=made_up,
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
