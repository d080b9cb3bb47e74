"""The routes that machines ask: alive, ready, figures. Knows nothing of questions or of people."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from web.http_errors import Refusal
from web.metrics import CONTENT_TYPE, Metrics, Readiness


def probe_routes(metrics: Metrics, readiness: Readiness, token: str) -> APIRouter:
    """`/healthz`, `/readyz`, and `/metrics` for who has the token; without a token there is no `/metrics`."""
    router = APIRouter()

    @router.get("/healthz")
    def report_alive() -> dict[str, Any]:
        return {"status": "ok"}

    @router.get("/readyz")
    def report_ready() -> JSONResponse:
        parts = readiness.parts_ready()
        whole = all(parts.values())
        told = {"status": "ok" if whole else "not ready", **{n: "ok" if w else "away" for n, w in parts.items()}}
        return JSONResponse(told, 200 if whole else 503)

    @router.get("/metrics")
    def report_figures(request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not token or not secrets.compare_digest(given, f"Bearer {token}".encode()):
            raise Refusal("address", 404)
        return Response(metrics.exposition_text(), media_type=CONTENT_TYPE)

    return router
