"""Turn posts and profiles into a training corpus of what may be used, with personal data redacted.

The names below are the public interface. Each is imported when it is first used, so `import redaction` costs nothing.
It sets one variable of the environment: Polars never spills texts to disk (`redaction.spilling`).
"""

from typing import TYPE_CHECKING

from redaction.lazy_names import lazy_names
from redaction.spilling import never_spill

if TYPE_CHECKING:
    from redaction.config import Config, load_config, load_policy, load_profile, load_regions
    from redaction.detection import Detector, KnownValues, Span
    from redaction.errors import DiscreetError
    from redaction.release.verify import verify
    from redaction.replacement import Replacer
    from redaction.rights.decide import decide

__version__ = "0.1.0"

__all__ = [
    "Config",
    "Detector",
    "DiscreetError",
    "KnownValues",
    "Replacer",
    "Span",
    "__version__",
    "decide",
    "load_config",
    "load_policy",
    "load_profile",
    "load_regions",
    "verify",
]

_PACKAGES = {
    "Config": "config",
    "Detector": "detection",
    "DiscreetError": "errors",
    "KnownValues": "detection",
    "Replacer": "replacement",
    "Span": "detection",
    "decide": "rights",
    "load_config": "config",
    "load_policy": "config",
    "load_profile": "config",
    "load_regions": "config",
    "verify": "release",
}

never_spill()  # before anything imports Polars

__getattr__ = lazy_names(__name__, _PACKAGES)


def __dir__() -> list[str]:
    return __all__
