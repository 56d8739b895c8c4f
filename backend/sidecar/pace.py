"""How fast a provider may be asked, and when it is left in peace.

A bucket says how long to wait, so that the waterfall can pass to the next provider instead. A
rest has a reason that an operator can act on: a wrong key will not mend itself within a second.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared_schemas.vocabulary import AskOutcome


class Bucket:
    """Tokens that fill up with time: `per_second` at once, `per_minute` in the long run."""

    def __init__(
        self, per_second: float, per_minute: float, monotonic: Callable[[], float]
    ) -> None:
        self._monotonic = monotonic
        self._rates = ((per_second, max(per_second, 1.0)), (per_minute / 60, per_minute))
        self._full = [size for _, size in self._rates]
        self._at = monotonic()

    def take(self) -> float:
        """Take a token: 0.0, or how many seconds until there is one (none is taken then)."""
        now = self._monotonic()
        passed, self._at = now - self._at, now
        self._full = [
            min(full + passed * rate, size)
            for full, (rate, size) in zip(self._full, self._rates, strict=True)
        ]
        waits = [
            (1 - full) / rate
            for full, (rate, _) in zip(self._full, self._rates, strict=True)
            if full < 1
        ]
        if waits:
            return max(waits)
        self._full = [full - 1 for full in self._full]
        return 0.0


@dataclass(frozen=True, slots=True)
class Rest:
    """A provider left in peace until an instant (seconds since 1970), and why."""

    until: float = 0.0
    reason: str = ""
    failures: int = 0


MOST_FAILURES = 3
_AUTH_SECONDS = 3_600.0
_CREDITS_SECONDS = 900.0
_THROTTLE_SECONDS = 60.0
_ERROR_SECONDS = 30.0
_MOST_ERROR_SECONDS = 900.0

_FAILURES = (AskOutcome.ERROR, AskOutcome.TIMEOUT, AskOutcome.CONTRACT)


def after(
    rest: Rest, outcome: AskOutcome, retry_after: float | None, detail: str | None, now: float
) -> Rest:
    """A provider's rest after an attempt that ended so; a miss is no failure."""
    if outcome is AskOutcome.BAD_KEY:
        return Rest(now + _AUTH_SECONDS, "bad_key", 0)
    if outcome is AskOutcome.NO_CREDITS:
        return Rest(now + _CREDITS_SECONDS, "no_credits", 0)
    if outcome is AskOutcome.THROTTLED:
        wait = _THROTTLE_SECONDS if retry_after is None else retry_after
        return Rest(now + min(wait, _CREDITS_SECONDS), "throttled", rest.failures)
    if outcome in _FAILURES:
        failures = rest.failures + 1
        if failures < MOST_FAILURES:
            return Rest(rest.until, rest.reason, failures)
        pause = min(_ERROR_SECONDS * 2 ** (failures - MOST_FAILURES), _MOST_ERROR_SECONDS)
        return Rest(now + pause, f"{outcome.value}: {detail or 'no answer'}"[:120], failures)
    return Rest()
