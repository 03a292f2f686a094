"""Settings from the environment and `.env`; the command line loads them first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.capture_settings import CaptureSettings
from bot.domain.ids import SlackUserId
from bot.form_settings import FormSettings
from bot.mail_settings import MailSettings, is_loopback

NO_WAY_IN = (
    "is not set, and neither is PORT: set this for Socket Mode, "
    "or PORT and SLACK_SIGNING_SECRET for signed HTTP."
)
NOTHING_TO_VERIFY_WITH = "is not set. Without SLACK_APP_TOKEN Slack comes by signed HTTP, and this proves it."


def _token(prefix: str, what: str) -> BeforeValidator:
    """Slack's tokens say by their first letters what they are; mixing them up is the usual mistake."""

    def check(value: object) -> object:
        if value is None:
            return None
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        if not text.startswith(prefix) or len(text.split()) != 1:
            raise ValueError(f"is not {what}: that is one word which begins with {prefix}.")
        return value

    return BeforeValidator(check)


def _port(value: object) -> object:
    if value is None:
        return None
    if not str(value).isdecimal() or not 0 < int(str(value)) < 65536:
        raise ValueError("is not a port: a number from 1 to 65535.")
    return int(str(value))


def _port_there(value: int | None, info: ValidationInfo) -> int | None:
    if value is None and info.data.get("public_url"):
        raise ValueError("is not set, and the form of CASELINE_PUBLIC_URL is served on it.")
    return value


def _per_minute(value: object) -> int:
    if not str(value).isdecimal() or not 0 < int(str(value)) <= 6000:
        raise ValueError("is not a number of messages a minute, from 1 to 6000.")
    return int(str(value))


def _way_in(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """Slack must be able to reach us. A port that was set wrong is a problem of its own, told there."""
    if value is None and info.data.get("port", "wrong") is None:
        raise ValueError(NO_WAY_IN)
    return value


def _proof_of_slack(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    """By signed HTTP anybody may knock. An app token that was set, even wrongly, means Socket Mode."""
    by_http = info.data.get("slack_app_token", "wrong") is None and info.data.get("port", "wrong") is not None
    if value is None and by_http:
        raise ValueError(NOTHING_TO_VERIFY_WITH)
    return value


def _api_url(value: object) -> str:
    url = urlsplit(str(value))
    if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment:
        raise ValueError("is not a web address.")
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise ValueError("would send the token over an open line: use https (http only on this machine).")
    return str(value).rstrip("/") + "/"


def _database_url(value: object) -> str:
    kind, separator, rest = str(value).partition("://")
    if separator and kind in {"postgres", "postgresql", "postgresql+asyncpg"}:
        return _postgres_url(rest)
    if not separator or kind not in {"sqlite", "sqlite+aiosqlite"}:
        raise ValueError(
            "is neither the address of a PostgreSQL database (postgresql://...) nor of an SQLite file "
            "(sqlite:///...)."
        )
    path = rest.removeprefix("/")
    if path == rest or not path or path.endswith("/") or ":memory:" in path or "?" in path:
        # Writer and readers have connections of their own; a database in memory would be one for each.
        raise ValueError("names no file: three slashes and its path are all it takes.")
    return f"sqlite:///{path}"


def _postgres_url(rest: str) -> str:
    """The address as the driver takes it. What is wrong is said without a word of what was given."""
    try:
        url = urlsplit(f"postgresql://{rest}")
        options = parse_qs(url.query, strict_parsing=True) if url.query else {}
        _ = url.port  # read for what it raises
    except ValueError:
        raise ValueError("cannot be read as an address; in a password, @ is written as %40.") from None
    if not url.path.strip("/") or "/" in url.path.strip("/") or url.fragment:
        raise ValueError("names no database: its name stands behind the server, as in //server/caseline.")
    if not url.hostname and "host" not in options:
        raise ValueError("names no server.")
    unknown = sorted(options.keys() - {"host", "port", "sslmode"})
    if unknown:
        raise ValueError(f"has an option that is not known here: {', '.join(unknown)}.")
    return f"postgresql+asyncpg://{rest}"


def _folder(value: object) -> Path:
    return Path(str(value)).expanduser()


def _admins(value: object) -> tuple[SlackUserId, ...]:
    ids = value.split(",") if isinstance(value, str) else [str(each) for each in _sequence(value)]
    people = tuple(dict.fromkeys(SlackUserId(each.strip()) for each in ids if each.strip()))
    strangers = [each for each in people if not re.fullmatch(r"[UW][A-Z0-9]{3,}", each)]
    if strangers:
        raise ValueError(f"has what is no Slack user id: {', '.join(strangers)}. Ids begin with U or W.")
    if not people:
        raise ValueError("names nobody.")
    return people


def _sequence(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


def _channel(value: object) -> str:
    text = str(value).removeprefix("#")
    if re.fullmatch(r"[CG][A-Z0-9]{5,}", text) or (
        re.fullmatch(r"[\w-]{1,80}", text) and text == text.lower()
    ):
        return text
    raise ValueError("is neither the id of a channel (C...) nor the name of one, in small letters.")


def _log_level(value: object) -> str:
    return _one_of(str(value).upper(), ("DEBUG", "INFO", "WARNING", "ERROR"))


def _log_format(value: object) -> str:
    return _one_of(str(value).lower(), ("text", "json"))


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"is none of {', '.join(known)}.")
    return value


def _default_database(values: dict[str, Any]) -> str:
    return f"sqlite:///{values.get('data', Path('.data')) / 'caseline.db'}"


class StorageSettings(BaseSettings):
    """What `caseline migrate` needs: where the data is. Nothing of Slack."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
        validate_default=False,
    )

    data: Annotated[Path, BeforeValidator(_folder)] = Field(
        default=Path(".data"),
        validation_alias="CASELINE_DATA",
        description="The folder for the database and the files that people attach.",
        examples=["/var/lib/caseline"],
    )
    database_url: Annotated[str, BeforeValidator(_database_url)] = Field(
        default_factory=_default_database,
        validation_alias="DATABASE_URL",
        description="The database that holds everything: an SQLite file, or PostgreSQL for several bots.",
        examples=["postgresql://caseline:password@db.example.com/caseline"],
        json_schema_extra={"shown": "caseline.db in the data folder"},
        repr=False,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Settings built by hand (trial, tests) inherit nothing from the environment of whoever runs them."""
        return (init_settings,) if init_settings() else (env_settings, dotenv_settings)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_unset(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        stripped = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
        return {key: value for key, value in stripped.items() if value != ""}


class Settings(CaptureSettings, FormSettings, MailSettings, StorageSettings):
    """All settings. `load` reads the environment; `Settings(port=1, ...)` takes only what it is given."""

    slack_bot_token: Annotated[SecretStr, _token("xoxb-", "a bot token")] = Field(
        validation_alias="SLACK_BOT_TOKEN",
        description="The bot's token, from the app's page OAuth & Permissions.",
        examples=["xoxb-..."],
    )
    port: Annotated[int | None, BeforeValidator(_port), AfterValidator(_port_there)] = Field(
        default=None,
        validate_default=True,
        validation_alias="PORT",
        description="Where /healthz, /readyz and /metrics answer, requests of Slack, and the web form.",
        examples=["3000"],
        json_schema_extra={"shown": "none: no port is opened"},
    )
    slack_app_token: Annotated[
        SecretStr | None, _token("xapp-", "an app-level token"), AfterValidator(_way_in)
    ] = Field(
        default=None,
        validate_default=True,
        validation_alias="SLACK_APP_TOKEN",
        description="The app-level token (connections:write), from Basic Information; opens Socket Mode.",
        examples=["xapp-..."],
        json_schema_extra={"shown": "none: signed HTTP"},
    )
    slack_signing_secret: Annotated[SecretStr | None, AfterValidator(_proof_of_slack)] = Field(
        default=None,
        validate_default=True,
        validation_alias="SLACK_SIGNING_SECRET",
        description="The signing secret, from Basic Information; signed HTTP needs it, Socket Mode does not.",
        examples=["0123456789abcdef0123456789abcdef"],
    )
    host: str = Field(
        default="0.0.0.0",  # noqa: S104 - a container's port must be reachable from outside it
        validation_alias="CASELINE_HOST",
        description="The address that PORT is opened on; 127.0.0.1 is for a proxy on the same machine.",
        examples=["127.0.0.1"],
    )
    admins: Annotated[tuple[SlackUserId, ...], NoDecode, BeforeValidator(_admins)] = Field(
        validation_alias="CASELINE_ADMINS",
        description="Who may set up the desk: user ids with commas between (Copy member ID in a profile).",
        examples=["U012AB3CD,U045EF6GH"],
    )
    cases_channel: Annotated[str, BeforeValidator(_channel)] = Field(
        default="support-cases",
        validation_alias="CASELINE_CASES_CHANNEL",
        description="The staff's channel for case cards, by name or id. Internal comments are shown there.",
        examples=["C012AB3CD"],
    )
    messages_per_minute: Annotated[int, BeforeValidator(_per_minute)] = Field(
        default=240,
        validation_alias="CASELINE_MESSAGES_PER_MINUTE",
        description="The most messages a minute that your workspace bears, shared among your replicas.",
        examples=["120"],
    )
    slack_api_url: Annotated[str, BeforeValidator(_api_url)] = Field(
        default="https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="The address of the Web API; another one for GovSlack or a local workspace.",
        examples=["https://slack-gov.com/api/"],
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_log_level)] = Field(
        default="INFO",
        validation_alias="CASELINE_LOG_LEVEL",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR.",
        examples=["DEBUG"],
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_log_format)] = Field(
        default="text",
        validation_alias="CASELINE_LOG_FORMAT",
        description="Log lines for people (text) or for machines (json).",
        examples=["json"],
    )
    policy: Annotated[Path | None, BeforeValidator(_folder)] = Field(
        default=None,
        validation_alias="CASELINE_POLICY",
        description="A TOML file whose pick lists replace those of bot/policy.toml.",
        examples=["/etc/caseline/policy.toml"],
        json_schema_extra={"shown": "bot/policy.toml"},
    )

    @property
    def by_signed_http(self) -> bool:
        """Whether Slack comes to our port; else we hold a socket to Slack."""
        return self.slack_app_token is None


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One row of the settings table."""

    variable: str
    meaning: str
    default: str
    example: str


def settings_table() -> tuple[Setting, ...]:
    """Every variable that `load` reads, what must be set first. README's table is held to it."""
    rows = [_row(field) for field in Settings.model_fields.values()]
    return tuple(sorted(rows, key=lambda row: (row.default != "must be set", row.variable)))


def _row(field: FieldInfo) -> Setting:
    extra = field.json_schema_extra
    shown = extra["shown"] if isinstance(extra, dict) else "" if field.default is None else str(field.default)
    return Setting(
        variable=str(field.validation_alias),
        meaning=field.description or "",
        default="must be set" if field.is_required() else str(shown) or "none",
        example=(field.examples or [""])[0],
    )


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One setting that is missing or wrong; `wrong` goes on from the variable's name."""

    setting: Setting
    wrong: str


class SettingsProblems(Exception):
    """All that is wrong with the settings at once; its text is what the operator reads."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        many = "1 setting needs" if len(problems) == 1 else f"{len(problems)} settings need"
        lines = [f"{many} attention (environment or .env):"]
        for problem in problems:
            row = problem.setting
            lines += ["", f"  {row.variable} {problem.wrong}", f"    Meaning: {row.meaning}"]
            lines += [f"    Example: {row.variable}={row.example}"]
        super().__init__("\n".join(lines))


def unusable_folder(error: OSError) -> SettingsProblems:
    """The problem that the data folder cannot be made or entered."""
    row = next(row for row in settings_table() if row.variable == "CASELINE_DATA")
    return SettingsProblems((Problem(setting=row, wrong=f"cannot be used: {error.strerror}."),))


def load() -> Settings:
    """The settings of this process. Raises `SettingsProblems` with all of them."""
    return _load(Settings)


def load_storage() -> StorageSettings:
    """Where the data is, without asking for anything of Slack. Raises `SettingsProblems`."""
    return _load(StorageSettings)


Kind = TypeVar("Kind", bound=StorageSettings)


def _load(kind: type[Kind]) -> Kind:
    try:
        return kind()
    except ValidationError as error:
        rows = {row.variable: row for row in settings_table()}
        wrong = {_variable(each): _wrong(each) for each in error.errors(include_input=False)}
        found = [Problem(setting=rows[name], wrong=wrong[name]) for name in rows if name in wrong]
    raise SettingsProblems(
        tuple(found)
    )  # outside of `except`: the first error's text is no help to an operator


def _variable(error: ErrorDetails) -> str:
    """What an error is about: named by its variable, or by its field where only the default was looked at."""
    named = str(error["loc"][0])
    field = Settings.model_fields.get(named)
    return str(field.validation_alias) if field is not None else named


def _wrong(error: ErrorDetails) -> str:
    return "is not set." if error["type"] == "missing" else error["msg"].removeprefix("Value error, ")
