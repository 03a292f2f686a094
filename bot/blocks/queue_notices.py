"""Messages about decisions on fraud: a second person is asked, and whoever wanted it is told."""

from __future__ import annotations

from bot.blocks import kit, queues
from bot.blocks import text as texts
from bot.blocks.kit import Message
from bot.domain.commerce.fraud_queue import FraudShown


def proposed(shown: FraudShown) -> Message:
    """For those who may agree."""
    proposal = shown.proposal
    assert proposal is not None  # whoever draws it has looked
    order, number = shown.order, texts.inline(shown.order.number, 60)
    ruled = queues.RULING_NAMES[proposal.ruling]
    spoken = f"{proposal.by.name} wants order {number} {ruled}: a second person has to agree"
    worst = ", ".join(texts.inline(name, 60) for name, _ in shown.report.ranked[:3])
    amount, whose = order.money(order.totals.grand), texts.inline(order.customer_name, 80)
    facts: list[list[kit.Part]] = [
        [kit.bold("Order: "), f"{number}, {amount}, {whose}"],
        [kit.bold("Score: "), f"{shown.report.score}" + (f" ({worst})" if worst else "")],
        [kit.bold("Wanted: "), f"{ruled}, by {texts.inline(proposal.by.name, 60)}"],
    ]
    if proposal.remark:
        facts.append([kit.bold("Because: "), texts.inline(proposal.remark, 300)])
    look = kit.button("Look at it", queues.SHOW_FRAUD, str(shown.id), style="primary")
    return kit.message(
        spoken,
        [
            kit.section("said", f"What {texts.inline(proposal.by.name, 60)} decided is above their limit."),
            kit.rich("facts", facts),
            kit.buttons("acts", look),
        ],
    )


def settled(shown: FraudShown) -> Message:
    """For whoever wanted it: what the second person said."""
    number = texts.inline(shown.order.number, 60)
    if shown.report.decision is not None and shown.agreed is not None:
        ruled = queues.RULING_NAMES[shown.report.decision.ruling]
        said = f"{shown.agreed.by.name} agreed: order {number} is {ruled}."
    elif shown.declined is not None and shown.waits:
        second = shown.declined.second
        why = f": {texts.inline(second.remark, 300)}" if second.remark else ""
        said = f"{second.by.name} declined what you wanted for order {number}{why}"
        said = f"{said.rstrip('.')}. It waits for a decision again."
    else:
        said = f"A second person declined what you wanted for order {number}. Look at where it stands now."
    look = kit.button("Look at it", queues.SHOW_FRAUD, str(shown.id))
    return kit.message(said, [kit.section("said", said), kit.buttons("acts", look)])
