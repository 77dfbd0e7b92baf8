"""`discreet canary`: was a model trained on a release?"""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.shared.lazy_group import examples
from pipelines.cli.terminal import say, say_command, say_json
from redaction.config import load_settings
from redaction.operations.canaries import candidates, score_canaries, write_candidates
from redaction.operations.canaries.candidates import candidate_lines
from redaction.wording import counted

canary = typer.Typer(
    no_args_is_help=True,
    suggest_commands=False,  # Click suggests by itself
    help="Show that a model was trained on a release, by the made-up sentences in it.",
)

_Version = Annotated[str | None, typer.Argument(help="The version of one release; all, if absent.", show_default=False)]


@canary.command(
    "list",
    epilog=examples(
        "discreet canary list mine.yaml --output sentences.jsonl", "discreet canary list mine.yaml 1.0.0 -o list.csv"
    ),
)
def list_candidates(
    config: ConfigFile,
    version: _Version = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write: .csv, or lines of JSON.", show_default=False),
    ] = None,
) -> None:
    """List the sentences that a model is to score: those in the releases and as many that are in none, mixed.

    The list does not say which are which. Keep it private all the same: who has it can take the sentences out.
    """
    settings = load_settings(config)
    found = candidates(settings, version)
    if output is None:
        for line in candidate_lines(found):
            say_command(line)
        return
    write_candidates(settings, output, found)
    say(f"{counted(len(found), 'sentence')} to score; half of them are in no release.")
    say_command(output)


@canary.command(
    epilog=examples(
        "discreet canary score mine.yaml scores.jsonl", "discreet canary score mine.yaml scores.csv 1.0.0 --json"
    )
)
def score(
    config: ConfigFile,
    file: Annotated[
        Path,
        typer.Argument(
            help="The scores: `candidate` and `log_likelihood`, as .csv or lines of JSON.", show_default=False
        ),
    ],
    version: _Version = None,
    as_json: AsJson = False,
) -> None:
    """Say from a model's log-likelihoods whether it was trained on a release, and on which.

    Sum the log-probabilities of the tokens of each sentence; larger is likelier.
    """
    answer = score_canaries(load_settings(config), file, version)
    if as_json:
        say_json(answer)
        return
    for number, line in enumerate(answer.lines()):
        say(line, style="" if number else "bold")
