"""The list's state is its address: filters, search, order, page, columns."""

from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone

from tandem.contacts.models import Contact
from tandem.googlesync.models import Account
from tandem.web import list_pages
from tests.factories import make_contact
from tests.integration.web.conftest import Visitor, link


def names_on(visitor: Visitor, **query: str) -> list[str]:
    """Who stands on the page, from top to bottom."""
    page = visitor.get("/", query)
    assert page.status_code == 200
    return [contact.given for contact in page.context["shown"].contacts]


@pytest.fixture
def office(alice: Visitor) -> Visitor:
    """Alice with three contacts that differ in all that the list filters by."""
    month = timezone.localdate().month
    make_contact(
        alice.user,
        name={"given": "Ada", "family": "Lovelace"},
        emails=[{"value": "ada@example.org", "label": "home"}],
        phones=[{"value": "(415) 555-2671", "label": "mobile"}],
        status="client",
        hashtags=["openhouse"],
        birthday={"month": month, "day": 10},
    )
    make_contact(alice.user, name={"given": "Grace", "family": "Hopper"}, lead_types=["seller"], source="Referral")
    make_contact(
        alice.user, name={"given": "Katherine"}, status="prospect", birthday={"month": month % 12 + 1, "day": 1}
    )
    return alice


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "ada love"}, ["Ada"]),
        ({"q": "ADA@example"}, ["Ada"]),
        ({"q": "+1 415 555 2671"}, ["Ada"]),
        ({"q": "555-2671"}, ["Ada"]),
        ({"q": "#openh"}, ["Ada"]),
        ({"q": "a"}, []),
        ({"status": "prospect"}, ["Katherine"]),
        ({"status": "nonsense"}, ["Ada", "Grace", "Katherine"]),
        ({"lead_type": "seller"}, ["Grace"]),
        ({"hashtag": "#openhouse"}, ["Ada"]),
        ({"source": "Referral"}, ["Grace"]),
        ({"birthday": "month"}, ["Ada"]),
        ({"where": "trash"}, []),
        ({"q": "grace", "status": "client"}, []),
        ({"sort": "-name"}, ["Katherine", "Grace", "Ada"]),
        ({"sort": "-created"}, ["Katherine", "Grace", "Ada"]),
        ({"sort": "status"}, ["Ada", "Katherine", "Grace"]),
    ],
)
def test_address_says_what_the_list_shows(office: Visitor, query: dict[str, str], names: list[str]) -> None:
    assert names_on(office, **query) == names


def test_filter_by_google_follows_the_live_link(office: Visitor, account: Account) -> None:
    link(account, Contact.objects.get(owner=office.user, given="Grace"))
    assert names_on(office, google="in") == ["Grace"]
    assert names_on(office, google="out") == ["Ada", "Katherine"]


def test_nobody_sees_anothers_contacts(office: Visitor, charlie: Visitor) -> None:
    stranger = Contact.objects.filter(owner=office.user).first()
    assert stranger is not None
    assert names_on(charlie, q="ada") == names_on(charlie, after=str(stranger.id)) == []
    assert charlie.get(reverse("contacts_count")).content == b"0"


@pytest.mark.parametrize("sort", ["name", "-name", "status", "-status", "updated", "-updated", "created", "-created"])
def test_pages_forth_and_back_hold_each_contact_once(
    alice: Visitor, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(list_pages, "PAGE_SIZE", 3)
    for number in range(8):
        make_contact(alice.user, name={"given": f"Ada {number // 2}"}, status="client" if number % 3 else "prospect")
    pages = [alice.get("/", {"sort": sort}).context["shown"]]
    while pages[-1].has_next:
        pages.append(alice.get("/", {"sort": sort, "after": pages[-1].last}).context["shown"])
    assert [len(page.contacts) for page in pages] == [3, 3, 2]
    assert len({contact.id for page in pages for contact in page.contacts}) == 8
    for page, following in pairwise(pages):
        back = alice.get("/", {"sort": sort, "before": following.first}).context["shown"]
        assert [each.id for each in back.contacts] == [each.id for each in page.contacts]


def test_page_holds_its_place_when_the_contact_before_it_went_to_the_trash(
    office: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_pages, "PAGE_SIZE", 1)
    ada = Contact.objects.get(owner=office.user, given="Ada")
    office.post(reverse("contacts_act"), {"contact": ada.id, "action": "trash"})
    assert names_on(office, after=str(ada.id)) == ["Grace"]


def test_search_that_finds_too_much_asks_to_keep_typing(office: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tandem.web.views.contacts.MOST_COUNTED", 1)
    make_contact(office.user, name={"given": "Adam"})
    assert "keep typing" in office.text("/", q="ad")
    assert "keep typing" not in office.text("/", q="ada love")


def test_count_stops_and_the_exact_one_is_made_on_demand(office: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_pages, "MOST_COUNTED", 2)
    assert str(office.get("/").context["count"]) == "2+"
    assert office.get(reverse("contacts_count")).content == b"3"


def test_typing_is_answered_with_the_list_alone_and_its_address(office: Visitor) -> None:
    response = office.get("/", {"q": "ada", "status": ""}, headers={"HX-Request": "true"})
    assert response["HX-Push-Url"] == "/?q=ada"
    assert b"<html" not in response.content
    again = office.get("/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in again.content
    assert "HX-Request" in again["Vary"]


def test_chosen_columns_are_shown_from_then_on(office: Visitor) -> None:
    office.post(reverse("contacts_columns"), {"column": ["birthday", "source", "nonsense"], "back": "/?status="})
    assert [each.column for each in office.get("/").context["headings"]] == ["name", "source", "birthday"]
    assert "Referral" in office.text("/")


def test_saved_view_opens_with_its_filters_order_and_columns(office: Visitor, charlie: Visitor) -> None:
    form = {"name": "Sellers", "lead_type": "seller", "sort": "-updated", "columns": "email,updated"}
    answer = office.post(reverse("contacts_view"), form)
    page = office.get(answer["Location"])
    assert [each.column for each in page.context["headings"]] == ["name", "email", "updated"]
    view = page.context["views"].get()
    assert f'href="/?{view.address.replace("&", "&amp;")}"' in page.content.decode()
    charlie.post(reverse("contacts_view_remove", args=[view.id]))
    assert "Sellers" in office.text("/")
    office.post(reverse("contacts_view_remove", args=[view.id]))
    assert "Sellers" not in office.text("/")


def test_view_without_a_name_is_refused_with_a_reason(office: Visitor) -> None:
    answer = office.post(reverse("contacts_view"), {"name": " "}, follow=True)
    assert b"Give the view a name" in answer.content


def test_heading_turns_its_order_around(office: Visitor) -> None:
    first, status = office.get("/").context["headings"][:2]
    assert (first.order, first.address) == ("ascending", "sort=-name")
    assert (status.order, status.address) == ("", "sort=status")


@pytest.mark.parametrize("query", ["a", "7", "26", "'"])
def test_search_that_says_too_little_asks_to_keep_typing(office: Visitor, query: str) -> None:
    text = office.text("/", q=query)
    assert "Keep typing: two characters or three digits at least." in text
    assert "No contact matches" not in text
    assert "0 contacts match" not in text


def test_contact_is_found_by_the_last_four_digits_of_its_number(office: Visitor) -> None:
    assert names_on(office, q="2671") == ["Ada"]


def test_search_field_keeps_what_was_typed(office: Visitor) -> None:
    assert 'value="lovelace"' in office.text("/", q="lovelace")


def test_filters_behind_more_filters_are_counted(office: Visitor) -> None:
    assert office.get("/", {"source": "Referral", "google": "out"}).context["filters"].more == 2


def test_part_of_the_list_brings_the_tools_that_belong_to_it(office: Visitor) -> None:
    text = office.get("/", {"status": "client"}, headers={"hx-request": "true"}).content.decode()
    assert "<h1>" not in text
    assert text.count("hx-swap-oob=") == 3
    assert "/contacts/export/vcard?status=client" in text


def test_cell_that_is_cut_short_says_the_whole_in_its_title(alice: Visitor) -> None:
    emails = [{"value": f"{name}@a-rather-long-domain.example"} for name in ("one", "two")]
    make_contact(alice.user, emails=emails)
    assert 'title="one@a-rather-long-domain.example, two@a-rather-long-domain.example"' in alice.text("/")
