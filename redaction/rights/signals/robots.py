"""The Robots Exclusion Protocol (RFC 9309), read with Protego, and the directives `X-Robots-Tag` and `robots`."""

import re
from typing import Final

from protego import Protego

from redaction.rights.signals.aipref import read_content_usage
from redaction.rights.signals.meaning import (
    NOTHING,
    Effect,
    Meaning,
    SignalError,
    path_matches,
    path_of,
    strictest,
)

AGENTS: Final = (
    "AI2Bot",
    "Amazonbot",
    "Applebot-Extended",
    "Bytespider",
    "CCBot",
    "ClaudeBot",
    "Diffbot",
    "FacebookBot",
    "GPTBot",
    "Google-Extended",
    "ImagesiftBot",
    "Meta-ExternalAgent",
    "PanguBot",
    "Timpibot",
    "Webzio-Extended",
    "anthropic-ai",
    "cohere-ai",
    "cohere-training-data-crawler",
    "omgili",
)
"""Agents and product tokens that their operators name for the collection of training data."""

_LINE: Final = re.compile(r"\s*([A-Za-z][A-Za-z-]*)\s*:\s*(.*)")
_DENYING: Final = frozenset({"noai", "noml", "noarchive", "nocache"})
_OTHERS: Final = frozenset(
    (
        *("all", "archive", "follow", "index", "indexifembedded", "nofollow", "noimageai", "noimageindex", "noindex"),
        *("none", "noodp", "nositelinkssearchbox", "nosnippet", "notranslate", "noydir"),
    )
)
_WITH_VALUE: Final = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})


def read_robots_txt(value: str, url: str | None = None) -> Meaning:
    """Read a robots.txt for the address `url`: it denies if any agent of `AGENTS` may not fetch the address.

    `Content-Usage` lines are read as AI Preferences. A `License` line names terms that are not in the file: it denies.

    Returns:
        What it means for training.

    Raises:
        SignalError: there is no address, or a line is neither a comment nor a rule, as in a page that says "not found".
    """
    path_of(url)
    lines = [line.partition("#")[0].strip() for line in value.lstrip("\ufeff").splitlines()]
    rules = [_LINE.fullmatch(line) for line in lines if line]
    if any(rule is None for rule in rules):
        raise SignalError
    meanings = []
    for rule in filter(None, rules):
        name, content = rule[1].lower(), rule[2].strip()
        if name == "license":
            meanings.append(Meaning(Effect.RESERVED, "license"))
        elif name == "content-usage":
            meanings.append(_content_usage(content, url))
    robots = Protego.parse(value.lstrip("\ufeff"))
    if any(not robots.can_fetch(url or "", agent) for agent in AGENTS):
        meanings.append(Meaning(Effect.RESERVED, "disallow"))
    return strictest(meanings)


def _content_usage(content: str, url: str | None) -> Meaning:
    path, _, preferences = content.partition(" ") if content.startswith("/") else ("", "", content)
    if path and not path_matches(path, url):
        return NOTHING
    return read_content_usage(preferences)


def read_directives(value: str, _url: str | None = None) -> Meaning:
    """Read the value of an `X-Robots-Tag` field or of a `robots` element; an agent before a colon makes no difference.

    Returns:
        What it means for training.

    Raises:
        SignalError: there is none, or a directive is none of the known ones.
    """
    words = [word.strip().lower() for word in value.split(",")]
    meanings = []
    for word in words:
        directive = word
        if ":" in word and word.partition(":")[0].strip() not in _WITH_VALUE:
            directive = word.partition(":")[2].strip()
        if directive in _DENYING:
            meanings.append(Meaning(Effect.RESERVED, directive))
        elif directive.partition(":")[0].strip() not in _WITH_VALUE and directive not in _OTHERS:
            raise SignalError
    return strictest(meanings)
