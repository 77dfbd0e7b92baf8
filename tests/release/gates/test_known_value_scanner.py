import time
from itertools import accumulate
from urllib.parse import quote

import polars as pl
import pytest

from redaction.release.gates.known_value_patterns import ValueKind
from redaction.release.gates.known_value_scanner import KnownValueScanner, may_hold
from redaction.release.gates.normalize import decoded_lines, in_ascii, squeeze, squeeze_lines

PROFILES = pl.DataFrame(
    {
        "user_id": ["u1", "u2", "u3", "u4"],
        "full_name": ["Zoë Quimby-Tarr", "Mark Young", "Prince", None],
        "given_name": ["Zoë", "Mark", "Prince", "अनिता"],
        "family_name": ["Quimby-Tarr", "Young", None, "शर्मा"],
        "handle": ["zoe_q77", "mark", "sunshinecoder", None],
        "vanity_url": ["https://www.network.example/in/zoe-quimby-77", "in/mark", None, None],
        "emails": [["zoe.q@mail.example"], [], None, ["अनिता@mail.example"]],
        "phones": [["+44 20 7946 0958"], ["555 0142"], None, []],
    }
)
SCANNER = KnownValueScanner.from_profiles(PROFILES)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("met Zoë Quimby-Tarr today", "full_names"),
        ("ZOE QUIMBY TARR'S team", "full_names"),
        ("zo\u200be quimby\u00adtarr", "full_names"),
        ("Ｚｏｅ　Ｑｕｉｍｂｙ Ｔａｒｒ", "full_names"),
        ("#ZoeQuimbyTarr", "full_names"),
        ("#TeamZoeQuimbyTarr", "full_names"),
        ("Zo&euml;&nbsp;Quimby&#45;Tarr", "full_names"),
        (quote("Zoë Quimby-Tarr"), "full_names"),
        (quote(quote("Zoë Quimby-Tarr")), "full_names"),
        ("Zoe\nQuimby.Tarr", "full_names"),
        ("Quimby-Tarr, Zoe", "full_names"),
        ("zoequimbytarr77", "full_names"),
        ("z o e q u i m b y t a r r", "full_names"),
        ("अनिता शर्मा ने कहा", "full_names"),
        ("ask zoe_q77", "handles"),
        ("ask @ZOE_Q77!", "handles"),
        ("thanks @mark", "handles"),
        ("thanks u/mark", "handles"),
        ("you are my sunshinecoder", "handles"),
        ("see network.example/in/zoe-quimby-77/", "urls"),
        ("zoe-quimby-77", "urls"),
        ("network.example/in/mark", "urls"),
        ("mail zoe.q@mail.example.", "emails"),
        ("(ZOE.Q@MAIL.EXAMPLE)", "emails"),
        ("zoe.q%40mail.example", "emails"),
        ("zoe.q at mail dot example", "emails"),
        ("zoe dot q at mail dot example", "emails"),
        ("zoe.q [at] mail.example", "emails"),
        ("call +44 20 7946 0958", "phones"),
        ("call 0044 (0)20 7946-0958", "phones"),
        ("call 020 7946 0958 now", "phones"),
        ("5550142", "phones"),
        ("tel5550142", "phones"),
        ("44 (0) 20 7946 0958", "phones"),
        ("0044 20 79 46 09 58", "phones"),
    ],
)
def test_a_value_is_found_in_any_simple_disguise(text, kind):
    assert SCANNER.scan(text).get(ValueKind(kind), 0) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "a mark of young teams, Mark Young thinks",
        "the prince of denmark",
        "Zoe and Quimby met Tarr",
        "zoequimbytarrant",
        "the sum 120794609580 of them",
        "mark is my word",
        "[PERSON_1] wrote to [EMAIL_ADDRESS_1]",
        "10 20 7946 095",
        "15550142000",
        "",
        "@ @ @",
    ],
)
def test_other_text_is_not_found(text):
    assert SCANNER.scan(text) == {}


def test_a_configured_dictionary_allows_a_name():
    frame = pl.DataFrame({"full_name": ["Data Lakehouse"]})
    assert KnownValueScanner.from_profiles(frame).scan("our data lakehouse") == {ValueKind.FULL_NAME: 1}
    assert KnownValueScanner.from_profiles(frame, ["Data", "lakehouse"]).scan("our data lakehouse") == {}


def test_a_handle_that_is_also_a_name_or_phrase_needs_a_marker():
    frame = pl.DataFrame(
        {
            "full_name": ["Ann Williams", "Dawn Park"],
            "handle": ["williams", "dawnpark"],
            "vanity_url": ["in/williams", None],
        }
    )
    scanner = KnownValueScanner.from_profiles(frame)
    assert scanner.scan("Williams & Sons opened at dawn, park closed") == {}
    assert scanner.scan("@williams") == {ValueKind.HANDLE: 1}
    assert scanner.scan("@DawnPark") == {ValueKind.HANDLE: 1}
    assert scanner.scan("network.example/in/williams") == {ValueKind.URL: 1}


@pytest.mark.parametrize("phone", ["+", "00", "", "+4", "phone", "123"])
def test_malformed_phones_are_accepted(phone):
    assert KnownValueScanner.from_profiles(pl.DataFrame({"phones": [[phone]]})).scan("123 phone") == {}


def test_names_without_spaces_are_found_inside_a_sentence():
    scanner = KnownValueScanner.from_profiles(pl.DataFrame({"full_name": ["山田太郎"]}))
    assert scanner.scan("昨日、山田太郎さんに会った") == {ValueKind.FULL_NAME: 1}


def test_a_canary_is_found_inside_a_word():
    scanner = KnownValueScanner.from_values(["xqv-canary-1"])
    assert scanner.scan("part-XQVcanary1.parquet") == {ValueKind.CANARY: 1}
    assert KnownValueScanner.from_values([]).scan("anything") == {}


def test_no_profiles_no_patterns():
    assert KnownValueScanner.from_profiles(PROFILES.clear()).scan("Zoë Quimby-Tarr") == {}


DISGUISED = [
    *("met Zoë Quimby-Tarr today", "zo\u200be quimby\u00adtarr", "#TeamZoeQuimbyTarr", "Zo&euml;&nbsp;Quimby&#45;Tarr"),
    *(quote(quote("Zoë Quimby-Tarr")), "Zoe\nQuimby.Tarr", "अनिता शर्मा ने कहा", "thanks u/mark", "zoe.q%40mail.example"),
    *(
        "0044 20 79 46 09 58",
        "Zoe&#10;Quimby&#10;Tarr",
        "\u0301Zoe Quimby Tarr",
        "plain",
        "",
        "&",
        "Grüße",
        "@ @ @",
        "ﬁx\n",
    ),
]


def squeezed(texts: list[str]) -> list[str]:
    return squeeze_lines(decoded_lines(pl.Series(texts))).split("\n")


def test_squeezing_many_texts_equals_squeezing_each():
    assert squeezed(DISGUISED) == [squeeze(text).text for text in DISGUISED]
    plain = [text for text in DISGUISED if text.isascii()]
    assert squeezed(plain) == [squeeze(text).text for text in plain]


def tokens_of_non_ascii(text: str) -> tuple[str, ...]:
    """The tokens, found as in a text that is not ASCII; the letter in front occurs in no other text."""
    return squeeze(f"\N{OGHAM LETTER BEITH} {text}").tokens[1:]


def test_symbols_only_separate_words():
    everything = pl.Series([chr(code) for code in range(128, 0x110000) if not 0xD800 <= code < 0xE000])
    beside = pl.select(pl.format("a{}b{}{}E1{}2 ={}<{}D", *[everything] * 6)).to_series()
    separators = beside.filter(in_ascii(decoded_lines(beside)))
    assert 1_500 < separators.len() < 3_000
    for text in separators:
        found = squeeze(text)
        assert found.text == "abe12d"
        assert found.tokens == tokens_of_non_ascii(text)
    mixed = pl.Series(["caf\u00e9 \u2013 5 \u20ac", "e\u200d\u0301", "five \u20ac \u2764\ufe0f"])
    assert decoded_lines(mixed).to_list() == [*mixed[:2], "five    "]


@pytest.mark.parametrize(
    "text", [*DISGUISED, "aB Ab AB ab1 1a @@a a@b a-b", "JaneDoe\u2013x", "\n", "a\nb", "50 % of 10%"]
)
def test_word_edges_are_the_limits_of_tokens(text):
    squeezed = squeeze(text)
    assert "".join(squeezed.tokens) == squeezed.text
    assert [at for at, edge in enumerate(squeezed.edges()) if edge] == sorted(
        set(accumulate(map(len, squeezed.tokens), initial=0))
    )
    assert squeezed.tokens == tokens_of_non_ascii(text)


def test_the_prefilter_skips_no_text_with_a_value():
    canaries = KnownValueScanner.from_values(["Plain"])
    texts = DISGUISED * 3
    held = may_hold(pl.Series(texts), (SCANNER, canaries)).to_list()
    assert [at for at, text in enumerate(texts) if SCANNER.scan(text) or canaries.scan(text)] == held
    assert may_hold(pl.Series([], dtype=pl.String), (SCANNER,)).to_list() == []


def test_only_some_layers_of_encoding_are_decoded():
    assert squeeze("%2525252541").text == "2541"
    assert squeeze("&amp;amp;amp;amp;lt;").tokens


def test_time_depends_on_length_only():
    for text in ("@" * 200_000, "a." * 100_000, "&" * 200_000, "%" * 200_000, "Zoe Quimby " * 20_000):
        begun = time.process_time()
        SCANNER.scan(text)
        assert time.process_time() - begun < 2
