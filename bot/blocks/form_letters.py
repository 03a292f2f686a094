"""The e-mail with the link to the form for a new case; delivery draws it."""

from __future__ import annotations

from bot.blocks import text as texts
from bot.blocks.letters import Para, html_of, plain_of
from bot.domain.mail import Letter
from bot.domain.web_forms import FormLink, FormWriter


def form_letter(link: FormLink, writer: FormWriter, address: str, desk: str, token: str) -> Letter:
    """The link, until when it holds, and that it is theirs alone. `desk` is what the desk is called."""
    until = texts.spoken(link.expires_at, writer.timezone)
    paras = [
        Para(f"Hello {texts.inline(writer.name, 100)},"),
        Para("with this link you can open a support case: tell us what it is about, and add files."),
        Para("Open a support case", link=address),
        Para(
            f"The link is yours alone and can be used once, until {until}. Please do not pass it on. "
            "You get the number of your case by e-mail at once.",
            small=True,
        ),
        Para(
            "If you did not ask for it, leave it: nothing happens by itself."
            + (f" · {texts.inline(desk, 100)}" if desk else ""),
            small=True,
        ),
    ]
    return Letter(
        to=link.address,
        to_name=writer.name,
        subject="Your link to open a support case",
        text="\n\n".join(plain_of(one) for one in paras) + "\n",
        html=html_of(paras, answers=False),
        token=token,
        thread=f"form-{link.id}",
        at=link.sent_at,
    )
