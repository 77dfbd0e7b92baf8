"""The `discreet` command. A command's module is loaded when the command runs, so that `--help` answers at once."""

import sys
from typing import Final

from pipelines.cli.shared.broken_pipe import discard_output, has_lost_its_reader
from pipelines.cli.shared.exit_codes import ExitCode
from pipelines.cli.shared.interrupts import interrupt_on_signals
from pipelines.cli.shared.lazy_group import LazyGroup, ListedCommand
from redaction.execution.failures import quiet_hooks

_START, _RIGHTS, _EVIDENCE, _OPERATION = "Start", "Rights", "Evidence", "Operation"

COMMANDS: Final = {
    "init": ListedCommand(
        _START,
        "pipelines.cli.init",
        "Write a config and a key for your files.",
        ("discreet init", "discreet init mine.yaml --posts posts --profiles members.csv --ledger none"),
    ),
    "check": ListedCommand(
        _START,
        "pipelines.cli.check",
        "Check a run before any work, and show what it would keep.",
        ("discreet check mine.yaml", "discreet check mine.yaml --json"),
    ),
    "build": ListedCommand(
        _START,
        "pipelines.cli.build",
        "Build a release: decide, detect, redact, audit, publish.",
        (
            "discreet build sample --new-key",
            "discreet build mine.yaml --as-of 2025-06-30T00:00:00Z",
            "release=$(discreet build -q --if-changed mine.yaml)",
        ),
    ),
    "preview": ListedCommand(
        _START,
        "pipelines.cli.detection.preview",
        "Try a profile, caution, threshold, operator or policy on a local page.",
        ("discreet preview mine.yaml --open",),
    ),
    "review": ListedCommand(
        _START,
        "pipelines.cli.detection.review",
        "Review the least sure spans of the last build, on a local page.",
        ("discreet review mine.yaml --open", "discreet review export mine.yaml labeled.jsonl"),
    ),
    "redact": ListedCommand(
        _START,
        "pipelines.cli.detection.redact",
        "Redact plain text, or lines of JSON.",
    ),
    "explain": ListedCommand(
        _RIGHTS,
        "pipelines.cli.evidence.explain",
        "Show why a record was kept or dropped.",
        ("discreet explain mine.yaml POST", "discreet explain mine.yaml MEMBER --version 1.0.0"),
    ),
    "trace": ListedCommand(
        _RIGHTS,
        "pipelines.cli.evidence.trace",
        "List the releases that hold a subject, and why others do not.",
        ("discreet trace mine.yaml MEMBER --json",),
    ),
    "takedown": ListedCommand(
        _RIGHTS,
        "pipelines.cli.evidence.takedown",
        "Remove what the ledger no longer allows, in a new release.",
        ("discreet takedown mine.yaml --dry-run", "discreet takedown mine.yaml --yes --withdraw"),
    ),
    "request": ListedCommand(
        _RIGHTS,
        "pipelines.cli.requests.request",
        "Record what members ask for, follow it, and answer.",
        ("discreet request list mine.yaml", "discreet request import mine.yaml requests.csv"),
    ),
    "answer": ListedCommand(
        _RIGHTS,
        "pipelines.cli.requests.answer",
        "Write the package that a member can be given",
        ("discreet answer mine.yaml MEMBER --output answers --language de",),
    ),
    "certify": ListedCommand(
        _RIGHTS,
        "pipelines.cli.requests.certify",
        "Sign a certificate of deletion for a member, or check one.",
        (
            "discreet certify mine.yaml MEMBER --output certificate.json",
            "discreet certify mine.yaml --check certificate.json",
        ),
    ),
    "policy": ListedCommand(_RIGHTS, "pipelines.cli.policy", "Check a policy, or compare two."),
    "table": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.table",
        "Keep the newest release as a Delta or Iceberg table.",
        ("discreet table mine.yaml", "discreet table mine.yaml --check"),
    ),
    "verify": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.verify",
        "Check hashes, counts and schema of a release, offline.",
        ("discreet verify out/mine/1.0.0 --current",),
    ),
    "report": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.report",
        "Write the report of a release as one HTML page, with its present state.",
        ("discreet report out/mine/1.0.0 -o report.html --open",),
    ),
    "diff": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.diff",
        "Compare two releases: what differs, and why.",
        ("discreet diff out/mine/1.0.0 out/mine/1.1.0 --config mine.yaml",),
    ),
    "canary": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.canary",
        "Show that a model was trained on a release, by the made-up sentences in it.",
        ("discreet canary list mine.yaml -o sentences.jsonl", "discreet canary score mine.yaml scores.jsonl"),
    ),
    "evaluate": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.detection.evaluate",
        "Measure leak, over-redaction, recall and precision on labeled text.",
        ("discreet evaluate labeled.jsonl", "discreet evaluate labeled.jsonl --settings limits.yaml --json"),
    ),
    "fine-tune": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.detection.fine_tune",
        "Fit the model to labeled texts of your own, and compare before and after.",
        ("discreet fine-tune labeled.jsonl --language es --output mine-profile.yaml",),
    ),
    "sign-off": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.sign_off",
        "Agree to the release that waits, by signing the digest of its manifest.",
        ("discreet sign-off mine.yaml --role privacy_officer --key privacy.key",),
    ),
    "notices": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.notices",
        "Check and list the takedown notices of a corpus.",
        ("discreet notices out/mine",),
    ),
    "register": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.notices",
        "Register a copy or product of a release, so that takedowns name it.",
        ("discreet register out/mine/1.0.0 --as tokenized --at s3://bucket/tokens",),
    ),
    "acknowledge": ListedCommand(
        _EVIDENCE,
        "pipelines.cli.evidence.notices",
        "Record what the holder of a copy or product did about a takedown.",
        ("discreet acknowledge out/mine/1.0.0 000001 DESCENDANT --response rebuilt",),
    ),
    "doctor": ListedCommand(
        _OPERATION,
        "pipelines.cli.doctor",
        "Check the installation, and what the next build of a corpus needs.",
        ("discreet doctor", "discreet doctor mine.yaml", "discreet doctor mine.yaml --json"),
    ),
    "log": ListedCommand(
        _OPERATION,
        "pipelines.cli.requests.log",
        "List who did what with a corpus, and check that no entry was changed or removed.",
        ("discreet log mine.yaml",),
    ),
    "prune": ListedCommand(
        _OPERATION,
        "pipelines.cli.prune",
        "Remove old releases and private build folders.",
        ("discreet prune mine.yaml --keep 7", "discreet prune mine.yaml --keep 7 --yes"),
    ),
    "ui": ListedCommand(
        _OPERATION, "pipelines.cli.ui", "Open Dagster's web interface on a config.", ("discreet ui mine.yaml",)
    ),
    "new-key": ListedCommand(
        _OPERATION, "pipelines.cli.key", "Write a new random key.", ("discreet new-key secrets/corpus.key",)
    ),
}
"""The commands, in the order of the list."""

_app = LazyGroup(
    "discreet",
    COMMANDS,
    "Turn posts and profiles into a training corpus of what may be used, redacted and with evidence.",
)


def app() -> None:
    """Run the command line. A user's mistake is one line on standard error and exit code 1."""
    interrupt_on_signals()
    quiet_hooks()
    try:
        try:
            _app(prog_name="discreet")
        finally:
            sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as error:
        if not has_lost_its_reader(error):
            raise
        discard_output()
        sys.exit(ExitCode.READER_LEFT)
