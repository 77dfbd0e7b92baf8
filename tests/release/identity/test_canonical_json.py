"""The quick serialization of canonical JSON writes the bytes of its reference."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from redaction.release.identity.canonical_json import canonical_json

TEXTS = st.text(max_size=6) | st.text('ab"\\/\n\t\x00\x1f\x7f<>&:,[.1e', max_size=8)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.integers(-99, 99) | st.floats(allow_nan=False, allow_infinity=False)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_it_writes_the_bytes_of_the_reference(document: dict[str, Any]) -> None:
    assert canonical_json(document) == rfc8785.dumps(document)


@pytest.mark.parametrize(
    "value", [1.0, 1e21, 1e-7, -0.0, 0.1, 123456789012345680, "a:1.5", [10**15], {"\ue000": 1, "😀": 2}]
)
def test_numbers_and_keys_that_the_encoder_writes_differently(value: Any) -> None:
    try:
        expected = rfc8785.dumps({"a": value})
    except rfc8785.CanonicalizationError:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_json({"a": value})
        return
    assert canonical_json({"a": value}) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 2, "\ud800"])
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, ValueError)):
        rfc8785.dumps({"a": [value]})
    with pytest.raises((rfc8785.CanonicalizationError, ValueError)):
        canonical_json({"a": [value]})
