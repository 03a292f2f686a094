"""The form on its port, as strangers and browsers meet it: links, sizes, floods, and what people write."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.blocks import web_pages
from bot.doctor.outside import _answers
from bot.domain.files import MEGABYTE, FileRules
from bot.domain.web_forms import Received, Ticket
from bot.services import web_forms
from bot.store.faults import DatabaseAway
from bot.store.schema import cases, customers, files
from bot.store.schema_shop import orders
from bot.web import forms as pages
from bot.web.rates import Buckets, Rate
from tests.forms.conftest import LONG, Desk

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;b&gt;"


@pytest.fixture
async def link(there: Desk) -> str:
    return await there.sent_link(there.person("chloe"))


async def count(there: Desk, table: Any) -> int:
    query = select(func.count()).select_from(table)
    return await there.bot.desk.store.look(lambda c: int(c.execute(query).scalar_one()))


def kept(folder: Path) -> list[Path]:
    """What lies in the folder of files."""
    return [one for one in (folder / "files").rglob("*") if one.is_file()]


async def test_forged_unknown_and_expired_links_get_one_and_the_same_polite_page(
    there: Desk, link: str
) -> None:
    root, _, token = link.rpartition("/")
    forged = token[:-2] + ("AA" if not token.endswith("AA") else "BB")
    never = Ticket(
        customer_id=there.omid, expires_at=there.links.expiry(there.sandbox.clock.now()), nonce="0" * 32
    )
    unknown = there.links.token(there.bot.desk.workspace_id, never)
    seen = {}
    for name, one in (("forged", forged), ("unknown", unknown), ("words", "x" * 300)):
        seen[name] = await there.browser.opens(f"{root}/{one}")
        posted = await there.browser.sends(f"{root}/{one}")
        assert (posted.status, posted.text) == (404, web_pages.gone())
    await there.sandbox.travel(there.sandbox.clock.now() + timedelta(days=1, seconds=2))
    seen["expired"] = await there.browser.opens(link)
    assert (await there.browser.sends(link)).status == 404
    assert {(one.status, one.text) for one in seen.values()} == {(404, web_pages.gone())}
    assert "ask support for a new link" in seen["expired"].text
    assert await count(there, cases) == 0
    assert await _answers(f"{root}/doctor"), "that is how doctor knows the form"


async def test_a_link_is_used_once_and_says_what_came_of_it_when_it_comes_again(
    there: Desk, link: str
) -> None:
    first = await there.browser.sends(link, follow=False)
    assert (first.status, first.headers["Location"]) == (303, link.rpartition("/")[2])
    again = await there.browser.sends(link, description="Something else altogether")
    assert again.status == 200
    assert "We already have it" in again.text
    assert "Case 00001001" in again.text
    looked = await there.browser.opens(link)
    assert "Case 00001001" in looked.text
    assert "Omid" not in looked.text
    assert await count(there, cases) == 1


async def test_sent_twice_at_the_same_moment_it_is_one_case(there: Desk, link: str) -> None:
    answers = await asyncio.gather(*(there.browser.sends(link, files={"a.txt": b"same"}) for _ in range(4)))
    assert {one.status for one in answers} == {200}
    assert all("Case 00001001" in one.text for one in answers)
    assert await count(there, cases) == 1
    assert await count(there, files) == 1


async def test_only_their_own_orders_are_offered_and_anothers_is_refused(
    there: Desk, link: str, tmp_path: Path
) -> None:
    theirs = select(orders.c.id).where(orders.c.customer_id == there.olga)
    other = await there.bot.desk.store.look(lambda c: c.execute(theirs).scalar_one())
    page = await there.browser.opens(link)
    assert f'value="order.{other}"' not in page.text
    for word in ("Olga", "Toys", "103", "Fox"):
        assert word not in page.text
    for key in (f"order.{other}", "order.999", "cart.1", "order.-1", "nonsense"):
        answer = await there.browser.sends(link, about=key, files={"a.txt": b"x"})
        assert answer.status == 422
        assert answer.errors[0] == "Choose one of your own orders, or none."
    assert await count(there, cases) == 0
    assert kept(tmp_path) == []


async def test_what_was_typed_is_kept_and_every_error_is_a_link_to_its_field(there: Desk, link: str) -> None:
    answer = await there.browser.sends(link, kind="rubbish", severity="9", description="  ")
    assert answer.status == 422
    assert answer.errors == ["Choose what it is.", "Write what it is about.", "Choose how bad it is."]
    for target in ("kind-0", "description", "severity-0"):
        assert f'href="#{target}"' in answer.text
        assert f'id="{target}"' in answer.text
    assert answer.text.index('role="alert"') < answer.text.index("<form")
    assert "<title>Error: " in answer.text
    answer = await there.browser.sends(link, severity="7", kind="complaint", description="\nI & <you>")
    assert "\nI &amp; &lt;you&gt;</textarea>" in answer.text
    assert re.search(r'value="complaint" required checked', answer.text)
    answer = await there.browser.sends(link, description="x" * 10_001)
    assert "10,001 characters" in answer.errors[0]


async def test_what_people_write_is_shown_and_never_run(there: Desk, link: str) -> None:
    for field in ("kind", "about", "description", "severity"):
        answer = await there.browser.sends(link, **({"severity": "9"} | {field: EVIL}))
        assert answer.status == 422, field
        assert "<script" not in answer.text, field
        assert "<img" not in answer.text, field


async def test_evil_files_and_texts_reach_staff_as_text(there: Desk, link: str) -> None:
    await there.browser.sends(link, description=f"{EVIL} <!channel>", files={"../<!here>.txt": b"<script>"})
    await there.settled()
    card = await there.card("00001001")
    assert "@channel" not in [one.get("text") for one in card.blocks]
    letter = there.letter("[00001001]")
    assert "<script" not in letter["html"] if "html" in letter else True
    ana = there.person("ana")
    await ana.runs("/case show 1001")
    assert ana.modal is not None
    assert "!here" in ana.modal.text, "a word, no call to everybody"


async def test_the_page_may_run_and_load_nothing_and_nobody_keeps_it(there: Desk, link: str) -> None:
    page = await there.browser.opens(link)
    policy = page.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    wanted = {
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
    }
    gone = await there.browser.opens(f"{link}x")
    for answer in (page, gone, await there.browser.sends(link, description="")):
        assert {name: answer.headers.get(name) for name in wanted} == wanted
        assert "<script" not in answer.text
        assert 'lang="en"' in answer.text
        assert "<h1>" in answer.text
    for name in ("kind-0", "severity-0", "about", "description", "files"):
        assert f'<label for="{name}">' in page.text, name


async def test_a_huge_file_is_refused_in_words_while_the_text_stays(
    there: Desk, link: str, tmp_path: Path
) -> None:
    there.bot.desk.file_rules = FileRules(largest=MEGABYTE)
    await there.browser.opens(link)
    answer = await there.browser.sends(link, files={"small.txt": b"s", "huge.bin": b"h" * (3 * MEGABYTE)})
    assert answer.status == 413
    assert answer.errors == [
        "huge.bin is larger than 1 MB. Send a smaller one. Your text is kept; choose the files again."
    ]
    assert LONG in answer.text
    many = await there.browser.sends(link, files={f"{number}.txt": b"x" for number in range(11)})
    assert "more than 10 files" in many.errors[0]
    assert kept(tmp_path) == []
    done = await there.browser.sends(link, files={"fits.bin": b"h" * MEGABYTE})
    assert "Thank you" in done.text


async def test_a_form_that_is_too_large_in_all_is_listened_to_but_not_kept(
    there: Desk, link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LARGEST_WHOLE", 2 * MEGABYTE)
    answer = await there.browser.sends(link, files={str(n): b"x" * MEGABYTE for n in range(4)})
    assert answer.status == 413
    assert "larger than 2 MB in all" in answer.errors[0]
    assert LONG in answer.text
    assert kept(tmp_path) == []


BROKEN = {
    "a form without files": ("application/x-www-form-urlencoded", b"description=hello"),
    "json": ("application/json", b"{}"),
    "no kind": ("", b"hello"),
    "no boundary": ("multipart/form-data", b"hello"),
    "another boundary": ("multipart/form-data; boundary=a", b"--b\r\n\r\nhello\r\n--b--\r\n"),
    "broken off": (
        "multipart/form-data; boundary=a",
        b'--a\r\nContent-Disposition: form-data; name="description"\r\n\r\nhello',
    ),
    "parts within parts": (
        "multipart/form-data; boundary=a",
        b"--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n--a--\r\n",
    ),
    "parts without end": (
        "multipart/form-data; boundary=a",
        b'--a\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 60 + b"--a--\r\n",
    ),
    "headers without end": ("multipart/form-data; boundary=a", b"--a\r\n" + b"X: y\r\n" * 9000),
    "a boundary without end": (f"multipart/form-data; boundary={'a' * 80}", b"--a--"),
}


@pytest.fixture(params=[BROKEN], ids=["each"])
def broken(request: pytest.FixtureRequest) -> dict[str, tuple[str, bytes]]:
    found: dict[str, tuple[str, bytes]] = request.param
    return found


async def test_what_is_no_form_is_refused_in_words_and_changes_nothing(
    there: Desk, link: str, broken: dict[str, tuple[str, bytes]], tmp_path: Path
) -> None:
    served = there.bot._forms
    assert served is not None
    served._posts = Buckets(Rate(at_once=99, every=1.0), lambda: 0.0)
    for name, (kind, body) in broken.items():
        headers = {"Content-Type": kind} if kind else {}
        async with there.browser.session.post(
            link, data=body, headers=headers, skip_auto_headers=["Content-Type"]
        ) as answer:
            said = await answer.text()
        assert answer.status in (400, 415), name
        assert "We could not read that" in said, name
    assert await count(there, cases) == 0
    assert kept(tmp_path) == []
    empty = b"--a--\r\n"
    async with there.browser.session.post(
        link, data=empty, headers={"Content-Type": "multipart/form-data; boundary=a"}
    ) as answer:
        assert answer.status == 422
        assert "4 things" not in await answer.text()


async def test_floods_wait_by_link_and_by_address_and_others_do_not(there: Desk, link: str) -> None:
    served = there.bot._forms
    assert served is not None
    for name in ("_addresses", "_strangers", "_links", "_posts"):  # a slow machine lets nobody in earlier
        setattr(served, name, Buckets(getattr(served, name)._rate, lambda: 0.0))
    answers = [await there.browser.sends(link, description="") for _ in range(12)]
    assert [one.status for one in answers].count(422) == 8
    last = answers[-1]
    assert (last.status, last.headers["Retry-After"]) == (429, "60")
    assert "Please wait a moment" in last.text
    knocked = [await there.browser.opens(f"{link}{number}") for number in range(30)]
    assert [one.status for one in knocked].count(404) == 20
    assert knocked[-1].status == 429
    # From behind our proxy another address is another client; what it makes up before that is not believed.
    elsewhere = await there.browser.opens(link, **{"X-Forwarded-For": "127.0.0.1, 198.51.100.7"})
    assert elsewhere.status == 200


async def test_a_link_of_who_has_another_address_by_now_is_gone(there: Desk, link: str) -> None:
    moved = update(customers).where(customers.c.id == there.omid).values(email="new@example.com")
    await there.bot.desk.write(lambda work: work.connection.execute(moved) and None)
    assert (await there.browser.opens(link)).status == 404
    assert (await there.browser.sends(link)).status == 404


async def test_a_fault_of_ours_is_told_with_a_reference_and_kept_from_strangers(
    there: Desk, link: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(web_forms, "submit", breaks)
    answer = await there.browser.sends(link, files={"a.txt": b"x"})
    assert answer.status == 500
    assert "a secret of the machine" not in answer.text
    reference = re.search(r"reference if it stays so: ([0-9a-f]{8})", answer.text)
    assert reference is not None
    assert reference[1] in caplog.text
    assert link.rpartition("/")[2] not in caplog.text


async def test_no_line_of_the_log_has_a_link_or_what_was_written(
    there: Desk, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    await there.browser.sends(link, description="", kind="complaint")
    await there.browser.sends(link, about="order.999")
    await there.browser.sends(link)
    await there.settled()
    assert link.rpartition("/")[2] not in caplog.text
    assert LONG not in caplog.text


async def test_what_may_be_saved_yet_keeps_its_files_and_is_sent_again_in_peace(
    there: Desk, link: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = web_forms.submit

    async def late(*asked: Any) -> Received | None:
        await real(*asked)
        raise DatabaseAway

    monkeypatch.setattr(web_forms, "submit", late)
    answer = await there.browser.sends(link, files={"a.txt": b"x"})
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert len(kept(tmp_path)) == 1
    monkeypatch.setattr(web_forms, "submit", real)
    again = await there.browser.sends(link, files={"a.txt": b"x"})
    assert "We already have it" in again.text
    assert len(kept(tmp_path)) == 1
    assert await count(there, cases) == 1
