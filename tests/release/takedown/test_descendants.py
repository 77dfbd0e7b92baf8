"""What was made of a release is registered, listed and acknowledged."""

import pytest

from redaction.release import Registry, verify
from redaction.release.takedown import (
    Acknowledgement,
    Descendant,
    DescendantKind,
    Response,
    TakedownError,
    acknowledge,
    read_chain,
    register,
    unanswered,
)
from redaction.release.takedown.descendants import acknowledgements
from tests.release.making import release
from tests.release.takedown.requests import EVENT, NOW, result_of


def test_descendants_are_listed_and_acknowledge(tmp_path):
    release(tmp_path / "out")
    folder = tmp_path / "out" / "demo"
    made = Descendant(version="1.0.0", kind=DescendantKind.TOKENIZED, uri="store://tokens", registered_at=EVENT)
    copy = register(folder, made)
    assert register(folder, made.model_copy(update={"registered_at": NOW})) == copy
    child = Descendant(
        version="1.0.0", kind=DescendantKind.TRAINED, uri="store://model", registered_at=EVENT, parent=copy
    )
    register(folder, child)
    with pytest.raises(TakedownError, match="no release"):
        register(folder, made.model_copy(update={"version": "9.0.0"}))
    with pytest.raises(TakedownError, match="not registered"):
        register(folder, made.model_copy(update={"uri": "x", "parent": "0" * 16}))
    notice = result_of(tmp_path, "p3").notice
    assert {(d.kind, d.uri) for d in notice.descendants} == {
        ("tokenized", "store://tokens"),
        ("trained", "store://model"),
    }
    chain = read_chain(folder)
    assert len(unanswered(folder, chain)) == 2
    answer = Acknowledgement(takedown_id="000001", descendant_id=copy, response=Response.REMOVED, acknowledged_at=NOW)
    acknowledge(folder, chain, answer)
    assert acknowledgements(folder) == (answer,)
    assert [d.kind for _, d in unanswered(folder, chain)] == [DescendantKind.TRAINED]
    with pytest.raises(TakedownError, match="does not list"):
        acknowledge(folder, chain, answer.model_copy(update={"takedown_id": "000002"}))


def test_registering_leaves_releases_untouched(tmp_path):
    folder = release(tmp_path / "out")
    register(folder.parent, Descendant(version="1.0.0", kind=DescendantKind.COPIED, uri="x", registered_at=NOW))
    assert verify(folder).ok
    assert [str(v) for v in Registry(tmp_path / "out", "demo").versions()] == ["1.0.0"]


@pytest.mark.parametrize(
    "uri", ["https://jane:secret@store.example/a", "mailto:jane@example.com", "s3://b/jane%40x.org"]
)
def test_a_uri_that_may_name_someone_is_not_registered(tmp_path, uri):
    folder = release(tmp_path / "out")
    made = Descendant(version="1.0.0", kind=DescendantKind.COPIED, uri=uri, registered_at=NOW)
    with pytest.raises(TakedownError, match="without user, password or mail address") as refused:
        register(folder.parent, made)
    assert "jane" not in str(refused.value)
    assert not (folder.parent / "descendants").exists()
