"""A desk of many cases, made by the database itself: what the rows about large desks are measured on."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.store.search_index import SPAN

OPEN_IN = 25
"""Every so manyth case is open: 40,000 of 1,000,000."""

CASES_OF_OWNER, CASES_OF_ACCOUNT, TEAMS = 2000, 500, 10
"""What one person or account has does not grow with the desk."""

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS"
    " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) ",
    "postgresql": "",
}
_FROM = {"sqlite": "numbers", "postgresql": "generate_series(1, {count}) AS numbers(n)"}
_AGO = {
    "sqlite": "datetime('2026-11-23 12:00', '-' || ({count} - n) || ' minutes') || '.000000'",
    "postgresql": "timestamptz '2026-11-23 12:00+00' - ({count} - n) * interval '1 minute'",
}
_WORDS = {
    "sqlite": "{words}",
    "postgresql": "array_to_tsvector(string_to_array({words}, ' '))",
}
_SAID = (
    "'_a' || (1 + n % {accounts}) || ' _public ' || n || ' checkout page blank since this morning'"
    " || ' word' || (n % 50000) || ' thing' || (n % 700) || CASE WHEN n % 3 = 0 THEN ' basket' ELSE '' END"
)

_STATEMENTS = (
    "INSERT INTO accounts (id, workspace_id, name, org_id_or_mid, success_plan, timezone, created_at)"
    " SELECT n, '{workspace}', 'Shop ' || n, 'SHOP-' || n, 'Standard', 'UTC', {at} FROM {accounts_from}",
    "INSERT INTO people (id, workspace_id, slack_user_id, name, timezone, role, home_seen, created_at)"
    " SELECT n, '{workspace}', 'U0P' || n, 'Person ' || n, 'UTC', 'agent', false, {at} FROM {owners_from}",
    "INSERT INTO teams (id, workspace_id, name, kind, public_comments_locked)"
    " SELECT n, '{workspace}', 'Team ' || n, 'level_two', false FROM {teams_from}",
    "INSERT INTO team_members (team_id, person_id) SELECT 1 + n % {teams}, n FROM {owners_from}",
    "INSERT INTO cases (id, workspace_id, number, version, status, severity, kind, origin, title,"
    " description, business_impact, timezone, account_id, org_id_or_mid, contact_name, contact_email,"
    " contact_phone, creator_id, opened_by_staff, owner_id, team_id, resolution, created_at, updated_at)"
    " SELECT n, '{workspace}', n, 1, CASE WHEN n % {open_in} <> 0 THEN 'closed'"
    " WHEN (n / {open_in}) % 4 = 1 THEN 'waiting' ELSE 'working' END, 1 + n % 4,"
    " 'problem', 'support', 'Checkout shows a blank page ' || n, '{description}', 'orders_held', 'UTC',"
    " 1 + n % {accounts}, '', '', '', '', 1 + n / 7 % {owners}, true,"
    " CASE WHEN (n / {open_in}) % 199 <> 0 THEN 1 + n / {open_in} % {owners} END,"
    " CASE WHEN (n / {open_in}) % 199 <> 0 THEN 1 + n / {open_in} % {teams} END, '',"
    " {at}, {at} FROM {cases_from}",
    "INSERT INTO search_documents (id, workspace_id, kind, case_id, account_id, audience, words)"
    " SELECT CAST(n AS BIGINT) * {span}, '{workspace}', 'case', n, 1 + n % {accounts}, 'public', {words}"
    " FROM {cases_from}",
    "INSERT INTO due_times (workspace_id, kind, case_id, due_at, set_at, done_at) SELECT '{workspace}',"
    " 'escalation_opens', n, {at}, {at}, CASE WHEN n % {open_in} = 0 AND n > {count} / 2 THEN NULL"
    " ELSE {at} END FROM {cases_from}",
)


def fill(connection: Connection, workspace: str, count: int, owned: int = CASES_OF_OWNER) -> None:
    """Make `count` cases, their words and their due times; `owned` of them for each owner."""
    dialect = connection.dialect.name
    indexes = _without_indexes(connection) if dialect == "postgresql" else []
    accounts = max(20, count // CASES_OF_ACCOUNT)
    said = _WORDS[dialect].format(words=_SAID.format(accounts=accounts))
    sizes = {"accounts": accounts, "owners": max(10, count // owned), "teams": TEAMS, "cases": count}
    for statement in _STATEMENTS:
        (size,) = (size for name, size in sizes.items() if f"{{{name}_from}}" in statement)
        numbers = _FROM[dialect].format(count=size)
        insert, _, rest = statement.partition(" SELECT ")
        asked = f"{insert} {_NUMBERS[dialect].format(count=size)} SELECT {rest}"
        connection.exec_driver_sql(
            asked.format(
                workspace=workspace,
                at=_AGO[dialect].format(count=size),
                words=said,
                open_in=OPEN_IN,
                span=SPAN,
                count=count,
                description="Since this morning the last step of the checkout stays white. " * 3,
                **{f"{name}_from": numbers for name in sizes},
                **{name: size for name, size in sizes.items() if name != "cases"},
            )
        )
    for made in indexes:
        connection.exec_driver_sql(made)
    if dialect == "postgresql":
        connection.exec_driver_sql("ANALYZE")  # as it does by itself within minutes


def _without_indexes(connection: Connection) -> list[str]:
    """Take the indexes away; how they are made anew. At once they are made in a tenth of the time.

    References are not looked at either: the crowd is ours, and right.
    """
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    asked = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'ix~_%' ESCAPE '~'"
        " AND tablename IN ('cases', 'search_documents', 'due_times')"
    )
    found = connection.exec_driver_sql(asked).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return [made for _, made in found]
