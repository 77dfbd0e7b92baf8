"""The list of rule recognizers, and those that a profile enables."""

from collections.abc import Iterator

from redaction.detection.recognizers.addresses.announced import AnnouncedAddressRecognizer
from redaction.detection.recognizers.addresses.coordinates import CoordinatesRecognizer
from redaction.detection.recognizers.addresses.places import LANGUAGES_WITH_TOWNS, PlaceNameRecognizer
from redaction.detection.recognizers.addresses.streets import AddressRecognizer
from redaction.detection.recognizers.base import RuleRecognizer
from redaction.detection.recognizers.births import BirthRecognizer
from redaction.detection.recognizers.devices import (
    ImeiRecognizer,
    IpAddressRecognizer,
    MacRecognizer,
)
from redaction.detection.recognizers.license_plates import PlateRecognizer
from redaction.detection.recognizers.numbers.document_numbers import (
    MachineReadableRecognizer,
    NumberedDocumentRecognizer,
)
from redaction.detection.recognizers.numbers.payment import BankAccountRecognizer, WalletRecognizer
from redaction.detection.recognizers.numbers.person_ids import PersonIdRecognizer
from redaction.detection.recognizers.numbers.phones import REGIONS_OF_LANGUAGE
from redaction.detection.recognizers.numbers.recognizer import NumberRecognizer
from redaction.detection.recognizers.numbers.spoken import SpokenNumberRecognizer
from redaction.detection.recognizers.online.emails import DisguisedEmailRecognizer
from redaction.detection.recognizers.online.handles import HandleRecognizer
from redaction.detection.recognizers.online.hashtags import NameHashtagRecognizer
from redaction.detection.recognizers.online.links import ProfileLinkRecognizer
from redaction.detection.recognizers.secrets import SecretRecognizer
from redaction.detection.recognizers.structure.columns import ColumnRecognizer
from redaction.detection.recognizers.structure.file_names import FileNameRecognizer
from redaction.detection.recognizers.structure.keyed_values import KeyedValueRecognizer
from redaction.detection.recognizers.structure.user_names import UserNameRecognizer
from redaction.detection.settings import DetectionSettings

_PLAIN: tuple[type[RuleRecognizer], ...] = (
    AddressRecognizer,
    AnnouncedAddressRecognizer,
    BankAccountRecognizer,
    BirthRecognizer,
    ColumnRecognizer,
    CoordinatesRecognizer,
    DisguisedEmailRecognizer,
    FileNameRecognizer,
    HandleRecognizer,
    ImeiRecognizer,
    IpAddressRecognizer,
    KeyedValueRecognizer,
    MachineReadableRecognizer,
    MacRecognizer,
    NameHashtagRecognizer,
    NumberedDocumentRecognizer,
    PersonIdRecognizer,
    PlateRecognizer,
    SecretRecognizer,
    SpokenNumberRecognizer,
    UserNameRecognizer,
    WalletRecognizer,
)


def rules_of(settings: DetectionSettings, language: str) -> Iterator[RuleRecognizer]:
    """Yield each recognizer that finds at least one of the entity types in `settings`."""
    phones = settings.phones
    regions = (*REGIONS_OF_LANGUAGE.get(language, ()), *phones.regions) if phones.by_language else phones.regions
    made: list[RuleRecognizer] = [kind(supported_language=language) for kind in _PLAIN]
    made.append(NumberRecognizer(language, regions=regions))
    if language in LANGUAGES_WITH_TOWNS:
        made.append(PlaceNameRecognizer(language))
    made.append(ProfileLinkRecognizer(language, hosts=settings.links.profile_hosts))
    for rule in made:
        if settings.entities is None or any(entity_type in settings.entities for entity_type in rule.types):
            yield rule
