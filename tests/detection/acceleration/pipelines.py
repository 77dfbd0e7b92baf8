"""Small pipelines of many builds, with weights drawn at random, to compare entities on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import spacy
from spacy.language import Language

LABELS = ("PERSON", "GPE", "ORG")


@dataclass(frozen=True)
class Build:
    """What a pipeline's `ner` is made of."""

    attributes: tuple[str, ...] = ("NORM", "PREFIX", "SUFFIX", "SHAPE")
    width: int = 16
    depth: int = 2
    window: int = 1
    pieces: int = 3
    hidden_pieces: int = 2
    vectors: bool = False
    listens: bool = False
    encoder: str = "spacy.MaxoutWindowEncoder.v2"
    component: tuple[tuple[str, Any], ...] = ()
    model: tuple[tuple[str, Any], ...] = ()


def pipeline(build: Build, seed: int) -> Language:
    """A pipeline of that build."""
    rng = np.random.default_rng(seed)
    nlp = spacy.blank("en")
    if build.vectors:
        for word in ("Anna", "met", "the", "in", "Lisbon", "office", " ", "12"):
            nlp.vocab.set_vector(word, rng.normal(size=8).astype("f"))  # type: ignore[arg-type]
    if build.listens:
        nlp.add_pipe("tok2vec", config={"model": _tok2vec(build)})
        inner: dict[str, Any] = {"@architectures": "spacy.Tok2VecListener.v1", "width": build.width, "upstream": "*"}
    else:
        inner = _tok2vec(build)
    model = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 12,
        "maxout_pieces": build.hidden_pieces,
        "use_upper": True,
        "tok2vec": inner,
    }
    pipe: Any = nlp.add_pipe("ner", config={"model": model | dict(build.model), **dict(build.component)})
    for label in LABELS:
        pipe.add_label(label)
    nlp.initialize()
    parts: list[Any] = [part for _, part in nlp.pipeline]
    for part in parts:
        for node in part.model.walk():
            for name in node.param_names:
                shape = node.get_param(name).shape
                node.set_param(name, rng.normal(scale=1 if len(shape) == 1 else 0.6, size=shape).astype("f"))
    return nlp


def _tok2vec(build: Build) -> dict[str, Any]:
    pieces = {"maxout_pieces": build.pieces} if "Maxout" in build.encoder else {}
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": build.width,
            "attrs": list(build.attributes),
            "rows": [50] * len(build.attributes),
            "include_static_vectors": build.vectors,
        },
        "encode": {
            "@architectures": build.encoder,
            "width": build.width,
            "depth": build.depth,
            "window_size": build.window,
            **pieces,
        },
    }
