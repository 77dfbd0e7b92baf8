"""What looks like personal data in prose, code and lists stays; its personal counterpart is hidden."""

import pytest

from redaction.detection import Detector

HIDDEN = [
    ("I live at 9 Court Road, it is quiet", "9 Court Road"),
    ("ship to 14 Orchard Close please", "14 Orchard Close"),
    ("12 place Bellecour, 69002 Lyon", "12 place Bellecour"),
    ("12 Place de la Paix, 75002 Paris", "12 Place de la Paix"),
    ("Letters to PO Box 14 Austin, TX 78701", "PO Box 14"),
    ("reply to ann.lee@localhost please", "ann.lee@localhost"),
    ("DOB: 3-Sep-1982", "3-Sep-1982"),
    ("she was born in 1982 in Ulm", "1982"),
    ("Contract_Marcus_Webber_signed.pdf sent", "Marcus_Webber"),
    ("acct: 9182736450", "9182736450"),
    ("mosquitto_pub -u bob -P Qz81Lamp -t x", "Qz81Lamp"),
    ("vault login hvs.CAESIJ8sdkfh38DKfhw83hfkwh38", "hvs.CAESIJ8sdkfh38DKfhw83hfkwh38"),
    ("reach me at four fifteen five five five oh one nine two", "four fifteen five five five oh one nine two"),
    ('"Novak, Petra" <petra.novak@gov.wales>', "Novak, Petra"),
]
LEFT = [
    (
        "Chapter 3 Place Value, 9 Court Orders, 4 Square Deals and 6 Close Calls",
        "3 Place Value, 9 Court Orders, 4 Square",
    ),
    ("We ran 5 Lane Detection models; 2 Way Binding; 8 Drive Bays", "8 Drive Bays"),
    ("In 3 Easy Way posts I show 5 Key Drive metrics.", "5 Key Drive"),
    ("24 Hour Drive Thru and 7 Day Close Monitoring", "24 Hour Drive"),
    ("Letters to PO Box 14 Austin, TX 78701", "Letters"),
    ("const x = await load({ id: 48213377, retries: 2 });", "48213377"),
    ("git push origin main\n@pytest.mark.parametrize('x', [1])", "main\n@pytest.mark"),
    ("clone git@github.com:acme/tools.git first", "git@github.com"),
    ("The company was born in 2009 and grew", "2009"),
    ("Annual_Report_Final.pdf and Contract_Template_Sales.docx", "Contract_Template"),
    ("SELECT Name FROM Customers WHERE Country = @country;", "@country"),
    ("the score was 21-19 21-17 at the end", "21-19 21-17"),
    ("sections 3.2.1.4 and 3.2.1.5", "3.2.1.4"),
    ("flight BA2490 leaves from gate B32", "BA2490"),
]


@pytest.mark.parametrize(("text", "value"), HIDDEN)
def test_personal_values_are_hidden(social: Detector, text: str, value: str) -> None:
    start = text.index(value)
    hidden = {i for span in social.detect([text], "en")[0] for i in range(span.start, span.end)}
    assert set(range(start, start + len(value))) <= hidden


@pytest.mark.parametrize(("text", "value"), LEFT)
def test_harmless_values_are_left(social: Detector, text: str, value: str) -> None:
    start = text.index(value)
    hidden = {i for span in social.detect([text], "en")[0] for i in range(span.start, span.end)}
    assert not hidden & set(range(start, start + len(value)))
