"""For whom a call is made, and under which key of theirs."""

from typing import Any

from litestar import Request

from backend.database import Database
from backend.errors import Forbidden
from backend.idempotency import Keyed, fingerprint
from backend.workspaces.principal import Principal
from backend.workspaces.queries import known_member
from shared_schemas.vocabulary import Scope


async def acting_member(db: Database, principal: Principal, member_id: str | None) -> str:
    """The member for whom a call is made: the caller, or with `act_as` the member it names."""
    if member_id is None or member_id == principal.member_id:
        return principal.member_id
    if Scope.ACT_AS not in principal.scopes:
        raise Forbidden("This needs the scope act_as.", missing_scope=Scope.ACT_AS.value)
    return (await db.read(lambda tx: known_member(tx, principal.workspace_id, member_id))).id


def keyed_of(request: Request[Any, Any, Any], principal: Principal, body: Any) -> Keyed | None:
    """The caller's Idempotency-Key with the fingerprint of path and body."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    return Keyed(principal.workspace_id, key, fingerprint(request.scope["path"], body))
