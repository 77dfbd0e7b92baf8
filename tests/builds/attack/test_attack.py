"""Whole builds of a made-up town: an honest one passes the gates of the attack, a broken one does not."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from redaction.builds.outcomes.outcome_reasons import OutcomeReason
from redaction.builds.redact import careers as careers_of_builds
from redaction.builds.redact import known_people
from redaction.builds.redact.careers import Careers
from redaction.release import Manifest
from redaction.release.gates import Gate
from redaction.state.private_tables import RISKS
from redaction.tables import LOCATOR
from tests.made_up_town import Town
from tests.network import ROOT
from tests.releases import stage

GENERALIZED = {"profiles": "generalized", "resumes": "generalized"}
STORY = (
    "rowed a walnut canoe from the glacier to the delta",
    "lost the second paddle to an otter near the flooded monastery",
    "slept in the abandoned funicular with eleven goats",
    "traded the sextant for quince marmalade at the frontier",
    "was fined by a harbour master in a velvet bathrobe",
)


def detection(folder: Path, **changes: Any) -> str:
    """Write the default profile with some settings changed."""
    profile = yaml.safe_load((ROOT / "configs/redaction/social.yaml").read_text("utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "broken.yaml"
    path.write_text(yaml.safe_dump(profile | {"languages": {"en": {"ner": "own"}}} | changes), "utf-8")
    return str(path)


def failed(manifest: Manifest) -> set[str]:
    return {gate.name for gate in manifest.gates if not gate.passed}


def with_story(town: Town) -> set[str]:
    """Give one member a story that no one else has, in five posts."""
    hero = town.people[17]
    hero["about"] = f"I {', '.join(STORY)}."
    for number, part in enumerate(STORY):
        town.add(hero, "post", f"story-{number}", f"That summer I {part}, and nobody at the yard believed it.")
    return {f"{hero['user_id']}-story-{number}" for number in range(len(STORY))}


def test_an_honest_build_passes_and_the_planted_story_is_set_aside(tmp_path: Path) -> None:
    town = Town()
    story = with_story(town)
    staged = stage(town.network().write(tmp_path, release=GENERALIZED))
    assert failed(staged.manifest) == set()
    decisions = pl.read_parquet(staged.build.folder.path / "decisions.parquet")
    linkable = decisions.filter(reason=OutcomeReason.LINKABLE.value)["source_id"]
    # The record key is another one in each run, and so are the halves on which weights are fitted: one post alone may
    # be missed, but not beside the others of its author.
    assert story <= set(linkable)
    assert len(linkable) < len(story) + 4
    released = pl.read_parquet(staged.staging.folder / "data" / "*.parquet")
    assert not released["text"].str.contains("That summer I").any()
    assert not released["text"].str.contains("(?i)lighthouse keeper|press.example.com").any()
    assert dict(staged.reasons.select("reason", "records").iter_rows())["linkable"] == len(linkable)
    risks = pl.read_parquet(staged.build.folder.file(RISKS))
    of_story = risks.filter(pl.col("source_id").is_in(list(story)))["risk"]
    assert of_story.median() > 20 * risks["risk"].median()  # type: ignore[operator]


def entities(*without: str) -> list[str]:
    shipped = yaml.safe_load((ROOT / "configs/redaction/social.yaml").read_text("utf-8"))["entities"]
    return [each for each in shipped if each not in without]


def names_passed(broken: pytest.MonkeyPatch) -> dict[str, Any]:
    broken.setattr(known_people, "_VALUES", ["handle", "vanity_url", "emails", "phones"])
    return {"entities": entities("PERSON")}


def employers_passed(_: pytest.MonkeyPatch) -> dict[str, Any]:
    known = {"employers": False, "schools": False, "locations": False}
    return {"entities": entities("LOCATION", "HANDLE"), "known": known, "cautions": {"PERSON": -4.0}}


def careers_passed(broken: pytest.MonkeyPatch) -> dict[str, Any]:
    def own_words(self: Careers) -> pl.DataFrame:
        job = pl.element().struct
        written = pl.col("experience").list.eval(pl.format("{} {}", job.field("title"), job.field("start").dt.year()))
        rows = self._rows.with_columns(written.list.join("\n\n").alias("experience"))
        return rows.select(*LOCATOR, "user_id", "experience", withheld=pl.lit(value=False))

    broken.setattr(Careers, "profiles", own_words)
    broken.setattr(Careers, "rare_resumes", lambda _, records: records.clear())
    broken.setattr(careers_of_builds, "generalize_resume", lambda text, *_: text)
    return {}


BROKEN = {"names are passed": names_passed, "employers are not hidden": employers_passed}
BROKEN |= {"careers are not generalized": careers_passed}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_build_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Any) -> None:
    profile = detection(tmp_path / "profile", **broken(monkeypatch))
    staged = stage(Town().network().write(tmp_path / "town", release=GENERALIZED, detection=profile))
    assert failed(staged.manifest) >= {Gate.LINKAGE_CLAIMS.value, Gate.SET_ASIDE.value}


@pytest.mark.slow
def test_in_a_larger_town_an_honest_build_passes(tmp_path: Path) -> None:
    staged = stage(Town(600, 5).network().write(tmp_path, release=GENERALIZED))
    assert failed(staged.manifest) == set()
    values = {gate.name: gate.value for gate in staged.manifest.gates}
    assert values[Gate.LINKAGE_POSTS.value] <= 3 * 3 / 600


@pytest.mark.slow
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_in_a_larger_town_a_broken_build_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Any) -> None:
    profile = detection(tmp_path / "profile", **broken(monkeypatch))
    staged = stage(Town(600, 5).network().write(tmp_path / "town", release=GENERALIZED, detection=profile))
    assert failed(staged.manifest) >= {Gate.LINKAGE_CLAIMS.value, Gate.LINKAGE_MEMBERS.value, Gate.SET_ASIDE.value}
