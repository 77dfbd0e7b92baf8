"""Options of stores, without secrets: credentials come from the environment or from fsspec's own config."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, RootModel, field_validator

_SECRET = re.compile(
    r"secret|token|passw|credential|connection_string|(^|_)(key|sas|auth)|apikey|(access|account)_?key"
)
_LOGIN = re.compile(r"://(?:[^/@]*@|[^/@:]*:(?!\d+(?:/|$))[^@]*@)")


class StorageSettings(RootModel[dict[str, dict[str, Any]]]):
    """Options of fsspec file systems, such as `endpoint_url`, by protocol (`s3`, `gs`, …)."""

    model_config = ConfigDict(frozen=True)

    root: dict[str, dict[str, Any]] = {}
    """Options of fsspec file systems, such as `endpoint_url`, by protocol; never a secret."""

    @field_validator("root")
    @classmethod
    def _no_secret(cls, root: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for path, value in _leaves(root):
            if _SECRET.search(path[-1].lower()) or (isinstance(value, str) and _LOGIN.search(value)):
                raise ValueError(f"{'.'.join(path)} is a secret; remove it and put credentials into the environment")
        return root

    def of(self, protocol: str) -> dict[str, Any]:
        """Return the options of one protocol."""
        return self.root.get(protocol, {})


def _leaves(options: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*above, str(name)))
        else:
            yield (*above, str(name)), value
