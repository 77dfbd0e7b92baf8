"""Measure leak and over-redaction of the languages of `multilingual` with rules only, our model, a spaCy pipeline.

    python benchmarks/languages.py [--languages it nl …] [--spacy fr=fr_core_news_sm]

The texts (languages.txt) are made up, one post each, with names written by hand. They share no sentence with the
templates that the models were trained on. Names in the model's own lists are easier to find, so the leak of names that
are in no list is printed as well. Made-up text is easier than real text: these figures are the best case.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from redaction.detection import DetectionError, DetectionSettings, Detector, Span
from redaction.detection.models.tagger.features import key, normalize
from redaction.detection.models.tagger.lexicon import Lexicon
from redaction.detection.models.tagger.tokens import tokenize
from redaction.detection.models.tagger.weights import weights_path
from redaction.evaluation import LabeledSpan, LabeledText

HERE = Path(__file__).resolve().parent
PROFILE = HERE.parent / "configs/redaction/multilingual.yaml"
TYPES = ("PERSON", "LOCATION")


def posts(path: Path = HERE / "languages.txt") -> dict[str, list[LabeledText]]:
    """Read the made-up posts of each language: `language, tab, text with [name|TYPE]`."""
    found: dict[str, list[LabeledText]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        language, marked = line.split("\t")
        text, spans = "", []
        for part in marked.replace("]", "[").split("["):
            word, _, kind = part.partition("|")
            if kind:
                spans.append(LabeledSpan(len(text), len(text) + len(word), kind))
            text += word
        found.setdefault(language, []).append(LabeledText(str(number), text, tuple(spans), "made"))
    return found


def detector(language: str, how: Mapping[str, Any]) -> Detector:
    """Return a detector for one language; `how` is its setting in `languages`."""
    settings = yaml.safe_load(PROFILE.read_text(encoding="utf-8")) | {"languages": {language: dict(how)}}
    return Detector.from_settings(DetectionSettings.model_validate(settings))


def counts(texts: Sequence[LabeledText], found: Sequence[Sequence[Span]]) -> dict[str, float]:
    """Return the leak of each type and over-redaction, as shares of characters."""
    open_, whole = dict.fromkeys(TYPES, 0), dict.fromkeys(TYPES, 0)
    free = hidden_free = 0
    for text, spans in zip(texts, found, strict=True):
        hidden, other = np.zeros(len(text.text), bool), np.array([not ch.isspace() for ch in text.text])
        for span in spans:
            hidden[span.start : span.end] = True
        for label in text.spans:
            open_[label.entity_type] += int((~hidden[label.start : label.end]).sum())
            whole[label.entity_type] += label.end - label.start
            other[label.start : label.end] = False
        free, hidden_free = free + int(other.sum()), hidden_free + int((other & hidden).sum())
    return {kind: open_[kind] / max(whole[kind], 1) for kind in TYPES} | {"over": hidden_free / free}


def unlisted(language: str, texts: Sequence[LabeledText]) -> list[LabeledText]:
    """Keep only the labels of people with a word in their name that is in no list of the model."""
    with np.load(weights_path(language)) as file:
        lexicon = Lexicon(**{field.name: file[f"lexicon/{field.name}"] for field in fields(Lexicon)})

    def listed(name: str) -> bool:
        words = [name[a:b] for a, b in tokenize(name) if name[a].isalpha()]
        facts, _, _ = lexicon.look_up([key(normalize(word)) for word in words])
        return bool((facts[:, 6:10].max(axis=1) > 0).all())

    return [
        replace(t, spans=tuple(s for s in t.spans if s.entity_type == "PERSON" and not listed(t.text[s.start : s.end])))
        for t in texts
    ]


def main() -> None:
    """Print a line for each language and model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = posts()
    parser.add_argument("--languages", nargs="+", default=list(every))
    parser.add_argument("--spacy", nargs="*", default=[], help="LANGUAGE=PIPELINE of an installed pipeline")
    arguments = parser.parse_args()
    pipelines = dict(pair.split("=") for pair in arguments.spacy)
    print("language  by                 texts  names  PERSON  LOCATION  over   PERSON in no list (names)")
    for language in arguments.languages:
        texts = every[language]
        try:
            rare = unlisted(language, texts)
        except DetectionError as error:
            print(f"{language:8}  left out: {error}")
            continue
        models: dict[str, dict[str, Any]] = {"rules": {"rules_only": True}, "our model": {"ner": "own"}}
        if language in pipelines:
            models[pipelines[language]] = {"ner": pipelines[language]}
        for name, how in models.items():
            found = detector(language, how).detect([t.text for t in texts], [language] * len(texts))
            got, few = counts(texts, found), counts(rare, found)["PERSON"]
            names, rares = (sum(len(t.spans) for t in each) for each in (texts, rare))
            print(
                f"{language:8}  {name:17} {len(texts):6} {names:6}  {got['PERSON']:6.3f}  {got['LOCATION']:8.3f}"
                f"  {got['over']:.3f}  {few:.3f} ({rares})"
            )


if __name__ == "__main__":
    main()
