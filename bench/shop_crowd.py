"""A shop of many customers and orders, made by the database itself: what finding them is measured on.

Words are made of syllables, one for each digit of a number, so that both databases make the same ones and
Caseline and the bench know how customer N is called.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, update

from bot.domain.shop.lookup import SHORTEST_PART, licence_hash
from bot.store.schema_shop import licence_secrets, licensed_sites

ORDERS_OF_CUSTOMER = 10
FIRST_NAMES, SURNAMES, COMPANY_WORDS = 3_000, 20_000, 20_000
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "le", "mi", "no", "pu")
DIGITS = 6
STRIDE = 7919
"""Numbers that follow each other shall not make words that begin alike."""

LICENCE = "licence"
SECRET = bytes(range(32))
"""By which licence keys are hashed here."""
KNOWN = 4321
"""The customer that is looked for; who is near has nothing in common with them but words of names."""


def word_of(number: int) -> str:
    """The word with this id."""
    digits = f"{number * STRIDE % 10**DIGITS:0{DIGITS}d}"
    return "".join(SYLLABLES[int(digit)] for digit in digits)


def first_name(customer: int) -> str:
    return word_of(1 + customer % FIRST_NAMES)


def surname(customer: int) -> str:
    return word_of(_SURNAMES_FROM + customer * 7 % SURNAMES)


def company(customer: int) -> tuple[str, str]:
    return word_of(_COMPANIES_FROM + customer * 3 % COMPANY_WORDS), word_of(
        _COMPANIES_FROM + customer * 11 % COMPANY_WORDS
    )


def site_word(customer: int) -> str:
    return word_of(_SITES_FROM + customer)


def licence_key(customer: int) -> str:
    return f"CLNE-{customer:08d}"


_SURNAMES_FROM = 1 + FIRST_NAMES
_COMPANIES_FROM = _SURNAMES_FROM + SURNAMES
_SITES_FROM = _COMPANIES_FROM + COMPANY_WORDS
_WORDS = _SITES_FROM
"""How many words there are before those of sites, of which each customer has one."""

_PADDED = {
    "sqlite": "substr('000000' || (n * {stride} % 1000000), -6)",
    "postgresql": "lpad((n * {stride} % 1000000)::text, 6, '0')",
}
_LONG = {
    "sqlite": "substr('{zeros}' || n, -64)",
    "postgresql": "lpad(n::text, 64, '0')",
}
NUMBERS = {
    "sqlite": "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
    " SELECT n FROM numbers) AS numbers",
    "postgresql": "generate_series(CAST(1 AS bigint), {count}) AS numbers(n)",
}
AGO = {
    "sqlite": "datetime('2026-11-23 12:00', '-' || (n % 900) || ' days') || '.000000'",
    "postgresql": "timestamptz '2026-11-23 12:00+00' - (n % 900) * interval '1 day'",
}

_CUSTOMERS = (
    "INSERT INTO shop_words (id, workspace_id, word, has_parts) SELECT n, '{workspace}', {word},"
    " n > {sites_from} FROM {words}",
    "INSERT INTO shop_words (id, workspace_id, word, has_parts)"
    " VALUES ({words_count} + 1, '{workspace}', '{licence}', false)",
    "INSERT INTO customers (id, workspace_id, number, name, company, email, email_key, phone, plan, timezone,"
    " kind, addresses, version, created_at, updated_at) SELECT n, '{workspace}', 'C' || n,"
    " first.word || ' ' || last.word, one.word || ' ' || two.word,"
    " 'u' || n || '@' || site.word || '.example',"
    " 'u' || n || '@' || site.word || '.example', '', 'Standard', 'UTC', 'customer', '[]', 1, {at}, {at}"
    " FROM {customers} JOIN shop_words first ON first.id = 1 + n % {first_names}"
    " JOIN shop_words last ON last.id = {surnames_from} + n * 7 % {surnames}"
    " JOIN shop_words one ON one.id = {companies_from} + n * 3 % {company_words}"
    " JOIN shop_words two ON two.id = {companies_from} + n * 11 % {company_words}"
    " JOIN shop_words site ON site.id = {sites_from} + n",
    "INSERT INTO licensed_sites (id, workspace_id, customer_id, name, site_key, licence_hash, licence_last4,"
    " product_version, order_number) SELECT n, '{workspace}', n, word || '.example', word || '.example',"
    " {long}, '0000', '7.1', '' FROM {customers} JOIN shop_words site ON site.id = {sites_from} + n",
)
_ORDERS = (
    "INSERT INTO orders (id, workspace_id, number, number_key, customer_id, site, currency, tax_type,"
    " ordered_at, status, is_suspended, notes, deliveries, grand_total, is_void, in_return, returned,"
    " version) SELECT n, '{workspace}', 'O' || n, 'o' || n, 1 + n % {customers_count},"
    " site.word || '.example', CASE WHEN n % 40 = 5 THEN 'JPY' WHEN n % 10 = 6 THEN 'EUR' ELSE 'USD' END,"
    " 'Net', {at}, CASE n % 20 WHEN 0 THEN 'Created' WHEN 1 THEN 'Approved' ELSE 'Fulfilled' END,"
    " n % 997 = 0, 'Licence for ' || site.word || '.example', '[]', 19990, false,"
    " CASE WHEN n % 499 = 0 THEN 1 ELSE 0 END, 0, 1"
    " FROM {orders} JOIN shop_words site ON site.id = {sites_from} + 1 + n % {customers_count}",
)
_MENTIONS = (
    ("1 + n % {first_names}", "name"),
    ("{surnames_from} + n * 7 % {surnames}", "name"),
    ("{companies_from} + n * 3 % {company_words}", "company"),
    ("{companies_from} + n * 11 % {company_words}", "company"),
    ("{sites_from} + n", "site"),
    ("{sites_from} + n", "notes"),
    ("{words_count} + 1", "notes"),
)
"""Which words stand for a customer, and in which field."""


def fill_shop(connection: Connection, workspace: str, orders: int, *, is_found: bool = True) -> None:
    """Make so many orders, ten of each customer; `is_found`: with all that customers are found by."""
    dialect = connection.dialect.name
    customers = orders // ORDERS_OF_CUSTOMER
    words = _SITES_FROM + customers
    padded = _PADDED[dialect].format(stride=STRIDE)
    for digit, syllable in enumerate(SYLLABLES):
        padded = f"replace({padded}, '{digit}', '{syllable}')"
    values = {
        "workspace": workspace,
        "word": padded,
        "at": AGO[dialect],
        "long": _LONG[dialect].format(zeros="0" * 64),
        "licence": LICENCE,
        "words_count": words,
        "customers_count": customers,
        "sites_from": _SITES_FROM,
        "surnames_from": _SURNAMES_FROM,
        "companies_from": _COMPANIES_FROM,
        "first_names": FIRST_NAMES,
        "surnames": SURNAMES,
        "company_words": COMPANY_WORDS,
        "words": NUMBERS[dialect].format(count=words),
        "customers": NUMBERS[dialect].format(count=customers),
        "orders": NUMBERS[dialect].format(count=orders),
    }
    if dialect == "postgresql":  # the crowd is ours, and right
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    for statement in (*_CUSTOMERS, *_ORDERS):
        connection.exec_driver_sql(statement.format(**values))
    if is_found:
        _mention(connection, values)
        _spell(connection, workspace)
    connection.execute(insert(licence_secrets), {"workspace_id": workspace, "secret": SECRET.hex()})
    known = update(licensed_sites).where(licensed_sites.c.id == KNOWN)
    connection.execute(known.values(licence_hash=licence_hash(licence_key(KNOWN), SECRET)))
    if dialect == "postgresql":
        connection.exec_driver_sql("ANALYZE")  # as it does by itself within minutes


def _mention(connection: Connection, values: dict[str, object]) -> None:
    each = " UNION ".join(
        f"SELECT {word} AS word_id, n AS customer_id, '{field}' AS field FROM {{customers}}"  # noqa: S608 - ours
        for word, field in _MENTIONS
    ).format(**values)
    connection.exec_driver_sql(
        "INSERT INTO shop_mentions (workspace_id, word_id, customer_id, field)"  # noqa: S608 - ours
        f" SELECT '{values['workspace']}', word_id, customer_id, field FROM ({each}) AS said"
        " ORDER BY word_id, customer_id, field"
    )


def _spell(connection: Connection, workspace: str) -> None:
    """Each word without any one letter, and the ends of those of sites; in the order of their indexes."""
    longest = 2 * DIGITS
    without = [
        f"SELECT substr(word, 1, {place - 1}) || substr(word, {place + 1}) AS spelling, id FROM shop_words"  # noqa: S608
        for place in range(1, longest + 1)
    ]
    each = " UNION ".join(["SELECT word AS spelling, id FROM shop_words", *without])
    connection.exec_driver_sql(
        "INSERT INTO shop_spellings (workspace_id, spelling, word_id)"  # noqa: S608 - ours
        f" SELECT '{workspace}', spelling, id FROM ({each}) AS spelt ORDER BY spelling, id"
    )
    ends = " UNION ".join(
        f"SELECT substr(word, {start}) AS part, id FROM shop_words WHERE has_parts"  # noqa: S608 - ours
        for start in range(1, longest - SHORTEST_PART + 2)
    )
    connection.exec_driver_sql(
        "INSERT INTO shop_parts (workspace_id, part, word_id)"  # noqa: S608 - ours
        f" SELECT '{workspace}', part, id FROM ({ends}) AS cut ORDER BY part, id"
    )
