"""Terms that a model takes for names: recognized by lists, by what follows, by code, by neighbors; names stay."""

import pytest

from redaction.detection import Detector, KnownValues
from redaction.detection.lists import terms
from redaction.detection.recognizers.online.hashtags import GIVEN_NAMES
from redaction.detection.recognizers.term_guard import is_term

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
    for name in ("abbreviations", "products", "ambiguous", "eponyms", "heads", "lower_case"):
        found = terms(name)
        assert len(found) > 20
        assert all(term == term.lower() for term in found)
        assert not any(term.startswith("#") for term in found)


def test_no_sure_term_is_a_common_given_name() -> None:
    assert not terms("products") & GIVEN_NAMES
