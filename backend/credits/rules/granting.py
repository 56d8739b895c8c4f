"""Credits that come in: allotments, the trial, purchases, and an owner's corrections."""

from backend.credits.policy import Policy
from backend.credits.policy_files.policy_format import Expires, RolloverMode
from backend.credits.rules.calendar import add_days
from backend.credits.rules.posting import Posting
from backend.credits.rules.state import LotClass, LotSource, Purchase
from backend.instants import NEVER, Instant


def end_of_grants(posting: Posting, policy: Policy) -> Instant:
    """When a lot granted now ends."""
    if policy.rollover is RolloverMode.NONE:
        return posting.cycle_end_at
    if policy.rollover_days is None:
        return NEVER
    return add_days(posting.at, policy.rollover_days, posting.zone)


def grant_allotment(posting: Posting, policy: Policy) -> int:
    """The whole allotment of a cycle that begins, with its earmark; the credits granted."""
    if posting.cancelled:
        return 0
    allotment = policy.allotment(posting.plan, posting.seats)
    posting.largest_allotment_this_cycle = allotment
    earmark = policy.plans[posting.plan].earmark
    wanted = earmark.credits if earmark else 0
    return grant_more(posting, policy, allotment) + grant_earmark(posting, policy, wanted)


def grant_more(posting: Posting, policy: Policy, credits: int) -> int:
    """`credits` of the plan's allotment, counted as granted in this cycle; 0 when none."""
    if credits <= 0:
        return 0
    posting.granted_this_cycle += credits
    ends = end_of_grants(posting, policy)
    return posting.grant(LotSource.ALLOTMENT, credits, "allotment", ends)


def grant_earmark(posting: Posting, policy: Policy, credits: int) -> int:
    """`credits` for the one action that the plan sets some aside for; they end with the cycle."""
    earmark = policy.plans[posting.plan].earmark
    if earmark is None or credits <= 0:
        return 0
    posting.earmarked_this_cycle += credits
    return posting.grant(
        LotSource.ALLOTMENT, credits, "allotment", posting.cycle_end_at, earmark.action
    )


def grant_trial(posting: Posting, policy: Policy) -> int:
    """The trial's credits, which end with the cycle and come once ever."""
    assert policy.trial_credits is not None
    posting.trial_used = True
    return posting.grant(LotSource.TRIAL, policy.trial_credits, "trial", posting.cycle_end_at)


def grant_purchase(posting: Posting, policy: Policy, credits: int) -> int:
    """Credits that were bought and paid."""
    assert policy.topup is not None
    ends = posting.cycle_end_at if policy.topup.expires is Expires.CYCLE else NEVER
    return posting.grant(
        LotSource.PURCHASE, credits, "purchase", ends, lot_class=LotClass.PURCHASED
    )


def purchase_refusal(command: Purchase, policy: Policy, *, cancelled: bool) -> str | None:
    """Why these credits cannot be bought; None when they can."""
    topup = policy.topup
    if cancelled:
        return "cancelled"
    if topup is None:
        return "purchase_not_allowed"
    if command.role not in topup.roles:
        return "forbidden"
    if command.pack is not None:
        on_sale = any(command.pack == pack.credits for pack in topup.packs)
        return None if on_sale else "unknown_pack"
    return None if topup.custom else "custom_amount_not_sold"
