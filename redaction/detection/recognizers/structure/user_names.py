"""Finds names of users in paths, prompts and logs: ~jane/bin, "invalid user jane from"."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Match, RuleRecognizer

_NAME = r"(?P<user>[^\W\d_][\w.+-]{1,38}\w)"
_BEFORE_HOME = r"(?:(?<![\w.])|(?<=/[a-z])|(?<=[A-Za-z]:)|(?<=/var)|(?<=/usr)|(?<=/export)|(?<=%3A))"
_HOME = RulePattern(
    rf"{_BEFORE_HOME}(?:/|%2F)(?:home|Users|run/media)(?:/|%2F)"
    r"(?P<user>[^\W_][\w.+-]{1,40}(?:[ ][^\W\d_][\w.-]{1,30}(?=/))?)"
)
_WINDOWS = RulePattern(
    r"\\{1,4}(?:users|documents and settings|home|profiles)\\{1,4}"
    r"(?P<user>[^\W_][^\\/\n:\"'<>|*?]{0,38}[^\\/\s:\"'<>|*?.,;)](?=\\)|[^\W_][\w.+-]{1,40})",
    re.IGNORECASE,
)
_TILDE = RulePattern(r"(?<![\w~/.])~(?P<user>[a-z][\w.-]{1,31})(?=/)", quick=r"~[a-z]")
_HYPHENED = RulePattern(r"(?<=-)(?:Users|home)-(?P<user>[a-z][a-z0-9]{1,31})(?=-)")
_LOG = RulePattern(
    r"(?<!\w)(?:(?:invalid|illegal|unknown|failed|for|new|login|logged[ -]in|locked|sudo|su) user[ :=]{1,2}"
    r"|accepted \w{4,24} for |failed \w{4,24} for (?:invalid user )?|session (?:opened|closed) for user "
    r"|authentication (?:failure|error) for |auth failure for |logname="
    r"|\buser(?:name)?=|\bs?usr=|\b[sd]user=|\blogin=|\bacct=|\brhost=\S{1,60} +user="
    r"|sudo(?:\[\d{1,10}\])?: (?=\S{1,40} : [A-Z]+=))"
    rf"[\"'“]?{_NAME}(?=[\"'”]?(?:[\s,;:)]|$|\(uid=))",
    re.IGNORECASE,
)
_UID = RulePattern(r"(?<!\w)(?:uid|gid|euid)=\d{1,10}\((?P<user>[a-z_][\w.-]{1,31})\)")
_PROMPT = RulePattern(r"(?<![\w@./:-])(?P<user>[a-z_][\w.-]{1,31})(?=@[\w.-]{1,60}:[~/])", quick="@")
_ACCESS = RulePattern(
    rf"(?<=[\w:] - ){_NAME}(?=[ ]\[\d\d/[A-Z][a-z]{{2}}/\d{{4}}:)",
    quick=r"\[\d\d/[A-Z][a-z]{2}/\d{4}:",
)
"""A line of a web server's log: address, user, time in brackets."""
_LISTED = RulePattern(
    r"(?<![\w-])[-dlcbps](?:[r-][w-][xsStT-]){3}[.+@]?[ ]+\d+[ ]+(?P<user>[a-z_][\w.-]{1,31})[ ]+"
    r"(?:(?P<group>[a-z_][\w.-]{1,31})[ ]+)?(?=\d)",
    quick=r"[r-][w-][xsStT-]{1}[.+@ ]",
)
"""A line of a folder's listing: rights, links, user, group, size."""
_PATTERNS = (_HOME, _WINDOWS, _TILDE, _HYPHENED, _LOG, _UID, _PROMPT, _ACCESS, _LISTED)
_SYSTEM = word_list("system_users")


class UserNameRecognizer(RuleRecognizer):
    """Finds the names of users in paths of home folders, shell prompts and log lines; not those of systems."""

    types = (EntityType.HANDLE,)
    rule_patterns = _PATTERNS

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the name of the user only."""
        for pattern in _PATTERNS:
            for match in scanned.matches(pattern):
                for group, user in match.groupdict().items():
                    if user and user.lower().rstrip(".") not in _SYSTEM:
                        yield Match(match.start(group), match.end(group), EntityType.HANDLE, 0.7)
