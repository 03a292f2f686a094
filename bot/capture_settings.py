"""The settings of what is taken from Slack into cases: threads and files. `config.Settings` has them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings


def _emoji(value: object) -> str:
    name = str(value).strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]{1,100}", name):
        raise ValueError("is no name of an emoji, as it stands between colons.")
    return name


def _files(value: object) -> str:
    if str(value).lower() not in ("keep", "leave"):
        raise ValueError("is neither keep nor leave.")
    return str(value).lower()


def _megabytes(value: object) -> int:
    if not str(value).isdecimal() or not 0 < int(str(value)) <= 1000:
        raise ValueError("is not a number of megabytes, from 1 to 1000.")
    return int(str(value))


class CaptureSettings(BaseSettings):
    """What is taken from Slack."""

    emoji: Annotated[str, BeforeValidator(_emoji)] = Field(
        default="ticket",
        validation_alias="CASELINE_EMOJI",
        description="The emoji that, put on a message, offers to open a case from its thread.",
        examples=["sos"],
    )
    files: Annotated[Literal["keep", "leave"], BeforeValidator(_files)] = Field(
        default="keep",
        validation_alias="CASELINE_FILES",
        description="Whether files of cases are kept in the data folder (keep) or left in Slack (leave).",
        examples=["leave"],
    )
    largest_file: Annotated[int, BeforeValidator(_megabytes)] = Field(
        default=50,
        validation_alias="CASELINE_LARGEST_FILE",
        description="The largest file that is kept, in megabytes; a larger one is left in Slack.",
        examples=["200"],
    )
