"""py3langid's model in batches against py3langid text by text."""

import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from redaction.detection.acceleration.language_batches import _RUN_UP, BatchClassifier, TextByText, align_rows
from redaction.detection.acceleration.language_model import load_batch_classifier
from redaction.detection.lists import word_list

SAMPLE = Path(__file__).parents[3] / "data" / "samples" / "posts"


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    made = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    made.set_languages(word_list("languages") & set(made.labels))
    return made


def batches(identifier: LanguageIdentifier) -> BatchClassifier:
    return BatchClassifier(identifier, align_rows(identifier.nb_ptc))


def texts() -> list[str]:
    posts = [text for text in pl.read_parquet(SAMPLE / "*.parquet")["text"].to_list()[::9] if text]
    draw = random.Random(3)
    signs = "aeiou nrst ÄÖÜßéıİ \u0301अनुवाद 漢字かな عربي \x00\x1f\ud800🎉"
    noise = ["".join(draw.choice(signs) for _ in range(draw.randrange(40))) for _ in range(500)]
    cuts = [post[draw.randrange(len(post)) :].upper() for post in posts[:300]]
    return ["", "x", *posts, *noise, *cuts, "\n".join(posts[:400])]


def test_same_language_and_score_as_text_by_text(identifier: LanguageIdentifier) -> None:
    some = texts()
    guesses = batches(identifier).classify(some)
    expected = TextByText(identifier).classify(some)
    assert [guess.language for guess in guesses] == [guess.language for guess in expected]
    np.testing.assert_allclose([g.score for g in guesses], [g.score for g in expected], atol=2e-5)
    assert len({guess.language for guess in guesses}) > 5


@pytest.mark.parametrize("times", ["first", "second"])
def test_a_cached_model_gives_the_same(
    identifier: LanguageIdentifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    languages = word_list("languages")
    if times == "second":
        load_batch_classifier(languages)
    made, classifier = load_batch_classifier(languages)
    assert list(tmp_path.glob("discreet/py3langid-*/table.npy"))
    some = texts()[::20]
    assert [made.rank(text) for text in some] == [identifier.rank(text) for text in some]
    assert classifier.classify(some) == batches(identifier).classify(some)


def test_a_guess_does_not_depend_on_the_other_texts(identifier: LanguageIdentifier) -> None:
    some = texts()[:200]
    classifier = batches(identifier)
    assert classifier.classify(some) == [classifier.classify([text])[0] for text in some]


def test_the_overlap_is_long_enough(identifier: LanguageIdentifier) -> None:
    """A state depends on as many bytes as the longest of the shortest paths from the start to a state has."""
    following = np.frombuffer(identifier.tk_nextmove, np.uint32)
    base = np.asarray(identifier.tk_row, np.int64) << 8
    depth, seen, reached = 0, np.zeros(len(base), bool), np.zeros(1, np.int64)
    seen[0] = True
    while len(reached):
        depth += 1
        assert depth <= _RUN_UP
        reached = np.unique(following[(base[reached][:, None] + np.arange(256)).ravel()]).astype(np.int64)
        reached = reached[~seen[reached]]
        seen[reached] = True
    assert seen.mean() > 0.9
