"""Customers of the shop, their addresses and licensed sites, and what is known of one at a glance. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain import entitlement
from bot.domain.call_rows import CallRow
from bot.domain.entitlement import PlacedOrder, same_site
from bot.domain.ids import AccountId, CustomerId, SiteId
from bot.domain.pages import CaseRow
from bot.domain.people import SuccessPlan
from bot.domain.policy import Policy
from bot.domain.sessions import Session
from bot.domain.shop.carts import CartRow
from bot.domain.shop.orders import OrderRow
from bot.domain.shop.story import Story
from bot.domain.verdict import CallerKind


class AddressKind(StrEnum):
    """What an address is for."""

    BILLING = "billing"
    SHIPPING = "shipping"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where something is sent to. `lines` is street and house, a line each; `country` an ISO code or name."""

    kind: AddressKind
    recipient: str = ""
    lines: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    @property
    def written(self) -> str:
        """A line each, as on a letter and in a form."""
        place = " ".join(part for part in (self.postal_code, self.city) if part)
        parts = (self.recipient, self.lines, place, self.region, self.country)
        return "\n".join(part for part in parts if part)

    @property
    def said(self) -> str:
        """In one line, without what is empty."""
        place = " ".join(part for part in (self.postal_code, self.city) if part)
        street = ", ".join(part.strip() for part in self.lines.splitlines() if part.strip())
        return ", ".join(part for part in (self.recipient, street, place, self.region, self.country) if part)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Somebody who buys from the shop, evaluates its product or is hosted by it.

    `number` is the shop's own. `account_id` is the desk's account that their cases are of; None until there
    is one. `eval_start` is a date in the store's zone; `version` grows with each edit.
    """

    id: CustomerId
    number: str
    name: str
    company: str = ""
    email: str = ""
    phone: str = ""
    plan: SuccessPlan = SuccessPlan.STANDARD
    timezone: str = "UTC"
    kind: CallerKind = CallerKind.CUSTOMER
    eval_start: date | None = None
    account_id: AccountId | None = None
    account_name: str = ""
    addresses: tuple[Address, ...] = ()
    version: int = 1

    @property
    def called(self) -> str:
        """The company, or the name of a person without one."""
        return self.company or self.name


class SubscriptionKind(StrEnum):
    """What runs until a day."""

    HOSTING = "hosting"
    PRIORITY = "priority"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """What a site is subscribed to; `until` is its last day, in the store's zone."""

    kind: SubscriptionKind
    site: str
    until: date

    def runs(self, today: date) -> bool:
        return self.until >= today


@dataclass(frozen=True, kw_only=True)
class Site:
    """A licensed web site. Of its licence key only the last four signs are known."""

    id: SiteId
    customer_id: CustomerId
    name: str
    licence_last4: str = ""
    product_version: str = ""
    hosting_until: date | None = None
    priority_until: date | None = None
    order_number: str = ""

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        dates = (
            (SubscriptionKind.HOSTING, self.hosting_until),
            (SubscriptionKind.PRIORITY, self.priority_until),
        )
        return tuple(Subscription(kind=kind, site=self.name, until=day) for kind, day in dates if day)

    @property
    def licensed(self) -> entitlement.LicensedSite:
        """The site as the verdict measures it."""
        return entitlement.LicensedSite(
            name=self.name,
            version=self.product_version,
            hosting_until=self.hosting_until,
            priority_until=self.priority_until,
            order_number=self.order_number,
        )


@dataclass(frozen=True, kw_only=True)
class CustomerStanding:
    """All that a call needs of a customer, in one read: whose call it is, what they have, what is open.

    `orders` are the newest first, MOST_ORDERS at most; `total_orders` is how many there are. `cases` are the
    open ones of their account that the viewer may read.
    """

    customer: Customer
    sites: tuple[Site, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    total_orders: int = 0
    carts: tuple[CartRow, ...] = ()
    cases: tuple[CaseRow, ...] = ()

    def site_named(self, name: str) -> Site | None:
        """The site that somebody names, however they write it."""
        return next((one for one in self.sites if same_site(one.name, name)), None)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(one for site in self.sites for one in site.subscriptions)

    def placed(self) -> tuple[PlacedOrder, ...]:
        """The orders as the verdict measures them."""
        return tuple(
            PlacedOrder(number=one.number, site=one.site, ordered_at=one.ordered_at, is_void=one.is_void)
            for one in self.orders
        )

    def entitled(self, site: Site | None) -> entitlement.Standing:
        """What `entitlement.judge` asks for, on one of the sites or on none."""
        return entitlement.Standing(
            kind=self.customer.kind,
            site=site.licensed if site else None,
            orders=self.placed(),
            eval_start=self.customer.eval_start,
        )

    def newest_counting(self, site: Site | None = None) -> OrderRow | None:
        """The newest order that is not void; of one site, where one is given (T16)."""
        for one in self.orders:
            if one.is_void:
                continue
            by_licence = site is not None and bool(one.number) and one.number == site.order_number
            if site is None or same_site(one.site, site.name) or by_licence:
                return one
        return None


MOST_ORDERS = 100
"""Orders that a customer's standing holds, the newest; what is older decides nothing."""


@dataclass(frozen=True, kw_only=True)
class CustomerPage:
    """One view of a customer: who they are, what they have, what is open, and a page of all that happened.

    `may_edit` says whether this viewer may change it, `may_report` whether they may have all that is held of
    them, `may_erase` whether they may erase them; `on_the_line` is which call somebody else has with them.
    """

    standing: CustomerStanding
    story: Story = field(default_factory=Story)
    may_edit: bool = False
    may_report: bool = False
    may_erase: bool = False
    may_assist: bool = False
    session: Session | None = None
    """The viewer's session as it is once they see this."""
    on_the_line: CallRow | None = None
    is_erased: bool = False
    """They were erased, or are being erased, and did not come back: nobody does anything with them."""


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """What a form or a file says of a customer."""

    name: str
    company: str = ""
    email: str = ""
    phone: str = ""
    plan: SuccessPlan = SuccessPlan.STANDARD
    timezone: str = "UTC"
    kind: CallerKind = CallerKind.CUSTOMER
    eval_start: date | None = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AddCustomer:
    """Make a customer. `is_new` says that its maker has seen those who look alike and means another one."""

    facts: CustomerFacts
    site: str = ""
    account_id: AccountId | None = None
    is_new: bool = False


@dataclass(frozen=True, kw_only=True)
class EditCustomer:
    """Change a customer; `version` is the one that its editor was looking at."""

    customer_id: CustomerId
    version: int
    facts: CustomerFacts
    account_id: AccountId | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerForm:
    """What the form of a customer is drawn from; without `may_edit` it is a caller's record that is made."""

    policy: Policy
    may_edit: bool
    customer: Customer | None = None


def kept(before: Sequence[Address], typed: Sequence[Address]) -> tuple[Address, ...]:
    """Addresses after an edit: those whose text is as it was keep what they know, others of no form stay."""
    known = {one.kind: one for one in before}
    after = [
        known[one.kind] if one.kind in known and known[one.kind].written == one.lines else one
        for one in typed
    ]
    return (*after, *(one for one in before if one.kind is AddressKind.OTHER))


def masked(email: str) -> str:
    """An e-mail address as a list shows it: enough to tell two apart, too little to write to."""
    user, at, domain = email.partition("@")
    return f"{user[:1]}…{at}{domain}" if at else ""
