import pytest

from redaction.replacement.dates import calendar, month_of
from redaction.replacement.settings import DateToMonthSettings

NAMES = calendar(DateToMonthSettings().locales)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2021-03-12", "2021-03"),
        ("2021/3/9", "2021-03"),
        ("2021-03", "2021-03"),
        ("2021-03-12T10:20:30Z", "2021-03"),
        ("13/04/2021", "2021-04"),
        ("04/13/2021", "2021-04"),
        ("04/04/2021", "2021-04"),
        ("03.04.2021", "2021-04"),
        ("03/2021", "2021-03"),
        ("12 March 2021", "2021-03"),
        ("MARCH 12th, 2021", "2021-03"),
        ("the 12th of March 2021", "2021-03"),
        ("Friday, 12 March 2021", "2021-03"),
        ("12-Mar-2021", "2021-03"),
        ("Sept. 2020", "2020-09"),
        ("12. März 2021", "2021-03"),
        ("1er janvier 2020", "2020-01"),
        ("12 de marzo de 2021", "2021-03"),
        ("१२ मार्च २०२१", "2021-03"),
    ],
)
def test_a_date_becomes_its_month(text, month):
    assert month_of(text, NAMES, None) == month


@pytest.mark.parametrize(
    "text",
    ["03/04/2021", "32/13/2021", "2021", "12 March", "March 12, 21", "12 March 2021 or 2022", "yesterday", "",
     "2021-13-01", "12 13 March 2021", "Marchand 2021", "12/03-2021"],
)  # fmt: skip
def test_an_ambiguous_date_has_no_month(text):
    assert month_of(text, NAMES, None) is None


def test_the_order_of_day_and_month_can_be_set():
    assert month_of("03/04/2021", NAMES, True) == "2021-04"
    assert month_of("03/04/2021", NAMES, False) == "2021-03"
    assert month_of("13/04/2021", NAMES, False) is None
