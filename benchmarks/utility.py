"""Measure linkage against utility on the sample network: per profile and `caution`, beside stock Presidio and raw.

    nice .venv/bin/python benchmarks/utility.py
    nice .venv/bin/python benchmarks/utility.py --cautions 0 2

Each setting redacts the sample as a build does, with known values but for stock Presidio. Compared are the posts that
all settings release, of all kinds but résumés. *Linkage* is that of the gate: how often the author comes first, and
what is claimed at 90 % precision. *Utility*: how many words are kept; the perplexity of a trigram model (Kneser and
Ney) that learns the redacted posts of four fifths of the authors and reads the raw posts of the others, over all their
words and over those outside labeled personal data, with one vocabulary for all; and the accuracy of a logistic
regression on words that learns the genre of redacted posts (hiring, thanks, launch, …, by the templates of the
generator), or the kind, and reads raw ones. Brackets are 95 % bootstrap intervals, drawn by author.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from utility_posts import KEYS, Posts, Setting, build_with, compared, linkage, redacted

from redaction.evaluation.utility import Classifier, Word, WordModel, kept_share, perplexity, words_of
from redaction.release import create_key_file
from redaction.release.report import LinkageFacts
from redaction.release.report.facts import Rate

HEAVY = 0.3
FEW = 200
DRAWS = 500
DRAWN = 3.0
"""Settings that cost more than so many times the perplexity are not in the chart."""
Logs = Sequence[Sequence[float]]
T = TypeVar("T")


class Interval(NamedTuple):
    """A figure with its 95 % bootstrap interval, drawn by author."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one setting."""

    name: str
    first: Rate | None
    claimed: float
    kept: float
    placeholders: float
    touched: float
    heavy: float
    perplexity: float
    ratio: Interval
    genre: float
    genre_few: float
    kind_few: float


def logs_of(texts: Sequence[Sequence[Word]], posts: Posts) -> list[list[float]]:
    """Return the log-probabilities of the raw words of the posts kept aside, by a model that learnt the other texts."""
    train = [[word.text for word in each] for each in _chosen(texts, posts, test=False)]
    seen = Counter(word.text for each in _chosen(posts.raw, posts, test=False) for word in each)
    model = WordModel(train, [word for word, count in seen.items() if count > 1])
    return [model.log_probabilities([word.text for word in each])[:-1] for each in _chosen(posts.raw, posts, test=True)]


def ratio(logs: Sequence[Sequence[float]], raw: Sequence[Sequence[float]], posts: Posts) -> Interval:
    """Return how many times the perplexity outside personal data is that of the model of raw texts."""
    outside = _chosen(posts.outside, posts, test=True)
    authors = _chosen(posts.rows["author"].to_list(), posts, test=True)
    sums: dict[str, list[float]] = {}
    for author, flags, ours, theirs in zip(authors, outside, logs, raw, strict=True):
        entry = sums.setdefault(author, [0.0, 0.0])
        entry[0] += sum(theirs[at] - ours[at] for at, flag in enumerate(flags) if flag)
        entry[1] += sum(flags)
    table = np.array(list(sums.values()))
    random = np.random.default_rng(0)
    drawn = [table[random.integers(0, len(table), len(table))].sum(axis=0) for _ in range(DRAWS)]
    low, high = np.quantile([np.exp(lost / words) for lost, words in drawn], [0.025, 0.975])
    lost, words = table.sum(axis=0)
    return Interval(float(np.exp(lost / words)), float(low), float(high))


def accuracy(texts: Sequence[Sequence[Word]], labels: Sequence[str | None], posts: Posts, most: int | None) -> float:
    """Return how often a classifier that learnt redacted texts, at most so many, finds the label of raw ones."""
    words = [[word.text for word in each] for each in texts]
    raw = [[word.text for word in each] for each in posts.raw]
    order = np.random.default_rng(0).permutation(len(labels))
    train = [at for at in order if labels[at] is not None and not posts.is_test[at]][:most]
    test = [at for at in order if labels[at] is not None and posts.is_test[at]]
    made = Classifier([words[at] for at in train], [str(labels[at]) for at in train])
    return made.accuracy([raw[at] for at in test], [str(labels[at]) for at in test])


def _chosen(items: Sequence[T], posts: Posts, *, test: bool) -> list[T]:
    return [item for item, is_test in zip(items, posts.is_test, strict=True) if is_test == test]


def measure(name: str, facts: LinkageFacts | None, texts: Sequence[str], posts: Posts, raw: Logs) -> Measured:
    """Measure the texts of one setting, in the order of the posts; `raw` are the log-probabilities of the raw model."""
    words = [words_of(text) for text in texts]
    spans = [sum(word.is_placeholder for word in each) for each in words]
    logs = logs_of(words, posts)
    found = {each.name: each for each in facts.found}["posts"] if facts else None
    kept = [kept_share(before, after) for before, after in zip(posts.raw, words, strict=True)]
    heavy = [each >= HEAVY * len(text) for each, text in zip(spans, words, strict=True) if text]
    kinds = posts.rows["kind"].to_list()
    return Measured(
        name=name,
        first=found.first if found else None,
        claimed=found.claimed if found else 0,
        kept=float(np.average(kept, weights=[len(each) for each in posts.raw])),
        placeholders=sum(spans) / sum(map(len, words)),
        touched=float(np.mean([each > 0 for each in spans])),
        heavy=float(np.mean(heavy)),
        perplexity=perplexity(log for each in logs for log in each),
        ratio=ratio(logs, raw, posts),
        genre=accuracy(words, posts.genres, posts, None),
        genre_few=accuracy(words, posts.genres, posts, FEW),
        kind_few=accuracy(words, kinds, posts, FEW),
    )


HEADER = (
    "setting",
    "author first",
    "claimed at 90 %",
    "words kept",
    "placeholders",
    "texts with any",
    "30 % and more",
    "perplexity, raw",
    "the same outside personal data, times raw",
    "genre",
    f"genre, {FEW} texts",
    f"kind, {FEW} texts",
)


def row(each: Measured) -> tuple[str, ...]:
    """Return the figures of a setting as `HEADER`."""
    first = each.first
    return (
        each.name,
        f"{first.value:.4f} [{first.low:.4f}, {first.high:.4f}]" if first else "–",
        f"{each.claimed:.4f}" if first else "–",
        f"{each.kept:.3f}",
        f"{each.placeholders:.3f}",
        f"{each.touched:.2f}",
        f"{each.heavy:.3f}",
        f"{each.perplexity:.1f}",
        f"{each.ratio.value:.3f} [{each.ratio.low:.3f}, {each.ratio.high:.3f}]",
        f"{each.genre:.3f}",
        f"{each.genre_few:.3f}",
        f"{each.kind_few:.3f}",
    )


def draw(measured: Sequence[Measured], chance: float, path: Path) -> None:
    """Draw linkage against utility as an SVG file; the same figures give the same bytes."""
    matplotlib.use("svg")
    with matplotlib.rc_context({"svg.hashsalt": "utility", "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure = Figure(figsize=(8, 4.5), layout="constrained")
        axes = figure.add_subplot()
        for each in measured:
            if each.first is None or each.ratio.value > DRAWN:
                continue
            at = (each.ratio.value, max(each.first.value, chance))
            low, high = (abs(end - each.ratio.value) for end in (each.ratio.low, each.ratio.high))
            axes.errorbar(*at, xerr=[[low], [high]], fmt="o", color="#0b6fb8")
            axes.annotate(each.name, at, (2, 5), textcoords="offset points", fontsize=8, rotation=50)
        axes.axhline(chance, color="#4f5964", linestyle="--", linewidth=1)
        axes.annotate("by chance", (1, chance), (0, 4), textcoords="offset points", fontsize=8)
        axes.set_yscale("log")
        axes.margins(0.25)
        axes.set_xlabel("perplexity outside personal data, as a multiple of raw training (left is better)")
        axes.set_ylabel("author of a post found first (low is better)")
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def main() -> None:
    """Redact the sample with each setting, attack and measure, and print a table."""
    parser = argparse.ArgumentParser(description="Measure linkage against utility on the sample network.")
    parser.add_argument("--cautions", type=float, nargs="*", default=[-2, 0, 1, 2, 4], help="added to social's caution")
    parser.add_argument("--chart", type=Path, help="also draw the figures into this SVG file")
    options = parser.parse_args()
    settings = [
        Setting("stock Presidio", "stock"),
        Setting("social, without the author's employers", "social", employers=False),
        *(Setting(f"social, caution {value:+g}" if value else "social", "social", value) for value in options.cautions),
        Setting("strict", "strict"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        create_key_file(Path(folder) / "key")
        builds = {each.name: build_with(each, Path(folder) / str(number)) for number, each in enumerate(settings)}
        posts = compared(builds)
        raw = logs_of(posts.raw, posts)
        common = posts.rows.select(KEYS)
        facts, texts = {}, {}
        for name, build in builds.items():
            rows = redacted(build).join(common, on=KEYS, how="semi").sort(KEYS)
            facts[name], texts[name] = linkage(build, rows), rows["text"].to_list()
    first = next(iter(facts.values()))
    measured = [measure("raw", None, posts.rows["raw"].to_list(), posts, raw)]
    measured += [measure(name, facts[name], texts[name], posts, raw) for name in builds]
    table = [HEADER, tuple("---" for _ in HEADER), *map(row, measured)]
    sys.stdout.write("".join(f"| {' | '.join(cells)} |\n" for cells in table))
    if options.chart:
        draw(measured, 1 / first.members, options.chart)
    before = first.raw
    counted = Counter(each for each in posts.genres if each)
    sys.stdout.write(
        f"\n{posts.rows.height:,} texts, {posts.rows['author'].n_unique():,} authors; {first.members:,} members, "
        f"by chance {1 / first.members:.5f}, by language {first.chance:.5f}; raw, some of them: "
        f"{before.first.value if before else 0:.3f}; genres: {counted.total():,} texts, the most frequent "
        f"{max(counted.values()) / counted.total():.2f}; kinds: the most frequent "
        f"{max(Counter(posts.rows['kind']).values()) / posts.rows.height:.2f}\n"
    )


if __name__ == "__main__":
    main()
