"""Instants: whole microseconds since 1970-01-01T00:00Z, the one form of time in code and storage.

An integer compares, sorts and stores alike on SQLite and PostgreSQL, and "never" is a number
too, so that no query has to know where a database puts NULLs.
"""

from datetime import UTC, datetime, timedelta

Instant = int

SECOND: Instant = 1_000_000
MINUTE: Instant = 60 * SECOND
HOUR: Instant = 60 * MINUTE
DAY: Instant = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def from_datetime(moment: datetime) -> Instant:
    """The instant of an aware `moment`; a naive one is a bug of the caller."""
    if moment.tzinfo is None:
        raise ValueError("an instant needs an offset")
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


NEVER: Instant = from_datetime(_LAST)


def to_datetime(instant: Instant) -> datetime:
    """`instant` as an aware datetime in UTC."""
    return _EPOCH + timedelta(microseconds=instant)


def render(instant: Instant) -> str:
    """`instant` as RFC 3339 in UTC, with microseconds only where it has any.

    >>> render(0)
    '1970-01-01T00:00:00Z'
    """
    moment = to_datetime(instant)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if moment.microsecond:
        text += f".{moment.microsecond:06d}".rstrip("0")
    return text + "Z"


def render_or_none(instant: Instant | None) -> str | None:
    """As `render`; None for no instant and for `NEVER`."""
    return None if instant is None or instant >= NEVER else render(instant)


def parse(text: str) -> Instant:
    """The instant of an RFC 3339 `text`; ValueError without an offset or when malformed."""
    return from_datetime(datetime.fromisoformat(text))
