"""Tells a secret from what only refers to one: placeholders, variables, calls, words."""

import math
import re
from collections import Counter

_PLACEHOLDER = re.compile(
    r"<[^<>]{0,60}>?|\[[^\[\]]{0,60}\]?|\{\{?.{0,80}|\$\{.{0,80}|\$\(.{0,80}|\$[A-Za-z_]\w*|%[A-Za-z_]\w*%|%\(?\w+\)?s"
    r"|@?\{?\w{0,20}placeholder\w{0,20}\}?|(?:your|my|some|the|insert|enter|put|add|replace)[_-][\w-]{1,60}"
    r"|[\w-]{0,60}[_-](?:here|placeholder|goes[_-]here)|[x*•·.#_?-]{3,}|(?:xx+[-_]?){1,12}x*"
    r"|changeme|change[_-]me|redacted|\[?filtered\]?|masked|hidden|dummy|todo|tbd|none|null|nil|true|false|undefined"
    r"|~?(?:/[\w.-]{1,60}){1,12}/?|required|optional|example|sample|string|str|secret|password|token|n/a"
    r"|(?:process\.env|import\.meta\.env|os\.environ)\b.{0,80}|(?:env|secrets|vars|config|cfg|settings|self|this|props|state|params"
    r"|args|options|req|request|ctx|app|data|user|input|form|event|body)(?:\??\.\w+|\[[^\]]{0,40}\]){1,6}\W{0,3}"
    r"|[A-Za-z_]\w*(?:(?:\.|::|->)\w+)*\(.{0,80}|[A-Za-z_]\w*(?:::\w+)+|(?:[A-Z][A-Z0-9]*_)+[A-Z]{2,}",
    re.IGNORECASE | re.DOTALL,
)
_CONSTANT = re.compile(r"(?:[A-Z]{2,}_)+[A-Z]{2,}")
_MIN_ENTROPY = 2.8
_TRAIL = ".!?)(,;\"'`"


def is_placeholder(value: str) -> bool:
    """Whether a value only refers to a secret: `$GITHUB_TOKEN`, `YOUR_API_KEY_HERE`, `<password>`, `xxxx`."""
    bare = value.strip(_TRAIL).removeprefix(":-").strip("-}") or value
    if len(set(bare.lower())) <= 1:
        return True
    match = _PLACEHOLDER.fullmatch(value) or _PLACEHOLDER.fullmatch(bare)
    if match is None:
        return False
    # `A_B` in capitals is the name of a constant; in mixed case it may be a password.
    is_constant_only = "_" in bare and bare.replace("_", "").isalnum() and not bare[0].isdigit()
    if is_constant_only and re.fullmatch(r"(?:[A-Za-z][A-Za-z0-9]*_)+[A-Za-z]{2,}", bare):
        return bool(_CONSTANT.fullmatch(bare)) or bare.lower().startswith(("your", "my", "insert", "enter", "replace"))
    return True


def looks_secret(candidate: str, sure: bool) -> bool:
    """Whether it mixes kinds of characters or, after a separator such as `:`, has the entropy of a secret."""
    bare = candidate.strip(".!?)(")
    kinds = sum(bool(re.search(kind, bare)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^\w]|_"))
    mixed = kinds >= 2 and bool(re.search(r"\d|[^\w.'’-]", bare))
    if mixed and len(bare) >= 4:
        return True
    return sure and len(bare) >= 8 and _entropy(bare) >= _MIN_ENTROPY and not bare.isalpha()


def _entropy(text: str) -> float:
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
