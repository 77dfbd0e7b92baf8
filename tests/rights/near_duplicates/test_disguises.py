"""Test that a copy is found however it is disguised, and that what only looks alike is kept."""

import html

import pytest

from redaction.rights import NearDuplicateSettings
from redaction.rights.near_duplicates.shingles import Runs
from tests.rights.near_duplicates.test_search import ORIGINAL, SECRET, copies, texts

WORDS = ORIGINAL.split()
SHORT = "Nine winters in the signal box, one lamp & a ledger"


def spread(text: str, character: str) -> str:
    return text.replace("e", f"e{character}").replace("n", f"n{character}")


@pytest.mark.parametrize(
    "copy",
    [
        ORIGINAL.replace("the", "&#116;he").replace("a", "&#x61;"),
        ORIGINAL.replace("same", "<b>sa</b>me").replace("ropes", 'r<span class="x">op</span>es'),
        f"<p>{ORIGINAL.replace('. ', '.</p><p>')}</p>",
        ORIGINAL.replace(" ", "<br>"),
        ORIGINAL.replace(" ", "<br />\n"),
        ORIGINAL.replace(" ", "&nbsp;"),
        html.escape(f"<p>{ORIGINAL}</p>"),
        f"<!-- copied --><div id='a b c d e f g h i j k l m n'>{ORIGINAL}</div>",
        spread(ORIGINAL, "\u00ad"),
        spread(ORIGINAL, "&shy;"),
        spread(ORIGINAL, "\u200b"),
        ORIGINAL.replace(" ", "\u00a0"),
        ORIGINAL.replace("o", "\u043e").replace("a", "\u0430"),
        ORIGINAL.replace("e", "3").replace("o", "0"),
        "\n".join(f"> {' '.join(WORDS[n : n + 6])}" for n in range(0, len(WORDS), 6)),
        f"{ORIGINAL} https://www.network.example/p/4711?from=feed&utm_source=share&utm_medium=copy",
        f"See https://network.example/posts/one-two-three-four-five-six-seven: {ORIGINAL}",
        f"{ORIGINAL}\n\n#harbour #leaving #thankyou #newchapter #tides #ropes #letters #tea #years",
        " ".join(WORDS[: round(0.8 * len(WORDS))]),
        f"Read this! {ORIGINAL} I could not agree more, and so I share it here.",
        " ".join(WORDS).upper(),
        "\\n".join(WORDS),
        "\\u0020".join(WORDS),
        f"<![CDATA[{ORIGINAL}]]>",
        ORIGINAL.replace("t", "t<!-- a b c -->"),
        " ".join(f"[b]{word}[/b]" for word in WORDS),
        spread(ORIGINAL, "\u20dd"),
    ],
)
def test_a_disguised_copy_is_found(copy: str) -> None:
    assert copies(copy)


def test_a_short_text_is_a_copy_with_links_and_hashtags_too() -> None:
    copy = f"{SHORT.replace('&', '&amp;')} https://network.example/p/1/2/3/4/5/6 #trains #lamps #ledgers #nights"
    assert copies(copy, original=SHORT)


def test_links_and_hashtags_count_where_little_else_is_there() -> None:
    original = "New post #harbour #leaving #thankyou #newchapter #tides #ropes #letters"
    assert copies(original.upper(), original=original)
    assert not copies(original.replace("#letters", "#others").replace("#ropes", "#more"), original=original)


@pytest.mark.parametrize("text", ["a < b and c > d, so b & d > a; c < d", "5 &lt; 6 &amp; 7", "<3 <3 & you"])
def test_what_is_no_markup_stays(text: str) -> None:
    one_word = NearDuplicateSettings(min_words=1, shingle_words=1)
    expected = html.unescape(text).replace("<", " ").replace(">", " ").replace("&", " ")
    found, wanted = (sorted(Runs.of(texts({0: each}), one_word, SECRET).hashes) for each in (text, expected))
    assert found == wanted


def test_texts_of_tags_alone_are_not_compared() -> None:
    assert not copies("<p><br><br/></p>" * 20, original="<p><br><br/></p>" * 20)
