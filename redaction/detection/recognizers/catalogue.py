"""This project's recognisers as a profile wants them."""

from collections.abc import Iterator

from redaction.detection.recognizers.addresses import AddressRecognizer
from redaction.detection.recognizers.base import RuleRecognizer
from redaction.detection.recognizers.cued_addresses import AnnouncedAddressRecognizer
from redaction.detection.recognizers.dates import BirthRecognizer
from redaction.detection.recognizers.devices import (
    CoordinatesRecognizer,
    ImeiRecognizer,
    IpAddressRecognizer,
    MacRecognizer,
    PlateRecognizer,
)
from redaction.detection.recognizers.document_numbers import NumberedDocumentRecognizer
from redaction.detection.recognizers.emails import DisguisedEmailRecognizer
from redaction.detection.recognizers.handles import HandleRecognizer
from redaction.detection.recognizers.hashtags import NameHashtagRecognizer
from redaction.detection.recognizers.links import ProfileLinkRecognizer
from redaction.detection.recognizers.national_ids import NationalIdRecognizer
from redaction.detection.recognizers.payment import BankAccountRecognizer, CardRecognizer, WalletRecognizer
from redaction.detection.recognizers.phones import REGIONS_OF_LANGUAGE, RegionalPhoneRecognizer
from redaction.detection.recognizers.secrets import SecretRecognizer
from redaction.detection.settings import DetectionSettings

_PLAIN: tuple[type[RuleRecognizer], ...] = (
    AddressRecognizer,
    AnnouncedAddressRecognizer,
    BankAccountRecognizer,
    BirthRecognizer,
    CardRecognizer,
    CoordinatesRecognizer,
    DisguisedEmailRecognizer,
    HandleRecognizer,
    ImeiRecognizer,
    IpAddressRecognizer,
    MacRecognizer,
    NameHashtagRecognizer,
    NationalIdRecognizer,
    NumberedDocumentRecognizer,
    PlateRecognizer,
    SecretRecognizer,
    WalletRecognizer,
)


def rules_of(settings: DetectionSettings, language: str) -> Iterator[RuleRecognizer]:
    """Each recogniser that finds a type that is looked for."""
    phones = settings.phones
    regions = (*REGIONS_OF_LANGUAGE.get(language, ()), *phones.regions) if phones.by_language else phones.regions
    made: list[RuleRecognizer] = [kind(supported_language=language) for kind in _PLAIN]
    made.append(RegionalPhoneRecognizer(language, regions=regions))
    made.append(ProfileLinkRecognizer(language, hosts=settings.links.profile_hosts))
    for rule in made:
        if settings.entities is None or any(entity_type in settings.entities for entity_type in rule.types):
            yield rule
