"""Direct messages about people recognised by e-mail: the question and its outcome; delivery draws them."""

from __future__ import annotations

from bot.blocks import kit, words
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.blocks.names import ROLE_NAMES
from bot.domain.contacts import Decision, Recognition
from bot.domain.people import Role
from bot.domain.refusals import Reason, Refusal


def question(asked: Recognition) -> Message:
    """For whoever may confirm: who came, as whom the customer named them, and the two buttons.

    Both names stand there, because a name that does not fit is the sign of an address that changed hands.
    """
    name, account = texts.inline(asked.person_name, 60), texts.inline(asked.account_name, 60)
    role = ROLE_NAMES[asked.contact.role].lower()
    spoken = (
        f"Is {name} a {role} of {account}? Their e-mail address is that of a contact. Nothing is set up yet."
    )
    facts: list[list[kit.Part]] = [
        [kit.bold("In Slack: "), f"{name}, {texts.inline(asked.email)}"],
        [kit.bold("Named by the customer: "), _named(asked)],
        [kit.bold("They would be: "), f"{role} of {account}"],
    ]
    yes = kit.button("Confirm", "person.confirm", str(asked.id), style="primary", label=f"Confirm {name}")
    no = kit.button("Not them", "person.reject", str(asked.id), label=f"{name} is not this contact")
    return kit.message(
        spoken,
        [kit.section("what", spoken), kit.rich("facts", facts), kit.buttons("acts", yes, no)],
    )


def _named(asked: Recognition) -> str:
    by = f", named by {texts.inline(asked.contact.named_by, 60)}" if asked.contact.named_by else ""
    return f"{texts.inline(asked.contact.name, 60)}, {texts.inline(asked.contact.email)}{by}"


def told(asked: Recognition) -> Message:
    """For the person themselves."""
    sentences = {
        Decision.ASKED: words.plain(Refusal(Reason.BEING_CONFIRMED), "UTC"),
        Decision.CONFIRMED: (
            f"You are set up: {ROLE_NAMES[asked.contact.role].lower()} of "
            f"{texts.inline(asked.account_name, 60)}. Type /case help, or look at Home."
        ),
        Decision.REJECTED: (
            "You could not be confirmed. Ask an administrator of the desk to add you with /desk people."
        ),
    }
    sentence = sentences[asked.state]
    return kit.message(sentence, [kit.section("what", sentence)])


def settled(asked: Recognition) -> Message:
    """What stands where the question stood: who has decided, how and when. It has no buttons any more."""
    name, by = texts.inline(asked.person_name, 60), texts.inline(asked.decided_by, 60)
    role, account = ROLE_NAMES[asked.contact.role].lower(), texts.inline(asked.account_name, 60)
    how = "confirmed it" if asked.state is Decision.CONFIRMED else "said that it is not them"
    sentence = f"Is {name} a {role} of {account}? {by} {how}."
    assert asked.decided_at is not None
    return kit.message(
        sentence, [kit.section("what", sentence), kit.small("when", texts.date(asked.decided_at))]
    )


def decided(asked: Recognition, warning: str | None = None) -> Message:
    """For whoever has just decided; `warning`, mrkdwn, where the account has too many contacts or too few."""
    sentence = outcome(asked)
    more = [kit.small("warning", warning)] if warning and asked.contact.role is Role.DSC else []
    return kit.message(sentence, [kit.section("what", sentence), *more])


def outcome(asked: Recognition) -> str:
    """What came of it, raw text."""
    name = texts.inline(asked.person_name, 60)
    if asked.state is not Decision.CONFIRMED:
        return f"{name} is not set up, and is told to ask an administrator."
    role, account = ROLE_NAMES[asked.contact.role].lower(), texts.inline(asked.account_name, 60)
    return f"{name} is now a {role} of {account}, and is told so."
