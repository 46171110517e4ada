"""A preview and a held run on their page: groups, switches that outlive a page's turning, and what the button says."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tandem.googlesync import services
from tandem.googlesync.models import Account, Link, Operation, Run, Trigger
from tests.factories import make_user
from tests.integration.googlesync.world import World, person
from tests.integration.web.conftest import Visitor


class Planner:
    """Alice with an address book that nothing was read of yet, in front of a preview of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.alice = Visitor(world.user)
        world.connect()

    def plan(self) -> Run:
        run = services.request_plan(account=self.world.account, trigger=Trigger.PERSON, is_queued=False)
        return self.world.run(run)

    def page(self, run: Run, query: str = "") -> str:
        return self.alice.text(f"{reverse('run', args=[run.id])}{query}")

    def choose(self, run: Run, shown: list[Operation], on: list[Operation], **more: str) -> str:
        form = {"shown": [str(row.id) for row in shown], "operation": [str(row.id) for row in on], **more}
        response = self.alice.post(reverse("run_choose", args=[run.id]), form)
        assert response.status_code == 302
        return response["Location"]

    def answer(self, run: Run, choice: str = "apply") -> Run:
        response = self.alice.post(reverse("run_answer", args=[run.id]), {"answer": choice})
        begun = Run.objects.get(id=re.findall(r"[0-9a-f-]{36}", response["Location"])[0])
        return self.world.run(begun) if begun.id != run.id else run


@pytest.fixture
def planner(world: World) -> Planner:
    world.load(*(person(f"New{number:02}", "Comer", emails=[f"{number}@example.org"]) for number in range(25)))
    return Planner(world)


def rows(run: Run) -> list[Operation]:
    """In the order of the page."""
    return list(run.operations.order_by("card__name__given", "id"))


def test_a_preview_counts_its_five_groups_and_says_who_is_left_alone(planner: Planner) -> None:
    planner.world.create(name={"given": "Only", "family": "Here"})
    planner.world.create(
        name={"given": "New00", "family": "Comer"}, emails=[{"value": "0@example.org"}], phones=[{"value": "030 12345"}]
    )
    text = planner.page(planner.plan())
    for group in ("New here", "Same person", "Filled", "Possible duplicates", "Left alone"):
        assert group in text
    assert "<strong>24</strong> New here" in text
    assert "<strong>1</strong> Filled" in text
    assert "<strong>1</strong> Left alone" in text
    assert "Only Here" in text


def test_the_button_counts_what_is_switched_on_on_all_pages(planner: Planner) -> None:
    run = planner.plan()
    assert "Apply 25 changes" in planner.page(run)
    first = rows(run)[:20]
    address = planner.choose(run, first, first[3:], go="new=2")
    assert address.endswith("?new=2#group-new")
    second = planner.page(run, "?new=2")
    assert "Apply 22 changes" in second
    planner.choose(run, rows(run)[20:], rows(run)[20:24], here="new=2")
    text = planner.page(run)
    assert "Apply 21 changes" in text
    assert text.count("checked") == 17


def test_what_was_switched_off_on_another_page_is_left_out_when_the_plan_is_applied(planner: Planner) -> None:
    run = planner.plan()
    left = rows(run)[2]
    planner.choose(run, [left], [])
    done = planner.answer(run)
    assert (done.state, len(planner.world.contacts())) == ("done", 24)
    assert Link.objects.get(account=planner.world.account, state="tombstone").source_id == left.source_id
    assert "Applied" in planner.page(run)


def test_a_whole_group_is_switched_off_but_for_what_is_switched_on_again(planner: Planner) -> None:
    run = planner.plan()
    shown = rows(run)[:20]
    assert planner.choose(run, shown, shown, all_off="new").endswith("#group-new")
    assert "disabled" in planner.page(run)
    planner.choose(run, shown, shown[:1])
    assert "Apply 1 change" in planner.page(run)
    planner.answer(run)
    assert [contact.given for contact in planner.world.contacts()] == ["New00"]


def test_a_switch_answers_htmx_with_the_bar_alone(planner: Planner) -> None:
    run = planner.plan()
    shown = [str(row.id) for row in rows(run)[:20]]
    response = planner.alice.post(
        reverse("run_choose", args=[run.id]), {"shown": shown, "operation": shown[1:]}, headers={"HX-Request": "true"}
    )
    text = response.content.decode()
    assert "Apply 24 changes" in text
    assert "24 of 25 on" in text
    assert "<h1>" not in text


def test_a_name_is_found_in_a_preview(planner: Planner) -> None:
    text = planner.page(planner.plan(), "?q=new07+comer")
    assert "New07 Comer" in text
    assert "New08 Comer" not in text


def test_not_now_leaves_nothing_behind(planner: Planner) -> None:
    run = planner.plan()
    planner.answer(run, "reject")
    assert "Not applied" in planner.page(run)
    assert planner.world.contacts() == []
    assert not Link.objects.filter(account=planner.world.account).exists()


def test_a_switch_covers_both_sides_of_a_pair(planner: Planner) -> None:
    contact = planner.world.create(
        name={"given": "New00", "family": "Comer"}, emails=[{"value": "0@example.org"}], phones=[{"value": "030 12345"}]
    )
    planner.world.google(
        "POST",
        "edit",
        {"persons": {name: {"birthdays": [{"date": {"month": 5, "day": 6}}]} for name in _zero(planner)}},
    )
    run = planner.plan()
    pair = [row for row in rows(run) if row.contact_id == contact.id]
    assert {row.side for row in pair} == {"tandem", "google"}
    text = planner.page(run)
    assert "Apply 25 changes" in text
    assert "In Google" in text
    here = [row for row in pair if row.side == "tandem"]
    planner.choose(run, here, [])
    planner.answer(run)
    contact.refresh_from_db()
    assert contact.birthday_month is None
    assert "phoneNumbers" not in planner.world.persons()[_zero(planner)[0]]


def _zero(planner: Planner) -> list[str]:
    persons = planner.world.persons().items()
    return [name for name, each in persons if each["emailAddresses"][0]["value"] == "0@example.org"]


def test_rows_that_changed_since_are_counted_and_shown(planner: Planner) -> None:
    run = planner.plan()
    planner.world.google("POST", "edit", {"persons": {_zero(planner)[0]: {"names": [{"givenName": "Moved"}]}}})
    done = planner.answer(run)
    for page in (planner.page(done), planner.page(run)):
        assert "1 changed since: review" in page
    review = planner.page(run, "?show=moved")
    assert "New00 Comer" in review
    assert "New01 Comer" not in review


def test_a_preview_that_a_sync_has_overtaken_says_so(planner: Planner) -> None:
    plan = planner.plan()
    words = "Syncs have run since"
    assert words not in planner.page(plan)
    planner.world.switch_on()
    assert words in planner.page(plan)


def test_who_is_here_already_can_be_looked_at_from_a_row(planner: Planner) -> None:
    ada = planner.world.create(
        name={"given": "New00", "family": "Comer"}, emails=[{"value": "0@example.org"}], phones=[{"value": "030 12345"}]
    )
    assert f'class="plan-row__open" href="{reverse("contact", args=[ada.id])}"' in planner.page(planner.plan())


def test_nobody_chooses_for_another_user(planner: Planner) -> None:
    run, charlie = planner.plan(), Visitor(make_user("charlie"))
    assert charlie.post(reverse("run_choose", args=[run.id]), {"all_off": "new"}).status_code == 404


@pytest.fixture
def held(planner: Planner) -> Run:
    """Three of 25 contacts deleted in Google, under a brake that lets two pass; one edit was done."""
    planner.world.switch_on()
    Account.objects.filter(id=planner.world.account.id).update(brake_count=2)
    names = list(planner.world.persons())
    planner.world.google("POST", "delete", {"names": names[:3]})
    planner.world.google("POST", "edit", {"persons": {names[5]: {"names": [{"givenName": "Edited"}]}}})
    return planner.world.sync()


def test_a_held_run_says_what_its_button_does_and_offers_no_undo_while_it_waits(planner: Planner, held: Run) -> None:
    text = planner.page(held)
    assert "Move 3 to the trash" in text
    assert "What was done" in text
    assert reverse("run_undo", args=[held.id]) not in text.split("What was done", 1)[0]
    assert text.index("New02 Comer") < text.index("What was done") < text.index("Edited")
    assert 'value="apply" disabled' not in text


def test_what_is_switched_off_of_a_held_run_stays(planner: Planner, held: Run) -> None:
    kept = held.operations.filter(state="held").latest("id")
    planner.choose(held, [kept], [])
    assert "Move 2 to the trash" in planner.page(held)
    planner.answer(held)
    assert len(planner.world.contacts()) == 23
    assert kept.contact_id in {contact.id for contact in planner.world.contacts()}


def test_a_preview_that_finds_nothing_is_done(world: World) -> None:
    planner = Planner(world)
    text = planner.page(planner.plan())
    assert "Done" in text
    assert "A sync would change nothing" in text
    assert "Not applied" not in text


def test_a_preview_older_than_six_days_says_so_and_offers_another(planner: Planner) -> None:
    run = planner.plan()
    Run.objects.filter(id=run.id).update(created_at=timezone.now() - timedelta(days=6, minutes=1))
    text = planner.page(run)
    assert "older than six days" in text
    assert "Apply" not in text


def test_who_was_left_out_is_listed_and_brought_back(planner: Planner) -> None:
    run = planner.plan()
    planner.choose(run, rows(run)[:1], [])
    planner.answer(run)
    assert "Left out of a preview" in planner.alice.text(reverse("tombstones"))
    link = Link.objects.get(account=planner.world.account, state="tombstone")
    planner.alice.post(reverse("bring_back"), {"only": link.id})
    back = planner.world.run(Run.objects.filter(owner=planner.world.user).latest("id"))
    assert "New00 Comer" in planner.page(back)
    assert len(planner.world.contacts()) == 25
