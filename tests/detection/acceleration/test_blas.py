import numpy as np
import spacy
from hypothesis import given
from hypothesis import strategies as st
from thinc.api import NumpyOps

from redaction.detection.acceleration.blas import BlasOps, use_blas
from tests.detection.presidio.test_batch_analyzer import MODEL, texts


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9), st.booleans(), st.booleans())
def test_the_product_is_that_of_thinc(n: int, k: int, m: int, trans1: bool, trans2: bool) -> None:
    rng = np.random.default_rng(n * 100 + k * 10 + m)
    left = rng.normal(size=(k, n) if trans1 else (n, k)).astype("f")
    right = rng.normal(size=(m, k) if trans2 else (k, m)).astype("f")
    out = np.zeros((n, m), dtype="f")
    expected = NumpyOps().gemm(left, right, trans1=trans1, trans2=trans2)
    np.testing.assert_allclose(BlasOps().gemm(left, right, out, trans1, trans2), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-5)


def test_entities_are_those_of_thincs_own_product() -> None:
    sample = texts(300, seed=5)
    nlp = spacy.load(MODEL, exclude=["tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer"])
    expected = [[(e.start, e.end, e.label_) for e in doc.ents] for doc in nlp.pipe(sample)]
    use_blas(nlp.get_pipe("ner").model)  # type: ignore[attr-defined]
    assert [[(e.start, e.end, e.label_) for e in doc.ents] for doc in nlp.pipe(sample)] == expected
    assert sum(map(len, expected)) > 100
