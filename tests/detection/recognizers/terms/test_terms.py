"""Terms that a model takes for names: recognized by lists, by what follows, by code, by neighbors; names stay."""

import pytest

from redaction.detection import Detector, KnownValues
from redaction.detection.lists import terms
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES
from redaction.detection.recognizers.terms import is_term

TERMS = [
    ("our new SRE starts, ask QA", "SRE"),
    ("the EMEA numbers and NPS are up", "NPS"),
    ("moved to Kubernetes and Grafana", "Grafana"),
    ("my Lenovo ThinkPad died", "Lenovo ThinkPad"),
    ("the Ford Focus is sold", "Ford"),
    ("with Llama 3 as a base", "Llama 3"),
    ("Skills: Java, Ruby on Rails", "Ruby"),
    ("Skills: Java, Ruby, Scala, Julia", "Julia"),
    ("Jenkins, Maven and Gradle broke; Travis too", "Travis"),
    ("Parkinson's disease and Hodgkin lymphoma", "Parkinson"),
    ("Gaussian noise and a Markov chain", "Markov"),
    ("a Kalman filter works", "Kalman filter"),
    ("Bell's palsy again", "Bell"),
    ("deployed to eu-west-3 today", "eu-west"),
    ("call Frame.render(x) now", "Frame"),
    ("use bed::Frame there", "Frame"),
    ("the sshd log is full", "sshd"),
    ("host zeus.prod.internal is down", "zeus"),
    ("in europe-west4 and asia-northeast1", "europe-west4"),
    ("we moved from Twilio to Vonage", "Twilio"),
    ("lunch at Chipotle", "Chipotle"),
    ("Procter & Gamble and Johnson & Johnson sell it", "Gamble"),
    ("Ernst & Young is hiring", "Young"),
    ("bank with Wells Fargo", "Wells"),
    ("I applied to Charles Schwab and Edward Jones", "Edward Jones"),
    ("Tommy Hilfiger and Hugo Boss raised prices", "Hugo Boss"),
    ("Macy's and Kohl's sell it", "Kohl"),
    ("Tools: Maya, Blender, Houdini", "Houdini"),
    ("Proficient with Revit, Rhino and SketchUp", "Rhino"),
    ("Skills: Fusion, Zbrushy, Go", "Zbrushy"),
    ("a Sobel filter, then", "Sobel"),
    ("the Ostrowski inequality holds", "Ostrowski"),
    ("Mann-Whitney test", "Mann-Whitney"),
    ("Babinski negative, Apgar 9", "Babinski"),
    ("Planck constant and Hubble constant", "Planck constant"),
    ("the JWKS rotates and the CRD is there", "JWKS"),
    ("we use mTLS everywhere", "mTLS"),
    ("Hiring DevOps people", "DevOps"),
    ("Salgado Holdings sold it", "Salgado"),
]
NAMES = [
    ("Julia starts on Monday", "Julia"),
    ("Travis said no to the Kubernetes talk", "Travis"),
    ("thanks Claude, great talk", "Claude"),
    ("Mrs Bell has a test tomorrow", "Bell"),
    ("Harrison Ford came by", "Harrison Ford"),
    ("Nikola Tesla was born there", "Nikola Tesla"),
    ("Ford and Ruby went home", "Ruby"),
    ("A. Parkinson wrote to us", "Parkinson"),
    ("Markov and Dijkstra taught here", "Markov"),
    ("HUGE THANKS TO SRE FOR THE TALK", "SRE"),
    ("Murphy (CEO) and Alexei [left]", "Murphy"),
    ("jane.doe wrote", "jane"),
    ("Adam and Eve", "Adam"),
    ("Jasmine Jenkins joins us", "Jasmine Jenkins"),
    ("I met Tom Ford at the bank", "Tom Ford"),
    ("Edward Jones opened the door", "Edward Jones"),
    ("Wendy's mother sells cakes", "Wendy"),
    ("Charles Schwab is my uncle", "Charles Schwab"),
    ("Skills: Python. Contact Zbrushy", "Zbrushy"),
    ("Tools: Maria has them", "Maria"),
    ("Maria transform your life", "Maria"),
    ("Ostrowski wrote the inequality", "Ostrowski"),
    ("McKenzie and DeAndre are here", "McKenzie"),
    ("JFK spoke in Berlin that day", "JFK"),
    ("Newton was late to the test", "Newton"),
    ("I live in Orlando, near Tampa", "Orlando"),
]


@pytest.mark.parametrize(("text", "term"), TERMS)
def test_terms_are_recognized(text: str, term: str) -> None:
    start = text.rindex(term)
    assert is_term(text, start, start + len(term))


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_names_are_left_to_the_model(text: str, name: str) -> None:
    start = text.index(name)
    assert not is_term(text, start, start + len(name))


@pytest.mark.parametrize(
    "text",
    [
        "We moved from Stripe to Adyen and from Slack to Mattermost.",
        "Proficient in Tableau, Looker, Snowflake, Jira and Figma",
        "Deployed to us-west-2, eu-central-1 and ap-south-1 at once.",
        "Our ARR and NPS are up; the CFO likes the KPI deck.",
        "Moved our CRM from HubSpot to Pipedrive.",
        "She works at Johnson & Johnson and he at Procter & Gamble.",
        "Skills: Java, Kotlin, Scala, Ruby, Go, Rust, Elixir, Julia",
        "Our MQLs and SQLs rose; ABM and ABX work for the CDP in EMEA and APAC.",
        "Foley catheter placed, Doppler ultrasound normal, Babinski negative.",
    ],
)
def test_a_text_of_terms_is_not_redacted(social: Detector, text: str) -> None:
    assert social.detect([text], "en") == [()]


def test_the_employer_of_the_author_stays_redacted(social: Detector) -> None:
    text = "Just joined Deloitte from Accenture, thrilled!"
    (plain,), (known,) = (
        social.detect([text], "en", values) for values in (None, [KnownValues(employers=("Deloitte",))])
    )
    assert plain == ()
    assert [text[span.start : span.end] for span in known] == ["Deloitte"]


def test_every_list_of_terms_says_where_it_is_from_and_has_lower_case_terms() -> None:
    for name in (
        *("abbreviations", "products", "ambiguous", "eponyms", "heads", "sure_heads", "lower_case"),
        *("brands", "brand_words", "brand_names"),
    ):
        found = terms(name)
        assert len(found) > 20
        assert all(term == term.lower() for term in found)
        assert not any(term.startswith("#") for term in found)


def test_no_sure_term_is_a_common_given_name() -> None:
    assert not (terms("products") | terms("brands") | terms("brand_words")) & GIVEN_NAMES


def test_a_term_is_either_sure_or_ambiguous() -> None:
    sure = terms("products") | terms("brands") | terms("brand_words")
    assert not sure & (terms("ambiguous") | terms("brand_names"))
