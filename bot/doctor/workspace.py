"""What `caseline doctor` looks at in Slack: tokens, scopes, clock, cases channel, administrators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from bot import config
from bot.blocks import kit
from bot.blocks.troubles import WITHOUT_SCOPE, trouble
from bot.clock import Clock
from bot.doctor.findings import Finding, Level, fail, ok, safely, warn
from bot.domain.health import Standing
from bot.domain.ids import is_channel_id
from bot.slack.client import SlackClient
from bot.slack.faults import SlackRefused

SKEW, WRONG_CLOCK = 5.0, 60.0
"""Seconds of difference to Slack's clock that are worth a word, and that break things."""

INDISPENSABLE = frozenset({"commands", "chat:write"})
"""Scopes without which nothing works at all."""


async def of_slack(
    slack: SlackClient, settings: config.Settings, clock: Clock, send: bool
) -> AsyncIterator[Finding]:
    standing = await slack.standing(clock.real_now)
    yield _bot_token(standing, settings)
    if standing.error == "no_answer":
        return  # nothing else could be asked either
    yield await safely("way in", lambda: _way_in(slack, settings))
    if standing.error is not None:
        return
    for finding in (*_scopes(standing), _clock(standing)):
        yield finding
    yield await safely("cases channel", lambda: _cases_channel(slack, settings.cases_channel))
    for administrator in settings.admins:
        yield await safely("administrator", partial(_administrator, slack, administrator))
    if send:
        yield await safely("test message", lambda: _test_message(slack, settings.admins[0]))


def _bot_token(standing: Standing, settings: config.Settings) -> Finding:
    if standing.error == "no_answer":
        return fail(
            "Slack",
            f"{settings.slack_api_url} gives no answer.",
            "Check the network, a proxy (HTTPS_PROXY) and SLACK_API_URL.",
        )
    if standing.error is not None:
        found = trouble(standing.error)
        return fail("bot token", found.what, found.remedy)
    return ok("bot token", "Slack knows it.")


async def _way_in(slack: SlackClient, settings: config.Settings) -> Finding:
    if settings.slack_app_token is None:
        return ok(
            "signed HTTP", "the signing secret is set; Slack's first request shows whether it is right."
        )
    try:
        await slack.accepts_app_token(settings.slack_app_token.get_secret_value())
    except SlackRefused as refused:
        return fail(
            "app token",
            f"it opens no socket ({refused.error}).",
            "Make one with connections:write under Basic Information and put it into SLACK_APP_TOKEN.",
        )
    return ok("app token", "it opens a socket.")


def _scopes(standing: Standing) -> list[Finding]:
    if standing.scopes is None:
        return [warn("scopes", "Slack does not say which are granted.", "Compare them with manifest.yml.")]
    add = "Add it as in manifest.yml and install the app again."
    missing = [scope for scope in WITHOUT_SCOPE if scope not in standing.scopes]
    findings = [
        Finding(
            level=Level.FAIL if scope in INDISPENSABLE else Level.WARN,
            about="scopes",
            what=f"{scope} is missing. Without it: {WITHOUT_SCOPE[scope]}.",
            remedy=add,
        )
        for scope in missing
    ]
    needless = sorted(standing.scopes - WITHOUT_SCOPE.keys())
    if needless:
        findings.append(
            warn("scopes", f"{', '.join(needless)}: not needed.", "Take away what nothing else uses.")
        )
    return findings or [ok("scopes", f"all {len(WITHOUT_SCOPE)} of manifest.yml are granted.")]


def _clock(standing: Standing) -> Finding:
    ahead = standing.ahead
    if ahead is None:
        return warn("clock", "Slack told no time to compare with.", "Let this machine follow a time server.")
    way = f"{abs(ahead):.0f} seconds {'ahead of' if ahead > 0 else 'behind'} Slack's."
    if abs(ahead) <= SKEW:
        return ok("clock", "as Slack's.")
    level = Level.FAIL if abs(ahead) > WRONG_CLOCK else Level.WARN
    return Finding(level=level, about="clock", what=way, remedy="Let this machine follow a time server.")


async def _cases_channel(slack: SlackClient, named: str) -> Finding:
    about = "cases channel"
    channel_id: str | None = named
    if not is_channel_id(named):
        channel_id = await slack.channel_named(named, archived=True)
    if channel_id is None:
        return fail(
            about,
            f"Caseline is in no channel #{named}.",
            "Type /invite @Caseline there, or name another one in CASELINE_CASES_CHANNEL.",
        )
    channel = await slack.channel(channel_id)
    if channel.is_archived:
        return fail(about, f"#{channel.name} is archived.", trouble("is_archived").remedy)
    if not channel.is_member:
        return fail(about, f"Caseline is not in #{channel.name}.", "Type /invite @Caseline there.")
    if channel.is_shared:
        return warn(
            about,
            f"#{channel.name} is shared with another organisation, which reads internal comments there.",
            "Choose a channel of your own.",
        )
    return ok(about, f"#{channel.name} ({channel_id}).")


async def _administrator(slack: SlackClient, who: str) -> Finding:
    person = await slack.profile(who)
    if person.deactivated:
        return warn(
            "administrator", f"{person.name} ({who}) is deactivated.", "Take them out of CASELINE_ADMINS."
        )
    return ok("administrator", f"{person.name} ({who}).")


async def _test_message(slack: SlackClient, who: str) -> Finding:
    sentence = "This is a test message of caseline doctor. That you read it means that messages arrive."
    await slack.tell(who, sentence, kit.message(sentence, [kit.section("test", sentence)]).blocks)
    return ok("test message", f"sent to {who}; look whether it is there.")
