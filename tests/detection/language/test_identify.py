import time

import pytest

from redaction.detection import DetectionReason, DetectionSettings, Detector, identify_languages
from redaction.detection.language.identify import OtherLanguages, primary_tag

TEXTS = {
    "en": "I think the future of work is flexible, and most teams have understood that by now.",
    "de": "Ich glaube, die Zukunft der Arbeit ist flexibel, und die meisten haben das verstanden.",
    "fr": "Je pense que l'avenir du travail est flexible et que la plupart l'ont compris.",
    "es": "Creo que el futuro del trabajo es flexible y la mayoría ya lo ha entendido.",
    "pt": "Acho que o futuro do trabalho é flexível e a maioria já entendeu isso muito bem.",
    "it": "Penso che il futuro del lavoro sia flessibile e che quasi tutti lo abbiano capito.",
    "nl": "Ik denk dat de toekomst van werk flexibel is en dat de meesten dat hebben begrepen.",
    "hi": "मुझे लगता है कि काम का भविष्य लचीला है और अधिकांश लोग यह समझ चुके हैं।",
}


def settings(*codes: str, **identification) -> DetectionSettings:
    languages = {code: {"rules_only": True} for code in codes}
    return DetectionSettings.model_validate({"languages": languages, "identification": identification})


@pytest.mark.parametrize("language", TEXTS)
def test_each_language_is_identified_and_unsupported_ones_are_dropped(language: str) -> None:
    (guess,) = identify_languages([TEXTS[language]], settings(*TEXTS))
    assert guess.language == language
    (dropped,) = identify_languages([TEXTS[language]], settings("fi"))
    assert (dropped.language, dropped.reason) == (None, DetectionReason.LANGUAGE_UNSUPPORTED)


@pytest.mark.parametrize(
    ("text", "declared", "default", "language", "reason"),
    [
        ("Congrats!", None, "en", "en", None),
        ("Congrats!", None, None, None, "language_unknown"),
        ("Congrats!", "en-GB", None, "en", None),
        ("Merci!", "fr", "en", None, "language_unsupported"),
        ("👍👍 https://example.com", None, "en", "en", None),
        ("", None, None, None, "language_unknown"),
        (TEXTS["de"], "en", "en", None, "language_unsupported"),
        ("donate please: bc1q3c6u9nfm7ejphkcwypgtw6fjewewvq623f3nh4", "en", "en", "en", None),
        ("donate please: bc1q3c6u9nfm7ejphkcwypgtw6fjewewvq623f3nh4", None, "en", "en", None),
        ('id="carousel-4f1c4539148803436467e2d09ab17c55" loaded', "en", "en", "en", None),
        ("zxcv qwrt plkj mnbv hgfd zzkq wwxv", None, "en", None, None),
    ],
)
def test_short_and_unusual_texts_use_the_declared_or_default_language(
    text: str, declared: str | None, default: str | None, language: str | None, reason: str | None
) -> None:
    (guess,) = identify_languages([text], settings("en", default=default), [declared])
    assert guess.language == language
    if reason or language:
        assert guess.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "Thanks Phạm Văn Đức and Nguyễn Thị Lan for the help!",
        "Congrats to Trần Quốc Bảo on the award!",
        "Met Wiśniewski Łukasz in the office",
        "donate please: bc1q3c6u9nfm7ejphkcwypgtw6fjewewvq623f3nh4",
        'id="carousel-4f1c4539148803436467e2d09ab17c55" loaded',
        "PTO, WFH and BYOD policies per HR.",
    ],
)
def test_names_and_codes_do_not_decide_the_language_of_a_short_text(text: str) -> None:
    for declared in (None, "en"):
        (guess,) = identify_languages([text], settings("en", default="en"), [declared])
        assert guess.language == "en"
    (declared_other,) = identify_languages([text], settings("en", default="en"), ["fi"])
    assert declared_other.language != "en" or "bc1" in text or "id=" in text


@pytest.mark.parametrize(
    "text",
    [
        "Hola a todos, gracias por venir a Madrid",
        "Vielen Dank an alle, Jürgen Müller",
        "Cảm ơn anh Đức rất nhiều",
        "The Meeting ist heute um 5",
        "Merci beaucoup Jean pour ton aide",
        "mam nadzieje ze tak",
    ],
)
def test_a_short_text_in_another_language_stays_unsupported(text: str) -> None:
    (guess,) = identify_languages([text], settings("en", default=None))
    assert guess.language is None


def test_a_text_with_a_large_part_in_an_unsupported_language_is_dropped() -> None:
    mixed = f"{TEXTS['en']} {TEXTS['de']}"
    (guess,) = identify_languages([mixed], settings("en"))
    assert (guess.language, guess.reason) == (None, DetectionReason.LANGUAGE_UNSUPPORTED)
    (guess,) = identify_languages([mixed], settings("en", "de"))
    assert guess.language in {"en", "de"}
    (little,) = identify_languages([f"{TEXTS['en'] * 6} Vielen Dank und bis bald."], settings("en"))
    assert little.language == "en"


def test_sentences_in_another_supported_language_are_found() -> None:
    both = settings("en", "de")
    words = {"en": frozenset({"the", "of", "is", "and"}), "de": frozenset({"der", "die", "und", "ist"})}
    text = f"{TEXTS['en']} {TEXTS['de']}"
    ((start, end, language),) = OtherLanguages(both, words).sentences(text, "en")
    assert language == "de"
    assert text[start:end].strip() == TEXTS["de"]
    assert not list(OtherLanguages(both, words).sentences(TEXTS["en"], "en"))


def test_a_sentence_in_another_language_gets_that_languages_recognizers() -> None:
    badge = {
        "name": "badge",
        "supported_entity": "BADGE",
        "supported_language": "de",
        "patterns": [{"name": "badge", "regex": r"Ausweis \w+", "score": 0.9}],
    }
    languages = {"en": {"rules_only": True}, "de": {"rules_only": True}}
    detector = Detector.from_settings(
        DetectionSettings.model_validate({"languages": languages, "recognizers": [badge]})
    )
    text = f"{TEXTS['en']} Ich habe meinen Ausweis Kranich verloren und die Polizei ist nicht da."
    (spans,) = detector.detect([text], ["en"])
    assert [text[s.start : s.end] for s in spans] == ["Ausweis Kranich"]


def test_identification_is_fast() -> None:
    texts = list(TEXTS.values()) * 200
    start = time.process_time()
    identify_languages(texts, settings(*TEXTS))
    assert sum(len(t.split()) for t in texts) / (time.process_time() - start) > 20_000


@pytest.mark.parametrize(("tag", "code"), [("en-GB", "en"), ("pt_BR", "pt"), ("", None), (None, None), (" DE ", "de")])
def test_primary_tag(tag: str | None, code: str | None) -> None:
    assert primary_tag(tag) == code
