"""`discreet request`: what members asked for, when an answer is due, and how far it is."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from pydantic import ConfigDict
from rich.table import Table

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.requests.answer import Language, packages_report
from pipelines.cli.shared.done import EventsReport, ExtendedReport, RecordedReport
from pipelines.cli.shared.lazy_group import examples
from pipelines.cli.terminal import console, say, say_command, say_json, visible
from redaction.base_model import FrozenModel
from redaction.builds import instant_of
from redaction.config import load_config
from redaction.operations.requests import (
    Extension,
    Recorded,
    RequestError,
    RequestKind,
    RequestLine,
    answer_requests,
    checked_requests,
    list_requests,
    read_receipts,
    read_requests,
    record_events,
    record_requests,
)
from redaction.operations.requests import extend as extend_request
from redaction.wording import counted

request = typer.Typer(
    no_args_is_help=True,
    suggest_commands=False,  # Click suggests by itself
    help="Record what members ask for, follow it, and answer.",
)


class RequestList(FrozenModel):
    """The requests, the most urgent first."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    requests: tuple[RequestLine, ...]
    """Each request."""
    overdue: int
    """How many were not answered in time."""


@request.command(
    "open",
    epilog=examples(
        "discreet request open mine.yaml MEMBER --kind erasure --received 2026-01-31",
        "discreet request open mine.yaml MEMBER --kind opt-out --received 2026-01-31 --categories post,comment",
    ),
)
def open_request(
    config: ConfigFile,
    subject_id: Annotated[str, typer.Argument(help="Who asks: the id of a member.", show_default=False)],
    kind: Annotated[RequestKind, typer.Option(help="What is asked for.")],
    received: Annotated[str, typer.Option(help="When it was received: a day, or an instant.", show_default=False)],
    purpose: Annotated[str | None, typer.Option(help="The one purpose that it is about; all, if absent.")] = None,
    categories: Annotated[
        str | None, typer.Option(help="The kinds of content that it is about, with commas; all, if absent.")
    ] = None,
    recipients: Annotated[
        str | None, typer.Option(help="The recipients that it is about, with commas; all, if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record a request. It becomes a rights event, which every build, takedown and check reads beside the ledger.

    An answer is due one month after receipt, by the calendar. Prints the id of the request, which names nobody.
    """
    row = {
        "subject_id": subject_id,
        "kind": kind.value,
        "received": received,
        "purpose": purpose,
        "categories": categories.replace(",", ";") if categories else None,
        "recipients": recipients.replace(",", ";") if recipients else None,
    }
    rows = checked_requests(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String)), "request open")
    recorded = record_requests(load_config(config), rows)
    _warn(recorded)
    if as_json:
        say_json(_recorded(recorded))
    else:
        say(recorded.request_ids[0])


@request.command(
    "import",
    epilog=examples("discreet request import mine.yaml requests.csv", "discreet request import mine.yaml r.jsonl"),
)
def import_requests(
    config: ConfigFile,
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV or JSON Lines with subject_id, kind, received, and optionally purpose, categories, recipients.",
            show_default=False,
        ),
    ],
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="Record them although most are of nobody in the profiles.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record many requests at once. Every row is checked first; a request that is recorded already is not added."""
    recorded = record_requests(load_config(config), read_requests(file), allow_unknown=allow_unknown)
    _warn(recorded)
    if as_json:
        say_json(_recorded(recorded))
        return
    say(f"{counted(recorded.new, 'request')} recorded, {len(recorded.request_ids) - recorded.new:,} already known")


@request.command("list", epilog=examples("discreet request list mine.yaml", "discreet request list mine.yaml --json"))
def list_them(
    config: ConfigFile,
    every: Annotated[bool, typer.Option("--all", help="List answered requests, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the requests, the most urgent first, and how far each is. Exit code 1 if one is overdue."""
    lines = list_requests(load_config(config), every=every)
    overdue = sum(line.overdue for line in lines)
    if as_json:
        say_json(RequestList(requests=tuple(lines), overdue=overdue))
    else:
        _print(lines)
        say(f"{counted(len(lines), 'request')}, {overdue:,} overdue")
    raise typer.Exit(int(bool(overdue)))


@request.command(epilog=examples("discreet request extend mine.yaml REQUEST --reason complexity"))
def extend(
    config: ConfigFile,
    request_id: Annotated[str, typer.Argument(help="The id of the request.", show_default=False)],
    reason: Annotated[Extension, typer.Option(help="Why an answer takes longer.")],
    as_json: AsJson = False,
) -> None:
    """Extend the time for an answer by two months. Tell the member so, with the reason, within the first month."""
    due = extend_request(load_config(config), request_id, reason)
    if as_json:
        say_json(ExtendedReport(request=request_id, due=due))
    else:
        say(f"{request_id}: due on {due}")


@request.command(epilog=examples("discreet request receipts mine.yaml receipts.json"))
def receipts(
    config: ConfigFile,
    file: Annotated[Path, typer.Argument(help="JSON or JSON Lines by ISO/IEC TS 27560.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Read consent records or receipts (ISO/IEC TS 27560) as rights events."""
    settings = load_config(config)
    recorded = record_events(settings, read_receipts(settings, file))
    if as_json:
        say_json(EventsReport(recorded=recorded))
    else:
        say(f"{counted(recorded, 'event')} recorded")


@request.command(
    epilog=examples(
        "discreet request answer mine.yaml REQUEST --output answers --language de",
        "discreet request answer mine.yaml --every-open --output answers --zip-only",
    )
)
def answer(
    config: ConfigFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write into.", show_default=False)],
    request_ids: Annotated[
        list[str] | None, typer.Argument(help="The ids of the requests.", show_default=False)
    ] = None,
    every_open: Annotated[bool, typer.Option("--every-open", help="Answer every open request.")] = False,
    language: Language = "en",
    zip_only: Annotated[bool, typer.Option("--zip-only", help="Write no folders beside the zips.")] = False,
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the packages for members who asked, and note their requests as answered.

    Where records had to go, a signed certificate is in the package. Such a request is answered only when the release to
    use is free of the member's records.

    Raises:
        RequestError: No request is named, or some are beside --every-open.
    """
    if bool(request_ids) == every_open:
        raise RequestError("request answer: name the requests, or say --every-open for all")
    written = answer_requests(
        load_config(config), request_ids or [], instant_of(as_of), output, language, zip_only=zip_only
    )
    if as_json:
        say_json(packages_report(written, output))
        return
    say(f"{counted(written.packages, 'request')} answered, {counted(written.certificates, 'certificate')}")
    say_command(written.last if written.packages == 1 else output)


def _recorded(recorded: Recorded) -> RecordedReport:
    return RecordedReport(requests=recorded.request_ids, new=recorded.new, unknown=recorded.unknown)


def _warn(recorded: Recorded) -> None:
    if recorded.unknown:
        say(
            f"{counted(recorded.unknown, 'request')} of somebody who is not in the profiles: check the ids; an event "
            "protects whoever has that id",
            error=True,
        )


def _print(lines: list[RequestLine]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("request", "kind", "received", "due", "state", "readable", "copies open"):
        table.add_column(name, no_wrap=True)
    for line in lines:
        day = f"{line.due}{' overdue' if line.overdue else ''}{' extended' if line.extension else ''}"
        cells = (line.request_id, line.kind.value, f"{line.received:%Y-%m-%d}", day, line.state.value)
        style = "yellow" if line.overdue else ""
        table.add_row(*map(visible, cells), str(line.readable), str(line.open_copies), style=style)
    if lines:
        console().print(table)
