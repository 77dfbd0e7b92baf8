import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import ValidationError
from openlineage.client.serde import Serde

from redaction.release import Manifest
from redaction.release.errors import ReleaseError
from redaction.release.lineage.openlineage import RunFacts, emit, run_event
from redaction.release.settings import OpenLineageSettings
from tests.release.lineage.openlineage_models import check_event
from tests.release.making import corpus_rows, release

AT = datetime(2025, 7, 10, 12, tzinfo=UTC)
RUN = RunFacts(
    run_id=UUID("3f5e83fa-3480-44ff-99c5-ff943904e5e8"),
    corpus="demo",
    as_of=datetime(2025, 6, 30, tzinfo=UTC),
    inputs={"posts": "a" * 64, "profiles": "b" * 64},
)


def plain(event: Any) -> dict[str, Any]:
    event_json: dict[str, Any] = json.loads(Serde.to_json(event))
    return event_json


@pytest.fixture
def api() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            return None

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_complete_event_has_schema_lineage_statistics_and_version(tmp_path):
    folder = release(tmp_path)
    manifest = Manifest.read(folder)
    event_json = plain(run_event(RUN, "COMPLETE", AT, manifest))
    (output,) = event_json["outputs"]
    facets = output["facets"]
    assert [f["name"] for f in facets["schema"]["fields"]] == corpus_rows().select(
        [c.name for c in manifest.columns]
    ).columns
    assert facets["version"]["datasetVersion"] == "1.0.0"
    statistics = output["outputFacets"]["outputStatistics"]
    assert statistics["rowCount"] == 40
    assert statistics["fileCount"] == len([p for p in folder.rglob("*") if p.is_file()])
    lineage = facets["columnLineage"]["fields"]
    text = {(i["name"], i["field"]): i["transformations"][0]["masking"] for i in lineage["text"]["inputFields"]}
    assert text["demo.posts", "text"] is True
    assert text["demo.profiles", "about"] is True
    assert lineage["kind"]["inputFields"][0]["transformations"][0]["masking"] is False
    assert set(lineage) <= {c.name for c in manifest.columns}
    assert {"key": "manifest_sha256", "value": manifest.digest, "source": "discreet"} in facets["tags"]["tags"]


def test_gates_are_tests_of_the_run_and_every_table_is_an_input_of_the_release(tmp_path):
    manifest = Manifest.read(release(tmp_path))
    event_json = plain(run_event(RUN, "COMPLETE", AT, manifest))
    tests = event_json["run"]["facets"]["test"]["tests"]
    assert [(t["name"], t["status"], t["expected"], t["actual"]) for t in tests] == [("made_up", "pass", "0", "0")]
    facets = event_json["outputs"][0]["facets"]
    assert [each["name"] for each in facets["lineage"]["inputs"]] == ["demo.posts", "demo.profiles"]
    assert (facets["datasetType"]["datasetType"], facets["datasetType"]["subType"]) == ("FILE", "PARQUET")
    assert event_json["job"]["facets"]["jobType"]["processingType"] == "BATCH"
    assert "test" not in plain(run_event(RUN, "START", AT))["run"]["facets"]


def test_events_are_valid(tmp_path):
    manifest = Manifest.read(release(tmp_path))
    events = [
        run_event(RUN, "START", AT),
        run_event(RUN, "COMPLETE", AT, manifest),
        run_event(RUN, "FAIL", AT),
    ]
    assert [plain(e)["eventType"] for e in events] == ["START", "COMPLETE", "FAIL"]
    for event_json in map(plain, events):
        check_event(event_json)
        assert {"eventTime", "producer", "schemaURL", "run", "job", "inputs", "outputs"} <= event_json.keys()
        assert UUID(event_json["run"]["runId"]) == RUN.run_id
        assert datetime.fromisoformat(event_json["eventTime"]) == AT
        assert [i["name"] for i in event_json["inputs"]] == ["demo.posts", "demo.profiles"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda event_json: event_json.pop("producer"),
        lambda event_json: event_json.update(eventType="DONE"),
        lambda event_json: event_json["run"].update(name="a run has none"),
        lambda event_json: event_json["outputs"][0]["facets"]["schema"].pop("_producer"),
        lambda event_json: event_json["outputs"][0]["facets"]["schema"]["fields"][0].pop("name"),
        lambda event_json: event_json["outputs"][0]["outputFacets"]["outputStatistics"].update(rowCount="many"),
    ],
)
def test_the_validator_notices_unknown_facets(tmp_path, spoil):
    event_json = plain(run_event(RUN, "COMPLETE", AT, Manifest.read(release(tmp_path))))
    spoil(event_json)
    with pytest.raises(ValidationError):
        check_event(event_json)


def test_events_go_to_a_file_and_over_http(tmp_path, api):
    url, received = api
    settings = OpenLineageSettings(file=Path("events/run.jsonl"), url=url)
    manifest = Manifest.read(release(tmp_path / "out"))
    for event in (run_event(RUN, "START", AT), run_event(RUN, "COMPLETE", AT, manifest)):
        emit(event, settings, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "events" / "run.jsonl").read_text().splitlines()]
    assert [line["eventType"] for line in lines] == ["START", "COMPLETE"]
    assert lines == received


def test_no_destination_writes_nothing(tmp_path):
    emit(run_event(RUN, "START", AT), OpenLineageSettings(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_an_unreachable_url_gives_a_one_line_error():
    settings = OpenLineageSettings(url="http://127.0.0.1:9", timeout_seconds=1)
    with pytest.raises(ReleaseError, match="could not send") as caught:
        emit(run_event(RUN, "START", AT), settings)
    assert "\n" not in str(caught.value)
