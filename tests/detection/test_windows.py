import itertools

from hypothesis import given
from hypothesis import strategies as st

from redaction.detection.windows import windows


@given(st.text(st.sampled_from("ab .\n"), max_size=900), st.integers(20, 60))
def test_pieces_cover_the_text_and_share_the_overlap(text: str, size: int) -> None:
    overlap = size // 4
    pieces = list(windows(text, size, overlap))
    assert pieces[0][0] == 0
    assert pieces[-1][0] + len(pieces[-1][1]) == len(text)
    assert all(text[start : start + len(piece)] == piece and len(piece) <= size for start, piece in pieces)
    for (start, piece), (following, _) in itertools.pairwise(pieces):
        assert start < following <= start + len(piece) - min(overlap, len(piece) - 1)
