"""Training texts: copies of what is measured on are dropped, in any script, and stand-ins are not learned."""

from training.corpora import Sentence, to_sentence, windows, without_copies

HINDI = "कल शाम हम सब मिलकर पुराने बाज़ार में मिठाई लेने गए थे"


def plain(text: str) -> Sentence:
    return to_sentence(text, (), "made_up")


def test_a_text_that_shares_eight_words_with_a_measured_one_is_dropped() -> None:
    measured = [plain(HINDI)]
    assert without_copies([plain(f"और {HINDI} फिर")], measured) == []


def test_words_with_vowel_signs_are_words() -> None:
    other = plain("हम सब मिलकर नई नदी के किनारे धीरे धीरे घूमने गए थे और लौट आए")
    assert without_copies([other, other], [plain(HINDI)]) == [other]


def test_stand_ins_for_links_and_users_are_links_and_users() -> None:
    words = plain("Guarda questo httpTURLURL di TUSERUSER adesso").words
    assert words == ("Guarda", "questo", "https://link", "di", "@user", "adesso")


def test_no_window_begins_inside_a_name() -> None:
    text = to_sentence("oggi Ada Rossi Bianchi parla", [{"start": 5, "end": 22, "label": "PERSON"}], "made_up")
    cut = list(windows(text, 3))
    assert [part.words for part in cut] == [("oggi",), ("Ada", "Rossi", "Bianchi"), ("parla",)]
