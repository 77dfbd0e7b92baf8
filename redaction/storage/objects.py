"""Object stores: whether an object exists, and what a store's error means in one line without credentials."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from upath import UPath

from redaction.errors import DiscreetError

_CLIENTS: Final = {"botocore", "aiobotocore", "aiohttp", "s3fs", "gcsfs", "google", "azure", "adlfs", "fsspec"}
_NO_BUCKET: Final = "NoSuchBucket"


class StorageError(DiscreetError):
    """An invalid path or URI, or a store that cannot be reached or used."""


@contextmanager
def store_errors(path: Path | UPath) -> Iterator[None]:
    """Turn a store's errors into StorageErrors without its message, except for one object that is missing or exists."""
    try:
        yield
    except Exception as error:
        problem = None if isinstance(path, Path) else _problem(error)
        if problem is None:
            raise
        raise StorageError(f"{path}: {problem}") from None


def object_type(path: UPath) -> str | None:
    """Return `file` or `directory`, or None where nothing exists. Raises FileNotFoundError without the bucket."""
    try:
        return str(path.fs.info(path.path)["type"])
    except FileNotFoundError as error:
        if _s3_code(error) == _NO_BUCKET:
            raise
        return None


def _problem(error: Exception) -> str | None:
    if _s3_code(error) == _NO_BUCKET:
        return "no such bucket; create it, or correct the URI"
    if isinstance(error, DiscreetError | FileNotFoundError | FileExistsError):
        return None
    if isinstance(error, OSError | NotImplementedError) or type(error).__module__.split(".")[0] in _CLIENTS:
        return _advice(error)
    return None


def _advice(error: Exception) -> str:
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


def _s3_code(error: Exception) -> str | None:
    """Return S3's error code, or None where the error is not from S3."""
    response = getattr(error.__cause__ or error, "response", None)
    details = response.get("Error") if isinstance(response, dict) else None
    return details.get("Code") if isinstance(details, dict) else None
