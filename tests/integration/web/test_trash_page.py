"""The trash in sentences, and who was deleted here and lives on in Google."""

from django.urls import reverse
from django.utils import timezone

from tandem.contacts import services
from tandem.contacts.models import Actor, Contact
from tandem.googlesync.models import Account, Link, Run
from tests.factories import make_contact
from tests.integration.googlesync.world import World, person
from tests.integration.web.conftest import Visitor, link


def trashed(alice: Visitor, given: str = "Ada", because: str = "Deleted here") -> Contact:
    contact = make_contact(alice.user, name={"given": given, "family": "Lovelace"})
    services.trash_contacts(owner_id=alice.user.pk, contact_ids=[contact.id], actor=Actor.PERSON, because=because)
    return contact


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_contact_deleted_in_google_says_so_and_offers_both_ways_back(alice: Visitor, account: Account) -> None:
    contact = trashed(alice, because="Deleted in Google")
    link(account, contact, state="gone")
    text = words(alice.text(reverse("trash")))
    assert "Deleted in Google <time" in text
    assert "It is in the trash until" in text
    assert "Restore, here alone" in text
    assert f'value="put_back" formaction="{reverse("contact_restore", args=[contact.id])}"' in text


def test_a_contact_deleted_here_has_one_way_back_and_a_badge(alice: Visitor, account: Account) -> None:
    link(account, trashed(alice), state="tombstone")
    text = alice.text(reverse("trash"))
    assert '<span class="badge badge--quiet">Deleted here</span>' in text
    assert "Put back in Google" not in text


def test_who_is_still_in_google_is_listed_with_what_happened(alice: Visitor, account: Account) -> None:
    link(account, trashed(alice), state="tombstone")
    left_out = {"contact": None, "state": "tombstone", "why": "left out", "display_name": "Bob Newcomer"}
    now = timezone.now()
    Link.objects.create(
        account=account, source_id="s1", resource_name="people/c1", person_updated_at=now, linked_at=now, synced_at=now,
        **left_out,
    )  # fmt: skip
    text = words(alice.text(reverse("tombstones")))
    assert "Ada Lovelace" in text
    assert "Deleted here <time" in text
    assert "Bob Newcomer" in text
    assert "Left out of a preview <time" in text
    assert text.count("Bring back") > 2


def test_another_users_tombstones_are_not_there(alice: Visitor, charlie: Visitor, account: Account) -> None:
    found = link(account, trashed(alice), state="tombstone")
    assert "Ada Lovelace" not in charlie.text(reverse("tombstones"))
    charlie.post(reverse("bring_back"), {"only": found.id})
    found.refresh_from_db()
    assert found.state == "tombstone"
    assert not Run.objects.exists()


def test_bringing_back_without_a_connection_says_why(alice: Visitor, account: Account) -> None:
    found = link(account, trashed(alice), state="tombstone")
    Account.objects.filter(id=account.id).update(state="reconnect_needed")
    response = alice.post(reverse("bring_back"), {"only": found.id}, follow=True)
    assert "Nothing was changed." in response.content.decode()
    assert not Run.objects.filter(owner=alice.user).exists()


def test_restoring_offers_its_undo(alice: Visitor) -> None:
    first, second = trashed(alice, "Ada"), trashed(alice, "Bob")
    back = alice.post(reverse("trash_restore"), {"contact": [first.id, second.id]}, follow=True).content.decode()
    assert "2 contacts are back." in back
    run = Run.objects.get(owner=alice.user, kind="bulk")
    alice.post(reverse("contacts_undo", args=[run.id]), {"back": reverse("trash")})
    first.refresh_from_db()
    assert first.trashed_at is not None


def test_bringing_back_without_a_tick_says_that_nothing_was_done(alice: Visitor, account: Account) -> None:
    answer = alice.post(reverse("bring_back"), follow=True)
    assert "Nobody was brought back: tick them first" in answer.content.decode()


def test_who_is_brought_back_is_in_step_again_with_a_receipt(world: World) -> None:
    world.load(person("Ada", "Lovelace", emails=["ada@example.org"]))
    world.connect()
    world.switch_on()
    world.delete(world.contact("Ada"))
    alice = Visitor(world.user)
    found = Link.objects.get(account=world.account, state="tombstone")
    response = alice.post(reverse("bring_back"), {"only": found.id})
    run = Run.objects.get(owner=world.user, state="queued")
    assert response["Location"] == reverse("run", args=[run.id])
    world.run(run)
    assert world.state(world.contact("Ada")) == "linked"
    assert "Ada Lovelace" in alice.text(reverse("run", args=[run.id]))
