"""Readers of the extension that an operator has switched off."""

import pytest

from backend.settings import WrongSetting, read_settings
from tests.flows.ill_sidecar import IllSidecar
from tests.flows.workplace import workplace


def test_each_reader_is_off_up_to_a_version() -> None:
    """Several are named in one setting, and none by default."""
    given = {"MEETONCE_DISABLED_READERS": "linkedin-profile@3, xing@1"}
    assert {"linkedin-profile": 3, "xing": 1} == read_settings(given).broken_readers
    assert {} == read_settings({}).broken_readers


@pytest.mark.parametrize("value", ["xing", "xing@", "xing@1,,github@1", "xing@one", "@1", "a@-1"])
def test_what_names_no_reader_ends_the_start(value: str) -> None:
    """A typing error is found at the start, not when a page is read wrongly."""
    with pytest.raises(WrongSetting, match="DISABLED_READERS"):
        read_settings({"MEETONCE_DISABLED_READERS": value})


async def test_the_extension_learns_of_it_from_me(sqlite_url: str, sidecar: IllSidecar) -> None:
    """What the setting names stands in the answer that the extension asks for anyway."""
    async with workplace(sqlite_url, sidecar, disabled_readers="xing@1,github@2") as place:
        me = (await place.client.get("/v1/me", headers=place.headers())).json()
    assert [
        {"reader": "github", "version": 2},
        {"reader": "xing", "version": 1},
    ] == me["disabled_readers"]
