"""The settings of the form for customers without Slack: `bot/config.py` makes them part of all settings."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_settings import BaseSettings

from bot.mail_settings import is_loopback

SHORTEST_SECRET = 32


def _public_url(value: object) -> str | None:
    if value is None:
        return None
    try:
        url = urlsplit(str(value))
        _ = url.port  # read for what it raises
    except ValueError:
        raise ValueError("is not a web address.") from None
    if (
        url.scheme not in {"http", "https"}
        or not url.hostname
        or url.query
        or url.fragment
        or "@" in url.netloc
    ):
        raise ValueError("is not a web address.")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("would show forms over an open line: use https (http only on this machine).")
    return str(value).rstrip("/")


def _secret(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    if value is None:
        if info.data.get("public_url"):
            raise ValueError("is not set, and links to the form are signed with it.")
        return None
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"is too short to be a secret: {SHORTEST_SECRET} characters or more.")
    return value


def _days(value: object) -> int:
    if not str(value).isdecimal() or not 0 < int(str(value)) <= 90:
        raise ValueError("is not a number of days, from 1 to 90.")
    return int(str(value))


def _networks(value: object) -> str:
    for one in str(value).split(","):
        try:
            ip_network(one.strip(), strict=False)
        except ValueError:
            raise ValueError(f"has what is no address: {one.strip()}.") from None
    return ",".join(one.strip() for one in str(value).split(","))


class FormSettings(BaseSettings):
    """Nothing of it must be set: without CASELINE_PUBLIC_URL no form is served."""

    public_url: Annotated[str | None, BeforeValidator(_public_url)] = Field(
        default=None,
        validation_alias="CASELINE_PUBLIC_URL",
        description="Where customers reach PORT from outside, for the form that opens cases without Slack.",
        examples=["https://desk.example.com"],
        json_schema_extra={"shown": "none: no form is served"},
    )
    form_secret: Annotated[SecretStr | None, AfterValidator(_secret)] = Field(
        default=None,
        validate_default=True,
        validation_alias="CASELINE_FORM_SECRET",
        description="What links to the form are signed with: 32 random characters, the same for all bots.",
        examples=["0123456789abcdef0123456789abcdef"],
        json_schema_extra={"shown": "none; must be set with CASELINE_PUBLIC_URL"},
    )
    form_days: Annotated[int, BeforeValidator(_days)] = Field(
        default=14,
        validation_alias="CASELINE_FORM_DAYS",
        description="For how many days a link to the form holds.",
        examples=["7"],
    )
    proxies: Annotated[str, BeforeValidator(_networks)] = Field(
        default="127.0.0.1,::1",
        validation_alias="CASELINE_PROXIES",
        description="Whose X-Forwarded-For is believed: the addresses or networks of your own proxies.",
        examples=["10.0.0.0/8"],
    )
