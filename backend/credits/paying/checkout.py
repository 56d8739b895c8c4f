"""Stripe Checkout: a page to pay on, and what Stripe reports of it, checked by its own library.

Without a key nothing of it is loaded. A session is asked for under the purchase's id, so that a
repeated call gets the same session; the network is never inside a transaction. Credits come from
a signed report alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection, insert, select

from backend.credits.errors import BadSignature, PaymentsUnavailable
from backend.credits.paying import purchasing
from backend.credits.paying.purchasing import Paid, change_row, settle_purchases
from backend.credits.tables import PaymentEvent
from backend.database import table_of
from backend.errors import Refusal
from backend.http import parse_json
from backend.instants import Instant
from backend.settings import Settings

log = structlog.get_logger()

CURRENCY = "usd"
TOLERANCE_SECONDS = 300
_event = table_of(PaymentEvent)
_PAID = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
_ENDED = {
    "checkout.session.async_payment_failed": "failed",
    "checkout.session.expired": "expired",
}
_NOTED = ("charge.refunded", "charge.dispute.", "refund.")


class Checkout:
    """Our side of Stripe: sessions to pay in, and the signature of what it reports."""

    def __init__(self, settings: Settings) -> None:
        import stripe

        self._stripe = stripe
        self._origin = settings.origin
        self._secret = settings.stripe_webhook_secret
        base: Any = {"api": settings.stripe_api_base} if settings.stripe_api_base else None
        self._seconds = settings.payment_deadline_seconds
        # Half of the time for one try, so that a lost answer leaves time for another.
        self._http = stripe.HTTPXClient(timeout=self._seconds / 2)
        self._client = stripe.StripeClient(
            settings.stripe_secret_key,
            base_addresses=base,
            max_network_retries=2,
            http_client=self._http,
        )

    async def open(self, purchase: dict[str, Any], title: str) -> tuple[str, str]:
        """The id and address of the page to pay a purchase on; the same when asked again."""
        names = {"workspace_id": purchase["workspace_id"], "purchase_id": purchase["id"]}
        price = {
            "currency": CURRENCY,
            "unit_amount": purchase["price_cents"],
            "product_data": {"name": title},
        }
        params: Any = {
            "mode": "payment",
            "client_reference_id": purchase["id"],
            "metadata": names,
            "payment_intent_data": {"metadata": names},
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": f"{self._origin}/console?paid={purchase['id']}",
            "cancel_url": f"{self._origin}/console",
        }
        try:
            async with asyncio.timeout(self._seconds):
                session = await self._client.v1.checkout.sessions.create_async(
                    params, {"idempotency_key": purchase["id"]}
                )
        except (self._stripe.StripeError, TimeoutError, ValueError) as error:
            log.warning("checkout_failed", purchase_id=purchase["id"], error=repr(error)[:300])
            raise PaymentsUnavailable(
                "The payment service did not open a checkout. Nothing was bought; try again.",
                charged=0,
            ) from None
        if not session.id or not session.url:
            raise PaymentsUnavailable("The payment service gave no address to pay at.", charged=0)
        return session.id, session.url

    def read(self, payload: bytes, signature: str | None) -> dict[str, Any]:
        """The report in `payload`, if Stripe signed it and not long ago."""
        try:
            self._stripe.WebhookSignature.verify_header(
                payload.decode("utf-8"), signature, self._secret, TOLERANCE_SECONDS
            )
        except (self._stripe.SignatureVerificationError, ValueError, IndexError):
            raise BadSignature("The signature is missing, wrong or too old.") from None
        report = parse_json(payload)
        if not isinstance(report, dict) or not isinstance(report.get("id"), str):
            raise BadSignature("This is no report of an event.")
        return report

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Report:
    """What one event says about a purchase or a payment."""

    id: str
    kind: str
    workspace_id: str | None
    purchase_id: str | None
    payment_ref: str | None
    paid: bool
    amount: int | None
    currency: str | None


def report_of(event: dict[str, Any]) -> Report:
    """The parts of an event that matter here; whatever is missing is None."""
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    thing = thing if isinstance(thing, dict) else {}
    names = thing.get("metadata")
    names = names if isinstance(names, dict) else {}
    kind = str(event.get("type", ""))
    session_id = thing.get("id") if kind.startswith("checkout.session.") else None
    ref = thing.get("payment_intent") or session_id
    return Report(
        event["id"],
        kind,
        _text(names.get("workspace_id")),
        _text(names.get("purchase_id")),
        _text(ref),
        thing.get("payment_status") in ("paid", "no_payment_required"),
        thing.get("amount_total") if isinstance(thing.get("amount_total"), int) else None,
        _text(thing.get("currency")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= 255 else None


def hear(tx: Connection, reports: list[Report], now: Instant) -> Sequence[str | Exception]:
    """Act on a batch of reports, each event once; of each, what became of it."""
    ids = [report.id for report in reports]
    known = {row.id: row.outcome for row in tx.execute(select(_event).where(_event.c.id.in_(ids)))}
    answers: list[str | Exception] = []
    for report in reports:
        if report.id not in known:
            known[report.id] = _act(tx, report, now)
            tx.execute(
                insert(_event),
                {
                    "id": report.id,
                    "kind": report.kind[:100],
                    "at": now,
                    "workspace_id": report.workspace_id,
                    "purchase_id": report.purchase_id,
                    "payment_ref": report.payment_ref,
                    "outcome": known[report.id],
                },
            )
        answers.append(known[report.id])
    return answers


def _act(tx: Connection, report: Report, now: Instant) -> str:
    if report.kind.startswith(_NOTED):
        return "noted"
    if report.kind not in _PAID and report.kind not in _ENDED:
        return "ignored"
    place = (report.workspace_id or "", report.purchase_id or "")
    row = purchasing.find(tx, [place]).get(place)
    if row is None:
        return "unknown_purchase"
    if report.kind in _ENDED:
        if row["status"] == "pending":
            change_row(tx, *place, status=_ENDED[report.kind])
        return _ENDED[report.kind]
    if not report.paid:
        return "unpaid"
    if report.amount != row["price_cents"] or report.currency != CURRENCY:
        return _not_granted(tx, row, "other_amount")
    assert report.payment_ref is not None, "a session has an id"
    (done,) = settle_purchases(tx, [Paid(*place, report.payment_ref, None)], now)
    if not isinstance(done, Refusal):
        return "settled"
    if row["status"] == "settled":
        return "noted"  # paid a second time, by another payment: somebody must look at it
    return _not_granted(tx, row, str(done.facts.get("reason", done.code)))


def _not_granted(tx: Connection, row: dict[str, Any], reason: str) -> str:
    """Money came and credits may not: never silent, for somebody must give the money back."""
    if row["status"] != "settled":
        change_row(tx, row["workspace_id"], row["id"], status="not_granted", reason=reason)
    log.error("payment_not_granted", purchase_id=row["id"], reason=reason)
    return "not_granted"
