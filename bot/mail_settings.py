"""The settings of e-mail, both ways: `bot/config.py` makes them part of all settings."""

from __future__ import annotations

from email.utils import parseaddr
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationInfo
from pydantic_settings import BaseSettings

from bot.domain.mail import address_of

TOKEN = "{token}"  # noqa: S105 - where a reply address takes it, not one itself

Tls = Literal["tls", "starttls", "none"]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _port(value: object) -> int:
    if not str(value).isdecimal() or not 0 < int(str(value)) < 65536:
        raise ValueError("is not a port: a number from 1 to 65535.")
    return int(str(value))


def _tls(value: object) -> str:
    known = ("tls", "starttls", "none")
    if str(value).lower() not in known:
        raise ValueError(f"is none of {', '.join(known)}.")
    return str(value).lower()


def _kept_secret(way: str) -> AfterValidator:
    """No mail and no password over an open line, but to this machine."""

    def check(value: str, info: ValidationInfo) -> str:
        host = info.data.get(f"{way}_host")
        if value == "none" and host and not is_loopback(host):
            raise ValueError("would send everything over an open line: use tls or starttls.")
        return value

    return AfterValidator(check)


def _sender(value: object) -> str:
    text = str(value)
    name, address = parseaddr(text)
    if address_of(address) is None or any(ord(letter) < 32 for letter in name):
        raise ValueError("is no sender: write it like Support <support@example.com>.")
    return text


def _sender_there(value: str | None, info: ValidationInfo) -> str | None:
    if value is None and info.data.get("smtp_host"):
        raise ValueError("is not set, and e-mail needs a sender.")
    return value


def _reply_address(value: object) -> str:
    text = str(value)
    if text.count(TOKEN) > 1 or address_of(text.replace(TOKEN, "0123456789abcdef")) is None:
        raise ValueError("is no address: write it like support+{token}@example.com.")
    return text


def _user_there(value: str | None, info: ValidationInfo) -> str | None:
    if value is None and info.data.get("imap_host"):
        raise ValueError("is not set, and a mailbox needs one.")
    return value


def _password_there(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    if value is None and info.data.get("imap_host"):
        raise ValueError("is not set, and a mailbox needs one.")
    return value


class MailSettings(BaseSettings):
    """Nothing of it must be set: without SMTP_HOST there is no e-mail, without IMAP_HOST no answers by it."""

    smtp_host: str | None = Field(
        default=None,
        validation_alias="SMTP_HOST",
        description="The server that takes the desk's e-mail; without it the desk writes none.",
        examples=["smtp.example.com"],
        json_schema_extra={"shown": "none: no e-mail"},
    )
    smtp_port: Annotated[int, BeforeValidator(_port)] = Field(
        default=587,
        validation_alias="SMTP_PORT",
        description="Its port: 587 with starttls, 465 with tls.",
        examples=["465"],
    )
    smtp_tls: Annotated[Tls, BeforeValidator(_tls), _kept_secret("smtp")] = Field(
        default="starttls",
        validation_alias="SMTP_TLS",
        description="How that line is kept secret: starttls, tls, or none (to this machine only).",
        examples=["tls"],
    )
    smtp_user: str | None = Field(
        default=None,
        validation_alias="SMTP_USER",
        description="Who we are to that server; without it we do not log in.",
        examples=["support@example.com"],
    )
    smtp_password: SecretStr | None = Field(
        default=None,
        validation_alias="SMTP_PASSWORD",
        description="The password that goes with SMTP_USER.",
        examples=["..."],
    )
    smtp_sender: Annotated[
        str | None,
        BeforeValidator(lambda value: None if value is None else _sender(value)),
        AfterValidator(_sender_there),
    ] = Field(
        default=None,
        validate_default=True,
        validation_alias="SMTP_SENDER",
        description="Whom e-mail comes from: a name and an address that this server may send for.",
        examples=["Support <support@example.com>"],
        json_schema_extra={"shown": "none; must be set with SMTP_HOST"},
    )
    imap_host: str | None = Field(
        default=None,
        validation_alias="IMAP_HOST",
        description="The server with the mailbox that answers come to; without it none are read.",
        examples=["imap.example.com"],
        json_schema_extra={"shown": "none: answers are not read"},
    )
    imap_port: Annotated[int, BeforeValidator(_port)] = Field(
        default=993,
        validation_alias="IMAP_PORT",
        description="Its port: 993 with tls, 143 with starttls.",
        examples=["143"],
    )
    imap_tls: Annotated[Tls, BeforeValidator(_tls), _kept_secret("imap")] = Field(
        default="tls",
        validation_alias="IMAP_TLS",
        description="How that line is kept secret: tls, starttls, or none (to this machine only).",
        examples=["starttls"],
    )
    imap_user: Annotated[str | None, AfterValidator(_user_there)] = Field(
        default=None,
        validate_default=True,
        validation_alias="IMAP_USER",
        description="Whose mailbox it is. Give the desk one of its own: what is unread there, it takes.",
        examples=["support@example.com"],
        json_schema_extra={"shown": "none; must be set with IMAP_HOST"},
    )
    imap_password: Annotated[SecretStr | None, AfterValidator(_password_there)] = Field(
        default=None,
        validate_default=True,
        validation_alias="IMAP_PASSWORD",
        description="The password that goes with IMAP_USER.",
        examples=["..."],
        json_schema_extra={"shown": "none; must be set with IMAP_HOST"},
    )
    imap_folder: str = Field(
        default="INBOX",
        validation_alias="IMAP_FOLDER",
        description="The folder of that mailbox.",
        examples=["Support"],
    )
    imap_authserv_id: str | None = Field(
        default=None,
        validation_alias="IMAP_AUTHSERV_ID",
        description="Your mail server's name in Authentication-Results: answers must then have passed DMARC.",
        examples=["mx.example.com"],
    )
    mail_reply_address: Annotated[
        str | None, BeforeValidator(lambda value: None if value is None else _reply_address(value))
    ] = Field(
        default=None,
        validation_alias="MAIL_REPLY_ADDRESS",
        description="Where answers go if not to the sender; {token} in it if your server has plus addresses.",
        examples=["support+{token}@example.com"],
        json_schema_extra={"shown": "the address of SMTP_SENDER"},
    )

    @property
    def mail_on(self) -> bool:
        """Whether the desk writes e-mail at all."""
        return self.smtp_host is not None
