"""The registry of recognisers that a profile asks for: ours, Presidio's, the user's own."""

import importlib
from collections.abc import Iterator
from typing import Any

from presidio_analyzer import EntityRecognizer, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from redaction.detection.errors import DetectionError
from redaction.detection.presidio.nlp_engine import BackendNlpEngine
from redaction.detection.recognizers.catalogue import rules_of
from redaction.detection.recognizers.model_entities import NamedEntityRecognizer
from redaction.detection.settings import DetectionSettings, PluggedRecognizer


def build_registry(settings: DetectionSettings, nlp: BackendNlpEngine) -> RecognizerRegistry:
    """Every recogniser of the profile, by language, in a fixed order.

    Raises:
        DetectionError: a recogniser is unknown, cannot be imported or cannot be made.
    """
    languages = sorted(settings.languages)
    registry = RecognizerRegistry(supported_languages=languages)
    registry.recognizers = []
    if settings.predefined:
        _add_predefined(registry, settings, nlp, languages)
    if settings.predefined != "default":
        for language in nlp.get_supported_languages():
            kind = NamedEntityRecognizer if settings.rules else SpacyRecognizer
            registry.add_recognizer(kind(supported_language=language, supported_entities=nlp.get_supported_entities()))
    for language in languages:
        for recognizer in _of_language(settings, language):
            registry.add_recognizer(recognizer)
    return registry


def _of_language(settings: DetectionSettings, language: str) -> Iterator[EntityRecognizer]:
    if settings.rules:
        yield from rules_of(settings, language)
    for index, plugged in enumerate(settings.recognizers):
        if isinstance(plugged, PluggedRecognizer):
            if not plugged.languages or language in plugged.languages:
                yield _plug(plugged, language, f"recognizers.{index}")
        elif language in _languages_of(plugged, settings):
            yield _from_yaml(plugged, language, f"recognizers.{index}")
    for entity_type, words in settings.deny_list.items():
        yield PatternRecognizer(
            supported_entity=entity_type, name="deny_list", supported_language=language, deny_list=list(words)
        )


def _add_predefined(
    registry: RecognizerRegistry, settings: DetectionSettings, nlp: BackendNlpEngine, languages: list[str]
) -> None:
    registry.load_predefined_recognizers(languages=languages, nlp_engine=nlp)
    if settings.predefined == "default":
        return
    wanted = set(settings.predefined)
    registry.recognizers = [r for r in registry.recognizers if type(r).__name__ in wanted]
    missing = wanted - {type(r).__name__ for r in registry.recognizers}
    for name in sorted(missing):
        for language in languages:
            registry.recognizers.append(_predefined(name, language))


def _predefined(name: str, language: str) -> EntityRecognizer:
    module = importlib.import_module("presidio_analyzer.predefined_recognizers")
    kind = getattr(module, name, None)
    if kind is None:
        raise DetectionError(f"predefined: {name}: Presidio has no such recogniser; check the spelling")
    recognizer: EntityRecognizer = kind(supported_language=language)
    return recognizer


def _plug(plugged: PluggedRecognizer, language: str, key: str) -> EntityRecognizer:
    module, _, name = plugged.class_name.rpartition(".")
    try:
        kind = getattr(importlib.import_module(module), name)
        recognizer = kind(supported_language=language, **plugged.params)
    except Exception as error:
        raise DetectionError(
            f"{key}: {plugged.class_name} cannot be made ({type(error).__name__}); check class and params"
        ) from error
    if not isinstance(recognizer, EntityRecognizer):
        raise DetectionError(f"{key}: {plugged.class_name} is no Presidio EntityRecognizer")
    return recognizer


def _languages_of(entry: dict[str, Any], settings: DetectionSettings) -> set[str]:
    if "supported_language" in entry:
        return {entry["supported_language"]}
    given = entry.get("supported_languages")
    if not given:
        return set(settings.languages)
    return {item["language"] if isinstance(item, dict) else item for item in given}


def _from_yaml(entry: dict[str, Any], language: str, key: str) -> EntityRecognizer:
    config = {k: v for k, v in entry.items() if k not in {"supported_languages", "type", "enabled"}}
    scratch = RecognizerRegistry(supported_languages=[language])
    scratch.recognizers = []
    try:
        scratch.add_pattern_recognizer_from_dict({**config, "supported_language": language})
    except Exception as error:
        raise DetectionError(
            f"{key}: is no pattern recogniser in Presidio's form ({type(error).__name__}); see Presidio's "
            "`recognizers` YAML, or name a `class`"
        ) from error
    made: EntityRecognizer = scratch.recognizers[0]
    return made
