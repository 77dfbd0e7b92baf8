"""Read texts without names in many languages from openly licensed packages, as negative examples.

Sources: Django's translations (BSD-3-Clause) and the dialogues of chatterbot-corpus (BSD-3-Clause). A line is used only
if no word has a capital except the first of a sentence, so that no name becomes a negative example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

import yaml

from training.corpora import Sentence, to_sentence

PACKAGES: Final = ("chatterbot-corpus==1.3.3", "Django==5.2.19")
_FOLDERS: Final = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
_FIELD: Final = re.compile(r"%\(\w+\)s|%[sd]|\{\w*\}")
_CODE: Final = re.compile(r"[<>{}%_\\=]")
_GERMAN: Final = "de"


def read(packages: Path, language: str) -> list[Sentence]:
    """Return the lines of one language that have no names, without duplicates."""
    lines = dict.fromkeys([*_translations(packages / "django", language), *_dialogues(packages, language)])
    return [to_sentence(line, (), "without_names") for line in lines if _has_no_name(line, language)]


def _translations(folder: Path, language: str) -> Iterator[str]:
    for path in sorted(folder.rglob(f"locale/{language}/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            catalog: dict[object, str] = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        yield from (_FIELD.sub("12", text).strip() for key, text in catalog.items() if key)


def _dialogues(packages: Path, language: str) -> Iterator[str]:
    for path in sorted((packages / "chatterbot_corpus/data" / _FOLDERS[language]).glob("*.yml")):
        for exchange in yaml.safe_load(path.read_text(encoding="utf-8")).get("conversations") or ():
            for line in exchange if isinstance(exchange, list) else ():
                yield " ".join(str(line).split())


def _has_no_name(line: str, language: str) -> bool:
    if not 2 < len(line.split()) < 60 or _CODE.search(line) or language == _GERMAN:
        return False
    if language == "hi":
        return not re.search(r"[A-Za-z]{3}", line)
    return not any(word[:1].isupper() for sentence in re.split(r"[.!?:]+", line) for word in sentence.split()[1:])
