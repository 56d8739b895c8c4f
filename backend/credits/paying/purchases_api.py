"""Routes of purchases: buy, confirm, look, and what the payment service reports."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy import Connection

from backend import idempotency
from backend.credits.paying import checkout, purchasing
from backend.credits.paying.checkout import CURRENCY, Checkout
from backend.credits.paying.purchasing import Begun, Buy, Paid
from backend.credits.paying.subscription import policy_in_force
from backend.credits.policy_files.policy_format import Role
from backend.database import Database
from backend.errors import NotFound
from backend.http import Limit, cursor_of, json_answer, read_cursor
from backend.instants import render
from backend.instants import render_or_none as rendered
from backend.workspaces.callers import acting_member, keyed_of
from backend.workspaces.guards import PUBLIC, opens
from backend.workspaces.policy import at_least
from backend.workspaces.principal import Principal
from shared_schemas.purchases import (
    ConfirmPurchase,
    NewPurchase,
    PaymentHeard,
    PaymentNote,
    PurchaseBody,
    PurchaseList,
)
from shared_schemas.vocabulary import Scope, WorkspaceRole

W = "/v1/workspaces/{workspace_id:str}"
_TAGS = ["Credits"]


async def members_buy(db: Database, principal: Principal) -> bool:
    """Whether a member may buy for themselves, because the policy sells to members.

    Their role has no scope for purchases; a credential with which they spend serves.
    """
    spends = Scope.ANALYSES_WRITE in principal.scopes and principal.kind != "extension"
    if not spends or at_least(principal.role, WorkspaceRole.ADMIN):
        return False
    policy = await db.read(lambda tx: policy_in_force(tx, principal.workspace_id))
    return policy.topup is not None and Role.MEMBER in policy.topup.roles


def purchase_body(row: dict[str, Any], notes: list[Any] | None = None) -> PurchaseBody:
    """A purchase as the outside sees it."""
    return PurchaseBody(
        id=row["id"],
        status=row["status"],
        pack=row["pack"],
        credits=row["credits"],
        price_cents=row["price_cents"],
        currency=CURRENCY,
        member_id=row["member_id"],
        created_at=render(row["created_at"]),
        settled_at=rendered(row["settled_at"]),
        payment_ref=row["payment_ref"],
        receipt_id=row["receipt_id"],
        reason=row["reason"],
        checkout_url=row["checkout_url"] if row["status"] == "pending" else None,
        notes=[PaymentNote(kind=each.kind, at=render(each.at)) for each in notes or ()],
    )


def _text_of(row: dict[str, Any]) -> str:
    return purchase_body(row).model_dump_json()


@post(
    f"{W}/purchases",
    opt=opens(Scope.CREDITS_PURCHASE, role=WorkspaceRole.ADMIN, spends=True, unless=members_buy),
    responses={201: ResponseSpec(PurchaseBody, description="Pending until it is paid")},
    tags=_TAGS,
)
async def buy(
    data: JSONBody[NewPurchase],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    checkouts: NamedDependency[Checkout | None],
) -> Response[Any]:
    """Credits beside the plan: no credit comes before the payment is confirmed."""
    keyed = keyed_of(request, principal, await request.json())
    assert keyed is not None, "the guard asks for a key"
    ask = Buy(
        principal.workspace_id,
        await acting_member(db, principal, data.member_id),
        principal.member_id,
        purchasing.buyer_of(principal.role),
        data.pack,
        data.credits,
        keyed,
        _text_of,
        checkout=checkouts is not None,
    )
    begun: Begun = await db.together(ask.workspace_id, purchasing.begin_purchases, ask)
    if begun.replay is not None:
        return json_answer(begun.replay.status, begun.replay.body, {"Idempotent-Replayed": "true"})
    assert begun.row is not None, "what is not repeated was written"
    row = begun.row
    if checkouts is not None and row["price_cents"] and row["status"] == "pending":
        row = await _open_checkout(db, checkouts, row, keyed)
    return json_answer(201, _text_of(row))


async def _open_checkout(
    db: Database, checkouts: Checkout, row: dict[str, Any], keyed: idempotency.Keyed
) -> dict[str, Any]:
    """Ask for a page to pay on, outside of any transaction, and write it down with the answer."""
    title = f"{row['credits']} credits"
    session_id, url = await checkouts.open(row, title)
    row = {**row, "checkout_id": session_id, "checkout_url": url}

    def store(tx: Connection) -> None:
        place = (row["workspace_id"], row["id"])
        purchasing.change_row(tx, *place, checkout_id=session_id, checkout_url=url)
        idempotency.keep(tx, [(keyed, 201, _text_of(row))], db.clock())

    await db.write(store, lane=row["workspace_id"])
    return row


@post(
    f"{W}/purchases/{{purchase_id:str}}/confirm",
    status_code=200,
    opt=opens(Scope.CREDITS_PURCHASE, role=WorkspaceRole.ADMIN),
    responses={200: ResponseSpec(PurchaseBody, description="Settled; the credits are there")},
    tags=_TAGS,
)
async def confirm(
    purchase_id: FromPath[str],
    data: JSONBody[ConfirmPurchase],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """An admin says that a purchase is paid; saying it again changes nothing."""
    ask = Paid(principal.workspace_id, purchase_id, data.payment_ref, principal.member_id)
    row = await db.together(ask.workspace_id, purchasing.settle_purchases, ask)
    return json_answer(200, _text_of(row))


@get(
    f"{W}/purchases",
    opt=opens(Scope.CREDITS_READ),
    responses={200: ResponseSpec(PurchaseList, description="Newest first")},
    tags=_TAGS,
)
async def list_purchases(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Response[Any]:
    """Purchases, newest first: one's own, or for managers all."""
    before = read_cursor(cursor, (int, str))
    own = None if at_least(principal.role, WorkspaceRole.MANAGER) else principal.member_id

    def look(tx: Connection) -> tuple[list[dict[str, Any]], dict[str, list[Any]]]:
        rows = purchasing.listed(
            tx,
            workspace_id=principal.workspace_id,
            limit=limit,
            before=(before[0], before[1]) if before else None,
            buyer_id=own,
        )
        return rows, purchasing.notes_of(tx, rows)

    rows, notes = await db.read(look)
    body = PurchaseList(
        data=[purchase_body(row, notes.get(row["payment_ref"])) for row in rows[:limit]]
    )
    if len(rows) > limit:
        body.next_cursor = cursor_of(rows[limit - 1]["created_at"], rows[limit - 1]["id"])
    return json_answer(200, body.model_dump_json())


@get(
    f"{W}/purchases/{{purchase_id:str}}",
    opt=opens(Scope.CREDITS_READ),
    responses={200: ResponseSpec(PurchaseBody, description="As it is now")},
    tags=_TAGS,
)
async def get_purchase(
    purchase_id: FromPath[str],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Response[Any]:
    """One purchase, with what the payment service reported of it."""
    place = (principal.workspace_id, purchase_id)
    own = not at_least(principal.role, WorkspaceRole.MANAGER)

    def look(tx: Connection) -> PurchaseBody:
        row = purchasing.find(tx, [place]).get(place)
        if row is None or (own and row["member_id"] != principal.member_id):
            raise NotFound("There is no such purchase in this workspace.")
        return purchase_body(row, purchasing.notes_of(tx, [row]).get(row["payment_ref"]))

    return json_answer(200, (await db.read(look)).model_dump_json())


@post(
    "/v1/webhooks/stripe",
    status_code=200,
    opt=PUBLIC,
    responses={200: ResponseSpec(PaymentHeard, description="Heard; the same however often")},
    tags=_TAGS,
)
async def hear_stripe(
    request: Request[Any, Any, Any],
    db: NamedDependency[Database],
    checkouts: NamedDependency[Checkout | None],
) -> Response[Any]:
    """Stripe reports an event; only what carries its signature is believed."""
    if checkouts is None:
        raise NotFound("No payment service is connected.")
    event = checkouts.read(await request.body(), request.headers.get("stripe-signature"))
    report = checkout.report_of(event)
    lane = report.workspace_id or "payments"
    outcome = await db.together(lane, checkout.hear, report)
    return json_answer(200, PaymentHeard(outcome=outcome).model_dump_json())


ROUTES = [buy, confirm, list_purchases, get_purchase, hear_stripe]
