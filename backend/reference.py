"""The API's reference: the OpenAPI document, and a page that shows it without any other host.

The framework describes parameters, bodies and answers; here each operation is given what it can
refuse, as problems, and the calls that matter are given examples.
"""

import json
from html import escape
from typing import Any

from litestar import Controller, Litestar, MediaType, Request, Response, get
from litestar.routes import HTTPRoute
from pydantic import BaseModel

from backend.errors import ALL_CODES
from backend.workspaces.guards import PUBLIC, Needs

_PROBLEM = "#/components/schemas/Problem"
_SENTENCES = {
    "400": "It cannot be parsed, or a header is missing",
    "401": "No credential, or one that does not count any more",
    "402": "Not enough credits, or more than the caller's bounds: nothing is charged",
    "403": "The role or the scopes do not allow it",
    "404": "No such thing in this workspace",
    "409": "Not possible in this state, or somebody else holds the contact",
    "412": "It has changed since the version that If-Match names",
    "413": "The body is too large",
    "415": "The body is not application/json",
    "422": "A value is not allowed",
    "428": "If-Match is missing",
    "429": "Too many requests with this credential",
    "451": "The person is on the list of those not to contact",
    "503": "The sidecar or the database is too busy: nothing is charged",
}
_JANE = "https://www.linkedin.com/in/jane-doe"
_PAGE = {"name": "Jane Doe", "headline": "Head of Sales at Acme", "about": "I build sales teams."}
_EXAMPLES: dict[str, dict[str, Any]] = {
    "/analyses": {
        "url": _JANE,
        "identifiers": ["urn:li:member:123456789"],
        "source": "profile",
        "max_cost": 1,
        "page": _PAGE,
    },
    "/contacts/lookup": {"items": [{"ref": "r1", "url": _JANE}]},
    "/campaigns": {"name": "Spring", "goal": "20 meetings"},
    "/enrollments": {"url": _JANE, "page": _PAGE, "source": "profile", "max_cost": 1},
    "/enrollments/bulk": {
        "items": [{"ref": "r1", "url": _JANE, "page": _PAGE}],
        "source": "people_search",
        "max_spend": 80,
        "mode": "best_effort",
    },
    "/charges": {"action": "email.find", "quantity": 2},
    "/holds": {"action": "email.find", "quantity": 10},
    "/capture": {"quantity": 4},
    "/events": {"type": "replied", "thread": "thread-1", "message_id": "message-2"},
    "/purchases": {"pack": 25},
    "/confirm": {"payment_ref": "invoice-2026-0042"},
    "/subscription": {"plan": "pro", "seats": 1},
    "/preview": {"plan": "pro"},
    "/move": {"to_campaign": "cam_01kkbfjym0mht3hnxy412055jh"},
    "/api-keys": {"name": "CRM sync", "scopes": ["contacts:read", "analyses:write"]},
    "/members": {"email": "jane@acme.example", "role": "member"},
    "/extension/pairings": {
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "label": "Chromium on Linux",
        "version": "0.1.0",
    },
}


_NEEDS_IF_MATCH = ("ChangeCampaign", "PutCap", "ChangeSubscription")


class NoPages(Controller):
    """The framework's own pages are not served: they load programs from other hosts."""


def document(app: Litestar) -> dict[str, Any]:
    """The OpenAPI document of the application, made once."""
    known: dict[str, Any] | None = getattr(app.state, "openapi", None)
    if known is None:
        known = _without_examples(app.openapi_schema.to_schema())
        _describe(known, app)
        app.state.openapi = known
    return known


def _without_examples(value: Any) -> Any:
    """The same without the framework's own examples, which are made of random letters."""
    if isinstance(value, dict):
        return {
            name: _without_examples(each) for name, each in value.items() if name != "examples"
        }
    if isinstance(value, list):
        return [_without_examples(each) for each in value]
    # A default that is an object of ours goes out as its value.
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _describe(document: dict[str, Any], app: Litestar) -> None:
    document["components"].setdefault("schemas", {})["Problem"] = _problem_schema()
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or not route.path_format.startswith("/v1/"):
            continue
        item = document["paths"].get(route.path_format, {})
        for handler, _ in route.route_handler_map.values():
            for method in handler.http_methods:
                operation = item.get(method.lower())
                if operation is not None:
                    _describe_one(operation, route.path_format, handler.opt.get("needs"))


def _describe_one(operation: dict[str, Any], path: str, needs: Needs | None) -> None:
    takes_body = "requestBody" in operation
    statuses = {"404", "422", "429"}
    if needs is not None:
        statuses |= {"401", "403"}
    else:
        operation["security"] = []
        statuses |= {"401", "403"} if "sessions" in path or "pairings" in path else set()
    if takes_body:
        statuses |= {"400", "409", "413", "415", "503"}
        _add_example(operation, path)
    if needs is not None and needs.spends:
        statuses |= {"400", "402", "409", "451", "503"}
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    if operation.get("operationId", "").endswith(
        ("ChangeCampaign", "PutCap", "ChangeSubscription")
    ):
        statuses |= {"412", "428"}
    if path.endswith("/providers"):
        statuses.add("503")  # it reads what only the sidecar knows
    responses = operation.setdefault("responses", {})
    responses.pop("400", None)  # the framework's own, which is not what is sent
    for status in sorted(statuses):
        responses[status] = {
            "description": _SENTENCES[status],
            "content": {"application/problem+json": {"schema": {"$ref": _PROBLEM}}},
        }


def _add_example(operation: dict[str, Any], path: str) -> None:
    ends = [end for end in _EXAMPLES if path.endswith(end)]
    for media in operation["requestBody"].get("content", {}).values():
        if ends:
            media["examples"] = {"example": {"value": _EXAMPLES[max(ends, key=len)]}}


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "1 to 255 visible characters, a new one for each intent; a repeated call with"
    " the same key and body gets the stored answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}


def _problem_schema() -> dict[str, Any]:
    """RFC 9457; the facts of a refusal stand beside the standard members."""
    return {
        "title": "Problem",
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "request_id", "retryable"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "code": {"type": "string", "enum": sorted(ALL_CODES)},
            "request_id": {"type": "string"},
            "retryable": {"type": "boolean"},
            "errors": {"type": "array", "items": {"type": "object"}},
        },
        "additionalProperties": True,
    }


@get("/v1/openapi.json", opt=PUBLIC, include_in_schema=False)
async def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI 3.1 document."""
    text = json.dumps(document(request.app), ensure_ascii=False)
    return Response(text.encode(), media_type="application/vnd.oai.openapi+json")


@get("/docs", opt=PUBLIC, include_in_schema=False, media_type=MediaType.HTML)
async def docs_page(request: Request[Any, Any, Any]) -> Response[str]:
    """The reference as a page without scripts; `#code` is the place of each problem's code."""
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Response(_page(document(request.app)), media_type=MediaType.HTML, headers=headers)


def _page(document: dict[str, Any]) -> str:
    parts = []
    for path, item in sorted(document["paths"].items()):
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                parts.append(_operation(method, path, operation))
    codes = "".join(
        f"<tr id='{escape(code)}'><td><code>{escape(code)}</code><td>{status}"
        for code, status in sorted(ALL_CODES.items())
    )
    return (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Meetonce API</title>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<style>{_STYLE}</style><h1>Meetonce API</h1><p>{escape(document['info']['description'])}"
        "</p><p><a href='/v1/openapi.json'>OpenAPI 3.1 document</a></p>"
        f"{''.join(parts)}<h2>Problems</h2><table><tr><th>Code<th>Status{codes}</table></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    sentence = escape(str(operation.get("description") or operation.get("summary") or ""))
    body = ""
    for media in operation.get("requestBody", {}).get("content", {}).values():
        for example in media.get("examples", {}).values():
            body += f"<pre>{escape(json.dumps(example['value'], indent=2))}</pre>"
    answers = "".join(
        f"<li><b>{escape(status)}</b> {escape(str(answer.get('description', '')))}"
        for status, answer in sorted(operation.get("responses", {}).items())
    )
    return (
        f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code> {sentence}"
        f"</summary>{body}<ul>{answers}</ul></details>"
    )


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "summary{cursor:pointer;padding:.3rem 0}pre{background:#8882;padding:.7rem;overflow:auto}"
    "td,th{text-align:left;padding:.1rem 1rem .1rem 0}:target{background:#fd08}"
)

ROUTES = [openapi_json, docs_page]
