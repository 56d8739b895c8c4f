"""Who may do what: one table that drives the guards, the documentation and the tests. Pure."""

from shared_schemas.vocabulary import Scope, WorkspaceRole

_READS = frozenset(
    {Scope.CONTACTS_READ, Scope.CAMPAIGNS_READ, Scope.CREDITS_READ, Scope.WORKSPACE_READ}
)
_WORKS = _READS | {Scope.CONTACTS_WRITE, Scope.ANALYSES_WRITE, Scope.CAMPAIGNS_WRITE}
_ALL = frozenset(Scope)

ROLE_SCOPES: dict[WorkspaceRole, frozenset[Scope]] = {
    WorkspaceRole.VIEWER: _READS,
    WorkspaceRole.MEMBER: _WORKS,
    WorkspaceRole.MANAGER: _WORKS | {Scope.ACT_AS},
    WorkspaceRole.ADMIN: _ALL,
    WorkspaceRole.OWNER: _ALL,
}
"""All that a role may ever do; a key narrows it to its own scopes."""

EXTENSION_SCOPES = _WORKS
"""What a paired browser is for, further narrowed to the routes that open to it."""

_RANK = {
    WorkspaceRole.VIEWER: 0,
    WorkspaceRole.MEMBER: 1,
    WorkspaceRole.MANAGER: 2,
    WorkspaceRole.ADMIN: 3,
    WorkspaceRole.OWNER: 4,
}


def at_least(role: WorkspaceRole, needed: WorkspaceRole) -> bool:
    """Whether `role` stands as high as `needed`.

    >>> at_least(WorkspaceRole.ADMIN, WorkspaceRole.MANAGER)
    True
    """
    return _RANK[role] >= _RANK[needed]


def may_manage(actor: WorkspaceRole, other: WorkspaceRole) -> bool:
    """Whether `actor` may remove, demote or make keys for somebody of role `other`.

    Admins manage everybody but owners; nobody makes somebody stronger than themselves.
    """
    return at_least(actor, WorkspaceRole.ADMIN) and _RANK[actor] >= _RANK[other]
