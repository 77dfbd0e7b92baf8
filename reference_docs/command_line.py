"""Tables of the command line: exit codes, and the objects that `--json` prints."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from pipelines.cli.shared.done import (
    AcknowledgedReport,
    CertifyReport,
    DescendantReport,
    EventsReport,
    ExtendedReport,
    FileReport,
    PackagesReport,
    RecordedReport,
    SignOffReport,
)
from pipelines.cli.shared.exit_codes import ExitCode
from pipelines.cli.shared.reports import CheckReport, InitReport, PolicyDiffReport, PolicyReport
from redaction.builds.report import BuildReport
from redaction.operations.doctor import DoctorReport
from redaction.operations.prune import PruneReport
from reference_docs.markdown import code, table

_OBJECTS: Final[Mapping[str, type[BaseModel]]] = {
    "init": InitReport,
    "check": CheckReport,
    "build": BuildReport,
    "doctor": DoctorReport,
    "prune": PruneReport,
    "policy check": PolicyReport,
    "policy diff": PolicyDiffReport,
    "request open": RecordedReport,
    "request import": RecordedReport,
    "request extend": ExtendedReport,
    "request receipts": EventsReport,
    "request answer": PackagesReport,
    "answer": PackagesReport,
    "certify": CertifyReport,
    "sign-off": SignOffReport,
    "register": DescendantReport,
    "acknowledge": AcknowledgedReport,
    "report": FileReport,
    "new-key": FileReport,
}


def exit_codes() -> str:
    """Return the exit codes and what they mean."""
    return table(("Exit code", "Meaning"), [(str(each.value), each.meaning) for each in ExitCode])


def json_objects() -> str:
    """Return the keys of each object."""
    rows = [
        (code(command), code(name), str(field.description))
        for command, model in _OBJECTS.items()
        for name, field in model.model_fields.items()
    ]
    return table(("Command", "Key", "Value"), rows)
