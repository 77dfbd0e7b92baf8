"""Finds secrets in command lines: `--passphrase X`, `sshpass -p X`, `curl -u user:X`."""

import re
from collections.abc import Iterator

from redaction.detection.acceleration.patterns.batch_scan import RulePattern, ScannedText
from redaction.detection.recognizers.secrets.placeholders import is_placeholder, looks_secret

_VALUE = r"[\"']?(?P<secret>[^\s\"'`|;<>][^\s\"'`|]{3,127})"
_ARGUMENTS = r"(?=[ \t])[^\n|;]{0,160}?[ \t]"
_FLAG = RulePattern(
    r"(?<![\w-])--?(?:[a-z]{1,12}-)?(?:pass(?:word|wd|phrase|code)?|pwd|pw|secret(?:-(?:key|access-key))?|api-?key|token"
    r"|access-?key|auth(?:-token|-key)?|client-secret|private-key|credential)(?:[ \t]{1,2}|=)" + _VALUE,
    re.IGNORECASE,
)
_AFTER_P = RulePattern(
    rf"(?<![\w-])(?:sshpass|docker login|podman login|mongo(?:sh|dump|restore|import)?|rdesktop|az login|plink"
    rf"|pscp|psftp|helm login|oc login|mount\.cifs){_ARGUMENTS}-pw?[ \t]?{_VALUE}"
)
_ATTACHED_P = RulePattern(rf"(?<![\w-])(?:mysql(?:dump|admin|import|show)?|mariadb|7z|rar){_ARGUMENTS}-h?p{_VALUE}")
_AFTER_CAPITAL_P = RulePattern(
    rf"(?<![\w-])(?:unzip|zip|mosquitto_pub|mosquitto_sub|sqlcmd|bcp|isql|ipmitool){_ARGUMENTS}-P[ \t]?{_VALUE}"
)
_OPENSSL = RulePattern(rf"(?<![\w-])openssl{_ARGUMENTS}(?:-k[ \t]|-pass(?:in|out)?[ \t]pass:){_VALUE}")
_REDIS = RulePattern(rf"(?<![\w-])redis-cli{_ARGUMENTS}-a[ \t]{_VALUE}")
_LDAP = RulePattern(
    rf"(?<![\w-])(?:ldap(?:search|modify|add|delete|whoami)|rpcclient|smbclient){_ARGUMENTS}-w[ \t]{_VALUE}"
)
_RDP = RulePattern(r"(?<![\w/])/p(?:ass)?:(?P<secret>[^\s\"']{4,64})")
_USER_AND = RulePattern(
    r"(?<![\w-])(?:-u|--user|-U|--proxy-user|--auth|-a)[ =]?[\"']?"
    r"[A-Za-z][\w.@+\\-]{0,63}[:%](?P<secret>[^\s\"']{3,64})"
)
_IN_TOOLS = (_AFTER_P, _AFTER_CAPITAL_P, _OPENSSL, _REDIS, _LDAP)
_PIPED = RulePattern(
    r"(?<!\w)echo[ \t]+(?:-n[ \t]+)?[\"']?(?P<secret>[^\s\"'`|;<>$]{4,64})[\"']?[ \t]*\|[ \t]*"
    r"(?:sudo[ \t]+-\w*S|docker login|passwd"
    r"|gpg|kinit|cryptsetup|podman login)(?!\w)"
)
_NET_USE = RulePattern(
    r"(?<!\w)net use[ \t][^\n]{0,160}?/user:\S{1,64}[ \t](?P<secret>[^\s/\"'`][^\s\"'`]{3,64})"
    r"|(?<!\w)net user[ \t]\S{1,40}[ \t](?P<own>[^\s/\"'`*][^\s\"'`]{3,64})[ \t]/add",
    re.IGNORECASE,
)
COMMAND_PATTERNS = (_FLAG, _ATTACHED_P, _RDP, _USER_AND, _PIPED, _NET_USE, *_IN_TOOLS)
_SURE_FLAG = re.compile(r"pass|pwd|pw", re.IGNORECASE)
_PATH = re.compile(r"(?:[~./\\]|file:|env:|stdin|fd:|prompt)|.*\.(?:pem|key|txt|json|ya?ml|crt|cer|pub|asc|gpg)$")


def secrets_of_commands(scanned: ScannedText) -> Iterator[tuple[int, int]]:
    """Yield `[start, end)` of the secrets in the command lines of a text."""
    if not any(sign in scanned.text for sign in "-/|"):
        return
    for match in scanned.matches(_FLAG):
        value = match["secret"]
        is_password = _SURE_FLAG.search(match.group()[: match.start("secret") - match.start()]) is not None
        if _is_value(value) and (looks_secret(value, sure=True) or (is_password and _in_command(scanned.text, match))):
            yield match.span("secret")
    for pattern in _IN_TOOLS:
        for match in scanned.matches(pattern):
            if _is_value(match["secret"]):
                yield match.span("secret")
    for pattern in (_PIPED, _NET_USE):
        for match in scanned.matches(pattern):
            group = match.lastgroup or "secret"
            if _is_value(match[group]) and looks_secret(match[group], sure=False):
                yield match.span(group)
    for pattern in (_ATTACHED_P, _RDP, _USER_AND):
        for match in scanned.matches(pattern):
            if _is_value(match["secret"]) and looks_secret(match["secret"], sure=False):
                yield match.span("secret")


def _is_value(value: str) -> bool:
    return not value.startswith("-") and not is_placeholder(value) and _PATH.match(value) is None


def _in_command(text: str, match: re.Match[str]) -> bool:
    """Whether the flag is in a command, not in a sentence about it: two dashes, and the value is the last word."""
    return match.group().startswith("--") and "=" in match.group()
