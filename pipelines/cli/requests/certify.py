"""`discreet certify`: a signed certificate of deletion, and its check."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.arguments import AsJson, ConfigFile
from pipelines.cli.shared.done import CertifyReport
from pipelines.cli.terminal import say, say_command, say_json
from redaction.builds import instant_of
from redaction.config import Config, load_config
from redaction.operations.requests import RequestError, certificate_problems, certify_member, read_certificate
from redaction.operations.requests.answers.certificate import Certificate
from redaction.state import CorpusPaths
from redaction.storage import write_atomic
from redaction.wording import counted


def certify(
    config: ConfigFile,
    subject_id: Annotated[str | None, typer.Argument(help="The member, by id.", show_default=False)] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write.", show_default=False)
    ] = None,
    check: Annotated[
        Path | None, typer.Option("--check", help="Check this certificate instead, and all its evidence.")
    ] = None,
    public_key: Annotated[str | None, typer.Option(help="The key that must have signed: 64 hex digits.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Rights as of then; now, if absent.")] = None,
    as_json: AsJson = False,
) -> None:
    """Sign a certificate of deletion for a member, or check one. Exit code 1 if any byte of its evidence differs.

    Its levels say what was measured: the release to use, every readable release, registered copies by the answers of
    their holders. Models are out of scope, and listed.

    Raises:
        RequestError: Neither a member and a file nor a certificate is given, or both are.
    """
    settings = load_config(config)
    if check is not None and subject_id is None and output is None:
        _check(settings, check, public_key, as_json=as_json)
        return
    if check is not None or subject_id is None or output is None:
        raise RequestError("certify: give a member and --output FILE, or --check FILE alone")
    certificate = certify_member(settings, subject_id, instant_of(as_of))
    write_atomic(output, certificate.to_bytes(), 0o600)
    if as_json:
        say_json(_report(output, certificate, []))
        return
    for line in certificate.lines():
        say(line, indent=2)
    say_command(output)


def _report(file: Path, certificate: Certificate, problems: list[str]) -> CertifyReport:
    levels = {level.name.value: level.reached for level in certificate.levels}
    return CertifyReport(certificate=str(file), proven=not problems, problems=tuple(problems), levels=levels)


def _check(settings: Config, file: Path, public_key: str | None, *, as_json: bool) -> None:
    certificate = read_certificate(file)
    problems = list(certificate_problems(certificate, CorpusPaths.of(settings).releases, public_key))
    if as_json:
        say_json(_report(file, certificate, problems))
        raise typer.Exit(int(bool(problems)))
    for problem in problems:
        say(problem)
    if problems:
        say(f"Not proven: {counted(len(problems), 'problem')}.")
        raise typer.Exit(1)
    say(f"Proven: signature, {counted(len(certificate.evidence), 'file')} of evidence, and each release are unchanged.")
    for line in certificate.lines():
        say(line, indent=2)
