"""A shop comes in from CSV and JSON: whole or not at all, each broken equation spelled out, twice as once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.commands import AddAccount
from bot.domain.commerce.acts import DEFAULT_TERMS, CancelItems
from bot.domain.commerce.port import Ask, Done, Write
from bot.domain.commerce.removal import Item
from bot.domain.ids import PersonId, SlackUserId, WorkspaceId
from bot.domain.people import PersonRef, Role, SuccessPlan, Viewer
from bot.domain.shop.lookup import Find, FindKey
from bot.services import accounts as account_service
from bot.services import shop_checking
from bot.services.desk import Desk
from bot.store import customer_find, customers, orders
from bot.store.schema_shop import carts, fraud_reports, licensed_sites, product_reviews
from bot.store.schema_shop import customers as customer_table
from bot.store.work import Connection
from bot.transfer.shop import ShopImport
from bot.transfer.tables import UnreadableFile
from tests.factories import person
from tests.transfer.conftest import Operator

AGENT = Viewer(replace(person("Ana", Role.AGENT), workspace_id=WorkspaceId("T0NORTH")))

CLOUD = AddAccount(
    name="Cloud", org_id_or_mid="M-3", success_plan=SuccessPlan.STANDARD, timezone="Europe/Prague"
)
FILES = {
    "customers.csv": """\
customer_no,name,company,email,plan,timezone,kind,shipping_address
C-1,José Quispe,Lima Coffee,jose@lima.example,premier,America/Lima,customer,Calle 1; Lima; PE
C-2,Jan Berg,,jan@berg.example,,,evaluator,
""",
    "sites.csv": """\
site,customer_no,licence_key,version,hosting_until,order_no
https://www.lima-coffee.example/,C-1,LIMA-7QX2-99AB-4T1Z,7.2,2027-01-31,1001
""",
    "orders.csv": """\
order_no,customer_no,site,currency,ordered_at,status,notes,total,ship_method,ship_to
1001,C-1,lima-coffee.example,USD,2026-11-02,Approved,for www.lima-coffee.example,388.71,Post,Calle 1; Lima
1002,C-1,,JPY,2026-10-01T09:00:00+09:00,Created,,4500,,
1003,C-2,,KWD,2026-10-02,Created,,12.345,,
""",
    "lines.csv": """\
order_no,line_no,type,sku,name,qty,unit_price,tax,allocated,fulfilled,canceled
1001,1,Product,GOLD,Gold licence,3,99.95,24.74,2,2,1
1001,2,Product,SILVER,Silver licence,2,25.00,4.13,,,
1001,3,Charge,POST,Post,1,9.99,0,,,
1002,1,Product,TEA,Tea,3,1500,0,,,
1003,1,Product,PEN,Pen,1,12.345,0,,,
""",
    "payments.csv": """\
order_no,payment_ref,method,authorized,captured,refunded
1001,P-1,card,388.71,388.71,0
""",
    "carts.json": json.dumps(
        [{"cart_no": "K-1", "customer_no": "C-1", "currency": "USD", "updated_at": "2026-11-20"}]
    ),
    "cart_lines.jsonl": '{"cart_no": "K-1", "line_no": 1, "name": "Gold", "qty": 2, "unit_price": "99.95"}\n',
    "reviews.csv": "review_id,sku,customer_no,rating,headline\nR-1,GOLD,C-1,4,Good\n",
    "fraud.csv": "order_no,provider,score,status,symptoms\n1001,Eye,55,CHECK,first order: 20; far: 35\n",
}


@pytest.fixture
def folder(operator: Operator) -> Path:
    folder = operator.folder / "shop"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_shop_comes_in_and_coming_in_again_changes_nothing(operator: Operator, folder: Path) -> None:
    assert operator.runs("import", folder, "--dry-run") == 0, operator.said
    assert "16 rows would be taken. Nothing is imported: this was a dry run." in operator.said
    assert operator.runs("import", folder) == 0, operator.said
    for told in (
        "customers: 2 added, 0 changed, 0 unchanged.",
        "orders: 3 added, 0 changed, 0 unchanged.",
        "Products and delivery come to JPY 4,500.",
        "Products and delivery come to USD 359.84.",
    ):
        assert told in operator.said
    now = everything(operator)
    assert now["found"] == {"lima": "C-1", "key": "C-1", "jan": "C-2"}
    assert now["order"] == ("USD 280.51", "USD 388.71", 1, ["fulfilled", "ordered", "ordered"], 1)
    assert now["address"] == "Calle 1, Lima, PE"
    assert now["cart"] == "USD 199.90"
    assert now["kept of the key"] == ("4T1Z", 64)
    assert now["rows"] == (1, 1)

    assert operator.runs("import", folder) == 0, operator.said
    assert operator.said.count("0 added, 0 changed") == 6, operator.said
    assert everything(operator) == now


def test_who_has_no_time_zone_in_the_file_has_that_of_their_account(operator: Operator, folder: Path) -> None:
    """Phone hours go by it (domain.md T14). Whom the desk has already keeps theirs."""
    operator.does(lambda desk: account_service.add_account(desk, CLOUD, SlackUserId("U0OMAR")))
    lines = "C-3,Ada,,,,,,\nC-4,Bo,,,,Asia/Tokyo,,\n"
    (folder / "customers.csv").write_text(
        FILES["customers.csv"].replace("shipping_address", "account").replace("Calle 1; Lima; PE", "")
        + lines.replace(",,\n", ",,M-3\n"),
        encoding="utf-8",
    )
    assert operator.runs("import", folder) == 0, operator.said
    zones = {"C-1": "America/Lima", "C-2": "UTC", "C-3": "Europe/Prague", "C-4": "Asia/Tokyo"}
    assert _zones(operator) == zones
    (folder / "customers.csv").write_text(
        "customer_no,name,timezone\nC-3,Ada L,\nC-4,Bo,\n", encoding="utf-8"
    )
    assert operator.runs("import", folder) == 0, operator.said
    assert _zones(operator) == zones


def _zones(operator: Operator) -> dict[str, str]:
    def query(connection: Connection) -> dict[str, str]:
        told = connection.execute(select(customer_table.c.number, customer_table.c.timezone))
        return {row.number: row.timezone for row in told}

    found: dict[str, str] = operator.does(lambda desk: desk.store.look(query))
    return found


def test_a_changed_line_changes_its_order_and_nothing_else(operator: Operator, folder: Path) -> None:
    assert operator.runs("import", folder) == 0, operator.said
    changed = FILES["lines.csv"].replace("25.00,4.13,,,", "25.00,4.13,1,,")
    (folder / "lines.csv").write_text(changed, encoding="utf-8")
    (folder / "customers.csv").write_text(
        FILES["customers.csv"].replace("Lima Coffee", "Lima Tea"), encoding="utf-8"
    )
    assert operator.runs("import", folder) == 0, operator.said
    assert "customers: 0 added, 1 changed, 1 unchanged." in operator.said
    assert "orders: 0 added, 1 changed, 2 unchanged." in operator.said
    assert everything(operator)["order"] == (
        "USD 280.51",
        "USD 388.71",
        2,
        ["fulfilled", "partly allocated", "ordered"],
        1,
    )
    for text, count in (("Lima Coffee", 0), ("Lima Tea", 1)):
        assert len(found(operator, Find(text=text, key=FindKey.COMPANY))) == count


def test_a_site_that_changes_hands_finds_its_new_customer_alone(operator: Operator, folder: Path) -> None:
    (folder / "orders.csv").write_text(
        FILES["orders.csv"].replace("lima-coffee", "elsewhere"), encoding="utf-8"
    )
    assert operator.runs("import", folder) == 0, operator.said
    assert found(operator, Find(text="coffee", key=FindKey.SITE)) == ["C-1"]
    sites = FILES["sites.csv"].replace(",C-1,", ",C-2,")
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    assert operator.runs("import", folder) == 0, operator.said
    assert "sites: 0 added, 1 changed, 0 unchanged." in operator.said
    assert found(operator, Find(text="coffee", key=FindKey.SITE)) == ["C-2"]


@pytest.mark.parametrize(("batch", "behind"), [(1, None), (5, "it goes on in orders behind the 4 rows")])
def test_killed_in_the_middle_it_goes_on_where_it_was(
    operator: Operator, folder: Path, batch: int, behind: str | None
) -> None:
    """Of the broken batch nothing is there; what stood before it is not read again, and is in the report."""
    killed = subprocess.run(
        [sys.executable, "-m", "tests.transfer.dying_import", str(folder), str(batch)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert operator.runs("import", folder) == 0, operator.said
    assert (behind in operator.said) if behind else ("broke off" not in operator.said), operator.said
    for told in (
        "customers: 2 added, 0",
        "orders: 3 added, 0",
        "delivery come to USD 359.84",
        "fraud: 1 added",
    ):
        assert told in operator.said
    now = everything(operator)
    assert now["rows"] == (1, 1)
    assert operator.runs("import", folder) == 0, operator.said
    assert operator.said.count("0 added, 0 changed") == 6, operator.said
    assert "broke off" not in operator.said
    assert everything(operator) == now


def test_what_an_orders_notes_say_no_more_finds_nobody(operator: Operator, folder: Path) -> None:
    """But for what another order of the same customer says too."""
    first = FILES["orders.csv"].replace("Created,,4500", "Created,old.example for fjordlight.example,4500")
    (folder / "orders.csv").write_text(
        first.replace("Created,,12.345", "Created,also fjordlight.example,12.345").replace(
            "1003,C-2", "1003,C-1"
        ),
        encoding="utf-8",
    )
    assert operator.runs("import", folder) == 0, operator.said
    for text in ("fjordlight", "old.example"):
        assert found(operator, Find(text=text, key=FindKey.SITE)) == ["C-1"]
    after = (folder / "orders.csv").read_text().replace("old.example for fjordlight.example", "new.example")
    (folder / "orders.csv").write_text(after, encoding="utf-8")
    assert operator.runs("import", folder) == 0, operator.said
    named = {
        text: found(operator, Find(text=text, key=FindKey.SITE)) for text in ("fjordlight", "old", "new")
    }
    assert named == {"fjordlight": ["C-1"], "old": [], "new": ["C-1"]}

    moved = (folder / "orders.csv").read_text().replace("1003,C-1", "1003,C-2")
    (folder / "orders.csv").write_text(moved, encoding="utf-8")
    assert operator.runs("import", folder) == 0, operator.said
    assert found(operator, Find(text="fjordlight", key=FindKey.SITE)) == ["C-2"]


BROKEN = [
    (
        "lines.csv",
        "3,99.95,24.74,2,2,1",
        "3,99.95,24.74,3,2,1",
        "lines.csv, line 2: qty - canceled - allocated = 3 - 1 - 3 = -1 is below 0.",
    ),
    (
        "lines.csv",
        "3,99.95,24.74,2,2,1",
        "3,99.95,24.74,1,2,1",
        "allocated - fulfilled = 1 - 2 = -1 is below 0.",
    ),
    (
        "lines.csv",
        "3,99.95,24.74,2,2,1",
        "3,99.955,24.74,2,2,1",
        "unit_price: 99.955 has more than the 2 decimals of USD.",
    ),
    ("lines.csv", "3,1500,0", "3,1500.5,0", "unit_price: 1500.5 has more than the 0 decimals of JPY."),
    ("lines.csv", "1,12.345,0", "1,12.3455,0", "unit_price: 12.3455 has more than the 3 decimals of KWD."),
    (
        "lines.csv",
        "2,25.00,4.13",
        "2,25.00,4.14",
        "orders.csv, line 2: total = 388.71, but products 349.85 + delivery 9.99 + tax 28.88 = 388.72.",
    ),
    (
        "lines.csv",
        "1001,2,",
        "1001,1,",
        "lines.csv, line 3: the same stands in lines.csv, line 2. Keep one of them.",
    ),
    (
        "lines.csv",
        "1003,1,",
        "1009,1,",
        'lines.csv, line 6: no row of orders is "1009". Bring it, or leave this out.',
    ),
    (
        "payments.csv",
        "388.71,388.71,0",
        "300,388.71,0",
        "authorized - captured = 300.00 - 388.71 = -88.71 is below 0.",
    ),
    (
        "payments.csv",
        "388.71,388.71,0",
        "388.71,388.71,400",
        "captured - refunded = 388.71 - 400.00 = -11.29 is below 0.",
    ),
    (
        "orders.csv",
        "1002,C-1,,JPY",
        "1002,C-9,,JPY",
        'there is no customer "C-9". Bring it in customers, or correct the number.',
    ),
    ("orders.csv", ",JPY,", ",yen,", 'currency "yen" is no currency. Write its ISO code, like USD.'),
    ("orders.csv", "T09:00:00+09:00", "T09:00:00", "ordered_at 2026-10-01T09:00:00 has no time zone."),
    (
        "customers.csv",
        ",premier,",
        ",gold,",
        'plan "gold" is unknown. Write one of Premier, Premier+, Standard.',
    ),
    ("sites.csv", ",C-1,", ",C-7,", 'there is no customer "C-7".'),
    ("cart_lines.jsonl", '"99.95"', "99.95", "unit_price is neither text nor a whole number."),
    ("fraud.csv", "20;", "x;", 'symptoms has "first order: x".'),
    ("reviews.csv", "C-1,4", "C-1,6", 'rating "6" is not between 1 and 5.'),
]


@pytest.mark.parametrize("operator", ["sqlite"], indirect=True)
def test_a_broken_row_is_refused_with_its_equation_and_nothing_is_imported(
    operator: Operator, folder: Path
) -> None:
    async def look(desk: Desk) -> list[str]:
        unsaid = []
        for name, was, becomes, told in BROKEN:
            assert was in FILES[name]
            (folder / name).write_text(FILES[name].replace(was, becomes, 1), encoding="utf-8")
            said: list[str] = []
            whole = await ShopImport(folder, said.append).run(desk, dry_run=False, skip_wrong=False)
            (folder / name).write_text(FILES[name], encoding="utf-8")
            if whole or told not in "\n".join(said) or "Nothing is imported" not in said[-1]:
                unsaid.append(f"{told}\n{said}")
        return unsaid

    assert operator.does(look) == []
    assert found(operator, Find(text="Quispe")) == []


def test_wrong_rows_can_be_left_out_with_the_order_that_they_are_of(operator: Operator, folder: Path) -> None:
    (folder / "lines.csv").write_text(FILES["lines.csv"].replace("2,25.00", "2,25.001"), encoding="utf-8")
    assert operator.runs("import", folder, "--skip-wrong") == 1
    assert "1 of its lines cannot be taken, so it is left out." in operator.said
    assert "orders: 2 added, 0 changed, 0 unchanged." in operator.said
    assert found(operator, Find(text="1001", key=FindKey.ORDER)) == []
    assert found(operator, Find(text="1002", key=FindKey.ORDER)) == ["C-1"]


NO_FILES = [
    ("customers.csv", "customer_no,nome\nC-1,X\n", "lacks name."),
    ("customers.csv", "customer_no,name,colour\nC-1,X,red\n", "has 'colour'."),
    ("carts.json", '[{"cart_no": "K-1",', "what stands after object 0 is no JSON"),
    ("customers.json", "[]", "has customers.csv and customers.json. Keep one of them."),
]


@pytest.mark.parametrize("operator", ["sqlite"], indirect=True)
def test_a_file_that_is_none_is_told_at_once(operator: Operator, folder: Path) -> None:
    async def look(desk: Desk) -> None:
        for name, text, told in NO_FILES:
            before = FILES.get(name)
            (folder / name).write_text(text, encoding="utf-8")
            with pytest.raises(UnreadableFile) as wrong:
                await ShopImport(folder).run(desk, dry_run=True, skip_wrong=False)
            assert told in str(wrong.value)
            if before is not None:
                (folder / name).write_text(before, encoding="utf-8")

    operator.does(look)


def found(operator: Operator, sought: Find) -> list[str]:
    async def look(desk: Desk) -> list[str]:
        def query(connection: Connection) -> list[str]:
            return [one.number for one in customer_find.find(connection, AGENT, sought).hits]

        return await desk.store.look(query)

    numbers: list[str] = operator.does(look)
    return numbers


def everything(operator: Operator) -> dict[str, object]:
    """What the desk has of the shop, as far as these tests care."""

    def query(connection: Connection) -> dict[str, object]:
        [row] = orders.numbered(connection, AGENT, "1001")
        order = orders.summary(connection, AGENT, row.id)
        assert order is not None
        standing = customers.standing(connection, AGENT, order.customer_id)
        assert standing is not None
        keys = {
            "lima": Find(text="lima-coffee.example"),
            "key": Find(text="lima7qx2-99ab4t1z"),
            "jan": Find(text="Jan Berg"),
        }
        site = connection.execute(licensed_sites.select()).one()
        return {
            "found": {
                name: customer_find.find(connection, AGENT, one).hits[0].number for name, one in keys.items()
            },
            "order": (
                str(row.grand_total),
                str(order.captured),
                order.version,
                [one.state.value for one in order.lines],
                len(order.deliveries),
            ),
            "address": standing.customer.addresses[0].said,
            "cart": str(standing.carts[0].total),
            "carts": len(connection.execute(carts.select()).all()),
            "kept of the key": (site.licence_last4, len(site.licence_hash)),
            "rows": tuple(
                len(connection.execute(one.select()).all()) for one in (product_reviews, fraud_reports)
            ),
        }

    async def look(desk: Desk) -> dict[str, object]:
        return await desk.store.look(query)

    all_there: dict[str, object] = operator.does(look)
    return all_there


ONE_OF_TWO = CancelItems(items=(Item(line_no=2, quantity=1),))


async def _cancel_one(desk: Desk) -> None:
    by = PersonRef(id=PersonId(1), slack_user_id=SlackUserId("U0OMAR"), name="Omar")
    read = await desk.shop.order(Ask(by=by), "1001")
    assert read is not None
    write = Write(by=by, key="K1", version=read.version)
    done = await desk.shop.submit(write, "1001", ONE_OF_TWO, DEFAULT_TERMS)
    assert isinstance(done, Done), done


def test_what_is_done_with_an_order_between_looking_and_writing_stops_the_import(
    operator: Operator, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert operator.runs("import", folder) == 0, operator.said
    look = shop_checking.check

    async def look_and_let_somebody_act(desk: Desk, *more: Any) -> None:
        await look(desk, *more)
        await _cancel_one(desk)

    monkeypatch.setattr(shop_checking, "check", look_and_let_somebody_act)
    assert operator.runs("import", folder) == 1
    assert "Order 1001 was changed here while the import ran" in operator.said
    assert everything(operator)["order"][0] == "USD 253.44"


def test_an_import_never_contradicts_what_was_done_with_an_order_here(
    operator: Operator, folder: Path
) -> None:
    """One of 2 x 25.00 (tax 4.13) cancelled here: 27.07 comes off, and the file knows nothing of it."""
    assert operator.runs("import", folder) == 0, operator.said

    operator.does(_cancel_one)
    before = everything(operator)
    assert before["order"][0] == "USD 253.44"
    assert operator.runs("import", folder) == 1, operator.said
    assert (
        "its documents here contradict it. Line 2: its change orders take 1 units, but canceled 0 + returned "
        "0 = 0." in operator.said
    )
    assert everything(operator) == before
    agreed = FILES["lines.csv"].replace("25.00,4.13,,,", "25.00,4.13,,,1")
    (folder / "lines.csv").write_text(agreed, encoding="utf-8")
    assert operator.runs("import", folder) == 0, operator.said
    assert everything(operator)["order"][0] == "USD 253.44"
