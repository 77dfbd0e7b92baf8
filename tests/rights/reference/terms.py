"""Words and terms in contexts and names of schools."""

import re
import unicodedata
from pathlib import Path

CONTEXT_WORDS = Path(__file__).parents[3] / "redaction/rights/grounds/context_words.txt"


def plain(text: str) -> str:
    """The words, without case, width, format characters, accents, punctuation and repeated white space."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    bare = "".join(c for c in unicodedata.normalize("NFKD", visible.casefold()) if not "\u0300" <= c <= "\u036f")
    return " ".join(re.split(r"[\W_]+", unicodedata.normalize("NFC", bare))).strip()


def has_term(text: str, term: str) -> bool:
    """Test for a term: a long one anywhere, a short one or one after `=` as a whole word or its plural."""
    name, words = plain(term.lstrip("=")), f" {plain(text)} "
    names = (name, name.replace(" ", ""))
    if term.startswith("=") or (len(name) < 5 and name.isascii()):
        return any(f" {each}{plural} " in words for each in names for plural in ("", "s", "es"))
    return any(each in words for each in names)


def excluded(context: str | None, categories: list[str]) -> bool:
    """Test for a category, or one of its words: health, healthforum, Gesundheit, unions; but not healthy or reunion."""
    if context is None:
        return False
    lists: dict[str, list[str]] = {}
    for line in CONTEXT_WORDS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, words = line.split(": ")
            lists.setdefault(name, []).extend(words.split(", "))
    rest = " ".join(word for word in plain(context).split() if word not in lists["harmless"])
    terms = [term for category in categories for term in (f"={category}", *lists.get(category, [category]))]
    return any(has_term(rest, term) for term in terms)
