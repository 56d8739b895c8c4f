"""The invented people of the demo, known by the address of their demo page.

Only addresses of this machine or of the installation's own origin count, so that a stranger's
page of the same path is never taken for one of ours.
"""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from shared_schemas.page import Page

PEOPLE = Path(__file__).parent.parent / "data" / "sample_people.json"
PATH = "demo/people/"
# What the file holds beside the page's own fields.
_NOT_ON_THE_PAGE = ("slug", "found")


class SamplePeople:
    """Looks up pages of invented people by their canonical keys."""

    name = "sample"

    def __init__(self, own_host: str = "", path: Path = PEOPLE) -> None:
        people: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["people"]
        self._own_host = own_host.removeprefix("www.")
        self._pages: Mapping[str, Page] = {
            person["slug"]: Page.model_validate(
                {field: person[field] for field in person if field not in _NOT_ON_THE_PAGE}
            )
            for person in people
        }

    def page_of(self, identifiers: Sequence[str]) -> Page | None:
        """The page of the first identifier that names one of these people."""
        for identifier in identifiers:
            scheme, _, address = identifier.partition(":")
            host, _, path = address.partition("/")
            if scheme == "web" and path.startswith(PATH) and self._is_ours(host):
                page = self._pages.get(unquote(path.removeprefix(PATH)).lower())
                if page is not None:
                    return page
        return None

    def _is_ours(self, host: str) -> bool:
        if host == self._own_host:
            return True
        bare = host.partition(":")[0] if not host.startswith("[") else host[1:].partition("]")[0]
        if bare == "localhost":
            return True
        try:
            return ipaddress.ip_address(bare).is_loopback
        except ValueError:
            return False
