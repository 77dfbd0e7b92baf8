"""Dagster's web interface on this machine, for one config: guarded, and with the reports of the releases."""

from pipelines.web.serve import serve
from pipelines.web.sockets import listen

__all__ = ["listen", "serve"]
