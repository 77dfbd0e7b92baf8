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
def test_tags_that_hold_a_name(text: str, tag: str) -> None:
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
def test_other_tags_stay(text: str) -> None:
    assert not found(NameHashtagRecognizer(), text)
