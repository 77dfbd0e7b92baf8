"""One preview: a config, a sample of its texts, and what chosen settings would do with them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from redaction.builds.report.quality import labeled_sets, measure_on, measure_reviewed
from redaction.builds.review import reviewed_texts
from redaction.config import Config
from redaction.detection import Detector, KnownValues, RecordDetectionError, Span, identify_languages
from redaction.evaluation import LabeledText
from redaction.operations.check import expect
from redaction.operations.preview.choices import Choices, configure
from redaction.operations.preview.samples import SampleText
from redaction.operations.review import ReviewError, open_case
from redaction.release.report import Quality
from redaction.replacement import Replacer
from redaction.state import CorpusPaths
from redaction.state.private_tables import REVIEW

_FAILED: Final = "detection_failed"


@dataclass(frozen=True, slots=True)
class ShownSpan:
    """A span `[start, end)` in code points, with its score and the recognizer that found it."""

    start: int
    end: int
    entity_type: str
    score: float
    recognizer: str


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """A text as the settings read it. Without a language it would be dropped, for `reason`."""

    text: str
    language: str | None
    reason: str | None
    spans: tuple[ShownSpan, ...]
    redacted: str | None


@dataclass(frozen=True, slots=True)
class SampleTotals:
    """What settings do with a sample.

    Attributes:
        texts: How many texts the sample has.
        dropped: How many of them would be dropped, by reason.
        spans: How many spans would be replaced, by entity type.
        replaced: The share of all characters that would be replaced.
        changed: In how many texts the result differs from that of the config.
    """

    texts: int
    dropped: dict[str, int]
    spans: dict[str, int]
    replaced: float
    changed: int


class PreviewSession:
    """Analyzes texts with settings that change. It holds the sample and one detector in memory, and writes nothing."""

    def __init__(self, config: Config, samples: Sequence[SampleText]) -> None:
        """Hold a config and the texts to try settings on; no model is loaded yet."""
        self.config = config
        self.samples = tuple(samples)
        self._detector: Detector | None = None
        self._before: list[Analysis] | None = None
        self._reviewed: list[LabeledText] | None = None

    def analyze(self, texts: Sequence[SampleText], choices: Choices) -> list[Analysis]:
        """Detect and replace.

        Args:
            texts: The texts.
            choices: The settings to try.

        Returns:
            The analysis of each text.

        Raises:
            DiscreetError: A profile or a model does not exist.
        """
        config = configure(self.config, choices)
        detector, replacer = self._detector_for(config), Replacer(config.replacement)
        guesses = identify_languages([t.text for t in texts], config.detection, [t.language for t in texts])
        read = [i for i, guess in enumerate(guesses) if guess.language is not None]
        found = detector.detect_each(
            [texts[i].text for i in read], [str(guesses[i].language) for i in read], [texts[i].known for i in read]
        )
        spans = dict(zip(read, found, strict=True))
        results = []
        for i, (each, guess) in enumerate(zip(texts, guesses, strict=True)):
            result = spans.get(i)
            if result is None or isinstance(result, RecordDetectionError):
                reason = _FAILED if result is not None else str(guess.reason)
                results.append(Analysis(each.text, guess.language, reason, (), None))
            else:
                redacted = replacer.replace([each.text], [result])[0].text
                results.append(Analysis(each.text, guess.language, None, tuple(map(_shown, result)), redacted))
        return results

    def analyze_text(self, text: str, choices: Choices) -> Analysis:
        """Analyze one text that belongs to nobody in the inputs."""
        return self.analyze([SampleText("text", text, known=KnownValues())], choices)[0]

    def totals(self, choices: Choices) -> SampleTotals:
        """Sum up what the settings do with the whole sample, compared with the config."""
        if self._before is None:
            self._before = self.analyze(self.samples, Choices())
        after = self.analyze(self.samples, choices)
        characters = sum(len(each.text) for each in after)
        covered = sum(span.end - span.start for each in after for span in each.spans)
        return SampleTotals(
            texts=len(after),
            dropped=dict(Counter(each.reason for each in after if each.reason is not None)),
            spans=dict(Counter(span.entity_type for each in after for span in each.spans).most_common()),
            replaced=covered / characters if characters else 0.0,
            changed=sum(_differ(one, other) for one, other in zip(self._before, after, strict=True)),
        )

    def reasons(self, choices: Choices) -> pl.DataFrame:
        """Decide every record under the chosen policy.

        Returns:
            source, decision, reason, records.

        Raises:
            DiscreetError: The policy does not exist, or may not be used now.
        """
        return expect(configure(self.config, choices)).counts.sort("source", "records", descending=[False, True])

    def quality(self, choices: Choices) -> list[Quality]:
        """Measure the settings on the labeled sets of the config, on the shipped one, and on reviewed texts if any."""
        config = configure(self.config, choices)
        measured = [measure_on(config, path) for path in labeled_sets(config)]
        if self._reviewed is None:
            self._reviewed = _read_reviewed(self.config)
        texts = [text for text in self._reviewed if text.language in config.detection.languages]
        return [*measured, measure_reviewed(config, texts)] if texts else measured

    def _detector_for(self, config: Config) -> Detector:
        if self._detector is None or self._detector.settings != config.detection:
            self._detector = Detector.from_settings(config.detection)
        return self._detector


def _read_reviewed(config: Config) -> list[LabeledText]:
    """Read the texts whose review is done and that may be used now. Nothing is written."""
    if not CorpusPaths.of(config).file(REVIEW).is_file():
        return []
    try:
        with open_case(config, erase=False) as case:
            return reviewed_texts(case)
    except ReviewError:
        return []


def _shown(span: Span) -> ShownSpan:
    return ShownSpan(span.start, span.end, str(span.entity_type), round(span.score, 3), span.recognizer)


def _differ(one: Analysis, other: Analysis) -> bool:
    spans = [{(s.start, s.end, s.entity_type) for s in each.spans} for each in (one, other)]
    return one.reason != other.reason or spans[0] != spans[1]
