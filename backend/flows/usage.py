"""The usage report: what the journal says, with the names that other domains know."""

from typing import Any

from sqlalchemy import Connection

from backend.campaigns.roster import campaign_names
from backend.credits import queries as credits
from backend.credits import usage as journal
from backend.credits.api import pace_body
from backend.credits.rules.forecast import effective_credits
from backend.credits.usage import Month, Tally, Usage
from backend.flows.options import next_refill
from backend.instants import Instant, render
from backend.instants import render_or_none as rendered
from backend.workspaces.queries import member_names, workspace_of
from shared_schemas.credits import Lost, UsageBody, UsageMonth, UsageRow
from shared_schemas.shapes import Named


def usage_report(
    tx: Connection,
    *,
    workspace_id: str,
    member_id: str | None,
    reader_id: str,
    months: int,
    group_by: list[str],
    now: Instant,
) -> UsageBody:
    """What the workspace used, or one member; pace and forecast are of the reader's pool."""
    workspace = workspace_of(tx, workspace_id)
    assert workspace is not None, "a principal's workspace exists"
    found = journal.usage(
        tx,
        workspace_id=workspace_id,
        member_id=member_id,
        months=journal.months_until(now, workspace.time_zone, months),
        group_by=group_by,
    )
    pool = credits.standing(
        tx, workspace_id=workspace_id, member_id=member_id or reader_id, now=now
    )
    used = sum(each.used for each in found.totals)
    refunded = sum(each.refunded for each in found.totals)
    rate = min(1.0, refunded / used) if used > 0 else 0.0
    return UsageBody(
        window=f"{months}m",
        time_zone=workspace.time_zone,
        group_by=group_by,
        rows=_rows(tx, workspace_id, found, group_by),
        groups_left_out=found.groups_left_out,
        months=[_month(*each) for each in zip(found.months, found.totals, strict=True)],
        used=used,
        refunded=refunded,
        monthly_average=round(used / months, 2),
        effective_credits=effective_credits(used, rate),
        refund_rate=round(rate, 4),
        lost=_lost(found, months),
        pace=pace_body(pool.pace),
        runs_out_at=rendered(pool.runs_out_at),
        next_refill_at=next_refill(pool.pool, pool.policy),
    )


def _month(month: Month, tally: Tally) -> UsageMonth:
    return UsageMonth(
        **_span(month),
        used=tally.used,
        refunded=tally.refunded,
        charges=tally.charges,
        free=tally.free,
        granted=tally.granted,
        adjusted=tally.adjusted,
        expired=tally.expired,
        forfeited=tally.forfeited,
        lost=tally.expired + tally.forfeited,
    )


def _span(month: Month) -> dict[str, str]:
    return {"month": month.name, "start": render(month.start), "end": render(month.end)}


def _lost(found: Usage, months: int) -> Lost:
    """What nobody used, in a sentence that does not hide it."""
    expired = sum(each.expired for each in found.totals)
    forfeited = sum(each.forfeited for each in found.totals)
    lost = expired + forfeited
    span = "this month" if months == 1 else f"these {months} months"
    if lost == 0:
        explanation = f"You lost no credits in {span}."
    else:
        parts = []
        if expired:
            parts.append(f"{expired} ended unused")
        if forfeited:
            parts.append(f"{forfeited} were taken by a downgrade or a cancellation")
        word = "credit" if lost == 1 else "credits"
        explanation = f"You lost {lost} {word} in {span}: {' and '.join(parts)}."
    return Lost(credits=lost, expired=expired, forfeited=forfeited, explanation=explanation)


def _rows(tx: Connection, workspace_id: str, found: Usage, group_by: list[str]) -> list[UsageRow]:
    names = _names(tx, workspace_id, found, group_by)
    rows: list[UsageRow] = []
    for group, tallies in found.groups.items():
        shown: dict[str, Any] = {
            name: _shown(name, value, names) for name, value in zip(group_by, group, strict=True)
        }
        rows.extend(
            UsageRow(
                **{**_span(month), **shown},
                used=tally.used,
                refunded=tally.refunded,
                charges=tally.charges,
                free=tally.free,
            )
            for month, tally in zip(found.months, tallies, strict=True)
        )
    return rows


def _shown(name: str, value: str | None, names: dict[str, str]) -> Any:
    if value is None or name not in ("member", "campaign"):
        return value
    return Named(id=value, name=names.get(value))


def _names(tx: Connection, workspace_id: str, found: Usage, group_by: list[str]) -> dict[str, str]:
    """The names of the members and campaigns that the report shows."""
    names: dict[str, str] = {}
    for kind, look in (("member", member_names), ("campaign", campaign_names)):
        if kind in group_by:
            place = group_by.index(kind)
            ids = {group[place] for group in found.groups} - {None}
            known = look(tx, {(workspace_id, str(each)) for each in ids})
            names.update({each: name for (_, each), name in known.items() if name is not None})
    return names
