"""The OpenLineage events of a run: inputs, outputs, and masked columns; ids and counts, no values."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.generated.column_lineage_dataset import (
    ColumnLineageDatasetFacet,
    Fields,
    InputField,
    Transformation,
)
from openlineage.client.generated.dataset_type_dataset import DatasetTypeDatasetFacet
from openlineage.client.generated.dataset_version_dataset import DatasetVersionDatasetFacet
from openlineage.client.generated.job_type_job import JobTypeJobFacet
from openlineage.client.generated.lineage import LineageDatasetFacet, LineageDatasetInput, LineageJobInput
from openlineage.client.generated.nominal_time_run import NominalTimeRunFacet
from openlineage.client.generated.output_statistics_output_dataset import OutputStatisticsOutputDatasetFacet
from openlineage.client.generated.schema_dataset import SchemaDatasetFacet, SchemaDatasetFacetFields
from openlineage.client.generated.tags_dataset import TagsDatasetFacet, TagsDatasetFacetFields
from openlineage.client.generated.test_run import TestExecution, TestRunFacet
from openlineage.client.transport.file import FileConfig, FileTransport
from openlineage.client.transport.http import HttpConfig, HttpTransport

from redaction.base_model import FrozenModel, Instant
from redaction.release.errors import ReleaseError
from redaction.release.files.corpus_schema import CORPUS_COLUMNS, CORPUS_SCHEMA
from redaction.release.manifest import Manifest
from redaction.release.settings import OpenLineageSettings

PRODUCER: Final = "urn:discreet:release"
JOB: Final = "corpus"
State = Literal["START", "COMPLETE", "FAIL"]
_JOB_TYPE: Final = JobTypeJobFacet(processingType="BATCH", integration="DISCREET", jobType="JOB", producer=PRODUCER)

_RETRY: Final = {
    "total": 2,
    "backoff_factor": 0.2,
    "status_forcelist": [500, 502, 503, 504],
    "allowed_methods": ["POST"],
}

_TEXT_COLUMNS: Final = {
    "posts": ("title", "text"),
    "profiles": ("headline", "about", "experience", "education"),
}
_ORIGINS: Final[dict[str, tuple[tuple[str, str, str, bool], ...]]] = {
    "record_id": (("posts", "post_id", "HMAC", True), ("profiles", "user_id", "HMAC", True)),
    "kind": (("posts", "kind", "copied", False),),
    "language": (("posts", "language", "identified if not given", False),),
    "text": tuple((table, column, "redacted", True) for table, columns in _TEXT_COLUMNS.items() for column in columns),
    "entity_counts": tuple(
        (table, column, "counted", True) for table, columns in _TEXT_COLUMNS.items() for column in columns
    ),
    "month": (("posts", "created_at", "cut to the month", True),),
}


class RunFacts(FrozenModel):
    """One run of an orchestrator. `inputs` maps each table to the digest of its files."""

    run_id: UUID
    corpus: str
    as_of: Instant
    inputs: Mapping[str, str]


def emit(event: RunEvent, settings: OpenLineageSettings, root: Path | None = None) -> None:
    """Send one event to the file and the address that are configured. Raises ReleaseError if it cannot be sent."""
    for transport in _transports(settings, root):
        kind = type(transport).__name__
        try:
            OpenLineageClient(transport=transport).emit(event)
        except Exception as error:  # noqa: BLE001 - whatever a transport raises
            reason = type(error).__name__
        else:
            continue
        raise ReleaseError(f"openlineage: {kind} could not send ({reason}); check release.openlineage")


def _transports(settings: OpenLineageSettings, root: Path | None) -> list[Any]:
    transports: list[Any] = []
    if settings.file is not None:
        path = settings.file if root is None else root / settings.file
        path.parent.mkdir(parents=True, exist_ok=True)
        transports.append(FileTransport(FileConfig(log_file_path=str(path), append=True)))
    if settings.url is not None:
        transports.append(
            HttpTransport(HttpConfig(url=settings.url, timeout=settings.timeout_seconds, retry=dict(_RETRY)))
        )
    return transports


def run_event(
    run: RunFacts, state: State, at: datetime, manifest: Manifest | None = None, namespace: str = "discreet"
) -> RunEvent:
    """Make the event of a run. It has no error message, which may contain private data."""
    nominal = NominalTimeRunFacet(nominalStartTime=run.as_of.isoformat(), producer=PRODUCER)
    return RunEvent(
        eventTime=at.isoformat(),
        eventType=RunState[state],
        producer=PRODUCER,
        run=Run(runId=str(run.run_id), facets={"nominalTime": nominal, **_gates(manifest)}),
        job=Job(namespace=namespace, name=f"{run.corpus}.{JOB}", facets={"jobType": _JOB_TYPE}),
        inputs=[
            InputDataset(
                namespace=namespace,
                name=f"{run.corpus}.{table}",
                facets={
                    "version": DatasetVersionDatasetFacet(datasetVersion=digest, producer=PRODUCER),
                    "datasetType": DatasetTypeDatasetFacet(datasetType="TABLE", producer=PRODUCER),
                },
            )
            for table, digest in sorted(run.inputs.items())
        ],
        outputs=[] if manifest is None else [_output(run, manifest, namespace)],
    )


def _gates(manifest: Manifest | None) -> dict[str, TestRunFacet]:
    """Report the gates of a release as tests, each with what was measured and what is allowed."""
    if manifest is None or not manifest.gates:
        return {}
    tests = [
        TestExecution(
            name=gate.name,
            status="pass" if gate.passed else "fail",
            severity="error",
            type="gate",
            expected=f"{gate.threshold:g}",
            actual=f"{gate.value:g}",
        )
        for gate in manifest.gates
    ]
    return {"test": TestRunFacet(tests=tests, producer=PRODUCER)}


def _lineage(run: RunFacts, namespace: str) -> LineageDatasetFacet:
    """Name every table as an input of the whole release: the tables of rights decide which rows it has."""
    inputs: list[LineageDatasetInput | LineageJobInput] = [
        LineageDatasetInput(namespace=namespace, name=f"{run.corpus}.{table}", type="DATASET")
        for table in sorted(run.inputs)
    ]
    return LineageDatasetFacet(inputs=inputs, producer=PRODUCER)


def _output(run: RunFacts, manifest: Manifest, namespace: str) -> OutputDataset:
    columns = [
        SchemaDatasetFacetFields(name=field.name, type=str(field.type), description=CORPUS_COLUMNS[field.name])
        for field in CORPUS_SCHEMA
    ]
    statistics = OutputStatisticsOutputDatasetFacet(
        rowCount=manifest.rows,
        size=sum(file.bytes for file in manifest.files),
        fileCount=len(manifest.files) + 2,
        producer=PRODUCER,
    )
    tags = {"policy": manifest.policy, "manifest_sha256": manifest.digest, "redacted": "true"}
    return OutputDataset(
        namespace=namespace,
        name=run.corpus,
        facets={
            "schema": SchemaDatasetFacet(fields=columns, producer=PRODUCER),
            "version": DatasetVersionDatasetFacet(datasetVersion=manifest.version, producer=PRODUCER),
            "datasetType": DatasetTypeDatasetFacet(datasetType="FILE", subType="PARQUET", producer=PRODUCER),
            "columnLineage": _column_lineage(run, namespace),
            "lineage": _lineage(run, namespace),
            "tags": TagsDatasetFacet(
                tags=[TagsDatasetFacetFields(key=k, value=v, source="discreet") for k, v in tags.items()],
                producer=PRODUCER,
            ),
        },
        outputFacets={"outputStatistics": statistics},
    )


def _column_lineage(run: RunFacts, namespace: str) -> ColumnLineageDatasetFacet:
    fields = {
        column: Fields(
            inputFields=[
                InputField(
                    namespace=namespace,
                    name=f"{run.corpus}.{table}",
                    field=source,
                    transformations=[
                        Transformation(
                            type="DIRECT",
                            subtype="TRANSFORMATION" if masking else "IDENTITY",
                            description=how,
                            masking=masking,
                        )
                    ],
                )
                for table, source, how, masking in origins
            ]
        )
        for column, origins in _ORIGINS.items()
    }
    return ColumnLineageDatasetFacet(fields=fields, producer=PRODUCER)
