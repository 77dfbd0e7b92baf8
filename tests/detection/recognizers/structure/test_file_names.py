"""File names hold the names of people."""

import pytest

from redaction.detection.recognizers.structure.file_names import FileNameRecognizer
from tests.detection.recognizers.support import found


@pytest.mark.parametrize("name", ["CV_Tobias_Neuer_2027.pdf", "Invoice_Marta_Neuer_Nov.docx", "marta-neuer-resume.pdf"])
def test_names_in_file_names_are_found(name: str) -> None:
    hit = found(FileNameRecognizer(), f"I attached {name} for you")
    assert any("neuer" in value.lower() and ("marta" in value.lower() or "Tobias" in value) for value in hit)


@pytest.mark.parametrize(
    "name", ["Annual_Report_Final.pdf", "test_main_module.py", "Some_Class_Name", "release-notes-2027.md"]
)
def test_other_file_names_are_left(name: str) -> None:
    assert not found(FileNameRecognizer(), f"I attached {name} for you")
