"""The window that sends a customer the link to the form: to whom, and what became of earlier ones."""

from __future__ import annotations

import slackblocks as sb

from bot.blocks import kit, words_phone
from bot.blocks import text as texts
from bot.blocks.kit import View
from bot.dialogs import forms
from bot.domain.ids import shown
from bot.domain.web_forms import FormLink, SendForm

CALLBACK_ID = SEND = "customer.send_form"
SEND_LINK = "customer.send_link"


def view(form: SendForm, banner: str | None = None) -> View:
    """The window; its button is there where something can be sent."""
    return kit.modal(
        "Send the form",
        [
            *forms.banner(banner),
            kit.header("head", form.name),
            *_what(form),
            *_earlier(form),
        ],
        callback_id=CALLBACK_ID,
    )


def _what(form: SendForm) -> list[sb.Block]:
    if not form.address:
        said = "They have no e-mail address here. Add it with Edit on their page, then send the form."
        return [kit.section("lacking", said)]
    blocks: list[sb.Block] = [kit.rich("to", [["To ", kit.bold(form.address)]])]
    if not form.ready:
        said = "This desk serves no form yet: the operator sets CASELINE_PUBLIC_URL and e-mail."
        return [*blocks, kit.section("off", said)]
    said = (
        f"They get a link by e-mail. For {_days(form.days)}, and once, it opens a form: what it is about, "
        "their own orders and carts, how bad it is, files. What they send waits for triage in Home. Read "
        "the address back first: it is the only one that the form goes to."
    )
    name = f"Send the link to {form.address}"
    send = kit.button("Send the link", SEND_LINK, str(form.customer_id), style="primary", label=name)
    return [*blocks, kit.section("what", said), kit.buttons("acts", send)]


def _days(many: int) -> str:
    return "a day" if many == 1 else f"{many} days"


def _earlier(form: SendForm) -> list[sb.Block]:
    """The newest ones, each with what became of it."""
    if not form.links:
        return []
    lines = [_line(one) for one in form.links]
    return [kit.divider("links.line"), kit.marked_section("links", "*Sent before*\n" + "\n".join(lines))]


def _line(link: FormLink) -> str:
    if link.case_number is not None:
        came = f"case {shown(link.case_number)}"
    else:
        came = words_phone.DELIVERY[link.state] + (f" ({texts.marked(link.error, 80)})" if link.error else "")
        came += f", holds until {texts.date(link.expires_at)}"
    asked = " · asked for more" if link.asks_about is not None else ""
    return (
        f"{texts.date(link.sent_at)} · by {texts.marked(link.sent_by.name, 60)} · "
        f"{texts.marked(link.address, 100)}{asked} · {came}"
    )


def done(form: SendForm) -> View:
    """What the window turns into."""
    return kit.modal(
        "Send the form",
        [
            kit.section("sent", f"The link is on its way to {form.address}."),
            kit.small("next", "What they send comes as a case, and waits for triage in Home."),
        ],
        callback_id=f"{CALLBACK_ID}.done",
        close="Done",
    )
