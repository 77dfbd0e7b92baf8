"""Words of policies in the names of groups and schools, however they are spelled."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.rights import RightsError, read_policy
from redaction.rights.grounds.terms import Terms, context_terms, excluded_term, school_terms, terms_of_contexts
from redaction.rights.plain_words import LATIN, plain_words
from tests.rights.worlds import ROOT

POLICY = read_policy(ROOT / "configs/policies/linkedin-2024-09.yaml")
CONTEXTS, SCHOOLS = context_terms(POLICY.excluded_contexts), school_terms(POLICY.school_words)
LOOK_ALIKES = {latin: chr(code) for code, latin in LATIN.items() if 0x400 <= code < 0x500}
DISGUISES: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.title,
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace(" ", "  \t\n"),
    lambda text: text.replace(" ", "-"),
    lambda text: text.replace(" ", "_"),
    lambda text: text.replace(" ", "\u2011"),
    lambda text: text.replace(" ", ""),
    "\u200b".join,
    lambda text: text[:2] + "\u00ad" + text[2:] + "\ufeff",
    lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    lambda text: "".join(LOOK_ALIKES.get(c, c) for c in text),
    lambda text: text.replace("e", "e\u0301"),
    lambda text: text.replace("e", "3").replace("o", "0"),
]


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("name", ["health", "trade union", "politics", "religion", "gewerkschaft"])
def test_a_disguised_context_is_excluded(name: str, disguise: Callable[[str], str]) -> None:
    for context in (name, f"group:{name}:x", f"our {name} forum", f"{name}s"):
        assert CONTEXTS.in_text(disguise(context))


@given(st.sampled_from(POLICY.school_words), st.sampled_from(DISGUISES[:-1]))
def test_a_disguised_school_is_found(word: str, disguise: Callable[[str], str]) -> None:
    name = word.removeprefix("=")
    assert SCHOOLS.in_text(disguise(name))
    assert SCHOOLS.in_text("Riverbend " + disguise(name) + " of Larkhaven")


@pytest.mark.parametrize(
    "context",
    [
        "healthforum", "Gesundheit", "Gesundheitsforum", "santé", "Salud", "mental_health_group", "religious group",
        "political party", "Politikrunde", "Partei", "Trade Unions", "Gewerkschaftsjugend", "syndicat", "здоровье",
        "宗教", "Kirchenchor:kirche", "union", "Unionists",
    ],
)  # fmt: skip
def test_plain_relatives_are_excluded(context: str) -> None:
    assert CONTEXTS.in_text(context)


@pytest.mark.parametrize("disguise", [str, str.lower, str.upper, str.title])
@pytest.mark.parametrize(
    "context",
    ["Υγεία", "υγεια", "Θρησκεία", "Συνδικάτο", "Πολιτική", "Здоровье", "Профсоюз", "Політика", "Религия"],
)
def test_greek_and_cyrillic_words_are_excluded_in_any_case(context: str, disguise: Callable[[str], str]) -> None:
    assert CONTEXTS.in_text(disguise(context))


@pytest.mark.parametrize("name", ["ΓΥΜΝΑΣΙΟ", "Γυμνάσιο", "1ο γυμνασιο", "YΜΝΑΣΙΟ ΓYMNAΣIO"])
def test_greek_schools_are_found_in_any_case_and_with_latin_letters(name: str) -> None:
    assert SCHOOLS.in_text(name)


def test_capitals_that_look_like_latin_ones_disguise_nothing() -> None:
    assert CONTEXTS.in_text("ΗΕΑLΤΗ")
    assert CONTEXTS.in_text("ΡОLΙΤІСЅ")


@pytest.mark.parametrize("word", ["🏥", "=", "", " - "])
def test_a_word_without_letters_is_refused(word: str) -> None:
    with pytest.raises(RightsError, match="no letters"):
        context_terms(["health", word])
    with pytest.raises(RightsError, match="no letters"):
        school_terms([word])


@pytest.mark.parametrize("word", ["communion", "reunion"])
def test_a_policys_own_word_is_never_harmless(word: str) -> None:
    own = context_terms(["health", word])
    assert own.in_text(f"our {word}")
    assert own.in_text(f"{word}s")
    assert not own.in_text("healthy")


@pytest.mark.parametrize(
    "context",
    ["healthy", "group:technology:reunion", "Reunions", "selection", "environmental", "polite", "saludos", ""],
)
def test_words_that_mean_something_else_are_not_excluded(context: str) -> None:
    assert not CONTEXTS.in_text(context)
    assert CONTEXTS.in_text(f"{context} health")


@pytest.mark.parametrize(
    "name",
    ["GCSEs", "A-Levels", "Abitur", "Stadtgymnasium", "LINCOLN HIGH\u00a0SCHOOL", "High-School", "Lycée du Lac",
     "Gymnasieskola", "Maturità classica", "高等学校", "Gimnazjum nr 3", "IGCSEs", "Senior High", "Sec. School",
     "École secondaire du Lac", "Kantonsschule", "Sekundarschule", "Ortaokul", "THPT Chuyên", "第三中学校", "중학교",
     "مدرسة ثانوية", "בית ספר תיכון", "มัธยมศึกษา"],
)  # fmt: skip
def test_schools_and_their_examinations_are_found(name: str) -> None:
    assert SCHOOLS.in_text(name)


@pytest.mark.parametrize(
    "name",
    ["Police Officer Academy", "College of Highschooling", "BA Level 5", "Gymnastics", "Havoc", "Realise", "BSc",
     "Technische Hochschule Altenried", "Instituto Tecnológico de Vallealto"],
)  # fmt: skip
def test_other_schools_are_not_taken_for_secondary_ones(name: str) -> None:
    assert not SCHOOLS.in_text(name)


def test_an_operators_own_category_counts_in_compounds_and_no_category_in_nothing() -> None:
    own = context_terms(["gambling"])
    assert own.in_text("OnlineGambling-Fans")
    assert not own.in_text("health")
    assert not Terms.of([]).in_text("health")


SHIPPED = [
    "Health Forum", "healthy", "Online Gambling Health", "Reunion of unions", "political party", "Marathon runners",
    "Gesundheit", "Религия", "trade union of nurses", "", "communion", "church and politics",
]  # fmt: skip


@pytest.mark.parametrize(
    "categories", [POLICY.excluded_contexts, ("health", "communion"), ("gambling",), ("union",), ()]
)
def test_the_terms_of_a_context_exclude_what_its_name_excludes(categories: tuple[str, ...]) -> None:
    policy = POLICY.model_copy(update={"excluded_contexts": categories})
    contexts = pl.Series("context", [*SHIPPED, None])
    named = contexts.to_frame().select(terms=terms_of_contexts(contexts, categories))
    found = named.select(excluded_term(policy, pl.col("terms"))).to_series()
    assert found.is_not_null().to_list() == context_terms(categories).flags(contexts).to_list()


def test_the_term_is_the_first_of_the_policy_and_no_word_of_the_context() -> None:
    contexts = pl.Series(["Zqname Church and Health Forum", "Zqname runners", "zqname gambling"])
    terms = terms_of_contexts(contexts, ["gambling"])
    assert terms.to_list()[1:] == [None, ["gambling"]]
    assert not [term for each in terms.drop_nulls() for term in each if "zqname" in term.casefold()]
    policy = POLICY.model_copy(update={"excluded_contexts": ("religion", "health")})
    first = terms.alias("terms").to_frame().select(excluded_term(policy, pl.col("terms"))).to_series()
    assert first.to_list() == ["religion: church", None, None]


def test_each_distinct_text_is_tested_and_null_is_false() -> None:
    texts = pl.Series(["health", None, "sport", "health"])
    assert CONTEXTS.flags(texts).to_list() == [True, False, False, True]


@given(st.text())
def test_plain_words_are_stable_single_spaced_and_visible(text: str) -> None:
    plain = plain_words(text)
    assert plain == " ".join(plain.split())
    assert plain_words(f" {text}\u200b ") == plain


@pytest.mark.parametrize(
    "name",
    ["Year 11", "Yr 10", "Grade 12", "10th grade", "Class XII", "Klasse 10", "10. Klasse", "11 класс", "12º ano",
     "Prep School", "Jr. High", "6th form", "Lower Sixth", "Key Stage 4", "Sek II", "Oberstufe", "Terminale S", "ESO",
     "IES Cervantes", "scuola media", "szkoła podstawowa", "grundskola", "peruskoulu", "MAVO", "SMA Negeri 1", "THCS",
     "उच्च विद्यालय", "HSC", "CBSE Class X", "Leaving Certificate", "Waldorfschule", "základní škola",
     "โรงเรียน", "школа № 5"],
)  # fmt: skip
def test_years_and_schools_of_other_countries_are_found(name: str) -> None:
    assert SCHOOLS.in_text(name)
    assert SCHOOLS.in_text(name.upper())
    assert SCHOOLS.flags(pl.Series([name, None, "University of Larkhaven"])).to_list() == [True, False, False]


@pytest.mark.parametrize(
    "name",
    ["Harvard Business School", "Technische Universität München", "École normale supérieure", "HS Mainz",
     "Law School",
     "Class of 2011", "First class honours", "Hochschule Larkhaven", "Medical School", "Fachhochschule Technikum Wien",
     "Высшая школа экономики", "Colegio Mayor Larkhaven", "BSc Year 3", "Boston College"],
)  # fmt: skip
def test_universities_are_no_schools_for_minors(name: str) -> None:
    assert not SCHOOLS.in_text(name)


def test_a_policy_without_the_word_has_only_its_own_words() -> None:
    own = school_terms(["gymnasium"])
    assert own.in_text("Stadtgymnasium")
    assert not own.in_text("Year 11")


@pytest.mark.parametrize(
    "context",
    ["Krebs Selbsthilfe", "ADHD adults", "fertility", "AA: alcoholics", "IG Metall", "ver.di", "unionized workers",
     "Labour Party", "SPD Ortsverein", "Ramadan recipes", "atheists", "parish news", "jehovah"],
)  # fmt: skip
def test_more_relatives_are_excluded(context: str) -> None:
    assert CONTEXTS.in_text(context)


@given(
    st.lists(st.sampled_from([*POLICY.school_words, "Year 11", "MIT", "University", "HS", "of", "13535"]), max_size=6)
)
def test_many_texts_at_once_are_judged_as_each_one(words: list[str]) -> None:
    texts = [" ".join(words[:end]).replace("=", "") for end in range(len(words) + 1)]
    assert SCHOOLS.flags(pl.Series(texts, dtype=pl.String)).to_list() == [SCHOOLS.in_text(text) for text in texts]
