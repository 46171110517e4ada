"""The Google settings: how to connect, how it went, and what was done in the last days."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tandem.googlesync.models import Account, Run, RunKind, RunState, Trigger
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor, link

NOTHING = {"create": 0, "update": 0, "link": 0, "delete": 0}
QUIET: dict[str, Any] = {"tandem": NOTHING, "google": NOTHING, "conflicts": 0, "held": 0, "failed": 0}


def run(account: Account, **columns: Any) -> Run:
    now = timezone.now()
    usual = {"kind": RunKind.SYNC, "trigger": Trigger.SCHEDULE, "state": RunState.DONE, "counts": QUIET}
    return Run.objects.create(
        owner=account.user,
        account=account,
        **usual | {"created_at": now, "started_at": now, "finished_at": now} | columns,
    )


def page(alice: Visitor) -> str:
    return " ".join(alice.text(reverse("google")).split())


def test_the_connect_button_has_googles_mark_and_wording(alice: Visitor) -> None:
    text = page(alice)
    assert "google-g" in text
    assert "Continue with Google</a>" in text
    assert ">Connect Google</a>" in text


def test_without_a_client_the_page_says_what_the_operator_sets_and_names_the_sandbox(
    alice: Visitor, settings: Settings
) -> None:
    settings.GOOGLE_CLIENT_ID = ""
    text = page(alice)
    assert "TANDEM_GOOGLE_CLIENT_ID" in text
    assert "tandem demo" in text


def test_in_the_demo_the_page_says_that_a_sandbox_plays_google(alice: Visitor, settings: Settings) -> None:
    settings.DEMO = True
    assert "a sandbox that plays Google" in page(alice)


def test_the_chart_sums_what_runs_changed_today_by_side(alice: Visitor, account: Account) -> None:
    run(account, counts=QUIET | {"tandem": NOTHING | {"create": 1200, "link": 30}})
    run(account, counts=QUIET | {"google": NOTHING | {"update": 7}})
    run(account, kind=RunKind.PLAN, counts=QUIET | {"tandem": NOTHING | {"create": 99_999}})
    text = page(alice)
    today = f"{timezone.localtime():%-d %B}"
    assert f"<title>{today}: 1,230 in Tandem, 7 in Google</title>" in text
    assert f"<td>{today}</td> <td>1,230</td> <td>7</td>" in text
    assert " style=" not in text


def test_without_a_change_there_is_no_chart(alice: Visitor, account: Account) -> None:
    run(account)
    text = page(alice)
    assert "No run changed anything in the last 14 days." in text
    assert "<svg viewBox" not in text


def test_quiet_runs_are_one_line_of_the_history_and_of_the_list(alice: Visitor, account: Account) -> None:
    for _ in range(3):
        run(account)
    loud = run(account, counts=QUIET | {"tandem": NOTHING | {"update": 1}})
    run(account)
    for text in (page(alice), " ".join(alice.text(reverse("runs")).split())):
        assert "1 quiet run: both sides were in step." in text
        assert reverse("run", args=[loud.id]) in text
    listed = " ".join(alice.text(reverse("runs")).split())
    assert "3 quiet runs: both sides were in step." in listed
    assert alice.text(reverse("runs"), show="all").count('class="table__link"') == 5


def test_the_list_of_runs_is_narrowed_by_kind_state_and_trigger(alice: Visitor, account: Account) -> None:
    push = run(account, kind=RunKind.PUSH, trigger=Trigger.PERSON)
    failed = run(account, state=RunState.FAILED, error_code="quota")
    for query, expected in (({"kind": "push"}, push), ({"state": "failed"}, failed), ({"trigger": "schedule"}, failed)):
        text = alice.text(reverse("runs"), **query)
        assert text.count('class="table__link"') == 1
        assert reverse("run", args=[expected.id]) in text
    assert "No run fits." in alice.text(reverse("runs"), kind="merge")


def test_an_old_error_is_not_shown_while_a_new_run_is_under_way(alice: Visitor, account: Account) -> None:
    Account.objects.filter(id=account.id).update(error_code="quota", error_detail="Google is busy.")
    assert "Google is busy." in page(alice)
    run(account, state=RunState.RUNNING, finished_at=None)
    assert "Google is busy." not in page(alice)


def test_the_figure_of_who_is_still_in_google_leads_to_the_list(alice: Visitor, account: Account) -> None:
    link(account, make_contact(alice.user), state="tombstone")
    assert f'<a href="{reverse("tombstones")}">1</a>' in page(alice)


def test_each_card_saves_its_own_settings_alone(alice: Visitor, account: Account) -> None:
    alice.post(reverse("google_rules"), {"conflict_policy": "ask", "emptied_fields": "refill", "region": "DE"})
    account.refresh_from_db()
    assert (account.conflict_policy, account.region, account.brake_on) == ("ask", "DE", True)
    alice.post(reverse("google_rules"), {"brake_count": "5", "brake_percent": "20", "brake_most": "100"})
    account.refresh_from_db()
    assert (account.brake_on, account.brake_count, account.conflict_policy) == (False, 5, "ask")


def test_a_number_that_the_brake_cannot_have_is_refused_in_the_words_of_the_page(
    alice: Visitor, account: Account
) -> None:
    alice.post(reverse("google_rules"), {"brake_count": "many", "brake_percent": "20", "brake_most": "100"})
    text = page(alice)
    assert "Nothing was saved. The first number of the brake must be a whole number from 0 to 25,000." in text


def test_a_run_with_conflicts_says_so(alice: Visitor, account: Account) -> None:
    found = run(account, counts=QUIET | {"conflicts": 2})
    assert "2 conflicts." in alice.text(reverse("runs"))
    assert reverse("run", args=[found.id]) in alice.text(reverse("runs"))


def test_a_run_that_is_late_is_due_and_not_said_to_have_been(alice: Visitor, account: Account) -> None:
    Account.objects.update(contact_sync=True, due_at=timezone.now() - timedelta(minutes=3))
    assert ">due now</time>" in page(alice)
