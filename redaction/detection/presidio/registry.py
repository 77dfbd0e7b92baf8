"""Builds the registry of a profile's recognizers: this project's, Presidio's, and the user's own."""

import importlib
from collections.abc import Iterator
from typing import Any

from presidio_analyzer import EntityRecognizer, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from redaction.detection.errors import DetectionError
from redaction.detection.presidio.nlp_engine import BackendNlpEngine
from redaction.detection.recognizers.catalogue import rules_of
from redaction.detection.recognizers.model_entities import NamedEntityRecognizer
from redaction.detection.settings import CustomRecognizer, DetectionSettings


def build_registry(settings: DetectionSettings, nlp: BackendNlpEngine) -> RecognizerRegistry:
    """Build the registry of every recognizer of the profile, by language, in a fixed order."""
    languages = sorted(settings.languages)
    registry = RecognizerRegistry(supported_languages=languages)
    registry.recognizers = []
    if settings.predefined:
        _add_predefined(registry, settings, nlp, languages)
    if settings.predefined != "default":
        for language in nlp.get_supported_languages():
            recognizer_class = NamedEntityRecognizer if settings.rules else SpacyRecognizer
            named = recognizer_class(supported_language=language, supported_entities=nlp.get_supported_entities())
            if isinstance(named, NamedEntityRecognizer):
                named.hashtag_threshold = settings.hashtag_threshold
            registry.add_recognizer(named)
    for language in languages:
        for recognizer in _of_language(settings, language):
            registry.add_recognizer(recognizer)
    return registry


def _of_language(settings: DetectionSettings, language: str) -> Iterator[EntityRecognizer]:
    if settings.rules:
        yield from rules_of(settings, language)
    for index, custom in enumerate(settings.recognizers):
        if isinstance(custom, CustomRecognizer):
            if not custom.languages or language in custom.languages:
                yield _from_class(custom, language, f"recognizers.{index}")
        elif language in _languages_of(custom, settings):
            yield _from_yaml(custom, language, f"recognizers.{index}")
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
    recognizer_class = getattr(module, name, None)
    if recognizer_class is None:
        raise DetectionError(f"predefined: {name}: Presidio has no such recognizer; check the spelling")
    recognizer: EntityRecognizer = recognizer_class(supported_language=language)
    return recognizer


def _from_class(custom: CustomRecognizer, language: str, key: str) -> EntityRecognizer:
    module, _, name = custom.class_name.rpartition(".")
    try:
        recognizer_class = getattr(importlib.import_module(module), name)
        recognizer = recognizer_class(supported_language=language, **custom.params)
    except Exception as error:
        raise DetectionError(
            f"{key}: {custom.class_name} cannot be created ({type(error).__name__}); check class and params"
        ) from error
    if not isinstance(recognizer, EntityRecognizer):
        raise DetectionError(f"{key}: {custom.class_name} is not a Presidio EntityRecognizer")
    return recognizer


def _languages_of(entry: dict[str, Any], settings: DetectionSettings) -> set[str]:
    if "supported_language" in entry:
        return {entry["supported_language"]}
    languages = entry.get("supported_languages")
    if not languages:
        return set(settings.languages)
    return {item["language"] if isinstance(item, dict) else item for item in languages}


def _from_yaml(entry: dict[str, Any], language: str, key: str) -> EntityRecognizer:
    config = {k: v for k, v in entry.items() if k not in {"supported_languages", "type", "enabled"}}
    registry = RecognizerRegistry(supported_languages=[language])
    registry.recognizers = []
    try:
        registry.add_pattern_recognizer_from_dict({**config, "supported_language": language})
    except Exception as error:
        raise DetectionError(
            f"{key}: is not a pattern recognizer in Presidio's form ({type(error).__name__}); see Presidio's "
            "`recognizers` YAML, or name a `class`"
        ) from error
    recognizer: EntityRecognizer = registry.recognizers[0]
    return recognizer
