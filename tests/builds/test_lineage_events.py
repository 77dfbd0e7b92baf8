import subprocess
import sys

from redaction.release.settings import OpenLineageSettings


def test_the_lineage_client_is_imported_with_the_first_event_alone() -> None:
    told = "import sys, redaction.builds; print('openlineage.client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_events_are_made_where_there_is_a_place_for_them() -> None:
    assert not OpenLineageSettings().is_enabled
    assert OpenLineageSettings(url="http://localhost").is_enabled
