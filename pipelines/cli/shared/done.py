"""What commands that record or write something print with `--json`: one object each."""

from datetime import date

from pydantic import Field

from redaction.base_model import FrozenModel


class FileReport(FrozenModel):
    """A file that was written."""

    file: str = Field(description="The file.")


class RecordedReport(FrozenModel):
    """Requests that were recorded."""

    requests: tuple[str, ...] = Field(description="The ids of the requests, which name nobody.")
    new: int = Field(description="How many were not recorded before.")
    unknown: int = Field(description="How many are of nobody in the profiles.")


class ExtendedReport(FrozenModel):
    """A request whose time was extended."""

    request: str = Field(description="The id of the request.")
    due: date = Field(description="When the answer is due now.")


class EventsReport(FrozenModel):
    """Rights events that were recorded."""

    recorded: int = Field(description="How many events were not recorded before.")


class PackagesReport(FrozenModel):
    """Packages for members that were written."""

    packages: int = Field(description="How many packages were written.")
    certificates: int = Field(description="How many of them have a certificate of deletion.")
    written: str = Field(description="The package, or the folder of several.")
    verdict: str | None = Field(
        default=None, description="Of one package: `not_gone`, `gone` or `never_released`; null for several."
    )
    readable: int | None = Field(
        default=None, description="How many records can be read in releases; null for several."
    )


class CertifyReport(FrozenModel):
    """A certificate of deletion that was written or checked."""

    certificate: str = Field(description="The file.")
    proven: bool = Field(description="Whether signature and evidence are unchanged; the exit code is 1 if not.")
    problems: tuple[str, ...] = Field(description="What is not.")
    levels: dict[str, bool | None] = Field(description="Whether each level was reached; null where it does not apply.")


class DescendantReport(FrozenModel):
    """A copy or product that was registered."""

    descendant: str = Field(description="Its id.")


class AcknowledgedReport(FrozenModel):
    """What the holder of a copy or product did."""

    takedown: str = Field(description="The takedown.")
    descendant: str = Field(description="The copy or product.")
    response: str = Field(description="What was done.")


class SignOffReport(FrozenModel):
    """A sign-off, or the public key of the holder of a role."""

    public_key: str = Field(description="The public key, for `release.governance.sign_off`.")
    role: str | None = Field(default=None, description="The role that agreed; null with `--show-key`, as what follows.")
    corpus: str | None = Field(default=None, description="The corpus.")
    version: str | None = Field(default=None, description="The version that waits.")
    manifest_sha256: str | None = Field(default=None, description="The digest of its manifest, which was signed.")
