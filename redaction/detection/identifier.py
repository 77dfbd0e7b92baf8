"""py3langid's identifier with its model unpacked once: that takes as long as to look at several hundred texts."""

from pathlib import Path

import numpy as np
import py3langid
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from redaction.unpacked import Arrays, unpacked


def model_name() -> str:
    """Names the installed model, as a file may be named."""
    return f"py3langid-{py3langid.__version__}-{(Path(MODEL_DIR) / MODEL_FILE).stat().st_size}"


def language_identifier() -> LanguageIdentifier:
    """A new one, of all languages, that gives probabilities."""
    model = unpacked(model_name(), _unpack)
    return LanguageIdentifier(
        model["weights"],
        model["prior"],
        model["languages"].tolist(),
        model["moves"].data,
        model["features"].tolist(),
        norm_probs=True,
        tk_row=model["rows"].tolist(),
    )


def _unpack() -> Arrays:
    made = LanguageIdentifier.from_model_file(MODEL_FILE)
    return {
        "weights": made.nb_ptc,
        "prior": made.nb_pc,
        "languages": np.asarray(made.nb_classes),
        "moves": np.asarray(made.tk_nextmove, np.uint32),
        "features": np.asarray(made.tk_output, np.int32),
        "rows": np.asarray(made.tk_row, np.int64),
    }
