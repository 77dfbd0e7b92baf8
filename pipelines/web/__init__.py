"""Web pages of this machine: Dagster's interface for one config, guarded and with reports, and pages of one command.

Each name is imported when it is first used, so that a small page does not load Dagster.
"""

from typing import TYPE_CHECKING

from redaction.lazy_names import lazy_names

if TYPE_CHECKING:
    from pipelines.web.local_page import LocalPage
    from pipelines.web.serve import serve
    from pipelines.web.sockets import listen

__all__ = ["LocalPage", "listen", "serve"]

_MODULES = {"LocalPage": "local_page", "listen": "sockets", "serve": "serve"}

__getattr__ = lazy_names(__name__, _MODULES)
