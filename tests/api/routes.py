"""What the contract says of each route: its scope, role, and whether browsers may ask."""

from dataclasses import dataclass

ROLES = ["viewer", "member", "manager", "admin", "owner"]


RANK = {role: rank for rank, role in enumerate(ROLES)}


READS = {"contacts:read", "campaigns:read", "credits:read", "workspace:read"}


WORKS = READS | {"contacts:write", "analyses:write", "campaigns:write"}


ALL = WORKS | {"act_as", "credits:purchase", "workspace:admin"}


SCOPES = {
    "viewer": READS,
    "member": WORKS,
    "manager": WORKS | {"act_as"},
    "admin": ALL,
    "owner": ALL,
}


@dataclass(frozen=True)
class Route:
    """What the contract says of a route."""

    method: str
    path: str
    scope: str
    role: str = "viewer"
    extension: bool = False
    spends: bool = False


# Below the workspace, but for those that begin with a slash and v1.
TABLE = [
    Route("GET", "/v1/me", "workspace:read", extension=True),
    Route("POST", "analyses", "analyses:write", "member", extension=True, spends=True),
    Route("GET", "analyses/ana_1", "contacts:read", extension=True),
    Route(
        "POST", "analyses/ana_1/refresh", "analyses:write", "member", extension=True, spends=True
    ),
    Route("POST", "contacts/lookup", "contacts:read", extension=True),
    Route("GET", "contacts", "contacts:read"),
    Route("GET", "contacts/con_1", "contacts:read"),
    Route("POST", "campaigns", "campaigns:write", "member"),
    Route("GET", "campaigns", "campaigns:read", extension=True),
    Route("GET", "campaigns/cam_1", "campaigns:read", extension=True),
    Route("PATCH", "campaigns/cam_1", "campaigns:write", "member"),
    Route("POST", "campaigns/cam_1/actions/launch", "campaigns:write", "member"),
    Route("GET", "campaigns/cam_1/conflicts", "campaigns:read"),
    Route("GET", "campaigns/cam_1/enrollments", "campaigns:read", extension=True),
    Route(
        "POST",
        "campaigns/cam_1/enrollments",
        "campaigns:write",
        "member",
        extension=True,
        spends=True,
    ),
    Route(
        "POST",
        "campaigns/cam_1/enrollments/bulk",
        "campaigns:write",
        "member",
        extension=True,
        spends=True,
    ),
    Route("POST", "enrollments/enr_1/move", "campaigns:write", "member", extension=True),
    Route("POST", "enrollments/enr_1/actions/pause", "campaigns:write", "member"),
    Route("POST", "quotes", "contacts:read", extension=True),
    Route("GET", "/v1/policies", "workspace:read"),
    Route("GET", "/v1/policies/pol_1", "workspace:read"),
    Route("POST", "charges", "analyses:write", "member", extension=True, spends=True),
    Route("POST", "holds", "analyses:write", "member", spends=True),
    Route("POST", "holds/hol_1/capture", "analyses:write", "member", spends=True),
    Route("POST", "holds/hol_1/release", "analyses:write", "member"),
    Route("POST", "contacts/con_1/events", "contacts:write", "member", extension=True),
    Route("POST", "enrichments", "analyses:write", "member", extension=True, spends=True),
    Route("GET", "enrichments", "contacts:read", extension=True),
    Route("GET", "enrichments/enm_1", "contacts:read", extension=True),
    Route("GET", "providers", "workspace:admin", "admin"),
    Route("GET", "contacts/con_1/fields", "contacts:read", extension=True),
    Route("GET", "balance", "credits:read", extension=True),
    Route("GET", "usage", "credits:read"),
    Route("POST", "purchases", "credits:purchase", "admin", spends=True),
    Route("GET", "purchases", "credits:read"),
    Route("GET", "purchases/pur_1", "credits:read"),
    Route("POST", "purchases/pur_1/confirm", "credits:purchase", "admin"),
    Route("GET", "subscription", "workspace:read"),
    Route("PUT", "subscription", "workspace:admin", "admin"),
    Route("POST", "subscription/preview", "workspace:admin", "admin"),
    Route("POST", "subscription/cancel", "workspace:admin", "admin"),
    Route("POST", "trial", "credits:purchase", "admin"),
    Route("GET", "lots", "credits:read"),
    Route("POST", "simulations", "credits:read", "manager"),
    Route("GET", "ledger", "credits:read"),
    Route("GET", "receipts/rcp_1", "credits:read"),
    Route("POST", "credit-requests", "analyses:write", "member", extension=True),
    Route("GET", "credit-requests", "credits:read", extension=True),
    Route("POST", "credit-requests/req_1/approve", "workspace:read", "manager"),
    Route("POST", "credit-requests/req_1/reject", "workspace:read", "manager"),
    Route("GET", "", "workspace:read"),
    Route("PATCH", "", "workspace:admin", "admin"),
    Route("POST", "adjustments", "workspace:admin", "owner"),
    Route("GET", "members", "workspace:read"),
    Route("POST", "members", "workspace:admin", "admin"),
    Route("PATCH", "members/mem_1", "workspace:admin", "admin"),
    Route("DELETE", "members/mem_1", "workspace:admin", "admin"),
    Route("GET", "members/mem_1/cap", "workspace:read", "manager"),
    Route("PUT", "members/mem_1/cap", "workspace:read", "manager"),
    Route("POST", "api-keys", "workspace:admin", "admin"),
    Route("GET", "api-keys", "workspace:admin", "admin"),
    Route("DELETE", "api-keys/key_1", "workspace:admin", "admin"),
    Route("GET", "browsers", "workspace:read"),
    Route("DELETE", "browsers/brw_1", "workspace:read"),
    Route("POST", "suppressions", "workspace:admin", "admin"),
    Route("GET", "suppressions", "workspace:admin", "admin"),
    Route("DELETE", "suppressions/sup_1", "workspace:admin", "admin"),
]


IDS = [f"{route.method} {route.path}" for route in TABLE]
