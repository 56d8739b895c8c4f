"""Refusals about credits."""

from backend.errors import Forbidden, Refusal


class OutOfCredits(Refusal):
    """The pool cannot cover the price."""

    code = "out_of_credits"
    status = 402
    title = "Out of credits"


class CapReached(Refusal):
    """The member has spent what an admin allows in this cycle."""

    code = "cap_reached"
    status = 402
    title = "Your cap is reached"


class MaxCostExceeded(Refusal):
    """The price is above what the caller said it may cost."""

    code = "max_cost_exceeded"
    status = 402
    title = "It costs more than you allow"


class MaxSpendReached(Refusal):
    """The whole request would cost more than the caller said it may."""

    code = "max_spend_reached"
    status = 402
    title = "It costs more than you allow"


class CreditRefused(Refusal):
    """The policy does not allow this; `reason` is the engine's word."""

    code = "credit_refused"
    status = 409
    title = "The credit policy refuses this"


class HoldClosed(Refusal):
    """The hold was captured, released or has expired."""

    code = "hold_closed"
    status = 409
    title = "The hold is closed"


class RequestDecided(Refusal):
    """Somebody has approved or rejected the request already."""

    code = "already_decided"
    status = 409
    title = "Decided already"


class ExceedsHold(Refusal):
    """More units than the hold was placed for; the hold stays open."""

    code = "exceeds_hold"
    status = 409
    title = "The hold is smaller"


class UseAnalyses(Refusal):
    """Analysing a contact is never a bare charge: it comes with what is found."""

    code = "use_analyses"
    status = 422
    title = "Analyse the contact instead"


class UnknownAction(Refusal):
    """The workspace's policy has no such action."""

    code = "unknown_action"
    status = 422
    title = "No such action"


class Cancelled(Refusal):
    """The subscription has ended."""

    code = "cancelled"
    status = 409
    title = "The subscription has ended"


class PurchaseNotAllowed(Refusal):
    """The workspace's policy sells no credits beside its plans."""

    code = "purchase_not_allowed"
    status = 409
    title = "Nothing is sold"


class UnknownPack(Refusal):
    """The policy sells no pack of this size."""

    code = "unknown_pack"
    status = 422
    title = "No such pack"


class CustomAmountNotSold(Refusal):
    """The policy sells packs, not any number of credits."""

    code = "custom_amount_not_sold"
    status = 422
    title = "Only packs are sold"


class PurchaseSettled(Refusal):
    """The purchase was settled before, by another payment."""

    code = "purchase_settled"
    status = 409
    title = "Settled already"


class PaymentRefUsed(Refusal):
    """The payment has settled another purchase."""

    code = "payment_ref_used"
    status = 409
    title = "The payment is used"


class PaymentsUnavailable(Refusal):
    """The payment service did not answer in time or not sensibly; nothing was bought."""

    code = "payments_unavailable"
    status = 503
    title = "Payments are not available"
    retryable = True


class BadSignature(Refusal):
    """A report that does not carry the payment service's signature, or carries an old one."""

    code = "bad_signature"
    status = 400
    title = "Not signed by the payment service"


class NoTrial(Refusal):
    """The policy has no trial."""

    code = "no_trial"
    status = 409
    title = "There is no trial"


class TrialUsed(Refusal):
    """The trial comes once ever."""

    code = "trial_used"
    status = 409
    title = "The trial is used"


class UnknownPlan(Refusal):
    """The policy has no plan of this name."""

    code = "unknown_plan"
    status = 422
    title = "No such plan"


BY_REASON: dict[str, type[Refusal]] = {
    kind.code: kind
    for kind in (
        HoldClosed,
        ExceedsHold,
        UnknownAction,
        Cancelled,
        PurchaseNotAllowed,
        UnknownPack,
        CustomAmountNotSold,
        NoTrial,
        TrialUsed,
        UnknownPlan,
        Forbidden,
    )
}
"""The refusals that the engine's own words name."""
