"""A release gate on made-up posts: the shipped weights pass it, shuffled ones do not."""

from pathlib import Path

import numpy as np
import pytest

from redaction.detection.models.tagger import Tagger, TaggerBackend
from redaction.detection.models.tagger.weights import weights_path
from redaction.evaluation import (
    EvaluationSettings,
    LabeledSpan,
    LabeledText,
    ThresholdSettings,
    check_thresholds,
    evaluate,
)

POSTS = [
    "Congrats to [Maria Fernandes|PERSON] on the new role in [Lisbon|LOCATION]!",
    "thanks [john|PERSON], see you in [chicago|LOCATION] next week",
    "I moved from [Hamburg|LOCATION] to [Toronto|LOCATION] last year and never looked back.",
    "[Priya Raghunathan|PERSON] will speak about hiring on Friday, then fly to [Nairobi|LOCATION].",
    "happy birthday [sarah|PERSON] have a great one",
    "My manager [Tomasz Kowalczyk|PERSON] taught me to listen first and answer later.",
    "Dear [Fatima Al-Sayed|PERSON], thank you for your message about the analyst position.",
    "Never stop learning, be kind and do the work that nobody sees.",
    "Our results are out and revenue is up by twelve percent this quarter.",
]
GATE = ThresholdSettings(max_leak={"PERSON": 0.15, "LOCATION": 0.25}, max_over=0.03)


def labeled(index: int, post: str) -> LabeledText:
    text, spans = "", []
    for part in post.replace("]", "[").split("["):
        word, _, kind = part.partition("|")
        if kind:
            spans.append(LabeledSpan(len(text), len(text) + len(word), kind))
        text += word
    return LabeledText(str(index), text, tuple(spans), "made")


DOCUMENTS = [labeled(i, post) for i, post in enumerate(POSTS)]


class Found:
    def __init__(self, span):
        self.start, self.end, self.entity_type = span.start, span.end, span.label


def verdict(path: Path) -> bool:
    model = TaggerBackend(Tagger.load(path), "en", 0.0)
    found = model.spans([d.text for d in DOCUMENTS], ["en"] * len(DOCUMENTS))
    report = evaluate(DOCUMENTS, [[Found(s) for s in row] for row in found], EvaluationSettings(resamples=0))
    return check_thresholds(report, GATE).passed


def test_the_shipped_weights_pass():
    assert verdict(weights_path("en"))


@pytest.mark.parametrize("part", ["word.", "layer.", "head."])
def test_shuffled_weights_fail(tmp_path, part):
    with np.load(weights_path("en")) as file:
        arrays = {key: file[key] for key in file.files}
    for name in [key for key in arrays if key.startswith(part) and key.endswith(".weight")]:
        arrays[name] = np.random.default_rng(0).permutation(arrays[name].ravel()).reshape(arrays[name].shape)
    np.savez(tmp_path / "shuffled.npz", **arrays)
    assert not verdict(tmp_path / "shuffled.npz")
