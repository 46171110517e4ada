"""The frame of every page: what waits for the user, what keeps Google's sync from going on, and the end of a run."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tandem.googlesync.models import (
    Account,
    AccountState,
    Conflict,
    ConflictKind,
    PossibleDuplicate,
    Run,
    RunKind,
    RunState,
    Trigger,
)
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor

DOT = '<span class="dot">'
PAGES = ["contacts", "contact_new", "duplicates", "conflicts", "runs", "trash", "tokens"]


def run_of(account: Account, state: RunState, trigger: Trigger = Trigger.PERSON) -> Run:
    return Run.objects.create(
        owner=account.user,
        account=account,
        kind=RunKind.SYNC,
        trigger=trigger,
        state=state,
        counts={"tandem": {"create": 12}},
        created_at=timezone.now(),
    )


def end(state: RunState = RunState.DONE, **columns: str) -> None:
    """What a worker does at the end of the runs that are there."""
    Run.objects.update(state=state, finished_at=timezone.now(), **columns)


def conflict_of(account: Account) -> Conflict:
    contact = make_contact(account.user)
    return Conflict.objects.create(
        account=account, contact=contact, field="name", kind=ConflictKind.OPEN, found_at=timezone.now()
    )


def counts(visitor: Visitor) -> list[str]:
    """The numbers of the rail, by duplicates, conflicts and runs."""
    needs = visitor.get(reverse("runs")).context["needs"]
    return [str(each) if each else "" for each in (needs.duplicates, needs.conflicts, needs.held)]


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/contacts", "/accounts/login/"])
def test_host_that_is_not_ours_is_refused_and_the_operator_told_what_to_set(db: None, path: str) -> None:
    answer = Client(headers={"host": "crm.example"}).get(path)
    assert answer.status_code == 400
    assert b"TANDEM_BASE_URL" in answer.content
    assert b"TANDEM_ANY_HOST" in answer.content


def test_rail_counts_what_waits_for_the_user_alone(alice: Visitor, charlie: Visitor, account: Account) -> None:
    assert counts(alice) == ["", "", ""]
    assert "rail__count" not in alice.text("/")
    conflict_of(account)
    run_of(account, RunState.HELD)
    first, second = make_contact(alice.user), make_contact(alice.user)
    PossibleDuplicate.objects.create(
        owner=alice.user, first=first, second=second, evidence="same e-mail", found_at=timezone.now()
    )
    assert counts(alice) == ["1", "1", "1"]
    assert alice.text("/").count("rail__count") == 3
    assert counts(charlie) == ["", "", ""]


def test_rail_counts_no_further_than_ninety_nine(alice: Visitor, account: Account) -> None:
    for _ in range(101):
        run_of(account, RunState.HELD)
    assert counts(alice)[2] == "99+"


@pytest.mark.parametrize("is_running", [False, True])
def test_mail_icon_has_a_dot_for_open_conflicts_also_during_a_run(
    alice: Visitor, account: Account, is_running: bool
) -> None:
    assert DOT not in alice.text("/")
    conflict_of(account)
    if is_running:
        run_of(account, RunState.RUNNING)
    text = alice.text("/")
    assert DOT in text
    assert "1 conflict to settle" in text


def test_mail_menu_leads_to_held_runs(alice: Visitor, account: Account) -> None:
    run_of(account, RunState.HELD)
    text = alice.text("/")
    assert f'href="{reverse("runs")}?state=held">1 run is held for your answer' in text


@pytest.mark.parametrize("name", PAGES)
def test_lost_connection_is_told_on_every_page_with_its_mend(alice: Visitor, account: Account, name: str) -> None:
    assert "no longer lets Tandem in" not in alice.text(reverse(name))
    Account.objects.update(state=AccountState.RECONNECT_NEEDED)
    text = alice.text(reverse(name))
    assert "no longer lets Tandem in" in text
    assert f'href="{reverse("google_connect")}">Connect again' in text
    assert DOT in text


def test_two_missed_runs_are_told_on_every_page(alice: Visitor, account: Account, settings: Settings) -> None:
    missed = timedelta(seconds=2 * settings.SYNC_INTERVAL, minutes=4)
    Account.objects.update(last_success_at=timezone.now() - missed)
    assert "The last run that succeeded" not in alice.text("/")
    Account.objects.update(last_success_at=timezone.now() - missed - timedelta(minutes=2))
    assert "The last run that succeeded" in alice.text("/")
    Account.objects.update(contact_sync=False)
    assert "The last run that succeeded" not in alice.text("/")


def test_end_of_a_run_that_was_asked_for_is_told_once_on_the_page_that_is_open(
    alice: Visitor, account: Account
) -> None:
    run = run_of(account, RunState.RUNNING)
    assert reverse("runs_watch") in alice.text("/")
    assert alice.get(reverse("runs_watch")).status_code == 204
    end()
    told = alice.text(reverse("runs_watch"))
    assert "Sync: done. Here: 12 created." in told
    assert reverse("run", args=[run.id]) in told
    assert "Sync: done" not in alice.text(reverse("runs_watch"))
    assert "data-toast" not in alice.text("/")


def test_end_of_a_run_between_two_pages_is_told_on_the_second(alice: Visitor, account: Account) -> None:
    run_of(account, RunState.QUEUED)
    alice.text("/")
    end(RunState.FAILED, error_detail="Google did not answer.")
    assert "Sync: failed. Google did not answer." in alice.text(reverse("trash"))


def test_end_of_a_run_that_was_too_quick_for_any_page_is_told(alice: Visitor, account: Account) -> None:
    run_of(account, RunState.QUEUED)
    end()
    assert "Sync: done" in alice.text("/")
    assert "Sync: done" not in alice.text("/")


def test_end_of_a_run_is_no_news_for_long(alice: Visitor, account: Account) -> None:
    run_of(account, RunState.QUEUED)
    Run.objects.update(state=RunState.DONE, finished_at=timezone.now() - timedelta(minutes=11))
    assert "Sync: done" not in alice.text("/")


def test_end_of_a_run_is_not_told_on_its_own_page(alice: Visitor, account: Account) -> None:
    run = run_of(account, RunState.RUNNING)
    page = reverse("run", args=[run.id])
    assert f"{reverse('runs_watch')}?run={run.id}" in alice.text(page)
    end()
    assert "data-toast" not in alice.text(reverse("runs_watch"), run=str(run.id))
    assert "data-toast" not in alice.text("/")


def test_run_by_the_clock_is_not_watched(alice: Visitor, account: Account) -> None:
    run_of(account, RunState.RUNNING, Trigger.SCHEDULE)
    assert reverse("runs_watch") not in alice.text("/")


def test_part_of_a_page_that_is_asked_for_after_signing_out_loads_the_page_anew(alice: Visitor) -> None:
    alice.logout()
    answer = alice.get("/", headers={"hx-request": "true"})
    assert answer["HX-Refresh"] == "true"
    assert b"Password" not in answer.content


def test_line_of_the_demo_stays_closed(alice: Visitor, settings: Settings) -> None:
    settings.DEMO = True
    assert "sandbox plays Google" in alice.text("/")
    answer = alice.post(reverse("demo_close"), {"back": reverse("trash")})
    assert answer["Location"] == reverse("trash")
    assert "sandbox plays Google" not in alice.text("/")


def test_closing_the_demos_line_leads_to_no_other_site(alice: Visitor) -> None:
    answer = alice.post(reverse("demo_close"), {"back": "https://evil.example/"})
    assert answer["Location"] == reverse("contacts")
