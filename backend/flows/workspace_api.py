"""Routes of the workspace itself: its name, its time zone, when it is warned."""

from typing import Any

from litestar import Response, get, patch
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody
from sqlalchemy import Connection

from backend.credits.journal.store import set_alerts
from backend.credits.queries import policies_in_use
from backend.credits.rules.alerts import read_thresholds, write_thresholds
from backend.database import Database
from backend.http import json_answer
from backend.instants import Instant, render
from backend.workspaces import actions, queries
from backend.workspaces.guards import opens
from backend.workspaces.principal import Principal
from shared_schemas.vocabulary import Scope, WorkspaceRole
from shared_schemas.workspaces import ChangeWorkspace, WorkspaceBody

W = "/v1/workspaces/{workspace_id:str}"


@get(
    W,
    opt=opens(Scope.WORKSPACE_READ),
    responses={200: ResponseSpec(WorkspaceBody, description="As it is")},
    tags=["Workspace"],
)
async def get_workspace(
    principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> Response[Any]:
    """The workspace: its name, time zone, policy, and when it is warned."""
    body = await db.read(lambda tx: _body(tx, principal.workspace_id))
    return json_answer(200, body.model_dump_json())


@patch(
    W,
    opt=opens(Scope.WORKSPACE_ADMIN, role=WorkspaceRole.ADMIN),
    responses={200: ResponseSpec(WorkspaceBody, description="As it is now")},
    tags=["Workspace"],
)
async def change_workspace(
    data: JSONBody[ChangeWorkspace],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    now: NamedDependency[Instant],
) -> Response[Any]:
    """Another name, time zone or set of alert thresholds; what is left out stays."""
    thresholds = None if data.alert_thresholds is None else write_thresholds(data.alert_thresholds)
    given = {
        "name": data.name,
        "time_zone": data.time_zone,
        "alert_thresholds": thresholds,
    }
    changes = {name: value for name, value in given.items() if value is not None}

    def do(tx: Connection) -> WorkspaceBody:
        if changes:
            actions.change_workspace(tx, workspace_id=principal.workspace_id, changes=changes)
            actions.note(
                tx,
                workspace_id=principal.workspace_id,
                member_id=principal.member_id,
                action="workspace.changed",
                subject=principal.workspace_id,
                now=now,
                **changes,
            )
        if thresholds is not None:
            set_alerts(tx, workspace_id=principal.workspace_id, thresholds=thresholds)
        return _body(tx, principal.workspace_id)

    body = await db.write(do, lane=principal.workspace_id)
    return json_answer(200, body.model_dump_json())


def _body(tx: Connection, workspace_id: str) -> WorkspaceBody:
    found = queries.workspace_of(tx, workspace_id)
    assert found is not None, "a principal's workspace exists"
    return WorkspaceBody(
        id=found.id,
        name=found.name,
        time_zone=found.time_zone,
        policy=max(policies_in_use(tx, workspace_id), key=lambda each: each.version).id,
        alert_thresholds=list(read_thresholds(found.alert_thresholds)),
        created_at=render(found.created_at),
    )


ROUTES = [get_workspace, change_workspace]
