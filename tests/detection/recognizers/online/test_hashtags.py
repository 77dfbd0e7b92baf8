import pytest

from redaction.detection.recognizers.online.hashtags import NameHashtagRecognizer
from tests.detection.recognizers.support import found


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("#JaneDoe rocks", "#JaneDoe"),
        ("vote #Jane_Doe!", "#Jane_Doe"),
        ("#ThankYouMichael for all", "#ThankYouMichael"),
        ("#RIPJennifer", "#RIPJennifer"),
        ("(#PriyaNair)", "#PriyaNair"),
    ],
)
def test_hashtags_with_a_name_are_found(text: str, tag: str) -> None:
    assert found(NameHashtagRecognizer(), text) == {tag}


@pytest.mark.parametrize(
    "text",
    [
        "#OpenToWork",
        "#MondayMotivation",
        "#jane",
        "#AI",
        "#SupplyChain",
        "item #12",
        "#VirginiaIsForLovers",
        "#AustinTX",
    ],
)
def test_other_hashtags_are_not_found(text: str) -> None:
    assert not found(NameHashtagRecognizer(), text)
