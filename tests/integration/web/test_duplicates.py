"""Possible duplicates: values are picked one by one, a merge is undone from its toast, nothing is merged unseen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tandem.contacts import services
from tandem.contacts.models import Actor
from tandem.googlesync.models import PossibleDuplicate, Run
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor


@pytest.fixture
def pair(alice: Visitor) -> PossibleDuplicate:
    ann = make_contact(
        alice.user,
        name={"given": "Ann", "family": "Lee"},
        emails=[{"value": "ann@example.org"}, {"value": "old@example.org"}],
        phones=[{"value": "(415) 555-2671"}],
        status="client",
        notes="Met in May.",
    )
    anne = make_contact(
        alice.user,
        name={"given": "Anne", "family": "Lee"},
        emails=[{"value": "ANN@example.org"}, {"value": "anne@example.org"}],
        phones=[{"value": "+1 415 555 2671"}],
        hashtags=["pool"],
        notes="Likes gardens.",
    )
    return PossibleDuplicate.objects.create(
        owner=alice.user, first=ann, second=anne, evidence="same e-mail", found_at=timezone.now()
    )


EVERYTHING = {
    "decision": "same",
    "primary": "first",
    "emails": ["first.0", "first.1", "second.0", "second.1"],
    "phones": ["first.0", "second.0"],
    "hashtags": ["second.0"],
    "notes": ["first.0", "second.0"],
}


def decide(visitor: Visitor, pair: PossibleDuplicate, **posted: object) -> str:
    response = visitor.post(reverse("duplicate", args=[pair.id]), posted, follow=True)
    pair.first.refresh_from_db()
    pair.second.refresh_from_db()
    return response.content.decode()


def test_count_and_every_value_of_both_are_shown(alice: Visitor, pair: PossibleDuplicate) -> None:
    text = " ".join(alice.text(reverse("duplicates")).split())
    assert "1 pair " in text
    for value in ("first.0", "first.1", "second.0", "second.1"):
        assert f'name="emails" value="{value}" checked' in text


def test_all_that_is_ticked_is_united(alice: Visitor, pair: PossibleDuplicate) -> None:
    text = decide(alice, pair, **EVERYTHING)
    assert "Anne Lee was merged into Ann Lee." in text
    assert [each["value"] for each in pair.first.emails] == ["ann@example.org", "old@example.org", "anne@example.org"]
    assert pair.first.hashtags == ["pool"]
    assert pair.first.notes == "Met in May.\n\nLikes gardens."
    assert pair.first.status == "client"


def test_unticked_value_is_left_out_and_twins_stand_once(alice: Visitor, pair: PossibleDuplicate) -> None:
    decide(alice, pair, **EVERYTHING | {"emails": ["first.0", "second.0", "second.1"], "notes": ["second.0"]})
    assert [each["value"] for each in pair.first.emails] == ["ann@example.org", "anne@example.org"]
    assert [each["value"] for each in pair.first.phones] == ["(415) 555-2671"]
    assert pair.first.notes == "Likes gardens."


def test_single_values_are_picked_from_either_side(alice: Visitor, pair: PossibleDuplicate) -> None:
    decide(alice, pair, **EVERYTHING | {"primary": "second", "name": "first.0", "status": "first.0"})
    assert (pair.second.given, pair.second.status) == ("Ann", "client")
    assert pair.first.trashed_at is not None


def test_merge_is_undone_from_its_toast(alice: Visitor, pair: PossibleDuplicate) -> None:
    text = decide(alice, pair, **EVERYTHING)
    run = Run.objects.get(owner=alice.user)
    address = reverse("duplicates_undo", args=[run.id])
    assert address in text
    assert address not in alice.text(reverse("duplicates"))
    assert "They are two again" in alice.post(address, follow=True).content.decode()
    pair.second.refresh_from_db()
    assert pair.second.trashed_at is None
    assert "Nothing was changed" in alice.post(address, follow=True).content.decode()


def test_nothing_is_merged_that_was_changed_meanwhile(alice: Visitor, pair: PossibleDuplicate) -> None:
    seen = alice.text(reverse("duplicates")).split('name="seen" value="')[1].split('"')[0]
    services.change_contact(owner_id=alice.user.pk, contact_id=pair.first.id, patch={"notes": ""}, actor=Actor.SYNC)
    assert "Nothing was merged: look at them again" in decide(alice, pair, **EVERYTHING, seen=seen)
    assert pair.second.trashed_at is None


def test_pair_and_merge_of_another_user_do_not_exist(alice: Visitor, charlie: Visitor, pair: PossibleDuplicate) -> None:
    assert charlie.post(reverse("duplicate", args=[pair.id]), EVERYTHING).status_code == 404
    decide(alice, pair, **EVERYTHING)
    run = Run.objects.get(owner=alice.user)
    assert charlie.post(reverse("duplicates_undo", args=[run.id])).status_code == 404
