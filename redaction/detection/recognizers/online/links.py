"""Finds links to a person: profiles, calendars, chats. Other links are not redacted."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from redaction.detection.acceleration.patterns.batch_scan import ScannedText
from redaction.detection.acceleration.patterns.necessary_conditions import Needs
from redaction.detection.entities import EntityType
from redaction.detection.lists import word_list
from redaction.detection.recognizers.base import Cue, Match, RuleRecognizer

PROFILE_HOSTS: dict[str, tuple[str, ...]] = {
    "linkedin.com": ("in/", "pub/", "profile/view?id="),
    "github.com": ("",),
    "gist.github.com": ("",),
    "gitlab.com": ("",),
    "bitbucket.org": ("",),
    "twitter.com": ("",),
    "x.com": ("",),
    "instagram.com": ("",),
    "facebook.com": ("",),
    "fb.com": ("",),
    "fb.me": ("",),
    "m.me": ("",),
    "threads.net": ("@",),
    "tiktok.com": ("@",),
    "youtube.com": ("@", "user/", "c/"),
    "medium.com": ("@",),
    "bsky.app": ("profile/",),
    "t.me": ("",),
    "telegram.me": ("",),
    "wa.me": ("",),
    "snapchat.com": ("add/",),
    "reddit.com": ("user/", "u/"),
    "stackoverflow.com": ("users/",),
    "kaggle.com": ("",),
    "huggingface.co": ("",),
    "behance.net": ("",),
    "dribbble.com": ("",),
    "xing.com": ("profile/",),
    "viadeo.com": ("p/",),
    "about.me": ("",),
    "linktr.ee": ("",),
    "keybase.io": ("",),
    "orcid.org": ("",),
    "researchgate.net": ("profile/",),
    "scholar.google.com": ("citations?user=",),
    "angel.co": ("u/",),
    "wellfound.com": ("u/",),
    "patreon.com": ("",),
    "paypal.me": ("",),
    "venmo.com": ("",),
    "cash.app": ("$",),
    "ko-fi.com": ("",),
    "buymeacoffee.com": ("",),
    "twitch.tv": ("",),
    "calendly.com": ("",),
    "cal.com": ("",),
    "savvycal.com": ("",),
    "tidycal.com": ("",),
    "zcal.co": ("",),
    "calendar.app.google": ("",),
    "calendar.google.com": ("calendar/appointments/",),
    "zoom.us": ("j/", "my/"),
    "meet.google.com": ("",),
    "skype.com": ("",),
    "join.skype.com": ("",),
    "discord.gg": ("",),
    "discordapp.com": ("users/",),
    "substack.com": ("@",),
    "pinterest.com": ("",),
    "quora.com": ("profile/",),
    "flickr.com": ("people/", "photos/"),
    "soundcloud.com": ("",),
    "strava.com": ("athletes/",),
    "dev.to": ("",),
    "codepen.io": ("",),
    "leetcode.com": ("u/",),
    "hackerrank.com": ("profile/",),
    "npmjs.com": ("~",),
    "last.fm": ("user/",),
    "meetup.com": ("members/",),
    "signal.me": ("#p/", "#eu/"),
    "revolut.me": ("",),
    "vk.com": ("",),
    "weibo.com": ("u/",),
}
_SHAPES = re.compile(
    r"(?:in|u|user|users|profile|profiles|people|person|member|members|author|authors|team|staff|bio|cv"
    r"|resume)/(?!(?:the|a|an|our|all|new|about)(?:[-/?#]|$))(?=[\w%.-]*\w)"
    r"|[@~][\w.-]{2,}",
    re.IGNORECASE,
)
"""Paths of a person's page on any host."""
_CALENDAR_PATH = re.compile(
    r"[\w%.-]+/(?:(?:\d{2}|one|two)[-_]?(?:min|minutes?|hour)s?|coffee|intro|chat|call|meeting|catch-?up"
    r"|1-?on-?1|1-1)\b",
    re.IGNORECASE,
)
_CALENDAR_CUE = Cue(
    r"book (?:me|a|an|your|some|time|here|in)(?: \w+)?|grab (?:\d+|a|some|time)(?: \w+)?"
    r"|(?:my )?calend[ae]r(?: is open)?",
    r"schedule (?:a|some|time|with)(?: \w+)?|meet (?:me|with me)|pick a (?:slot|time)|termin(?: buchen)?|agenda|cita",
    r"rendez-vous|reserva|agendar|appuntamento|afspraak|slot|call me|meine? profil|mon profil|mi perfil|my profile",
    r"find me|follow me|connect with me(?: here)?|my page|my site|portfolio|about me|my cv|my résumé|my resume",
    before=28,
    after=0,
)
_RESERVED = word_list("pages_of_networks")
_LINK = re.compile(
    r"(?<![\w@.])(?:https?://)?(?:www\.|m\.|[a-z]{2}\."
    r"|mobile\.)?(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+)/(?P<path>[^\s<>\"'“”)\]},]+)",
    re.IGNORECASE,
)
_TRAIL = ".,;:!?…"


class ProfileLinkRecognizer(RuleRecognizer):
    """Finds links to a person; `hosts` adds hosts with path prefixes to the built-in table."""

    types = (EntityType.PROFILE_URL,)
    needs = Needs(one_of=(frozenset("/"), frozenset(".")))

    def __init__(
        self, supported_language: str = "en", hosts: Mapping[str, tuple[str, ...]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(supported_language=supported_language, **kwargs)
        self._hosts = PROFILE_HOSTS | {host.lower(): prefixes for host, prefixes in (hosts or {}).items()}

    def matches(self, scanned: ScannedText) -> Iterator[Match]:
        """Yield the whole link with its scheme, without trailing punctuation."""
        for match in _LINK.finditer(scanned.text):
            path = match["path"].rstrip(_TRAIL)
            cued = "/" in path and _CALENDAR_CUE.before(scanned.text, match.start())
            if cued or self._points_at_a_person(match["host"].lower(), path):
                yield Match(match.start(), match.start("path") + len(path), EntityType.PROFILE_URL, 0.9)

    def _points_at_a_person(self, host: str, path: str) -> bool:
        prefixes = self._hosts.get(host)
        if prefixes is None:
            return bool(_SHAPES.match(path) or _CALENDAR_PATH.match(path))
        for prefix in prefixes:
            if path.lower().startswith(prefix):
                name = re.split(r"[/?#]", path[len(prefix) :])[0].lower()
                if name and (prefix or name not in _RESERVED):
                    return True
        return False
