"""Refuses requests that a local page does not send, such as those of other web sites.

Dagster has no login and answers every request that reaches it. Listening on the loopback address keeps other machines
out, but not a page of another site in the browser of this machine: it can send requests here, and with a name that it
resolves to this address it can read the answers. So the names of host and origin are checked, and whatever changes
something is taken only as the JSON that Dagster's own pages send.
"""

from collections.abc import Callable, Iterator
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_GRAPHQL: Final = "/graphql"
_CLOSED: Final = ("/report_asset_", "/notebook", "/dagit/", "/logs/")
"""What the pages do not need: events from outside, notebooks from the disk, what steps have printed."""
_HEADERS: Final = {
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
Problems = Callable[[Scope, Headers], Iterator[str]]


class Guard:
    """An ASGI application in front of another one that passes on only what its own pages send."""

    def __init__(self, app: ASGIApp, port: int, problems: Problems) -> None:
        """Guard an application.

        Args:
            app: The application.
            port: The port of the loopback address that it listens on.
            problems: Yields why a request of an allowed host and origin is refused all the same.
        """
        self._app, self._problems = app, problems
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, or refuse it with a line that says why."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope, Headers(scope=scope))
        if refusal and scope["type"] == "websocket":
            await WebSocketClose(code=1008, reason=refusal)(scope, receive, send)
        elif refusal:
            await PlainTextResponse(f"refused: {refusal}\n", status_code=403)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> str:
        """Return why a request is refused, "" if it is not."""
        origins = headers.getlist("origin")
        if len(headers.getlist("host")) != 1 or headers["host"].lower() not in self._hosts:
            return "the request names another host; use the address that the command printed"
        if len(origins) > 1 or not self._origins.issuperset(origins):
            return "the request comes from another site"
        if scope["type"] == "websocket":
            return "" if origins else "a connection must name its origin"
        return next(self._problems(scope, headers), "")


def dagster_problems(scope: Scope, headers: Headers) -> Iterator[str]:
    """Yield why a request is not one of the pages of Dagster's interface."""
    method, path = scope["method"], scope["path"]
    if method not in _METHODS:
        yield f"method {method}"
    if path.startswith(_CLOSED):
        yield "this address of Dagster is closed"
    if method == "POST" and path != _GRAPHQL:
        yield "nothing is posted to this address"
    if method == "POST" and headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        yield "a query is posted as application/json"
    if method != "POST" and path.rstrip("/") == _GRAPHQL and scope["query_string"]:
        yield "a query is posted, as it may change something"
    if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
        yield "the request comes from another site"


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            missing = {name: value for name, value in _HEADERS.items() if name not in headers}
            headers.update(missing)
        await send(message)

    return send_with_headers
