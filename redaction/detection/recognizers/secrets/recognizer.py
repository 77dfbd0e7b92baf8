"""Finds API keys and passwords by their vendor's prefix or by the words before them."""

import re
from base64 import b64decode
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.recognizers.base import Match, RuleRecognizer
from redaction.detection.recognizers.secrets.command_lines import COMMAND_PATTERNS, secrets_of_commands
from redaction.detection.recognizers.secrets.placeholders import is_placeholder, looks_secret
from redaction.detection.recognizers.secrets.private_keys import PRIVATE_KEY_PATTERNS, private_keys

_VENDOR = RulePattern(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[0-9A-Z]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w-]{20,}"
    r"|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}"
    r"|[sprw]k_(?:live|test)_[0-9A-Za-z]{10,}|whsec_\w{20,}"
    r"|AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}"
    r"|sk-(?:ant-|proj-|or-)?[\w-]{20,}|hf_[A-Za-z]{30,}|gsk_\w{40,}|r8_\w{30,}"
    r"|hv[sb]\.[\w-]{20,}|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,}|dckr_pat_[\w-]{20,}|dop_v1_[a-f0-9]{64}"
    r"|SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-f]{32}|(?:AC|SK)[0-9a-f]{32}"
    r"|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|sq0(?:atp|csp)-[\w-]{20,}|EAAC[a-zA-Z0-9]{30,}"
    r"|\d{8,10}:AA[\w-]{32,}|lin_api_\w{30,}|secret_[A-Za-z0-9]{40,}|ntn_\w{40,}"
    r"|[\w~.-]{3}8Q~[\w~.-]{31,34}"
    r"|(?<=hooks\.slack\.com/services/)T\w{6,}/B\w{6,}/\w{16,}|(?<=/api/webhooks/)\d{15,21}/[\w-]{40,}"
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"
    r")(?![A-Za-z0-9])"
)
_BLOCK = RulePattern(
    r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){0,8000}(?:-----END [A-Z ]{1,40}-----)?"
    r"|ssh-(?:rsa|ed25519) [A-Za-z0-9+/=]{40,}"
)
_URL_LOGIN = RulePattern(r"(?<=://)[^\s/:@\"'<>]{0,64}:(?P<secret>[^\s/\"'<>]{3,80})(?=@)")
_NAMED = RulePattern(
    r"(?<![A-Za-z])(?:pass(?:word|wd|code|phrase)?s?|pwd?|kennwort|passwort|mot de passe|mdp|contraseña|clave|senha"
    r"|wachtwoord|"
    r"(?:api|secret|access|private|auth|client)[\s_-]?(?:key|secret|token)|token|secret|bearer|accountkey"
    r"|credentials?|पासवर्ड)"
    r"(?P<link>\s(?:is|ist|est|es|é|è|was)\s|\s?(?::|=|:=|=>|->|→)\s?"
    r"|\s(?=bearer\s))[\"'`]?(?P<secret>[^\s\"'`,;<>]{4,128})",
    re.IGNORECASE,
)
_BEARER = RulePattern(r"(?<!\w)bearer\s+(?P<secret>[A-Za-z0-9._~+/=-]{16,})", re.IGNORECASE)
_BASIC = RulePattern(r"(?<!\w)basic\s(?P<secret>[A-Za-z0-9+/]{8,}={0,2})(?![\w+/=])", re.IGNORECASE)
_PIN = RulePattern(
    r"(?<!\w)(?:pin|otp|passcode|verification code|security code|access code|door code|cvv2?|cvc)"
    r"(?:\s(?:code|number|no))?(?:\s(?:is|ist|est|es|for \w+ is)\s|\s?[:=]\s?)(?P<secret>\d{3,8})(?!\d)"
    r"|(?<!\w)(?:cvv2?|cvc2?)[ ](?P<code>\d{3,4})(?![\d.,]?\d|\w)",
    re.IGNORECASE,
)
_CODE = RulePattern(
    r"(?<!\w)(?:(?:your|my|verification|confirmation|login|security|access|door|gate|alarm|entry|sign-?in"
    r"|one-?time|2fa|backup"
    r"|recovery|bestätigungs|zugangs)[ -]?)code(?:s)?(?:\s(?:is|ist|are))?\s?[:=]?\s?(?P<secret>\d{4,8}#?(?!\d"
    r"|\s?(?:lines|loc|files))"
    r"|(?=[A-Z0-9-]*\d)[A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6}){1,7})",
    re.IGNORECASE,
)
_PHRASE = RulePattern(
    r"(?<!\w)(?:seed|recovery|mnemonic|secret)(?: phrase| words)?\s?(?:is|:"
    r"|=)\s(?P<secret>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})",
    re.IGNORECASE,
)
_PAIR = RulePattern(
    r"(?<!\w)(?:log[- ]?in|user(?:name)?|creds?|credentials|zugang)(?:\s?:)?\s\S{2,40}\s?[/|]\s?(?P<secret>\S{6,64})",
    re.IGNORECASE,
)
_SPACED_KEY = RulePattern(
    r"(?<!\w)(?:key|token"
    r"|secret)\s(?=[^\s]*[a-z])(?=[^\s]*[A-Z])(?=[^\s]*\d)(?P<secret>[A-Za-z0-9+/=_-]{20,128})(?![\w/])"
)
_QUOTED = RulePattern(
    r"(?<![A-Za-z])(?:pass(?:word|wd|code|phrase)?|pwd?|kennwort|passwort)\s?(?:is|:"
    r"|=)\s?([\"'`])(?P<secret>[^\"'`\n]{4,128})\1",
    re.IGNORECASE,
)
_TIGHT = RulePattern(r"(?<![A-Za-z])(?:password|passwd|pwd?|pass)[:=](?P<secret>[^\s\"'`,;<>/]{5,64})", re.IGNORECASE)
_QUICK = re.compile(
    r"pass|pwd?|wort|wacht|phrase|login|log-in|cred|mnemonic|seed|user|mdp|clave|contrase|senha|key|token|secret"
    r"|bearer|basic|credential|पासवर्ड|pin|otp|code|cvv|cvc",
    re.IGNORECASE,
)
_CODES = (_BEARER, _PIN, _CODE, _PHRASE, _SPACED_KEY, _QUOTED, _TIGHT)
_BY_WORDS = (_NAMED, _PAIR, _BASIC, *_CODES)


class SecretRecognizer(RuleRecognizer):
    """Finds API keys of large vendors, JWTs, private keys, and passwords and codes after a word for them."""

    types = (EntityType.SECRET,)
    rule_patterns = (_VENDOR, _BLOCK, _URL_LOGIN, *_BY_WORDS, *COMMAND_PATTERNS, *PRIVATE_KEY_PATTERNS)

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the secret without the word before it."""
        text = scanned.text
        for match in scanned.matches(_VENDOR):
            yield Match(match.start(), match.end(), EntityType.SECRET, 0.95)
        if "-----BEGIN" in text or "ssh-" in text:
            for match in scanned.matches(_BLOCK):
                yield Match(match.start(), match.end(), EntityType.SECRET, 1.0)
        if "://" in text:
            for match in scanned.matches(_URL_LOGIN):
                if not is_placeholder(match["secret"]):
                    yield Match(match.start("secret"), match.end("secret"), EntityType.SECRET, 0.8)
        for start, end in secrets_of_commands(scanned):
            yield Match(start, end, EntityType.SECRET, 0.7)
        for start, end in private_keys(scanned):
            yield Match(start, end, EntityType.SECRET, 0.9)
        if any(scanned.may_match(pattern) for pattern in _BY_WORDS) and _QUICK.search(text):
            yield from _after_words(scanned)


def _after_words(scanned: ScannedText) -> Iterator[Match]:
    for match in scanned.matches(_NAMED):
        sure = not match["link"].strip().isalpha()
        if looks_secret(match["secret"], sure) and not is_placeholder(match["secret"]):
            yield Match(match.start("secret"), match.end("secret"), EntityType.SECRET, 0.7)
    for match in scanned.matches(_PAIR):
        if looks_secret(match["secret"], sure=False):
            yield Match(match.start("secret"), match.end("secret"), EntityType.SECRET, 0.6)
    for match in scanned.matches(_BASIC):
        if _is_login(match["secret"]):
            yield Match(match.start("secret"), match.end("secret"), EntityType.SECRET, 0.8)
    for pattern in _CODES:
        for match in scanned.matches(pattern):
            group = match.lastgroup or "secret"
            if not is_placeholder(match[group]):
                yield Match(match.start(group), match.end(group), EntityType.SECRET, 0.7)


def _is_login(encoded: str) -> bool:
    """Whether it is a name and a password in Base64, as in the header of HTTP's basic authentication."""
    try:
        return b":" in b64decode(encoded, validate=True)
    except ValueError:
        return False
