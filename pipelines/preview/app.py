"""The web application of the preview. It answers this machine alone, to whoever has the token of the address."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from pipelines.web.guard import Guard
from redaction.base_model import FrozenModel
from redaction.config import Kind, shipped_names
from redaction.errors import DiscreetError
from redaction.operations.preview import Choices, PreviewSession, save_config
from redaction.replacement.settings import OperatorName

_LONGEST: Final = 200_000
_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("pipelines.preview", ""), autoescape=True, undefined=StrictUndefined
)
Body = TypeVar("Body", bound=FrozenModel)


class _Text(FrozenModel):
    text: str = Field(max_length=_LONGEST)
    choices: Choices = Choices()


class _Sample(FrozenModel):
    number: int = Field(ge=0)
    choices: Choices = Choices()


class _Choices(FrozenModel):
    choices: Choices = Choices()


class _Save(FrozenModel):
    name: str = Field(max_length=200)
    choices: Choices = Choices()


def preview_app(session: PreviewSession, config: Path, port: int, token: str) -> Starlette:
    """Make the application.

    Args:
        session: The config and its sample.
        config: The file of the config, beside which choices are saved.
        port: The port that it will listen on; requests for another host or port are refused.
        token: The secret part of the address.

    Returns:
        The application. Nothing is written but by its `save`.
    """

    async def page(_: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        html = _ENVIRONMENT.get_template("page.html.j2").render(
            corpus=session.config.corpus,
            samples=len(session.samples),
            nonce=nonce,
            profiles=shipped_names(Kind.PROFILE),
            policies=shipped_names(Kind.POLICY),
            policy=session.config.rights.policy,
            operators=[name.value for name in OperatorName if name is not OperatorName.KEEP],
            caution=session.config.detection.caution,
            threshold=session.config.detection.threshold,
        )
        policy = f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'"
        return HTMLResponse(html, headers={"Content-Security-Policy": policy, **_PRIVATE})

    def analyze(body: _Text) -> dict[str, Any]:
        return asdict(session.analyze_text(body.text, body.choices))

    def sample(body: _Sample) -> dict[str, Any]:
        if not session.samples:
            return {"text": "", "language": None, "reason": "no record may be used", "spans": [], "redacted": None}
        chosen = session.samples[body.number % len(session.samples)]
        return asdict(session.analyze([chosen], body.choices)[0])

    def totals(body: _Choices) -> dict[str, Any]:
        quality = [each.model_dump(mode="json") for each in session.quality(body.choices)]
        return asdict(session.totals(body.choices)) | {"quality": quality}

    def reasons(body: _Choices) -> dict[str, Any]:
        return {"rows": session.reasons(body.choices).rows()}

    def save(body: _Save) -> dict[str, Any]:
        return {"path": str(save_config(config, body.choices, body.name))}

    routes = [
        Route(f"/{token}/", page, methods=["GET"]),
        Route(f"/{token}/analyze", _answer(_Text, analyze), methods=["POST"]),
        Route(f"/{token}/sample", _answer(_Sample, sample), methods=["POST"]),
        Route(f"/{token}/totals", _answer(_Choices, totals), methods=["POST"]),
        Route(f"/{token}/reasons", _answer(_Choices, reasons), methods=["POST"]),
        Route(f"/{token}/save", _answer(_Save, save), methods=["POST"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, port=port, problems=lambda *_: iter(()))])


def _answer(model: type[Body], answer: Callable[[Body], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
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
