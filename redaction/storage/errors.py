"""What a store refuses, told in one line that holds no credential."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from upath import UPath

from redaction.errors import DiscreetError

_CLIENTS = {"botocore", "aiobotocore", "aiohttp", "s3fs", "gcsfs", "google", "azure", "adlfs", "fsspec"}


NO_BUCKET: Final = "NoSuchBucket"


class StorageError(DiscreetError):
    """A place that is none, or that cannot be reached or used."""


@contextmanager
def reached(place: Path | UPath) -> Iterator[None]:
    """Turns what a store raises into a StorageError.

    What a local disk raises goes on as it is, and so does a FileNotFoundError or FileExistsError about one object.
    Of the store's own message nothing is repeated.
    """
    try:
        yield
    except Exception as error:
        problem = None if isinstance(place, Path) else _problem(error)
        if problem is None:
            raise
        raise StorageError(f"{place}: {problem}") from None


def _problem(error: Exception) -> str | None:
    if error_code(error) == NO_BUCKET:
        return "no such bucket; create it, or correct the URI"
    if isinstance(error, DiscreetError | FileNotFoundError | FileExistsError):
        return None
    if isinstance(error, OSError | NotImplementedError) or type(error).__module__.split(".")[0] in _CLIENTS:
        return _mend(error)
    return None


def _mend(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "access denied; check the credentials in the environment, and what they may do there"
    if "Credential" in type(error).__name__:
        return (
            "no credentials; put them into the environment (for S3 AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY)"
        )
    if isinstance(error, NotImplementedError):
        return "this kind of store cannot do that; choose another"
    return f"cannot be used ({type(error).__name__}); check the endpoint, the network and the store's limits"


def error_code(error: Exception) -> str | None:
    """What S3 calls the error, if it is one of S3's."""
    response = getattr(error.__cause__ or error, "response", None)
    told = response.get("Error") if isinstance(response, dict) else None
    return told.get("Code") if isinstance(told, dict) else None
