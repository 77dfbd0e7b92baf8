"""py3langid's identifier with its model unpacked once: that takes as long as to look at several hundred texts."""

from collections.abc import Set
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import py3langid
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from redaction.detection.acceleration.language import batch_scores
from redaction.detection.acceleration.language.batch_scores import BatchClassifier, in_lines
from redaction.storage.cache import Arrays, unpacked

_DIGITS: Final = 16


def model_name(languages: Set[str]) -> str:
    """Names the installed model and some languages, as a file may be named."""
    among = sha256(" ".join(sorted(languages)).encode()).hexdigest()
    return f"py3langid-{py3langid.__version__}-{(Path(MODEL_DIR) / MODEL_FILE).stat().st_size}-{among[:_DIGITS]}"


def load_language_model(languages: Set[str]) -> tuple[LanguageIdentifier, BatchClassifier]:
    """A new identifier that gives probabilities, of those of the languages that the model knows; and the same for
    batches. Both read one table, mapped into memory.
    """
    model = unpacked(model_name(languages), lambda: _unpack(languages), batch_scores)
    table, names = model["table"], model["languages"].tolist()
    identifier = LanguageIdentifier(
        table[:, : len(names)],
        model["prior"],
        names,
        model["moves"].data,
        model["features"].tolist(),
        norm_probs=True,
        tk_row=model["rows"].tolist(),
    )
    return identifier, BatchClassifier(identifier, table)


def _unpack(languages: Set[str]) -> Arrays:
    made = LanguageIdentifier.from_model_file(MODEL_FILE)
    made.set_languages(languages & set(made.labels))
    return {
        "table": in_lines(made.nb_ptc),
        "prior": made.nb_pc,
        "languages": np.asarray(made.nb_classes),
        "moves": np.asarray(made.tk_nextmove, np.uint32),
        "features": np.asarray(made.tk_output, np.int32),
        "rows": np.asarray(made.tk_row, np.int64),
    }
