"""Who asks: the member behind a credential, and what that credential opens."""

from dataclasses import dataclass

from shared_schemas.vocabulary import Scope, WorkspaceRole


@dataclass(frozen=True, slots=True)
class Principal:
    """A member of a workspace, as one credential presents them.

    `kind` is `key`, `extension` or `session`; `credential_id` names the key or the browser.
    """

    kind: str
    credential_id: str
    workspace_id: str
    member_id: str
    name: str
    email: str
    role: WorkspaceRole
    scopes: frozenset[Scope]
