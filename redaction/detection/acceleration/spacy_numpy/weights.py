"""Reads the weights of a spaCy `ner` pipe; a pipe of an unsupported architecture is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from spacy.attrs import intify_attr
from spacy.language import Language

from redaction.detection.acceleration.spacy_numpy.network import Maxout
from redaction.detection.models.linear import Affine, Floats

_STATE: Final = 3
"""Tokens that the state shows the scorer: the next, the first and the last of the open entity."""


class NotSupportedError(Exception):
    """The pipeline has an architecture that is not computed here."""


@dataclass(frozen=True)
class HashTable:
    """Vectors of one attribute, looked up by four hashes."""

    rows: Floats
    seed: int


@dataclass(frozen=True)
class Words:
    """What turns a token's attributes into its vector, each by itself."""

    attributes: tuple[int, ...]
    tables: tuple[HashTable, ...]
    vectors: Affine | None
    """What narrows the pipeline's static vectors, where the model reads them."""
    mix: Maxout


@dataclass(frozen=True)
class Moves:
    """What scores the moves, and the moves by class: (letter, label)."""

    hidden: tuple[Affine, Affine, Affine]
    """What each token of the state adds to the hidden layer, its pieces side by side."""
    pieces: int
    closed: Floats
    """What the hidden layer has in addition to the next token while no entity is open."""
    bias: Floats
    scores: Floats
    """(inputs, classes)"""
    scores_bias: Floats
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Weights:
    """All weights."""

    words: Words
    layers: tuple[Maxout, ...]
    reach: int
    narrow: Affine
    moves: Moves


def weights_of(nlp: Language) -> Weights:
    """Read the weights that decide the entities of a pipeline.

    Args:
        nlp: a pipeline with a `ner` pipe.

    Returns:
        The weights.

    Raises:
        NotSupportedError: the pipeline has another architecture.
    """
    pipe: Any = nlp.get_pipe("ner")
    try:
        _expect(type(pipe).__name__ == "EntityRecognizer" and pipe.cfg["beam_width"] == 1)
        _expect(not pipe.cfg.get("incorrect_spans_key") and not pipe.cfg.get("multitasks"))
        tok2vec, lower, upper = _named(pipe.model, "parser_model").layers
        _expect(pipe.model.attrs["has_upper"] and not pipe.model.attrs["unseen_classes"])
        inner, flatten, narrow = tok2vec.layers
        _expect(flatten.name == "list2array")
        embed, encoder = _encoder(nlp, inner).layers
        layers, reach = _layers(encoder)
        return Weights(_words(embed), layers, reach, _linear(narrow), _moves(pipe, lower, upper))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise NotSupportedError(type(error).__name__) from None


def _encoder(nlp: Language, inner: Any) -> Any:
    """The pipe's own encoder, or the one that it shares and listens to."""
    if inner.name != "tok2vec-listener":
        return inner
    sharing: Any = nlp.get_pipe("tok2vec")
    _expect(inner in sharing.listeners and inner.upstream_name in ("*", "tok2vec"))
    return sharing.model


def _words(embed: Any) -> Words:
    *first, mix, last = embed.layers
    _expect(last.name == "ragged2list")
    vectors: Affine | None = None
    if len(first) == 1:
        (joined,) = first
        chained, static = joined.layers
        _expect(static.name == "static_vectors")
        projection = _param(static, "W").T
        vectors = Affine.of([projection], [np.zeros(projection.shape[1], np.float32)])
        first = list(chained.layers)
    extract, flatten, tables = first
    _expect(extract.name == "extract_features" and flatten.name == "list2ragged")
    hashed = tables.layers[0].layers
    found = []
    for i, chain in enumerate(hashed):
        column, table = chain.layers
        _expect(column.attrs["index"] == (slice(0, None), i))
        found.append(HashTable(_param(_named(table, "hashembed"), "E"), int(table.attrs["seed"])))
    attributes = tuple(int(intify_attr(column)) for column in extract.attrs["columns"])
    _expect(len(found) == len(attributes))
    return Words(attributes, tuple(found), vectors, _maxout(mix.layers[0]))


def _layers(encoder: Any) -> tuple[tuple[Maxout, ...], int]:
    residuals = encoder.layers[0].layers
    layers, windows = [], set()
    for residual in residuals:
        _expect(residual.name.startswith("residual("))
        window, maxout = residual.layers[0].layers
        windows.add(_named(window, "expand_window").attrs["window_size"])
        layers.append(_maxout(maxout))
    (reach,) = windows
    _expect(encoder.name.startswith("with_array(") and encoder.attrs["pad"] >= reach * len(layers))
    return tuple(layers), int(reach)


def _maxout(chain: Any) -> Maxout:
    (inner, *dropout) = chain.layers
    _expect(all(layer.name == "dropout" for layer in dropout))
    layer, norm = inner.layers
    weight, bias = _param(_named(layer, "maxout"), "W"), _param(layer, "b")
    pieces = Affine.of(_pieces(weight), list(bias.T))
    return Maxout(pieces, _param(_named(norm, "layernorm"), "G"), _param(norm, "b"))


def _moves(pipe: Any, lower: Any, upper: Any) -> Moves:
    weight, pad = _param(_named(lower, "precomputable_affine"), "W"), _param(lower, "pad")[0]
    _expect(weight.shape[0] == _STATE and weight.shape[2] > 1)
    bias = np.ascontiguousarray(_param(lower, "b").T).ravel()
    absent = pad.transpose(0, 2, 1).reshape(_STATE, -1)
    nothing = [np.zeros(weight.shape[1], np.float32)] * weight.shape[2]
    next_token, first, last = (Affine.of(_pieces(part), nothing) for part in weight)
    return Moves(
        hidden=(next_token, first, last),
        pieces=weight.shape[2],
        closed=absent[1] + absent[2] + bias,
        bias=bias,
        scores=np.ascontiguousarray(_param(_named(upper, "linear"), "W").T),
        scores_bias=_param(upper, "b"),
        names=tuple(_moves_by_class(pipe.moves)),
    )


def _moves_by_class(moves: Any) -> Iterator[tuple[str, str]]:
    for i in range(moves.n_moves):
        letter, _, label = str(moves.get_class_name(i)).partition("-")
        _expect(letter in "BILUO")
        yield letter, label


def _linear(layer: Any) -> Affine:
    return Affine.of([_param(_named(layer, "linear"), "W").T], [_param(layer, "b")])


def _pieces(weight: Floats) -> list[Floats]:
    """(outputs, pieces, inputs) → (inputs, outputs) for each piece."""
    return [weight[:, i].T for i in range(weight.shape[1])]


def _param(layer: Any, name: str) -> Floats:
    return np.array(layer.get_param(name), dtype=np.float32)


def _named(layer: Any, name: str) -> Any:
    _expect(layer.name == name)
    return layer


def _expect(true: bool) -> None:
    if not true:
        raise NotSupportedError
