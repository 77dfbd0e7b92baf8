"""Print the curve of leak against over-redaction of each language, on its development sets of real text.

    .venv/bin/python benchmarks/language_curves.py --data ../shared/eval
    .venv/bin/python benchmarks/language_curves.py --data ../shared/eval --sets xlime_it_dev --cautions 0 1

A caution is added to the profile's, so 0 is what the profile does. Runs with rules and without known values. The words
that xLiMe has in the place of links become links of the same length: nobody posts them. Prints no text.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from redaction.config import load_profile
from redaction.detection import DetectionSettings
from redaction.evaluation import EvaluationSettings, Interval, LabeledText, detect_labeled, evaluate, read_labeled

SETS: Final = {
    "xlime_de_dev": "de",
    "smartdata_de_dev": "de",
    "germeval14_de_dev": "de",
    "xlime_es_dev": "es",
    "meddocan_es_dev": "es",
    "xlime_it_dev": "it",
    "ilner_hi_dev": "hi",
    "uner_pt_bosque_dev": "pt",
    "europeana_fr_dev": "fr",
    "europeana_nl_dev": "nl",
    "btc_dev": "en",
    "wnut17_dev": "en",
    "uner_en_ewt_dev": "en",
}
CAUTIONS: Final = (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
_STAND_INS: Final = (("TURLURL", "www.t.c"), ("TUSERUSER", "www.t.c/u"))


def without_stand_ins(document: LabeledText) -> LabeledText:
    """Replace the stand-ins for links and users by links of the same length."""
    text = document.text
    for word, link in _STAND_INS:
        text = text.replace(word, link)
    return replace(document, text=text)


def rows(documents: Sequence[LabeledText], settings: DetectionSettings, arguments: argparse.Namespace) -> Iterator[str]:
    """Yield one row of a table per caution."""
    language = documents[0].language or "en"
    own = settings.languages[language]
    for caution in arguments.cautions:
        languages = {language: own.model_copy(update={"caution": own.caution + caution})}
        found = detect_labeled(documents, settings.model_copy(update={"languages": languages}), language)
        report = evaluate(documents, found, EvaluationSettings(resamples=arguments.resamples))
        leaks = [f"{kind} {_text(m.leak)}" for kind in arguments.types if (m := report.for_type(kind))]
        yield f"{documents[0].source:20s} {caution:+5.2f}  {'  '.join(leaks)}  over {_text(report.overall.over)}"


def _text(figure: Interval) -> str:
    return f"{figure.value:.4f} [{figure.low:.3f}, {figure.high:.3f}]"


def main() -> None:
    """Print the rows of every set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labeled JSONL files")
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=SETS)
    parser.add_argument("--profile", default="multilingual")
    parser.add_argument("--cautions", nargs="+", type=float, default=CAUTIONS)
    parser.add_argument("--types", nargs="+", default=["PERSON", "LOCATION"])
    parser.add_argument("--resamples", type=int, default=300)
    arguments = parser.parse_args()
    settings = load_profile(arguments.profile)
    for name in arguments.sets:
        read = read_labeled(arguments.data / f"{name}.jsonl", EvaluationSettings().same_type)
        documents = [without_stand_ins(replace(d, language=SETS[name])) for d in read]
        for row in rows(documents, settings, arguments):
            print(row, flush=True)


if __name__ == "__main__":
    main()
