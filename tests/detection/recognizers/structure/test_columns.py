"""The header of a column says what its cells are."""

import pytest

from redaction.detection.recognizers.structure.columns import ColumnRecognizer
from tests.detection.recognizers.support import found


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " | "])
@pytest.mark.parametrize("header", ["DOB", "date_of_birth", "BirthDate", "Born"])
def test_cells_of_a_personal_column_are_found(delimiter: str, header: str) -> None:
    rows = [["Team", header, "Hobby"], ["North", "1979-04-23", "Chess"], ["South", "11/09/1988", "Climbing"]]
    text = "\n".join(map(delimiter.join, rows))
    assert found(ColumnRecognizer(), text) == {"1979-04-23", "11/09/1988"}


@pytest.mark.parametrize(
    "text",
    [
        "Team,Founded,Hobby\nNorth,1979-04-23,Chess",
        "I was born, raised and schooled here\nin 1979-04-23, or so, they say",
        "Name the day,then the place\n1979-04-23,here",
    ],
)
def test_other_columns_are_left(text: str) -> None:
    assert not found(ColumnRecognizer(), text) - {"Name"}
