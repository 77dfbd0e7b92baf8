"""Shows the reports and example rows of the releases of one corpus, each with the present state of its release."""

from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from pipelines.metadata import EXAMPLES, REPORT_ROUTE
from pipelines.web.examples import draw_rows
from redaction.errors import DiscreetError
from redaction.operations.report import present_examples, present_report
from redaction.release import parse_version
from redaction.release.files.corpus_schema import REPORT
from redaction.state import CorpusPaths

_HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "Cache-Control": "no-store",
}


def with_reports(app: ASGIApp, paths: CorpusPaths) -> ASGIApp:
    """Put the reports of a corpus before an application, which gets all other requests."""

    async def report(request: Request) -> Response:
        asked = request.path_params
        if asked["corpus"] != paths.corpus:
            return PlainTextResponse(f"this interface serves the corpus {paths.corpus}\n", status_code=404)
        try:
            folder = paths.releases / str(parse_version(asked["version"]))
            html = await run_in_threadpool(present_report, folder)
        except DiscreetError as error:
            return PlainTextResponse(f"{error}\n", status_code=404)
        return HTMLResponse(html, headers=_HEADERS)

    async def examples(request: Request) -> Response:
        asked = request.path_params
        if asked["corpus"] != paths.corpus:
            rows: tuple[str, ...] = (f"this interface serves the corpus {paths.corpus}",)
        else:
            try:
                folder = paths.releases / str(parse_version(asked["version"]))
                rows = await run_in_threadpool(present_examples, folder) or ("the card of this release quotes no row",)
            except DiscreetError as error:
                rows = (str(error),)
        return Response(draw_rows(rows), media_type="image/svg+xml", headers=_HEADERS)

    async def nothing(_request: Request) -> Response:
        return PlainTextResponse("there is only the report of each release\n", status_code=404)

    reports = [
        Route(f"/{{corpus}}/{{version}}/{REPORT}", report),
        Route(f"/{{corpus}}/{{version}}/{EXAMPLES}", examples),
        Route("/{path:path}", nothing),
    ]
    return Starlette(routes=[Mount(REPORT_ROUTE, routes=reports), Mount("/", app)])
