import re
import time

import pytest

from redaction.detection import Detector, KnownValues
from redaction.detection.known_values.match import KnownValueSearch
from redaction.detection.settings import KnownSettings

JANE = KnownValues(
    full_names=("Jane Margaret Döring-Smyth",),
    given_names=("Jane",),
    family_names=("Döring-Smyth",),
    handles=("@jane_ds", "dsmyth.j"),
    emails=("jane.ds@mail.example.com",),
    phones=("+44 20 7946 0958",),
    urls=("https://www.harbour.example/in/jane-ds/",),
    employers=("Bluebird Analytics Ltd", "Acme"),
    schools=("University of Nowhere",),
    locations=("Lower Wickton",),
)
WILL = KnownValues(given_names=("Will",), family_names=("Young",))
MAY = KnownValues(given_names=("May",), family_names=("Okonkwo",))


def found(text: str, known: KnownValues, **settings) -> set[str]:
    search = KnownValueSearch(KnownSettings(**settings))
    return {text[s.start : s.end] for s in search.find(text, known)}


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        ("jane was here", JANE, {"jane"}),
        ("JANE was here", JANE, {"JANE"}),
        ("Jane's plan", JANE, {"Jane"}),
        ("Doering and DORING", JANE, {"Doering", "DORING"}),
        ("J. Smyth wrote", JANE, {"J. Smyth"}),
        ("Jane D. wrote", JANE, {"Jane D."}),
        ("Smyth, Jane", JANE, {"Smyth", "Jane"}),
        ("ask Maggie", JANE, set()),
        ("#TeamJane rocks", JANE, {"TeamJane"}),
        ("j4ne rocks", JANE, {"j4ne"}),
        ("find janesmyth online", JANE, {"janesmyth"}),
        ("I am jane_ds there", JANE, {"jane_ds"}),
        ("dsmyth.j on it", JANE, {"dsmyth.j"}),
        ("jane.ds@mail.example.com", JANE, {"jane.ds@mail.example.com"}),
        ("jane dot ds at mail dot example dot com", JANE, {"jane dot ds at mail dot example dot com"}),
        ("ring 020 7946 0958 or (020) 79460958", JANE, {"020 7946 0958", "020) 79460958"}),
        ("see harbour.example/in/jane-ds now", JANE, {"harbour.example/in/jane-ds"}),
        ("and Bill joined William", KnownValues(given_names=("William",)), {"Bill", "William"}),
        ("William spoke", KnownValues(given_names=("Bill",)), {"William"}),
        ("山田太郎です", KnownValues(full_names=("山田 太郎",)), {"山田", "太郎"}),
        ("प्रिया ने कहा", KnownValues(given_names=("प्रिया",)), {"प्रिया"}),
        ("Zoë and zoe", KnownValues(given_names=("Zoë",)), {"Zoë", "zoe"}),
    ],
)
def test_every_format_of_a_known_value_is_found(text: str, known: KnownValues, expected: set[str]) -> None:
    assert expected <= found(text, known)
    if not expected:
        assert not found(text, known) - {"Maggie"}


@pytest.mark.parametrize(
    ("text", "known", "hit"),
    [
        ("it will be fine", WILL, False),
        ("Will it be fine?", WILL, False),
        ("WILL IT WORK", WILL, False),
        ("a young team", WILL, False),
        ("Our Will Be Done", WILL, False),
        ("thanks Will for that", WILL, True),
        ("Will Young said", WILL, True),
        ("I asked Will about it", WILL, True),
        ("in May we launch", MAY, False),
        ("you may go", MAY, False),
        ("thanks May!", MAY, True),
        ("May Okonkwo spoke", MAY, True),
        ("may okonkwo spoke", MAY, True),
    ],
)
def test_ambiguous_names_count_only_where_they_are_used_as_names(text: str, known: KnownValues, hit: bool) -> None:
    assert bool(found(text, known)) is hit, found(text, known)


IVY = KnownValues(
    given_names=("Ivy",),
    family_names=("Green",),
    handles=("igreen_dev",),
    urls=("https://harbour.example/in/ivy-green-4a9",),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as ivy green once said", {"ivy", "green"}),
        ("IVY GREEN CARRIED BOXES", {"IVY", "GREEN"}),
        ("green, ivy, legend", {"green, ivy"}),
        ("proud of you ivy!", {"ivy"}),
        ("thx ivy", {"ivy"}),
        ("kind regards\nivy\n+1", {"ivy"}),
        ("ivy here, we met in Cairo", {"ivy"}),
        ("call me ivy.", {"ivy"}),
        ("What Ivy calls drift", {"Ivy"}),
        ("Ivy was the one who knew", {"Ivy"}),
        ("report to i. green, the calmest", {"i. green"}),
        ("Book me: https://meet.example/ivy-green-4a9/30min!", {"https://meet.example/ivy-green-4a9/30min"}),
        ("see https://x.example/a?by=igreen_dev", {"https://x.example/a?by=igreen_dev"}),
        ("via harbour.example/in/ivy-green-4a9/ #a", {"harbour.example/in/ivy-green-4a9/"}),
    ],
)
def test_ambiguous_names_and_links_that_contain_them(text: str, expected: set[str]) -> None:
    assert expected <= found(text, IVY)


@pytest.mark.parametrize(
    "text",
    [
        "the ivy on the wall is green",
        "Ivy grows fast. Green is good.",
        "a green light; see https://example.com/green/ivy-league and https://example.com/30min",
        "GO GREEN NOW",
        "best green energy",
        "thanks, green teams everywhere",
    ],
)
def test_ordinary_words_that_are_also_names_are_not_found(text: str) -> None:
    assert not found(text, IVY)


def test_with_single_names_off_only_whole_names_count() -> None:
    known = KnownValues(given_names=("Jane",), family_names=("Doe",))
    assert found("jane met Jane  Doe", known, single_names=False) == {"Jane  Doe"}


def test_locations_can_be_turned_off() -> None:
    text = "at Bluebird Analytics and Acme, near Lower Wickton, from University of Nowhere; the acme of it"
    assert "Lower Wickton" not in found(text, JANE, locations=False)
    assert found(text, JANE) == {"Bluebird Analytics", "Acme", "Lower Wickton", "University of Nowhere"}


RESIDENT = KnownValues(locations=("Quellham, MA", "Reading", "Remote"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("back home in Quellham for the week", {"Quellham"}),
        ("Quellham, MA is cold", {"Quellham, MA"}),
        ("we moved to Reading in May", {"Reading"}),
        ("Reading is fun, and so is reading a book", set()),
        ("Remote work is here to stay, remote teams too", set()),
        ("quellham", set()),
    ],
)
def test_the_towns_of_the_author_are_found_and_ordinary_words_left(text: str, names: set[str]) -> None:
    assert found(text, RESIDENT) == names


def test_names_of_other_people_are_not_found() -> None:
    assert not found("Margarita met Doris at Smythe and call 020 7946 0000", JANE)


def test_the_detector_covers_the_original_and_joins_parts(rules: Detector) -> None:
    text = "so Ja\u200bne Dörıng-Smyth’s idea".replace("ı", "i")
    (spans,) = rules.detect([text], ["en"], [JANE])
    assert [(text[s.start : s.end], s.recognizer) for s in spans] == [
        ("Ja\u200bne Döring-Smyth", "known_values"),
    ]


def test_values_are_searched_for_only_in_their_own_record(rules: Detector) -> None:
    texts = ["Jane and Okonkwo"] * 2
    first, second = rules.detect(texts, ["en"] * 2, [JANE, MAY])
    assert [texts[0][s.start : s.end] for s in first] == ["Jane"]
    assert [texts[1][s.start : s.end] for s in second] == ["Okonkwo"]


def test_from_profile_and_union() -> None:
    profile = {
        "full_name": " Jane Doe ",
        "emails": ["j@example.com"],
        "phones": None,
        "experience": [{"company": "Acme", "location": None}],
    }
    known = KnownValues.from_profile(profile)
    assert known == KnownValues(full_names=("Jane Doe",), emails=("j@example.com",), employers=("Acme",))
    both = KnownValues.union(known, known, MAY)
    assert both.full_names == ("Jane Doe",)
    assert both.given_names == ("May",)


def test_a_thousand_authors_are_searched_for_at_batch_speed() -> None:
    search = KnownValueSearch(KnownSettings())
    text = "we met at the conference and spoke about the market for data " * 8
    people = [KnownValues(full_names=(f"Person{i} Family{i}",), emails=(f"p{i}@example.com",)) for i in range(1000)]
    start = time.process_time()
    for person in people:
        search.find(text, person)
    words = len(text.split()) * len(people)
    assert words / (time.process_time() - start) > 200_000


@pytest.mark.parametrize(
    "link", ["HARBOUR.example/IN/jane-ds", "harbour.example/ın/Jane-dſ", "harbour.example/İn/jane-ds"]
)
def test_a_profile_url_is_found_in_any_case(link: str) -> None:
    assert link in found(f"see {link} now", JANE)


def test_known_values_do_not_get_into_the_pattern_cache_of_the_process() -> None:
    known = KnownValues(full_names=("山田 太郎",), urls=("https://harbour.example/in/cache-test",))
    assert len(found("山田太郎です harbour.example/in/cache-test", known)) == 3
    patterns = [str(key) for key in vars(re)["_cache"]]
    assert not [pattern for pattern in patterns if "山田" in pattern or "cache-test" in pattern]


WORKER = KnownValues(
    employers=(
        "Target",
        "Apple Inc.",
        "First Steps",
        "Zorvano",
        "Freelance",
        "Self-employed",
        "Kestrel & Vane Ltd",
        "Brandova Mills",
    ),
    schools=("University of Nowhere", "High School"),
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I joined Target last week", {"Target"}),
        ("we at Apple ship phones", {"Apple"}),
        ("Target's stores are big", {"Target"}),
        ("so glad that Target hired me", {"Target"}),
        ("my years with First Steps were fun", {"First Steps"}),
        ("i work at zorvano now, zorvano is nice", {"zorvano"}),
        ("Zorvano is hiring", {"Zorvano"}),
        ("kestrel & vane pays well", {"kestrel & vane"}),
        ("a degree from the university of nowhere", {"university of nowhere"}),
        ("Senior Buyer @ Target", {"Target"}),
        ("#KestrelVane and www.kestrelvane.example", {"KestrelVane", "kestrelvane"}),
        ("Brandova's lawn, so I joined Brandova", {"Brandova"}),
        ("the Brandova lawn, a brandova's lawn", set()),
        ("see www.zorvano.example", {"zorvano"}),
        ("#zorvano rocks", {"zorvano"}),
        ("zorvano, I think", set()),
    ],
)
def test_the_authors_employers_and_schools_are_found(text: str, names: set[str]) -> None:
    assert found(text, WORKER) == names


@pytest.mark.parametrize(
    "text",
    [
        "Target your audience first",
        "we hit the target again",
        "an apple a day, apple pie",
        "OUR TARGET FOR THIS YEAR",
        "Our New Target Audience Report",
        "these are the first steps",
        "A kestrel flew by. Kestrel chicks, and a First aid kit",
        "Freelance work, self-employed people, high school friends and a High School reunion",
    ],
)
def test_ordinary_words_that_are_also_employers_are_left(text: str) -> None:
    assert not found(text, WORKER)


def test_employers_and_schools_can_be_turned_off() -> None:
    assert not found("I joined Target and Zorvano", WORKER, employers=False, schools=False)
