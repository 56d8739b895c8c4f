"""Refusals about credits."""

from backend.errors import Refusal


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
