"""The only way out to a vendor: one origin, bounded time and size, no redirects, no proxies.

Every connection that the sidecar makes for a provider goes to the origin of its settings. What
a vendor answers is never an address to go to.
"""

import asyncio
import json
import re
import ssl
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

MOST_BYTES = 1_000_000
_SAFE_SEGMENT = re.compile(r"[A-Za-z0-9_.~-]{1,200}")


class WireFailed(Exception):
    """The vendor could not be reached or did not answer like a web server; says how."""


class WrongOrigin(ValueError):
    """The address of a provider cannot be used."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A vendor's answer: its status, its headers in lower case, its body as a JSON value.

    `body` is None where there is none; `broken` tells a body that is no JSON.
    """

    status: int
    headers: dict[str, str]
    body: Any = None
    broken: bool = False


def checked_origin(url: str) -> str:
    """`url` without a trailing slash, if it is an http(s) address without credentials."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WrongOrigin("must start with http:// or https:// and name a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise WrongOrigin("must be an address without credentials, query or fragment")
    return url.rstrip("/")


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates count: hundreds, read once and not for each vendor."""
    return httpx.create_ssl_context(trust_env=False)


class Wire:
    """Connections to one vendor."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.origin = checked_origin(url)
        self._client = httpx.AsyncClient(
            headers={
                "Accept": "application/json",
                **(headers or {}),
                "Accept-Encoding": "identity",
            },
            verify=_trusted(),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(30, connect=5),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8),
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def get(self, path: str, seconds: float, params: dict[str, Any] | None = None) -> Heard:
        """GET below the origin."""
        return await self._call("GET", path, seconds, params=params)

    async def post(self, path: str, body: Any, seconds: float) -> Heard:
        """POST JSON below the origin. It may cost money: nobody repeats it blindly."""
        return await self._call("POST", path, seconds, json=body)

    async def _call(self, method: str, path: str, seconds: float, **options: Any) -> Heard:
        """One exchange under one deadline: httpx's own count from read to read."""
        try:
            async with (
                asyncio.timeout(seconds),
                self._client.stream(method, self.origin + path, **options) as response,
            ):
                return await _hear(response)
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TimeoutError from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise WireFailed(type(error).__name__) from error


async def _hear(response: httpx.Response) -> Heard:
    if 300 <= response.status_code < 400:
        raise WireFailed(f"redirected ({response.status_code}); redirects are not followed")
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise WireFailed("compressed, though asked not to")
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > MOST_BYTES:
            raise WireFailed(f"larger than {MOST_BYTES} bytes")
    headers = {name.lower(): value for name, value in response.headers.items()}
    if not content:
        return Heard(response.status_code, headers)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return Heard(response.status_code, headers, broken=True)
    return Heard(response.status_code, headers, body)


def segment(token: str) -> str:
    """A vendor's id as one segment of a path; anything that could be more is refused."""
    if not _SAFE_SEGMENT.fullmatch(token) or set(token) <= {"."}:
        raise WireFailed("the vendor's id cannot be part of an address")
    return token


def retry_after(heard: Heard, otherwise: float, most: float = 3_600) -> float:
    """How long a vendor asks to be left alone: its `Retry-After`, in seconds or as an instant
    (counted from the answer's own `Date`), else `otherwise`."""
    told = heard.headers.get("retry-after")
    seconds = seconds_of(told, most)
    if seconds is None and told and heard.headers.get("date"):
        try:
            until = parsedate_to_datetime(told)
            wait = (until - parsedate_to_datetime(heard.headers["date"])).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return otherwise
        seconds = min(wait, most) if wait >= 0 else None
    return otherwise if seconds is None else seconds


def seconds_of(value: str | None, most: float = 3_600) -> float | None:
    """A header that counts seconds; None where it is absent or no number."""
    try:
        seconds = float(value) if value else None
    except ValueError:
        return None
    return min(seconds, most) if seconds is not None and seconds >= 0 else None
