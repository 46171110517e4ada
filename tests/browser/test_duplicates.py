"""Possible duplicates in a browser: side by side, merged, taken apart, told apart."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tandem.googlesync.models import PossibleDuplicate
from tests.browser.conftest import Visit
from tests.factories import make_contact


@pytest.fixture
def pair(alice: Visit) -> PossibleDuplicate:
    ann = make_contact(alice.user, name={"given": "Ann", "family": "Lee"}, notes="Met in May.")
    anne = make_contact(alice.user, name={"given": "Anne", "family": "Leigh"}, notes="Likes gardens.")
    return PossibleDuplicate.objects.create(
        owner=alice.user, first=ann, second=anne, evidence="same e-mail", found_at=timezone.now()
    )


def test_two_are_merged_into_the_one_that_is_kept_and_taken_apart(alice: Visit, pair: PossibleDuplicate) -> None:
    alice.open("/duplicates")
    expect(alice.page.get_by_role("heading", name="Ann Lee and Anne Leigh")).to_be_visible()
    alice.page.get_by_role("radio", name="Keep this one").nth(1).check()
    expect(alice.page.get_by_role("radio", name="Anne Leigh")).to_be_checked()
    alice.page.get_by_role("checkbox", name="Met in May.").uncheck()
    alice.press("Merge")
    expect(alice.page.get_by_text("Ann Lee was merged into Anne Leigh.")).to_be_visible()
    expect(alice.page.get_by_text("No possible duplicates are known.")).to_be_visible()
    pair.second.refresh_from_db()
    assert pair.second.notes == "Likes gardens."
    alice.press("Undo")
    expect(alice.page.get_by_text("They are two again")).to_be_visible()
    expect(alice.page.get_by_role("heading", name="Ann Lee and Anne Leigh")).to_be_visible()


def test_two_that_are_not_the_same_leave_the_list(alice: Visit, pair: PossibleDuplicate) -> None:
    alice.open("/duplicates")
    alice.press("Not the same person")
    expect(alice.page.get_by_text("No possible duplicates are known.")).to_be_visible()
