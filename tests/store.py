"""A real S3 server on this machine, with made-up credentials and a bucket for each test."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from upath import UPath

from redaction.storage import StorageSettings, parse_path

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "made-up",
    "AWS_SECRET_ACCESS_KEY": "made-up-too",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@dataclass(frozen=True)
class Store:
    """The server. `storage` is the storage section of a config."""

    endpoint: str

    @property
    def storage(self) -> dict[str, Any]:
        return {"s3": {"endpoint_url": self.endpoint}}

    @contextmanager
    def in_environment(self) -> Iterator[None]:
        """Set the credentials and the endpoint for this process, and for commands in processes of their own."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in _CREDENTIALS.items():
                patch.setenv(name, value)
            patch.delenv("AWS_PROFILE", raising=False)
            patch.setenv("AWS_ENDPOINT_URL", self.endpoint)
            yield

    def path(self, uri: str) -> UPath:
        path = parse_path(uri, Path(), StorageSettings(self.storage))
        assert isinstance(path, UPath)
        return path

    def bucket(self) -> UPath:
        path = self.path(f"s3://b{uuid4().hex}")
        path.fs.mkdir(path.path)
        return path


@contextmanager
def running() -> Iterator[Store]:
    from moto.server import ThreadedMotoServer  # most tests need no store

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield Store(f"http://{host}:{port}")
    server.stop()
