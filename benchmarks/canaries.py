"""Measure what canaries show on the sample network: of a model that saw the release, and of one that did not.

    nice .venv/bin/python benchmarks/canaries.py --canaries 20 100

The sample is built with canaries. A trigram model of words (Kneser and Ney) learns the texts of the release, each once;
another learns the same texts without the canaries. Both score all sentences of the list. A share of the canaries can be
left out of what the first model learns (`--seen`), as where somebody used a part of a release.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import yaml

from redaction.builds import (
    Build,
    RedactionSession,
    decide_rights,
    open_inputs,
    partitions_to_redact,
    prepare,
    publish_release,
    stage_release,
)
from redaction.config import Config, load_config
from redaction.evaluation.utility import WordModel, words_of
from redaction.operations.canaries import candidates, score_canaries
from redaction.release import create_key_file

ROOT = Path(__file__).resolve().parent.parent


def release(folder: Path, number: int) -> tuple[Config, pl.DataFrame]:
    """Build the sample with so many canaries; return its config and rows."""
    config = yaml.safe_load((ROOT / "configs/sample.yaml").read_text("utf-8"))
    for table in config["inputs"].values():
        if isinstance(table, dict):
            table["path"] = str(ROOT / table["path"])
    create_key_file(folder / "key")
    config |= {"key": {"file": "key"}, "release": {"canaries": number}, "execution": {"workers": 1}}
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config), "utf-8")
    settings = load_config(path)
    prepare(settings, open_inputs(settings))
    decide_rights(Build.open(settings))
    build = Build.open(settings)
    with RedactionSession(build) as session:
        for partition, _ in partitions_to_redact(build.folder):
            session.redact_posts(partition)
        session.redact_profiles()
    made = Path(str(publish_release(stage_release(build, "benchmark"))))
    return settings, pl.read_parquet(made / "data/*.parquet")


def trained_on(texts: Sequence[str]) -> WordModel:
    """Train a model on texts."""
    return WordModel([word.text for word in words_of(text)] for text in texts)


def main() -> None:
    """Build, train, score, and print the answers."""
    parser = argparse.ArgumentParser(description="Measure what canaries show on the sample network.")
    parser.add_argument("--canaries", type=int, nargs="*", default=[20, 100], help="how many are placed")
    parser.add_argument("--seen", type=float, default=1.0, help="the share of them that the first model learns")
    options = parser.parse_args()
    for number in options.canaries:
        with tempfile.TemporaryDirectory() as name:
            settings, rows = release(Path(name), number)
            listed = candidates(settings)
            placed = [each.text for each in listed if each.placed]
            is_canary = pl.col("text").is_in(placed)
            is_unseen = pl.col("text").is_in(placed[int(len(placed) * options.seen) :])
            for saw, texts in (("saw", rows.filter(~is_unseen)), ("did not see", rows.filter(~is_canary))):
                model = trained_on(texts["text"].to_list())
                scores = Path(name) / "scores.jsonl"
                lines = (
                    json.dumps({"candidate": each.candidate, "log_likelihood": model.log_likelihood(words)})
                    for each in listed
                    for words in [[word.text for word in words_of(each.text)]]
                )
                scores.write_text("\n".join(lines), "utf-8")
                answer = score_canaries(settings, scores)
                sys.stdout.write(f"{number} canaries, a model that {saw} them:\n")
                sys.stdout.write("".join(f"  {line}\n" for line in answer.lines()))


if __name__ == "__main__":
    main()
