"""What the weights of each language are trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from redaction.detection.models.tagger.weights import weights_path
from training.student import Shape

ROOT: Final = Path(__file__).resolve().parent.parent
Texts = tuple[tuple[str, str, int], ...]
"""(corpus, language, most texts in an epoch)"""

EVALUATION: Final = (
    "btc_dev",
    "wnut17_dev",
    "uner_en_ewt_dev",
    "gum_open_dev",
    "germeval14_de_dev",
    "smartdata_de_dev",
    "xlime_de_dev",
    "xlime_it_dev",
    "xlime_es_dev",
    "meddocan_es_dev",
    "ilner_hi_dev",
    "europeana_fr_dev",
    "europeana_nl_dev",
    "uner_pt_bosque_dev",
)
"""Sets that are measured on; a training text that shares eight words in a row with one of them is dropped."""


@dataclass(frozen=True)
class Recipe:
    """What one file of weights is trained on; `templates` are generated posts per epoch, by language."""

    out: Path
    texts: Texts
    templates: dict[str, int]
    shape: Shape
    words: int = 60_000
    epochs: int = 10
    offsets: tuple[float, float, float] = (0.5, 0.5, 0.0)
    unnamed_texts: int = 500
    smoothing: float = 0.01

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the texts."""
        return tuple(dict.fromkeys([*self.templates, *(language for _, language, _ in self.texts)]))


def _shape(width: int, norms: int, grams: int) -> Shape:
    return Shape(
        width=width,
        hashed_rows=(norms, 4096, 4096, 4096, 512),
        hashed_width=(48, 24, 32, 32, 16),
        gram_rows=grams,
        gram_width=48,
        vector_width=2,
        projected=2,
        sense_width=24,
    )


_FOLDER: Final = weights_path("en").parent
RECIPES: Final = {
    "latin": Recipe(
        out=_FOLDER / "latin.npz",
        texts=(
            ("xlime_it_train", "it", 5_100),
            ("xlime_es_train", "es", 4_600),
            ("xlime_de_train", "de", 2_000),
            ("xlime_de_train", "de", 2_000),
            ("germeval14_de_train", "de", 3_000),
            ("meddocan_es_train", "es", 800),
            ("btc_train", "en", 1_200),
            ("wnut17_train", "en", 600),
            ("europeana_fr_train", "fr", 500),
            ("europeana_nl_train", "nl", 500),
        ),
        templates={"de": 500, "es": 500, "fr": 800, "it": 500, "nl": 800},
        shape=_shape(128, 12_288, 24_576),
        words=120_000,
        offsets=(1.5, 2.2, 0.0),
        unnamed_texts=250,
    ),
    "hi": Recipe(
        out=_FOLDER / "hi.npz",
        texts=(("ilner_hi_train", "hi", 6_500), ("btc_train", "en", 1_500), ("wnut17_train", "en", 800)),
        templates={"hi": 800},
        shape=_shape(96, 8_192, 16_384),
        offsets=(2.6, 3.3, 0.0),
        epochs=6,
        unnamed_texts=300,
    ),
    "pt": Recipe(
        out=ROOT / "packages/discreet-pt/discreet_pt/pt.npz",
        texts=(("uner_pt_bosque_train", "pt", 8_000),),
        templates={"pt": 1_500},
        shape=_shape(96, 8_192, 16_384),
    ),
}
