"""The closed list of gates, from which the documentation and the checks of the pipeline are made."""

from enum import StrEnum
from typing import Final

from redaction.release.manifest import GateResult
from redaction.release.settings import GateSettings


class Gate(StrEnum):
    """The gates that a staged release must pass.

    Attributes:
        meaning: What the gate measures.
        key: The key below `release.gates` that sets its limit, empty where the limit is always 0.
    """

    KNOWN_EMAILS = (
        "known_emails",
        "E-mail addresses of any profile, in any byte that would be published.",
        "known_values.emails",
    )
    KNOWN_PHONES = (
        "known_phones",
        "Phone numbers of any profile, in any byte that would be published.",
        "known_values.phones",
    )
    KNOWN_HANDLES = (
        "known_handles",
        "Handles of any profile, in any byte that would be published.",
        "known_values.handles",
    )
    KNOWN_URLS = (
        "known_urls",
        "Profile links of any profile, in any byte that would be published.",
        "known_values.urls",
    )
    KNOWN_FULL_NAMES = (
        "known_full_names",
        "Full names of any profile, in any byte that would be published.",
        "known_values.full_names",
    )
    SHAPE_EMAILS = ("shape_emails", "Strings in texts that look like an e-mail address.", "shapes.emails")
    SHAPE_PHONES = ("shape_phones", "Strings in texts that look like a phone number.", "shapes.phones")
    SHAPE_IDENTIFIERS = (
        "shape_identifiers",
        "Strings in texts that look like an identifier with a check digit.",
        "shapes.identifiers",
    )
    CANARIES = "canaries", "Values planted in the inputs (`release.gates.canaries`), in any published byte."
    ROWS_WITHOUT_RIGHT = (
        "rows_without_right",
        "Records in the release without a decision to keep them, and canaries with another text than the private list.",
    )
    KEPT_WITHOUT_ROW = "kept_without_row", "Records that the decisions keep and the release lacks."
    JUDGED_AGAIN = "judged_again", "Kept records that the rules, evaluated again, do not keep."
    CONSERVATION = "conservation", "By how many records the manifest's counts and the decisions differ."
    SCHEMA = "schema", "Shards with another schema, or rows that are invalid or repeated."
    CARD_CLAIMS = "card_claims", "Words of card and documents that claim more than redaction can give."
    K_ANONYMITY = (
        "k_anonymity",
        "Careers, or employments, of profile records that fewer than `k` members share.",
        "rare_employments",
    )
    SMALL_COUNTS = "small_counts", "Published counts of records below `smallest_count`."
    SET_ASIDE = ("set_aside", "The share of records that the scan before staging dropped.", "max_set_aside")
    LINKAGE_POSTS = (
        "linkage_posts",
        "The share of posts whose author the linkage attack finds, but for résumés.",
        "linkage.times_chance",
    )
    LINKAGE_RESUMES = (
        "linkage_resumes",
        "The share of résumés whose author the linkage attack finds.",
        "linkage.resumes",
    )
    LINKAGE_PROFILES = (
        "linkage_profiles",
        "The share of profile records whose member the linkage attack finds.",
        "linkage.profiles",
    )
    LINKAGE_CLAIMS = (
        "linkage_claims",
        "The share of records that the attack claims rightly where 90 % of its claims are right; none set aside.",
        "linkage.claims",
    )
    LINKAGE_MEMBERS = (
        "linkage_members",
        "The share of members whom the attack claims so, over all their records.",
        "linkage.members",
    )
    LINKAGE_ROWS = "linkage_rows", "Whether the staged rows are (0) or are not (1) those that the attack read."
    RECALL = ("recall", "The detector's recall on labeled texts, only where `min_recall` is configured.", "min_recall")
    TAKEN_DOWN_LEFT = "taken_down_left", "Removed rows in the successor of a takedown; only there."
    ROWS_CHANGED = "rows_changed", "Whether a takedown changed any other row; only in its successor."

    meaning: str
    key: str

    def __new__(cls, value: str, meaning: str = "", key: str = "") -> "Gate":
        """Store the documented meaning and key with the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning, member.key = meaning, key
        return member


LINKAGE: Final = frozenset(gate for gate in Gate if gate.value.startswith("linkage_"))
"""The gates of the linkage attack."""


def gates_of_build(settings: GateSettings) -> list[Gate]:
    """List the gates that a build runs with these settings."""
    absent = {Gate.TAKEN_DOWN_LEFT, Gate.ROWS_CHANGED} | (set() if settings.min_recall is not None else {Gate.RECALL})
    absent |= set() if settings.linkage.enabled else LINKAGE
    return [gate for gate in Gate if gate not in absent]


def at_most(gate: Gate, value: int, limit: int = 0, detail: str = "") -> GateResult:
    """Make the result of a gate that passes if the measured number is within its limit."""
    return GateResult(name=gate.value, passed=value <= limit, value=value, threshold=limit, detail=detail)
