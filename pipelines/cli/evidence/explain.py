"""`discreet explain`: why was a record kept or dropped?"""

from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.terminal import say, say_json
from redaction.config import load_config
from redaction.operations import explain_record


def explain(
    config: ConfigFile,
    record_id: Annotated[
        str, typer.Argument(help="A post's or a subject's id, or a record's id in the corpus.", show_default=False)
    ],
    version: Annotated[str | None, typer.Option(help="Which release; the newest if absent.")] = None,
    every: Annotated[bool, typer.Option("--all", help="List what does not count and what it refers to, too.")] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Print the redacted rows as released; for a private terminal.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show why a record was kept or dropped. In a sentence, then by rules, events, signals; no raw text."""
    answer = explain_record(load_config(config), record_id, version, show=show)
    if as_json:
        say_json(answer)
        return
    for number, sentence in enumerate(answer.sentences()):
        say(sentence, whole=answer.ids, style="" if number else "bold")
    for line in answer.lines(every=every):
        say(line, whole=answer.ids, indent=2)
    for row in answer.rows:
        say(f"{row.field}:")
        for line in row.text.splitlines():
            say(f"  {line}")
