"""A page of one command, on this machine alone, for whoever has the token of its address."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from pipelines.web.guard import Guard
from redaction.base_model import FrozenModel
from redaction.errors import DiscreetError

_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("pipelines", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
Body = TypeVar("Body", bound=FrozenModel)


class LocalPage:
    """An HTML page and the questions that its script asks. Nothing is loaded from elsewhere."""

    def __init__(self, template: str, values: Mapping[str, Any]) -> None:
        """Take the template, a file below `pipelines` that extends `web/frame.html.j2`, and its values."""
        self._template, self._values = template, values
        self._answers: dict[str, Callable[[Request], Awaitable[Response]]] = {}

    def answer(self, path: str, model: type[Body], function: Callable[[Body], dict[str, Any]]) -> None:
        """Answer POST requests: the body is JSON of a model, and so is what the function returns."""
        self._answers[path] = _endpoint(model, function)

    def app(self, port: int, token: str) -> Starlette:
        """Make the application for a port of the loopback address, at a secret path."""

        async def page(_: Request) -> Response:
            nonce = secrets.token_urlsafe(16)
            html = _ENVIRONMENT.get_template(self._template).render(nonce=nonce, **self._values)
            policy = f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'"
            return HTMLResponse(html, headers={"Content-Security-Policy": policy, **_PRIVATE})

        routes = [
            Route(f"/{token}/", page, methods=["GET"]),
            *(Route(f"/{token}/{path}", answer, methods=["POST"]) for path, answer in self._answers.items()),
        ]
        return Starlette(routes=routes, middleware=[Middleware(Guard, port=port, problems=lambda *_: iter(()))])


def _endpoint(model: type[Body], answer: Callable[[Body], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint that reads a JSON body, computes in a thread, and states mistakes in one line."""

    async def endpoint(request: Request) -> Response:
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return JSONResponse({"error": "send JSON"}, status_code=415)
        try:
            body = model.model_validate_json(await request.body())
        except ValidationError as error:
            place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
            return JSONResponse({"error": f"{place or 'body'}: not valid"}, status_code=422)
        try:
            return JSONResponse(await run_in_threadpool(answer, body), headers=_PRIVATE)
        except DiscreetError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return endpoint
