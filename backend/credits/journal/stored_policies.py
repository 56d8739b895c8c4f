"""Policies as they are stored: immutable versions, so parsed once and kept."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from backend.credits.policy import Policy, parse_policy
from backend.credits.tables import CreditPolicy
from backend.database import table_of
from backend.statements import bind_keys, key_rows

_policy = table_of(CreditPolicy)
_rows, (_id,) = key_rows("id")
_FIND = select(_policy.c.id, _policy.c.source).select_from(
    _rows.join(_policy, _policy.c.id == _id)
)
_parsed: dict[str, Policy] = {}


def stored_policies(tx: Connection, ids: Iterable[str]) -> dict[str, Policy]:
    """The policies of these ids (name@version), as stored. An unknown id is a bug."""
    wanted = set(ids)
    missing = [(each,) for each in wanted if each not in _parsed]
    if missing:
        for row in tx.execute(_FIND, bind_keys(missing)):
            _parsed[row.id] = parse_policy(row.source)
    return {each: _parsed[each] for each in wanted}
