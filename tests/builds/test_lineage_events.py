import subprocess
import sys

from redaction.release.settings import OpenLineageSettings


def test_the_lineage_client_is_imported_only_with_the_first_event() -> None:
    code = "import sys, redaction.builds; print('openlineage.client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_events_are_made_only_if_a_destination_is_configured() -> None:
    assert not OpenLineageSettings().is_enabled
    assert OpenLineageSettings(url="http://localhost").is_enabled
