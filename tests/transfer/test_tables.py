"""Accounts and people come in from CSV files, whole or not at all, and go out so that they come in again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from bot.domain.people import Role, channel_viewer
from bot.domain.spreadsheet import guarded, unguarded
from bot.services import importing
from bot.services.desk import Desk
from bot.store import contacts
from bot.store import people as store
from bot.store.schema import history
from bot.store.work import Connection
from tests.transfer.conftest import Operator

ACCOUNTS = """\
org_id_or_mid,name,success_plan,timezone
MID-1,Cloud Nine Shoes,Premier,America/Los_Angeles
MID-2,"Harbour, Optics",standard,Europe/Prague
"""
PEOPLE = """\
email,name,phone,role,account,named_by,slack_user_id,teams
linda@cloudnine.example,Linda Berg,'+1 555 010 0199,dsc,mid-1,Ms Weber,U0LINDA,
tess@cloudnine.example,Tess Young,,community,MID-1,,,
,Ana Lima,,agent,,,U0ANA,Level two
"""


def everything(operator: Operator) -> dict[str, object]:
    """What the desk has of accounts and people."""

    async def look(desk: Desk) -> dict[str, object]:
        viewer = channel_viewer(desk.workspace_id)

        def query(connection: Connection) -> dict[str, object]:
            placed = {one.slack_user_id: one for one, _ in contacts.placed(connection, desk.workspace_id)}
            return {
                "accounts": [
                    (one.org_id_or_mid, one.name, one.success_plan.value, one.timezone)
                    for one in store.list_accounts(connection, viewer)
                ],
                "contacts": [
                    (one.email, one.name, one.phone, one.role.value)
                    for one in contacts.list_contacts(connection, desk.workspace_id)
                ],
                "roles": {who: one.role for who, one in placed.items()},
                "teams": {who: [team.name for team in one.teams] for who, one in placed.items()},
                "named": {who: one.named_by for who, one in placed.items() if one.named_by},
                "history": len(connection.execute(history.select()).all()),
            }

        return await desk.store.look(query)

    found: dict[str, object] = operator.does(look)
    return found


def test_accounts_and_people_come_in_and_coming_in_again_changes_nothing(operator: Operator) -> None:
    files = operator.writes("accounts.csv", ACCOUNTS), operator.writes("people.csv", PEOPLE)
    before = everything(operator)
    assert operator.runs("import", *files, "--dry-run") == 0
    assert "5 lines would be taken. Nothing is imported: this was a dry run." in operator.said
    assert everything(operator) == before

    assert operator.runs("import", *files) == 0, operator.said
    assert "accounts: 2 added, 0 changed, 0 unchanged." in operator.said
    assert "people: 3 added, 0 changed, 0 unchanged." in operator.said
    now = everything(operator)
    assert now["accounts"] == [
        ("MID-1", "Cloud Nine Shoes", "Premier", "America/Los_Angeles"),
        ("MID-2", "Harbour, Optics", "Standard", "Europe/Prague"),
    ]
    assert now["contacts"] == [
        ("linda@cloudnine.example", "Linda Berg", "+1 555 010 0199", "dsc"),
        ("tess@cloudnine.example", "Tess Young", "", "community"),
    ]
    assert now["roles"] == {"U0OMAR": Role.ADMINISTRATOR, "U0LINDA": Role.DSC, "U0ANA": Role.AGENT}
    assert (now["teams"], now["named"]) == (
        {"U0OMAR": [], "U0LINDA": [], "U0ANA": ["Level two"]},
        {"U0LINDA": "Ms Weber"},
    )

    assert operator.runs("import", *files) == 0
    assert "accounts: 0 added, 0 changed, 2 unchanged." in operator.said
    assert "people: 0 added, 0 changed, 3 unchanged." in operator.said
    assert everything(operator) == now
    files[0].write_text(ACCOUNTS.replace("Cloud Nine Shoes", "Cloud Ten"), encoding="utf-8")
    assert operator.runs("import", files[0]) == 0
    assert "accounts: 0 added, 1 changed, 1 unchanged." in operator.said


def test_what_goes_out_comes_in_again_as_it_was(operator: Operator) -> None:
    files = operator.writes("accounts.csv", ACCOUNTS), operator.writes("people.csv", PEOPLE)
    assert operator.runs("import", *files) == 0
    before = everything(operator)
    assert operator.runs("export", "--csv", "out") == 0
    assert "out holds 2 accounts and 4 people." in operator.said
    out = operator.folder / "out"
    assert "'+1 555 010 0199" in (out / "people.csv").read_text(encoding="utf-8-sig")
    assert operator.runs("import", out / "accounts.csv", out / "people.csv") == 0, operator.said
    assert "people: 0 added, 0 changed, 4 unchanged." in operator.said
    assert everything(operator) == before
    assert operator.runs("export", "--csv", "out") == 1
    assert "out is not empty. Name a new folder" in operator.said


WRONG = """\
email,name,role,account
raj@cloudnine.example,Raj,boss,MID-1
raj,Raj,dsc,MID-1

raj@cloudnine.example,Raj,dsc,MID-9
raj@cloudnine.example,Raj,dsc,MID-1
RAJ@cloudnine.example,Raj again,dsc,MID-1
ana@northwind.example,Ana,agent,
,,community,MID-1
"""


def test_each_wrong_line_is_told_with_what_to_do_and_nothing_is_imported(operator: Operator) -> None:
    operator.writes("accounts.csv", ACCOUNTS.replace("America/Los_Angeles", "Mars"))
    people = operator.writes("people.csv", WRONG)
    before = everything(operator)
    assert operator.runs("import", "accounts.csv", people) == 1
    for line in (
        'accounts.csv, line 2: timezone "Mars" is unknown. Write an IANA name, like Europe/Lisbon.',
        'people.csv, line 2: role "boss" is unknown. Write one of community, dsc, agent, manager',
        'people.csv, line 3: email "raj" is no address. Correct it, like ana@example.com.',
        "people.csv, line 6: the same stands in people.csv, line 5. Keep one of them.",
        "people.csv, line 7: the same stands in people.csv, line 5. Keep one of them.",
        "people.csv, line 8: Staff need a slack_user_id.",
        "people.csv, line 9: email is empty.",
        'people.csv, line 5: no account has the org id or MID "MID-9".',
    ):
        assert line in operator.said, operator.said
    assert "Nothing is imported: 8 lines must be put right first." in operator.said
    assert everything(operator) == before

    people.write_text(WRONG.replace("MID-9", "MID-2"), encoding="utf-8")
    assert operator.runs("import", "accounts.csv", people, "--skip-wrong") == 1
    assert "accounts: 1 added" in operator.said
    assert "people: 1 added" in operator.said


def test_an_import_that_broke_off_goes_on_where_it_is_run_again(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = operator.writes("accounts.csv", ACCOUNTS)
    monkeypatch.setattr(importing, "BATCH", 1)
    take = importing.take

    async def once(*given: object) -> object:
        monkeypatch.setattr(importing, "take", broken)
        return await take(*given)  # type: ignore[arg-type]

    async def broken(*given: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "take", once)
    assert operator.runs("import", file) == 130
    monkeypatch.setattr(importing, "take", take)
    assert operator.runs("import", file) == 0
    assert "accounts: 1 added, 0 changed, 1 unchanged." in operator.said


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"name,success_plan\n", "lacks org_id_or_mid, timezone. Accounts have the columns"),
        ("a.csv", b"email,role,rank\n", "has 'rank'. Accounts have the columns"),
        ("a.csv", b"email,role\n\xff\xfe,dsc\n", "is no UTF-8 text. Save it as CSV UTF-8"),
        ("a.csv", b'email,role\n"ana,dsc\n', "is no CSV file"),
        ("missing.csv", None, "cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_is_none_is_told_in_words(
    name: str,
    content: bytes | None,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["import", name]) == 1
    assert told in capsys.readouterr().err


def test_semicolons_of_a_spreadsheet_are_read_and_a_fresh_database_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = ACCOUNTS.replace('"', "").replace("r, O", "r O").replace(",", ";")
    (tmp_path / "accounts.csv").write_text("\ufeff" + rows, "utf-8")
    assert main(["import", "accounts.csv"]) == 1
    assert "This desk has not been started yet. Run caseline run once" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+1 555", "'+1 555"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        (" =1", "' =1"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("Ana", "Ana"),
        ("", ""),
    ],
)
def test_formula_cells_are_guarded_and_come_back_as_they_were(cell: str, safe: str) -> None:
    assert guarded(cell) == safe
    assert unguarded(safe) == cell


def test_a_contact_that_comes_later_is_recognised_when_the_file_comes(operator: Operator) -> None:
    """Sam opened Home before the customer named them."""

    async def comes(desk: Desk) -> None:
        from bot.domain.ids import SlackUserId
        from bot.store.people import insert_person

        def unit(work: object) -> None:
            person = insert_person(work, SlackUserId("U0SAM"), "Sam", "UTC")  # type: ignore[arg-type]
            contacts.set_email(work, person, "Sam@Cloudnine.example")  # type: ignore[arg-type]

        await desk.write(unit)

    operator.does(comes)
    operator.writes("accounts.csv", ACCOUNTS)
    row = "email,name,role,account\nsam@cloudnine.example,Sam O.,dsc,MID-1\n"
    assert operator.runs("import", "accounts.csv", operator.writes("people.csv", row)) == 0

    async def asked(desk: Desk) -> bool:
        def query(connection: Connection) -> bool:
            sam = store.find_person(connection, desk.workspace_id, "U0SAM")  # type: ignore[arg-type]
            assert sam is not None
            assert sam.role is None  # asked, not made
            return contacts.is_being_asked(connection, sam.id)

        return await desk.store.look(query)

    assert operator.does(asked)
