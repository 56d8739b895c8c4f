"""Whether the ids that a refused request names exist in its workspace.

Another workspace's id answers 404, whatever else is wrong with the request: whoever tries ids must
learn nothing from how a request is refused. Only refused requests pay for the look.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from backend.analyses.tables import Analysis, Enrichment
from backend.campaigns.tables import Campaign, Enrollment
from backend.contacts.tables import Contact, Suppression
from backend.credits.tables import CreditEntry, CreditHold, CreditPurchase, CreditRequest
from backend.database import table_of
from backend.workspaces.tables import ApiKey, Browser, Member

_WHERE: dict[str, Table] = {
    "contact_id": table_of(Contact),
    "contact_ids": table_of(Contact),
    "campaign_id": table_of(Campaign),
    "to_campaign": table_of(Campaign),
    "enrollment_id": table_of(Enrollment),
    "analysis_id": table_of(Analysis),
    "enrichment_id": table_of(Enrichment),
    "receipt_id": table_of(CreditEntry),
    "request_id": table_of(CreditRequest),
    "hold_id": table_of(CreditHold),
    "purchase_id": table_of(CreditPurchase),
    "member_id": table_of(Member),
    "owner_id": table_of(Member),
    "key_id": table_of(ApiKey),
    "browser_id": table_of(Browser),
    "suppression_id": table_of(Suppression),
}
_ID = re.compile(r"[a-z]+_[0-9A-Za-z_]{1,60}")
_MOST = 200

Named = tuple[str, str]
"""The name of a field or parameter, and the id that stands there."""


def ids_named(parameters: Mapping[str, Any], body: Any) -> list[Named]:
    """The ids that a request names in its path and query, and in its body or the body's items."""
    found = list(_of(parameters))
    if isinstance(body, dict):
        found.extend(_of(body))
        items = body.get("items")
        if isinstance(items, list):
            for item in items[:_MOST]:
                if isinstance(item, dict):
                    found.extend(_of(item))
    return found[:_MOST]


def _of(values: Mapping[str, Any]) -> Iterator[Named]:
    for name in _WHERE.keys() & values.keys():
        given = values[name]
        for each in given if isinstance(given, list) else [given]:
            if isinstance(each, str) and _ID.fullmatch(each):
                yield name, each


def first_stranger(tx: Connection, workspace_id: str, named: list[Named]) -> Named | None:
    """The first of these that this workspace does not have."""
    for name, each in named:
        table = _WHERE[name]
        key: Column[Any] = table.c.id
        known = tx.execute(
            select(key).where(table.c.workspace_id == workspace_id, key == each).limit(1)
        ).first()
        if known is None:
            return name, each
    return None
