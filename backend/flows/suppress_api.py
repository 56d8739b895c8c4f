"""Routes of the list of people not to contact."""

import json
from typing import Any

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody

from backend.contacts import queries as contacts
from backend.contacts.identifiers import InvalidIdentity
from backend.contacts.identity import canonicalize
from backend.database import Database
from backend.errors import InvalidRequest
from backend.flows import suppress
from backend.flows.intake import identity_refusal
from backend.http import Limit, cursor_of, json_answer, read_cursor
from backend.instants import Instant, render
from backend.settings import Settings
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.contacts import Suppress, SuppressionBody
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"


@post(
    f"{W}/suppressions",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    responses={201: ResponseSpec(SuppressionBody, description="On the list now")},
    tags=["Suppressions"],
)
async def add_suppression(
    data: JSONBody[Suppress],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Somebody not to contact; whatever is ongoing with them stops."""
    target = _target(data, settings)
    row = await db.write(
        lambda tx: suppress.suppress(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            target=target,
            reason=data.reason,
            now=now,
        ),
        lane=principal.workspace_id,
    )
    return json_answer(201, _suppression_body(row).model_dump_json())


def _target(data: Suppress, settings: Settings) -> suppress.Target:
    given = [data.url, data.contact_id, data.email_domain]
    if sum(each is not None for each in given) != 1:
        raise InvalidRequest(
            "Name exactly one of url, contact_id and email_domain.",
            errors=[{"field": "url", "message": "exactly one of the three is needed"}],
        )
    if data.url is None:
        return suppress.Target(None, data.contact_id, data.email_domain)
    try:
        found = canonicalize(data.url, decode_member_ids=settings.decode_member_ids)
    except InvalidIdentity as error:
        raise identity_refusal(error) from None
    return suppress.Target(found)


def _suppression_body(row: Any) -> SuppressionBody:
    return SuppressionBody(
        id=row.id,
        kind=row.kind,
        label=row.label,
        reason=row.reason,
        created_by=row.created_by,
        created_at=render(row.created_at),
    )


@get(
    f"{W}/suppressions",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    tags=["Suppressions"],
)
async def list_suppressions(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[Any]:
    """The list of people not to contact, newest first."""
    before = read_cursor(cursor, (int, str))
    rows = await db.read(
        lambda tx: contacts.suppressions_page(
            tx,
            workspace_id=principal.workspace_id,
            limit=limit,
            before=(before[0], before[1]) if before else None,
        )
    )
    last = rows[limit - 1] if len(rows) > limit else None
    body = {
        "data": [_suppression_body(row).model_dump(mode="json") for row in rows[:limit]],
        "next_cursor": cursor_of(last.created_at, last.id) if last else None,
    }
    return json_answer(200, json.dumps(body, ensure_ascii=False))


@delete(
    f"{W}/suppressions/{{suppression_id:str}}",
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    status_code=204,
    tags=["Suppressions"],
)
async def lift_suppression(
    suppression_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> None:
    """Take a line off the list."""
    await db.write(
        lambda tx: suppress.lift(
            tx,
            workspace_id=principal.workspace_id,
            member_id=principal.member_id,
            suppression_id=suppression_id,
            now=now,
        ),
        lane=principal.workspace_id,
    )


ROUTES = [add_suppression, list_suppressions, lift_suppression]
