"""The generated documentation is what the declarations say now."""

from pathlib import Path

import pytest

from reference_docs import SECTIONS, out_of_date, regenerate
from reference_docs.markdown import table
from reference_docs.pages import names_on

ROOT = Path(__file__).parents[2]


def test_the_generated_documentation_is_up_to_date() -> None:
    outdated = [str(path.relative_to(ROOT)) for path in out_of_date(ROOT)]
    assert outdated == [], f"{', '.join(outdated)}: not what the code declares; run `make reference` and commit"


def test_every_part_is_on_one_page() -> None:
    assert sorted(names_on(ROOT)) == sorted(SECTIONS)


def test_a_changed_part_is_out_of_date_and_the_rest_of_its_page_stays(tmp_path: Path) -> None:
    page = tmp_path / "docs/page.md"
    page.parent.mkdir()
    page.write_text("Before\n\n<!-- generated: gates -->\nold\n<!-- end -->\n\nAfter\n")
    (text,) = [text for path, text in out_of_date(tmp_path).items() if path == page]
    assert text.startswith("Before\n\n<!-- generated: gates -->\n\n| Gate |")
    assert text.endswith("|\n\n<!-- end -->\n\nAfter\n")
    assert regenerate(text) == text


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(KeyError, match="reasonz"):
        regenerate("<!-- generated: reasonz -->\n<!-- end -->")


def test_a_bar_separates_no_columns() -> None:
    assert table(("A", "B"), [("x | y", "`[FILE|-]` and `a<b`")]).splitlines()[-1] == (
        r"| x \| y | <code>[FILE&#124;-]</code> and `a<b` |"
    )
