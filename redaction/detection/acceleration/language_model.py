"""Loads py3langid's model: from the cache, for batches and for single texts, or as py3langid itself loads it."""

from collections.abc import Set
from hashlib import sha256
from pathlib import Path

import numpy as np
import py3langid
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from redaction.detection.acceleration import language_batches
from redaction.detection.acceleration.language_batches import BatchClassifier, TextByText, align_rows
from redaction.storage.cache import Arrays, cached_arrays


def load_batch_classifier(languages: Set[str]) -> tuple[LanguageIdentifier, BatchClassifier]:
    """Load an identifier for those of the languages that the model knows, and its classifier of batches."""
    # Both read one table, which processes share: it is mapped into memory from the cache.
    among = sha256(" ".join(sorted(languages)).encode()).hexdigest()
    name = f"py3langid-{py3langid.__version__}-{(Path(MODEL_DIR) / MODEL_FILE).stat().st_size}-{among[:16]}"
    model = cached_arrays(name, lambda: _unpack(languages), language_batches)
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


def load_reference(languages: Set[str]) -> tuple[LanguageIdentifier, TextByText]:
    """Load the slow reference: py3langid's identifier as it comes, and text by text."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages & set(identifier.labels))
    return identifier, TextByText(identifier)


def _unpack(languages: Set[str]) -> Arrays:
    identifier, _ = load_reference(languages)
    return {
        "table": align_rows(identifier.nb_ptc),
        "prior": identifier.nb_pc,
        "languages": np.asarray(identifier.nb_classes),
        "moves": np.asarray(identifier.tk_nextmove, np.uint32),
        "features": np.asarray(identifier.tk_output, np.int32),
        "rows": np.asarray(identifier.tk_row, np.int64),
    }
