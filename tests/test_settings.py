"""Settings: every problem told at once and in words, secrets never shown, README's table complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from bot import policy_file
from bot.config import Settings, SettingsProblems, load, load_storage, settings_table
from bot.domain.policy import label_of
from bot.domain.windows import Windows
from bot.policy_file import PolicyProblems, load_policy

ROOT = Path(__file__).parents[1]
SOUND = {
    "SLACK_BOT_TOKEN": "xoxb-1-secret",
    "SLACK_APP_TOKEN": "xapp-1-secret",
    "CASELINE_ADMINS": "U012AB3CD",
}


@pytest.fixture(autouse=True)
def _a_place_without_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for row in settings_table():
        monkeypatch.delenv(row.variable, raising=False)
    monkeypatch.chdir(tmp_path)


def _load(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in (SOUND | variables).items():
        monkeypatch.setenv(name, value)
    return load()


def _wrong(monkeypatch: pytest.MonkeyPatch, **variables: str) -> dict[str, str]:
    with pytest.raises(SettingsProblems) as refused:
        _load(monkeypatch, **variables)
    return {problem.setting.variable: problem.wrong for problem in refused.value.problems}


def test_three_settings_are_enough_and_the_rest_has_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(monkeypatch)
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-secret"
    assert settings.admins == ("U012AB3CD",)
    assert settings.cases_channel == "support-cases"
    assert settings.data == Path(".data")
    assert settings.database_url == "sqlite:///.data/caseline.db"
    assert settings.slack_api_url == "https://slack.com/api/"
    assert (settings.log_level, settings.log_format) == ("INFO", "text")
    assert (settings.port, settings.policy, settings.slack_signing_secret) == (None, None, None)


def test_everything_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(
        monkeypatch,
        CASELINE_ADMINS=" U012AB3CD, W045EF6GH ,,U012AB3CD",
        CASELINE_CASES_CHANNEL="#desk",
        CASELINE_DATA="/srv/desk",
        CASELINE_LOG_LEVEL="debug",
        CASELINE_LOG_FORMAT="JSON",
        CASELINE_POLICY="/etc/policy.toml",
        PORT="3000",
        SLACK_API_URL="http://127.0.0.1:8765/api",
        SLACK_SIGNING_SECRET="signed",
    )
    assert settings.admins == ("U012AB3CD", "W045EF6GH")
    assert settings.cases_channel == "desk"
    assert settings.database_url == "sqlite:////srv/desk/caseline.db"
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert settings.policy == Path("/etc/policy.toml")
    assert settings.port == 3000
    assert settings.slack_api_url == "http://127.0.0.1:8765/api/"


def test_a_dotenv_file_is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "SLACK_BOT_TOKEN=xoxb-file",
        "SLACK_APP_TOKEN=xapp-file",
        "CASELINE_ADMINS=U0FILE,U0TWO",
        "OTHER=1",
    ]
    Path(".env").write_text("\n".join([*lines, "CASELINE_CASES_CHANNEL=#from-file"]), encoding="utf-8")
    monkeypatch.setenv("CASELINE_CASES_CHANNEL", "from-environment")
    settings = load()
    assert settings.admins == ("U0FILE", "U0TWO")
    assert settings.cases_channel == "from-environment"


def test_what_is_set_to_nothing_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(monkeypatch, PORT="", CASELINE_CASES_CHANNEL="  ", DATABASE_URL="", CASELINE_POLICY="")
    assert (settings.port, settings.cases_channel, settings.policy) == (None, "support-cases", None)
    assert _wrong(monkeypatch, SLACK_BOT_TOKEN="") == {"SLACK_BOT_TOKEN": "is not set."}


def test_a_blank_before_or_after_a_token_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _load(monkeypatch, SLACK_BOT_TOKEN=" xoxb-1\n").slack_bot_token.get_secret_value() == "xoxb-1"


def test_an_operator_with_no_settings_reads_what_is_missing_what_it_means_and_an_example() -> None:
    with pytest.raises(SettingsProblems) as refused:
        load()
    text = str(refused.value)
    assert text.startswith("3 settings need attention")
    for row in settings_table():
        if row.default == "must be set" or row.variable == "SLACK_APP_TOKEN":
            assert f"{row.variable} is not set" in text
            assert row.meaning in text
            assert f"Example: {row.variable}={row.example}" in text


@pytest.mark.parametrize(
    ("variables", "wrong"),
    [
        ({}, {}),
        ({"PORT": "3000"}, {}),
        ({"SLACK_APP_TOKEN": "", "PORT": "3000", "SLACK_SIGNING_SECRET": "signed"}, {}),
        ({"SLACK_APP_TOKEN": ""}, {"SLACK_APP_TOKEN": "neither is PORT"}),
        ({"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "signed"}, {"SLACK_APP_TOKEN": "neither is PORT"}),
        ({"SLACK_APP_TOKEN": "", "PORT": "3000"}, {"SLACK_SIGNING_SECRET": "signed HTTP"}),
        ({"SLACK_APP_TOKEN": "x", "PORT": "3000"}, {"SLACK_APP_TOKEN": "xapp-"}),
        (
            {"SLACK_APP_TOKEN": "", "PORT": "x"},
            {"PORT": "1 to 65535", "SLACK_SIGNING_SECRET": "signed HTTP"},
        ),
    ],
)
def test_one_of_two_ways_in_must_be_set_and_whole(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], wrong: dict[str, str]
) -> None:
    if not wrong:
        by_http = _load(monkeypatch, **variables).by_signed_http
        assert by_http == (variables.get("SLACK_APP_TOKEN") == "")
        return
    found = _wrong(monkeypatch, **variables)
    assert list(found) == list(wrong)
    for variable, said in wrong.items():
        assert said in found[variable]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-secret", "begins with xoxb-"),
        ("SLACK_BOT_TOKEN", "xoxb-1 xoxb-2", "one word"),
        ("SLACK_APP_TOKEN", "xoxb-1-secret", "begins with xapp-"),
        ("CASELINE_ADMINS", "U012AB3CD,@ana", "@ana"),
        ("CASELINE_ADMINS", ",", "names nobody"),
        ("CASELINE_CASES_CHANNEL", "Support Cases", "neither the id of a channel"),
        ("PORT", "http", "from 1 to 65535"),
        ("PORT", "70000", "from 1 to 65535"),
        ("CASELINE_MESSAGES_PER_MINUTE", "0", "from 1 to 6000"),
        ("CASELINE_MESSAGES_PER_MINUTE", "plenty", "from 1 to 6000"),
        ("DATABASE_URL", "mysql://ana:pw-secret@db/desk", "neither the address of a PostgreSQL database"),
        ("DATABASE_URL", "postgresql+psycopg://ana:pw-secret@db/desk", "neither the address of a PostgreSQL"),
        ("DATABASE_URL", "caseline.db", "nor of an SQLite file"),
        ("DATABASE_URL", "postgresql://ana:pw-secret@db", "names no database"),
        ("DATABASE_URL", "postgresql://ana:pw-secret@db/desk/two", "names no database"),
        ("DATABASE_URL", "postgresql:///desk", "names no server"),
        ("DATABASE_URL", "postgresql://ana:pw-secret@db:port/desk", "cannot be read as an address"),
        ("DATABASE_URL", "postgresql://ana:pw-secret@[db/desk", "cannot be read as an address"),
        ("DATABASE_URL", "postgresql://ana:pw-secret@db/desk?options", "cannot be read as an address"),
        ("DATABASE_URL", "postgresql://ana:pw-secret@db/desk?colour=red", "not known here: colour"),
        ("DATABASE_URL", "sqlite://", "names no file"),
        ("DATABASE_URL", "sqlite:///:memory:", "names no file"),
        ("SLACK_API_URL", "slack.com", "not a web address"),
        ("SLACK_API_URL", "http://example.com/api/", "use https"),
        ("CASELINE_LOG_LEVEL", "loud", "none of DEBUG, INFO"),
        ("CASELINE_LOG_FORMAT", "xml", "none of text, json"),
    ],
)
def test_a_wrong_setting_is_named_without_telling_a_secret(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    wrong = _wrong(monkeypatch, **{variable: value})
    assert list(wrong) == [variable]
    assert said in wrong[variable]
    assert "secret" not in wrong[variable]


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = _wrong(monkeypatch, SLACK_BOT_TOKEN="x", CASELINE_ADMINS="", PORT="x", DATABASE_URL="x")
    assert set(wrong) == {"SLACK_BOT_TOKEN", "CASELINE_ADMINS", "PORT", "DATABASE_URL"}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("sqlite:///desk.db", "sqlite:///desk.db"),
        ("sqlite:////srv/desk.db", "sqlite:////srv/desk.db"),
        ("sqlite+aiosqlite:///desk.db", "sqlite:///desk.db"),
        ("postgresql://ana:pw@db/desk", "postgresql+asyncpg://ana:pw@db/desk"),
        ("postgres://ana:p%40w@db:5433/desk", "postgresql+asyncpg://ana:p%40w@db:5433/desk"),
        ("postgresql+asyncpg://db/desk?sslmode=require", "postgresql+asyncpg://db/desk?sslmode=require"),
        (
            "postgresql://ana@/desk?host=/run/postgresql",
            "postgresql+asyncpg://ana@/desk?host=/run/postgresql",
        ),
    ],
)
def test_a_database_may_be_named_as_people_name_it(
    monkeypatch: pytest.MonkeyPatch, given: str, taken: str
) -> None:
    assert _load(monkeypatch, DATABASE_URL=given).database_url == taken


def test_a_channel_may_be_named_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _load(monkeypatch, CASELINE_CASES_CHANNEL="C0CASES").cases_channel == "C0CASES"


def test_secrets_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _load(monkeypatch, SLACK_SIGNING_SECRET="signing-secret")
    told = f"{settings!r} {settings} {settings.model_dump()}"
    assert "secret" not in re.sub("slack_signing_secret|form_secret", "", told)


def test_settings_built_by_hand_take_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELINE_CASES_CHANNEL", "somewhere-real")
    settings = Settings(
        slack_bot_token=SecretStr("xoxb-trial"),
        slack_app_token=SecretStr("xapp-trial"),
        admins=("U0OMAR",),
        data=Path("trial"),
    )
    assert settings.cases_channel == "support-cases"
    assert settings.database_url == "sqlite:///trial/caseline.db"
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


def test_migrating_asks_for_nothing_of_slack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELINE_DATA", "desk")
    assert load_storage().database_url == "sqlite:///desk/caseline.db"
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:pw-secret@db/desk")
    storage = load_storage()
    assert storage.database_url == "postgresql+asyncpg://ana:pw-secret@db/desk"
    assert "secret" not in f"{storage!r} {storage}"
    monkeypatch.setenv("DATABASE_URL", "mysql://db/desk")
    with pytest.raises(SettingsProblems, match="PostgreSQL"):
        load_storage()


def test_the_readme_tells_every_setting_as_the_bot_does() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \| `(.+)` \|$", readme, re.MULTILINE)
    assert rows == [(row.variable, row.meaning, row.default, row.example) for row in settings_table()]


def test_no_example_in_the_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _load(monkeypatch, **{row.variable: row.example for row in settings_table()})


def test_the_packaged_policy_is_sound_and_has_what_a_shop_desk_needs() -> None:
    policy, digest = load_policy(None)
    assert [severity.value for severity in policy.severities] == ["1", "2", "3", "4"]
    assert {kind.value for kind in policy.kinds} == {"enquiry", "complaint", "problem"}
    assert label_of(policy.severities, "1") == "1 - Critical: nobody can order"
    assert 50 <= len(policy.time_zones) <= 100
    assert len(digest) == 64
    helped = [*policy.severities, *policy.business_impacts, *policy.kinds, *policy.resolutions]
    assert all(choice.meaning for choice in helped)


def test_a_file_of_ones_own_replaces_the_lists_that_it_has(tmp_path: Path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text('kinds = [{ value = "praise", label = "Praise" }]\n', encoding="utf-8")
    packaged, before = load_policy(None)
    policy, after = load_policy(own)
    assert [kind.value for kind in policy.kinds] == ["praise"]
    assert policy.severities == packaged.severities
    assert after != before
    own.write_text('# reworded\nkinds = [ {label = "Praise", value = "praise"} ]\n', encoding="utf-8")
    assert load_policy(own) == (policy, after), "a comment does not make another policy"


def test_all_that_is_wrong_with_a_policy_is_told_at_once(tmp_path: Path) -> None:
    own = tmp_path / "policy.toml"
    own.write_text(
        """
        colours = []
        severities = [{ value = 1, label = "1" }]
        kinds = [{ value = "a", label = "A", sense = "?" }, "b", { value = "c" }]
        resolutions = "solved"
        time_zones = [{ value = "Europe/Lissabon", label = "Lisbon" }]
        business_impacts = [{ value = "a", label = "A" }, { value = "a", label = "B" }]
        """,
        encoding="utf-8",
    )
    with pytest.raises(PolicyProblems) as refused:
        load_policy(own)
    text = str(refused.value)
    for said in (
        str(own),
        "colours is no list of a policy",
        "severities, entry 1: the value must be text in quotes.",
        "kinds, entry 1: sense is not a part of an entry.",
        "kinds, entry 2: it is not written as {",
        "kinds, entry 3: it has no label.",
        "resolutions is no list of entries.",
        '"Europe/Lissabon", which is no name',
        'business_impacts has the value "a" 2 times',
    ):
        assert said in text


@pytest.mark.parametrize(("content", "said"), [(b"kinds = [", "not TOML"), (b"\xff\xfe", "not TOML")])
def test_a_file_that_is_no_toml_is_refused_with_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    own = tmp_path / "policy.toml"
    own.write_bytes(content)
    with pytest.raises(PolicyProblems, match=said):
        load_policy(own)
    with pytest.raises(PolicyProblems, match="No such file"):
        load_policy(tmp_path / "nowhere.toml")


def test_the_policy_file_lies_beside_the_code_that_reads_it() -> None:
    assert Path(policy_file.__file__).with_name("policy.toml") == policy_file.PACKAGED_POLICY
    assert policy_file.PACKAGED_POLICY.is_file()


def test_the_packaged_hours_and_reasons_of_escalation_are_those_of_the_rules(tmp_path: Path) -> None:
    packaged, before = load_policy(None)
    assert packaged.escalation == Windows()
    assert [reason.value for reason in packaged.escalation_reasons] == [
        "too_long",
        "worse",
        "financial",
        "other",
    ]
    own = tmp_path / "policy.toml"
    own.write_text("[escalation]\nstandard = [24, 24, 48, 48]\n", encoding="utf-8")
    policy, after = load_policy(own)
    assert policy.escalation == Windows(standard=(24, 24, 48, 48))
    assert before != after
    own.write_text("[escalation]\nstandard = [24]\n", encoding="utf-8")
    with pytest.raises(PolicyProblems, match=r"escalation.standard must have 4 entries"):
        load_policy(own)
