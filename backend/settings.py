"""Everything an operator can set, read once from the environment and checked before the start."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

PREFIX = "MEETONCE_"


class WrongSetting(Exception):
    """An environment variable holds a value that cannot be used; the message is one clear line."""


class Settings(BaseModel):
    """The settings of one installation; the README lists each beside its default.

    `public_url` is the origin that browsers use, without a trailing slash. `sidecar_url` empty
    means that `serve` starts a sidecar of its own on a free loopback port. Durations are seconds.
    """

    model_config = ConfigDict(frozen=True)

    database_url: str = ""
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: str = ""
    sidecar_url: str = ""
    sidecar_token: str = ""
    log_format: Literal["console", "json"] = "console"
    support_url: str = ""
    extension_shadow: Literal["open", "closed"] = "closed"
    disabled_readers: str = ""
    decode_member_ids: bool = True
    hold_seconds: Annotated[float, Field(gt=0, le=3600)] = 120
    sidecar_deadline_seconds: Annotated[float, Field(gt=0, le=60)] = 20
    rate_limit: str = "6000/minute"
    stripe_secret_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_api_base: str = ""
    payment_deadline_seconds: Annotated[float, Field(gt=0, le=60)] = 20

    @field_validator("public_url", "sidecar_url", "stripe_api_base")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise ValueError("must start with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return value

    @field_validator("disabled_readers")
    @classmethod
    def _names_readers(cls, value: str) -> str:
        if not re.fullmatch(r"\s*|\s*[a-z-]+@\d{1,6}\s*(,\s*[a-z-]+@\d{1,6}\s*)*", value):
            raise ValueError("must be like linkedin-profile@3,xing@1")
        return value

    @property
    def broken_readers(self) -> dict[str, int]:
        """The extension's readers that are switched off, each up to the version that is broken."""
        entries = (entry.strip().split("@") for entry in self.disabled_readers.split(","))
        return {entry[0]: int(entry[1]) for entry in entries if len(entry) == 2}

    @model_validator(mode="after")
    def _payments_are_whole(self) -> Self:
        if bool(self.stripe_secret_key) != bool(self.stripe_webhook_secret):
            raise ValueError("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are set together")
        return self

    @property
    def database(self) -> str:
        """The database's URL; `meetonce.db` inside the data folder unless one is set."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'meetonce.db'}"

    @property
    def origin(self) -> str:
        """The origin that browsers use: `public_url`, else the address that we listen on."""
        return self.public_url or f"http://{self.host}:{self.port}"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `environment` asks for; WrongSetting names the wrong variable."""
    given = {
        name: environment[PREFIX + name.upper()]
        for name in Settings.model_fields
        if environment.get(PREFIX + name.upper(), "") != ""
    }
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise WrongSetting(f"{PREFIX}…: {first['msg']}") from None
        name = PREFIX + str(first["loc"][0]).upper()
        raise WrongSetting(f"{name}: {first['msg']} (is {first['input']!r})") from None
    return settings.model_copy(update={"data_dir": settings.data_dir.expanduser().absolute()})
