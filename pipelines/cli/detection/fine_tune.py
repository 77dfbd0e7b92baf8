"""`discreet fine-tune`: fit the model to one's own labeled texts."""

from pathlib import Path
from typing import Annotated

import typer
import yaml

from pipelines.cli.shared.reports import FineTuneReport, LeakChange
from pipelines.cli.terminal import say, say_command, say_json
from redaction.builds.report.quality import SHIPPED_SET
from redaction.config import ConfigError, Kind, load_profile, read_yaml
from redaction.config.shipped import find
from redaction.evaluation import EvaluationSettings, LabeledText, read_labeled
from redaction.operations.fine_tune import Comparison, FineTuning
from redaction.operations.fine_tune import fine_tune as fit


def fine_tune(
    files: Annotated[list[Path], typer.Argument(help='JSONL: {"text", "spans": […], "language"} a line.')],
    output: Annotated[Path, typer.Option("--output", "-o", help="The profile to write; it must not exist.")],
    profile: Annotated[str, typer.Option(help="The profile to start from.")] = "social",
    language: Annotated[str, typer.Option(help="The language to learn; texts that declare none are in it.")] = "en",
    reference: Annotated[
        bool,
        typer.Option(help="Refuse a layer that reads the shipped posts worse. Without it your texts alone count."),
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as one JSON object.")] = False,
) -> None:
    """Fit the model's last layer to labeled texts, compare before and after, and write a profile if it is better.

    Each text is read by a layer that was not fitted to it. Exit code 1, and no profile, where the layer is worse.
    """  # noqa: DOC501 - the text is the help of the command
    if output.exists():
        raise ConfigError(f"{output}: exists; choose another path")
    if not output.parent.is_dir():
        raise ConfigError(f"{output.parent}: is no folder; create it, or choose another path")
    same = EvaluationSettings().same_type
    documents = [each for file in files for each in read_labeled(file, same)]
    chosen = [each for each in documents if (each.language or language) == language]
    settings = load_profile(profile)
    found = fit(chosen, settings, language, _reference(language, same) if reference else ())
    if not found.refusals:
        _write(output, profile, language, found)
    report = FineTuneReport(
        profile=None if found.refusals else str(output),
        language=language,
        texts=len(chosen),
        leak=_changes(found.own, found.types),
        over=(found.own.before.overall.over.value, found.own.after.overall.over.value),
        reference=_changes(found.reference, found.types) if found.reference else (),
        refusals=found.refusals,
    )
    if as_json:
        say_json(report)
    else:
        _show(report)
    raise typer.Exit(1 if found.refusals else 0)


def _reference(language: str, same_type: dict[str, str]) -> list[LabeledText]:
    """Read the shipped labeled texts of a language."""
    return [each for each in read_labeled(SHIPPED_SET, same_type) if each.language == language]


def _changes(comparison: Comparison, types: frozenset[str]) -> tuple[LeakChange, ...]:
    return tuple(
        LeakChange(entity_type=kind, labeled=labeled, before=round(before, 4), after=round(after, 4))
        for kind, labeled, before, after in comparison.rows(types)
    )


def _write(output: Path, profile: str, language: str, found: FineTuning) -> None:
    """Write the profile with the fitted layer; only its owner may read it."""
    values = read_yaml(find(Kind.PROFILE, profile))
    values["languages"][language]["fine_tuned"] = found.fine_tuned.model_dump()
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    output.touch(0o600, exist_ok=False)
    output.write_text(f"# Made from {profile} by discreet fine-tune.\n{text}", "utf-8")


def _show(report: FineTuneReport) -> None:
    over_before, over_after = report.over
    say(f"{report.texts} texts in {report.language}; each was read by a layer that was not fitted to it")
    for row in report.leak:
        say(f"{row.entity_type}: {row.labeled} labeled, leak {row.before:.3f} before, {row.after:.3f} after", indent=2)
    say(f"other words redacted: {over_before:.4f} before, {over_after:.4f} after", indent=2)
    if report.reference:
        say("the shipped labeled texts, read by the whole profile")
    for row in report.reference:
        say(f"{row.entity_type}: {row.labeled} labeled, leak {row.before:.3f} before, {row.after:.3f} after", indent=2)
    for refusal in report.refusals:
        say(f"worse: {refusal}")
    if report.profile is None:
        say("No profile was written. Label more texts, or texts that are more like each other.")
        return
    say(f"{report.profile}: written; it was fitted to your texts, so keep it as private as they are")
    say_command(f"Next: set detection: {report.profile} in your config, then discreet check")
