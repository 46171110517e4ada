"""The pages on which a person plays Google's side, used without JavaScript."""

from html import unescape
from urllib.parse import quote, urlencode

from tests.contract.google_sandbox.harness import Answer, Browser, Google, request

WHO = "agent@sandbox.example"


def look(google: Google, path: str) -> str:
    answer = request(google.sandbox.url, "GET", path)
    assert answer.status == 200, answer.raw
    return unescape(answer.raw.decode())


def tick(google: Google, action: str, *names: str) -> Answer:
    form = urlencode([("account", WHO), ("action", action), *(("name", name) for name in names)])
    return Browser(google.sandbox).post("/contacts/ticked", form)


def test_the_address_book_shows_searches_and_pages(google: Google) -> None:
    google.control("seed", count=60)
    google.create("Zebedee", emailAddresses=[{"value": "z@example.org"}])
    assert "Zebedee" in look(google, "/")
    assert "Page 1 of 2" in look(google, f"/contacts?account={WHO}")
    assert "Zebedee" not in look(google, f"/contacts?account={WHO}&page=2")
    assert "Zebedee" in look(google, f"/contacts?q=zeb&account={WHO}")
    assert "Nobody matches “nobody-like-this”" in look(google, "/contacts?q=nobody-like-this")


def test_a_person_is_created_and_edited_in_a_form(google: Google) -> None:
    browser = Browser(google.sandbox)
    made = {
        "account": WHO,
        "name.givenName": "Ada",
        "name.familyName": "<Byron>",
        "email.0.value": "ada@example.org",
        "email.0.type": "home",
        "phone.0.value": "(415) 555-0132",
        "address.0.city": "London",
        "birthday.month": "12",
        "birthday.day": "10",
        "notes": "Likes engines.",
        "new_label": "Clients",
    }
    place = browser.post("/contacts", made).headers["Location"]
    page = look(google, place)
    assert 'value="ada@example.org"' in page
    assert "Saved." in page
    assert "<title><Byron>" not in request(google.sandbox.url, "GET", place).raw.decode()
    [person] = google.full(fields="names,emailAddresses,phoneNumbers,addresses,birthdays,memberships,metadata")[0]
    assert person["birthdays"][0]["date"] == {"month": 12, "day": 10}
    assert len(person["memberships"]) == 2
    browser.post(place.split("?")[0], {**made, "name.givenName": "Augusta", "email.1.value": "new@example.org"})
    [changed] = google.full(fields="names,emailAddresses,metadata")[0]
    assert changed["names"][0]["displayName"] == "Augusta <Byron>"
    assert [email["value"] for email in changed["emailAddresses"]] == ["ada@example.org", "new@example.org"]


def test_fields_that_the_form_does_not_show_survive_it(google: Google) -> None:
    ada = google.create("Ada", nicknames=[{"value": "Countess"}], clientData=[{"key": "k", "value": "v"}])
    path = f"/contacts/{ada['resourceName'].removeprefix('people/')}"
    Browser(google.sandbox).post(path, {"account": WHO, "name.givenName": "Augusta"})
    person = google.get(ada["resourceName"], "names,nicknames,clientData")
    assert person["nicknames"][0]["value"] == "Countess"
    assert person["clientData"][0]["value"] == "v"


def test_people_are_deleted_restored_hidden_and_merged(google: Google) -> None:
    ada, bob = google.create("Ada"), google.create("Bob", emailAddresses=[{"value": "b@example.org"}])
    answer = tick(google, "delete", ada["resourceName"])
    assert answer.status == 303
    assert "Moved to Trash." in look(google, answer.headers["Location"])
    assert "Ada" in look(google, "/trash")
    tick(google, "restore", ada["resourceName"])
    tick(google, "hide", ada["resourceName"])
    assert "Ada" in look(google, "/others")
    tick(google, "show", ada["resourceName"])
    tick(google, "merge", ada["resourceName"], bob["resourceName"])
    [survivor] = google.full(fields="names,emailAddresses,metadata")[0]
    assert survivor["emailAddresses"][0]["value"] == "b@example.org"


def test_a_slip_is_explained(google: Google) -> None:
    slip = tick(google, "delete").raw.decode()
    assert "Tick somebody first. Nothing was changed." in slip
    assert "Back to the contacts" in slip
    born = {"account": WHO, "name.givenName": "Ada", "birthday.day": "tenth"}
    assert b"written in numbers" in Browser(google.sandbox).post("/contacts", born).raw
    assert tick(google, "merge", google.create("Ada")["resourceName"]).status == 400
    assert request(google.sandbox.url, "GET", f"/contacts/{quote('c42')}").status == 404


def test_the_style_sheet_is_served(google: Google) -> None:
    assert "color-scheme" in look(google, "/style.css")
