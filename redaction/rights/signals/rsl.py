"""Really Simple Licensing 1.0: an XML document that licenses the addresses of a site."""

from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from redaction.rights.signals.meaning import NOTHING, Effect, Meaning, SignalError, path_matches, path_of, strictest

_NAMESPACE: Final = "https://rslstandard.org/rsl "
_TRAINING: Final = frozenset({"all", "ai-all", "ai-train", "train-ai"})
_FREE: Final = "free"
_LONGEST: Final = 1_000_000


@dataclass(slots=True)
class _License:
    """One license: the words that it permits and prohibits by their kind, and how it is paid."""

    permits: dict[str, set[str]] = field(default_factory=dict)
    prohibits: dict[str, set[str]] = field(default_factory=dict)
    payment: str = _FREE

    @property
    def lets_train(self) -> bool:
        """Whether training is permitted to everyone, everywhere, for nothing."""
        limited = (self.permits.keys() | self.prohibits.keys()) - {"usage"}
        permitted = self.permits.get("usage", set()) & _TRAINING
        return bool(permitted) and not limited and not self.prohibits.get("usage", set()) & _TRAINING and self.is_free

    @property
    def is_free(self) -> bool:
        """Whether nothing is owed."""
        return self.payment == _FREE


@dataclass(slots=True)
class _Content:
    url: str
    served: bool
    licenses: list[_License] = field(default_factory=list)

    @property
    def meaning(self) -> Meaning:
        """What the licenses say; one that must be asked for at a server is not granted."""
        if self.served:
            return Meaning(Effect.RESERVED, "server")
        return NOTHING if any(each.lets_train for each in self.licenses) else Meaning(Effect.RESERVED, "license")


def read_rsl(value: str, url: str | None = None) -> Meaning:
    """Read a document for the address `url`.

    Training is left alone only where a license permits it by name, to everyone and for nothing. An address that no
    `content` covers is not reserved.

    Returns:
        What it means for training.

    Raises:
        SignalError: there is no address, or the document is no RSL: not well formed, too long, of another namespace,
            with a document type, or without contents.
    """
    path_of(url)
    contents = _parse(value)
    return strictest([each.meaning for each in contents if path_matches(each.url, url)])


def _parse(value: str) -> list[_Content]:
    if len(value) > _LONGEST:
        raise SignalError
    reader = _Reader()
    try:
        reader.parser.Parse(value.strip().encode(), True)
    except (expat.ExpatError, UnicodeEncodeError, KeyError, IndexError):
        raise SignalError from None
    if not reader.contents or any(not each.licenses and not each.served for each in reader.contents):
        raise SignalError
    return reader.contents


class _Reader:
    """Collects the contents of a document while it is parsed. Entities and document types are refused."""

    def __init__(self) -> None:
        self.contents: list[_Content] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._path: list[str] = []
        self._words: list[str] = []
        self._kind = ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        own = name.removeprefix(_NAMESPACE)
        if not self._path and name != f"{_NAMESPACE}rsl":
            raise SignalError
        self._path.append(own)
        match self._path[1:]:
            case ["content"]:
                served = "server" in attributes or attributes.get("encrypted", "false") != "false"
                self.contents.append(_Content(attributes["url"], served))
            case ["content", "license"]:
                self.contents[-1].licenses.append(_License())
            case ["content", "license", "permits" | "prohibits"]:
                self._kind, self._words = attributes["type"], []
            case ["content", "license", "payment"]:
                self.contents[-1].licenses[-1].payment = attributes.get("type", _FREE)

    def _text(self, text: str) -> None:
        self._words.append(text)

    def _end(self, _name: str) -> None:
        if self._path[1:-1] == ["content", "license"] and self._path[-1] in {"permits", "prohibits"}:
            license_ = self.contents[-1].licenses[-1]
            kept = license_.permits if self._path[-1] == "permits" else license_.prohibits
            words = "".join(self._words).replace(",", " ").lower().split()
            kept.setdefault(self._kind, set()).update(words)
        self._path.pop()


def _refuse(*_: object) -> None:
    raise SignalError
