"""The preview shows what settings do, on texts that the rights allow, and writes only what is asked for."""

from pathlib import Path

import pytest
import yaml

from redaction.config import ConfigError, load_config
from redaction.errors import DiscreetError
from redaction.operations.preview import Choices, PreviewSession, eligible_texts, save_config
from redaction.replacement.settings import OperatorName
from tests.network import Network
from tests.pipelines.running import CANARY, KEPT


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Network().write(tmp_path_factory.mktemp("preview"), release={"quality": {"shipped_set": True}})


@pytest.fixture(scope="module")
def session(config: Path) -> PreviewSession:
    settings = load_config(config)
    return PreviewSession(settings, eligible_texts(settings, 100))


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_only_posts_that_the_rights_allow_are_shown(session: PreviewSession) -> None:
    assert len(session.samples) == len(KEPT)
    assert not [each for each in session.samples if CANARY in each.text]


def test_fewer_texts_are_read_on_demand(config: Path) -> None:
    assert len(eligible_texts(load_config(config), 2)) == 2


def test_nothing_is_written(config: Path) -> None:
    before = files_in(config.parent)
    settings = load_config(config)
    session = PreviewSession(settings, eligible_texts(settings, 10))
    session.totals(Choices(caution=2))
    session.reasons(Choices())
    assert files_in(config.parent) == before


def test_a_text_is_redacted_with_the_chosen_operator(session: PreviewSession) -> None:
    text = "Write to ada@example.com today."
    (span,) = session.analyze_text(text, Choices()).spans
    assert (text[span.start : span.end], span.entity_type) == ("ada@example.com", "EMAIL_ADDRESS")
    assert session.analyze_text(text, Choices()).redacted == "Write to [EMAIL_ADDRESS_1] today."
    removed = session.analyze_text(text, Choices(operator=OperatorName.REDACT)).redacted
    assert removed == "Write to  today."


def test_a_text_that_would_be_dropped_is_not_shown_as_redacted(session: PreviewSession) -> None:
    found = session.analyze_text("Wczoraj rozmawiałem z nową koleżanką o rozkładzie jazdy pociągów.", Choices())
    assert (found.language, found.redacted) == (None, None)
    assert found.reason


def test_more_caution_hides_at_least_as_much_and_is_counted_as_a_change(session: PreviewSession) -> None:
    plain, careful = session.totals(Choices()), session.totals(Choices(caution=8))
    assert plain.changed == 0
    assert careful.changed > 0
    assert careful.replaced > plain.replaced
    assert plain.texts == careful.texts == len(KEPT)


def test_a_policy_changes_the_counts(session: PreviewSession) -> None:
    counts = session.reasons(Choices())
    assert counts.filter(source="posts", decision="keep")["records"].sum() == len(KEPT)
    with pytest.raises(DiscreetError, match="no-such-policy"):
        session.reasons(Choices(policy="no-such-policy"))


def test_measured_leak_is_shown(session: PreviewSession) -> None:
    (quality,) = session.quality(Choices(threshold=1.0))
    assert quality.labeled_set == "made-up-posts"
    assert max(each.leak for each in quality.types) > 0.5


def test_choices_are_saved_as_a_config_that_loads(config: Path) -> None:
    choices = Choices(caution=1.5, threshold=0.5, operator=OperatorName.MASK, policy="linkedin-2024-09")
    saved = save_config(config, choices, "trial")
    assert saved == config.resolve().parent / "trial.yaml"
    before, after = load_config(config), load_config(saved)
    assert (after.detection.caution, after.detection.threshold) == (1.5, 0.5)
    assert after.replacement.default.operator is OperatorName.MASK
    assert after.inputs == before.inputs
    assert yaml.safe_load(saved.read_text("utf-8"))["rights"]["policy"] == "linkedin-2024-09"
    with pytest.raises(ConfigError, match="exists already"):
        save_config(config, choices, "trial")


@pytest.mark.parametrize("name", ["", "../trial.yaml", "/tmp/trial.yaml", ".hidden", "a/b.yaml"])
def test_a_config_is_saved_beside_the_first_one_only(config: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="file name"):
        save_config(config, Choices(), name)
