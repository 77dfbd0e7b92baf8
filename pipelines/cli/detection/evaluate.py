"""`discreet evaluate`: how much slips through?"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.terminal import say_lines
from redaction.config import Config, ConfigError, load_config, load_profile, read_yaml
from redaction.evaluation import (
    EvaluationSettings,
    LabeledText,
    check_thresholds,
    detect_labeled,
    read_labeled,
    render,
    to_json,
    with_same_types,
)
from redaction.evaluation import evaluate as measure


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help='JSONL: {"id", "text", "spans": […]} a line.', show_default=False)
    ] = None,
    reviewed: Annotated[
        Path | None,
        typer.Option(help="A config, of whose review the texts that are done are measured too.", show_default=False),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            help="A detection profile: social, strict, stock, or a YAML file; else that of `--reviewed`.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as one JSON object.")] = False,
    show_text: Annotated[bool, typer.Option("--show-text", help="Quote the worst misses. They are raw text.")] = False,
    language: Annotated[str, typer.Option(help="The language of texts that declare none.")] = "en",
    settings: Annotated[
        Path | None, typer.Option(help="A YAML file of evaluation settings, thresholds included.", show_default=False)
    ] = None,
) -> None:
    """Measure leak, over-redaction, recall and precision on labeled text. Exit code 1 if a threshold is missed."""
    try:
        chosen = EvaluationSettings.model_validate(read_yaml(settings) if settings else {})
    except ValueError as error:
        raise ConfigError(f"{settings}: {str(error).splitlines()[1]}; correct it") from None
    documents = [each for file in files or () for each in read_labeled(file, chosen.same_type)]
    detection = load_profile(profile or "social")
    if reviewed:
        config = load_config(reviewed)
        detection = detection if profile else config.detection
        documents += with_same_types(_reviewed(config), chosen.same_type)
    elif not files:
        raise ConfigError("nothing to measure: give labeled files, or a config with --reviewed")
    found = detect_labeled(documents, detection, language)
    report = measure(documents, found, chosen)
    verdict = check_thresholds(report, chosen.gate) if settings else None
    if as_json:
        typer.echo(to_json(report, verdict))
    else:
        say_lines(render(report, verdict, documents if show_text else None))
    raise typer.Exit(0 if verdict is None or verdict.passed else 1)


def _reviewed(config: Config) -> list[LabeledText]:
    from redaction.operations.review import exported_texts, open_case  # noqa: PLC0415 - needed only here

    with open_case(config) as case:
        texts = exported_texts(case)
    if not texts:
        raise ConfigError(f"{config.corpus}: no text of the review is done; run discreet review")
    return texts
