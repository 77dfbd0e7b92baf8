"""The training and data mining assertion of CAWG 1.1 (before: C2PA), alone or in a manifest store.

A manifest is taken out of a file, and its signature checked, by `c2pa-python`; what its reader returns as JSON is the
value of the signal.
"""

from typing import Any, Final

from redaction.rights.signals.meaning import NOTHING, Effect, Meaning, SignalError, read_json, strictest

_LABELS: Final = frozenset({"cawg.training-mining", "c2pa.training-mining"})
_USES: Final = frozenset({"allowed", "notAllowed", "constrained"})
_TRAINING: Final = ("ai_training", "ai_generative_training", "data_mining")
_OTHER: Final = "ai_inference"
_VALID: Final = frozenset({"Valid", "Trusted"})


def read_assertion(value: str, _url: str | None = None) -> Meaning:
    """Read an assertion (`entries`), or the JSON of a manifest store with its validation state.

    `constrained` denies like `notAllowed`, as the terms are not in the assertion.

    Returns:
        What it means for training.

    Raises:
        SignalError: it is neither; a use is none of the known ones; or the store was not found to be valid.
    """
    document = read_json(value)
    if not isinstance(document, dict):
        raise SignalError
    if "manifests" not in document:
        return _entries(document)
    if document.get("validation_state") not in _VALID:
        raise SignalError
    manifests, active = document["manifests"], document.get("active_manifest")
    if not isinstance(manifests, dict) or active not in manifests:
        raise SignalError
    assertions = manifests[active].get("assertions", []) if isinstance(manifests[active], dict) else None
    if not isinstance(assertions, list) or not all(isinstance(each, dict) for each in assertions):
        raise SignalError
    stated = [each for each in assertions if str(each.get("label", "")).partition("__")[0] in _LABELS]
    return strictest([_entries(each.get("data")) for each in stated])


def _entries(assertion: Any) -> Meaning:
    entries = assertion.get("entries") if isinstance(assertion, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise SignalError
    return strictest([_entry(name, entry) for name, entry in entries.items()])


def _entry(name: str, entry: Any) -> Meaning:
    use = entry.get("use") if isinstance(entry, dict) else None
    family, _, about = name.partition(".")
    if use not in _USES or family not in {"cawg", "c2pa"} or about not in (*_TRAINING, _OTHER):
        raise SignalError
    return NOTHING if use == "allowed" or about == _OTHER else Meaning(Effect.RESERVED, about)
