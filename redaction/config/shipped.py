"""Finds policies, region sets, profiles and configs, by path or by the name under which they ship.

`files/` has the layout of the repository: in a checkout it links to `configs/` and `data/`, in a wheel it holds
copies of `configs/` and of the inputs in `data/samples/`.
"""

from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from redaction.config.errors import ConfigError
from redaction.detection.settings import DetectionSettings, read_profile

if TYPE_CHECKING:
    from redaction.rights import Policy, RegionSets

SHIPPED_FILES = Path(str(resources.files("redaction.config"))) / "files"


class Kind(Enum):
    """What can be named: the pattern of the shipped files."""

    CONFIG = "configs/sample.yaml"
    PROFILE = "configs/redaction/*.yaml"
    POLICY = "configs/policies/*.yaml"
    REGIONS = "configs/regions.yaml"


def find(kind: Kind, name: str | Path, root: Path = Path()) -> Path:
    """Find a file by its path from `root`, or else a shipped one by its bare name: `social` or `social.yaml`.

    A path with a folder is never a shipped file: a file of your own that is missing must not be replaced by another.

    Returns:
        The path of the file.

    Raises:
        ConfigError: there is no such file.
    """
    path = root / name
    if path.is_file():
        return path
    shipped = sorted(SHIPPED_FILES.glob(kind.value))
    for each in shipped:
        if str(name) in {each.stem, each.name}:
            return each
    names = [each.stem for each in shipped]
    siblings = sorted(each.name for each in path.parent.glob("*.y*ml"))
    near = [str(Path(name).with_name(each)) for each in get_close_matches(path.name, siblings, 2)]
    near += get_close_matches(path.stem, names, 1)
    meant = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    raise ConfigError(f"{path}: no such file; {meant}correct the path, or choose a shipped one: {', '.join(names)}")


def shipped_names(kind: Kind) -> list[str]:
    """List the names of the shipped files of one kind."""
    return sorted(each.stem for each in SHIPPED_FILES.glob(kind.value))


def load_profile(name: str | Path, root: Path = Path()) -> DetectionSettings:
    """Load a detection profile by its name, such as `social`, or by its path from `root`.

    Returns:
        The settings of a detector.

    Raises:
        ConfigError: there is no such profile.
        DetectionError: the file is not YAML, or a key or value is wrong.
    """
    return read_profile(find(Kind.PROFILE, name, root))


def load_policy(name: str | Path, root: Path = Path()) -> "Policy":
    """Load a policy by its name, such as `linkedin-2024-09`, or by its path from `root`.

    Returns:
        The validated policy.

    Raises:
        ConfigError: there is no such policy.
        RightsError: the file is not YAML, or a key or value is wrong.
    """
    from redaction.rights import read_policy  # noqa: PLC0415 - `load_profile` needs no rights

    return read_policy(find(Kind.POLICY, name, root))


def load_regions(name: str | Path = "regions", root: Path = Path()) -> "RegionSets":
    """Load region sets: the shipped ones, or those of a path from `root`.

    Returns:
        The sets, cached while the file is unchanged.

    Raises:
        ConfigError: there is no such file.
        RightsError: the file is not YAML, or a key or value is wrong.
    """
    path = find(Kind.REGIONS, name, root)
    return _regions(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _regions(path: Path, _modified: int) -> "RegionSets":
    """Cache the sets of an unchanged file: their reader of region names takes seconds to make."""
    from redaction.rights import read_regions  # noqa: PLC0415 - `load_profile` needs no rights

    return read_regions(path)
