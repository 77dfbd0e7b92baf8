"""Text that is a JSON list is read as one; other text is refused."""

from datetime import date
from pathlib import Path

import pytest

from redaction.tables import (
    TABLES,
    TableName,
    TablesError,
    read_batches,
)
from tests.tables.values.columns import opened, posts, profiles, read


def test_json_text_is_a_list(tmp_path: Path) -> None:
    rows = read(tmp_path, posts(mentions=['["m1", "m2"]', "[1001]", ""]))
    assert rows["mentions"].to_list() == [["m1", "m2"], ["1001"], None]
    jobs = ['[{"title": "a", "Company": "b", "start": "2015-01-01", "badge": 7}]', "[]"]
    assert profiles(tmp_path, experience=jobs)["experience"].to_list() == [
        [{"title": "a", "company": "b", "location": None, "description": None, "start": date(2015, 1, 1), "end": None}],
        [],
    ]


@pytest.mark.parametrize("text", ["m1,m2", "{m1,m2}", '"m1"', "[1.5]", '[{"id": "m1"}]', "['m1']", "[NaN]", "[[]]"])
def test_other_text_is_refused_as_a_list(tmp_path: Path, text: str) -> None:
    files = opened(tmp_path, posts(mentions=["[]", text, None]))
    with pytest.raises(TablesError, match="row 2: column 'mentions' is not JSON, and mentions needs a list of strings"):
        list(read_batches(TABLES[TableName.posts], files))
