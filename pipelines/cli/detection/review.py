"""`discreet review`: decide on what was found, and use the decisions as labels and terms."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import ConfigFile
from pipelines.cli.shared.default_command import PageFirst
from pipelines.cli.shared.lazy_group import examples
from pipelines.cli.shared.pages import serve_page
from pipelines.cli.terminal import say, say_command, say_lines
from pipelines.review import review_page
from pipelines.web import LocalPage
from redaction.config import load_config
from redaction.operations.review import (
    Format,
    ReviewError,
    ReviewSession,
    collect,
    exported_texts,
    import_labels,
    load,
    open_case,
    propose_terms,
    save_terms,
    write_export,
)
from redaction.state import CorpusPaths

review = typer.Typer(
    cls=PageFirst,
    suggest_commands=False,  # Click suggests by itself
    help="Review the least sure spans of the last build, and texts at random; use the decisions as labels and terms.",
)

_FormatOption = Annotated[Format, typer.Option("--format", help="The format of the file.")]


@review.command(epilog=examples("discreet review mine.yaml --open", "discreet review mine.yaml --texts 100"))
def page(
    config: Annotated[Path, typer.Argument(help="The config of the run; the sample's by default.")] = Path("sample"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port on this machine; 0 takes a free one.")] = 0,
    texts: Annotated[int, typer.Option(min=1, max=2000, help="How many undecided texts to offer.")] = 40,
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Review spans on a local page, by keyboard: accept, reject, correct, add. This is what `discreet review` does.

    Half of the texts have a span that scored hardly more than its threshold, half are chosen at random. The page is
    served on this machine only, at an address with a secret token. Decisions are stored at once, without texts.
    """
    settings = load_config(config)

    def make() -> LocalPage:
        with open_case(settings) as case:
            collect(case, texts)
            return review_page(ReviewSession.open(case))

    serve_page(make, port, show=show)


@review.command(
    "export",
    epilog=examples(
        "discreet review export mine.yaml labeled.jsonl",
        "discreet review export mine.yaml tasks.json --format label-studio --undecided",
    ),
)
def export_labels(
    config: ConfigFile,
    file: Annotated[Path, typer.Argument(help="The file to write; it holds raw text.", show_default=False)],
    form: _FormatOption = Format.DISCREET,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="Export the texts still to review, with what was found in them.")
    ] = False,
) -> None:
    """Export the reviewed texts with their labels, into a file that only you may read.

    The file does not go with the rights of its people: delete it when it is used, and export again after a takedown.
    """
    settings = load_config(config)
    with open_case(settings) as case:
        exported = exported_texts(case, undecided=undecided)
    write_export(file, exported, form, CorpusPaths.of(settings), undecided=undecided)
    say(f"{len(exported)} texts with {sum(len(text.spans) for text in exported)} spans; the file holds raw text.")
    say_command(file)


@review.command("import", epilog=examples("discreet review import mine.yaml project-1.json --format label-studio"))
def import_file(
    config: ConfigFile,
    file: Annotated[Path, typer.Argument(help="The file that another tool exported.", show_default=False)],
    form: _FormatOption = Format.DISCREET,
) -> None:
    """Take over labels that were made elsewhere, of texts of the review. They are found by their content."""
    settings = load_config(config)
    try:
        content = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReviewError(f"{file}: cannot be read ({type(error).__name__}); check the path") from None
    labeled = load(content, form, str(file))
    with open_case(settings) as case:
        taken = import_labels(case, labeled)
    say(f"{taken.texts} texts were labeled; they are done in the review.")
    if taken.unknown:
        say(f"{taken.unknown} texts are not in the review, have changed or may no longer be used: they were left out.")


@review.command(
    epilog=examples("discreet review terms mine.yaml", "discreet review terms mine.yaml --save mine-2.yaml")
)
def terms(
    config: ConfigFile,
    save: Annotated[
        str | None, typer.Option(help="Write a config with the terms into this new file beside it.", show_default=False)
    ] = None,
) -> None:
    """Propose terms for `allow_list` and `deny_list`: what was rejected everywhere, and what was missed.

    Names and numbers of people are never proposed, since a config must not hold them.
    """
    settings = load_config(config)
    with open_case(settings) as case:
        proposed = propose_terms(case)
    lists = proposed.to_yaml()
    if not lists:
        say("No terms: nothing that was rejected or added is a term.", error=True)
    elif save:
        say_command(save_terms(config, proposed, save))
    else:
        say_lines(lists.rstrip("\n"))
    if proposed.names:
        say(f"{proposed.names} rejected terms are names of members too, so they are not proposed.", error=True)
    if proposed.missed:
        counts = ", ".join(f"{kind} {number}" for kind, number in proposed.missed.items())
        say(
            f"missed values of people: {counts}; what profiles or objections hold is searched for everywhere, and the "
            "labels show how much else is missed.",
            error=True,
        )
