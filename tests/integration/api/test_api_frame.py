"""What holds for every route: who may call, and how the API says no."""

import pytest
from django.test import Client

from tests.factories import make_contact, make_user
from tests.integration.api.conftest import Caller

PROBLEM = "application/problem+json"


def test_call_without_a_token_is_refused(db: None) -> None:
    refused = Client().get("/api/v1/contacts")
    assert (refused.status_code, refused["Content-Type"]) == (401, PROBLEM)
    assert refused["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer tandem_wrong", "Basic YTpi", "Bearer"])
def test_call_with_a_wrong_token_is_refused(db: None, header: str) -> None:
    assert Client(headers={"Authorization": header}).get("/api/v1/contacts").status_code == 401


def test_wrong_token_is_refused_even_with_a_session(db: None) -> None:
    client = Client(headers={"Authorization": "Bearer tandem_wrong"})
    client.force_login(make_user())
    assert client.get("/api/v1/contacts").status_code == 401


def test_token_of_an_inactive_user_is_refused(alice: Caller) -> None:
    alice.user.is_active = False
    alice.user.save()
    assert alice.get("/contacts").status_code == 401


def test_session_reads_freely_and_writes_with_its_csrf_token(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert client.get("/api/v1/contacts").status_code == 200
    refused = client.post("/api/v1/contacts", {}, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, PROBLEM)
    client.get("/accounts/login/")
    client.cookies["csrftoken"] = token = "x" * 32
    allowed = client.post("/api/v1/contacts", {}, content_type="application/json", headers={"X-CSRFToken": token})
    assert allowed.status_code == 201


def test_stranger_who_writes_is_asked_who_he_is_before_csrf(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/api/v1/contacts", {}, content_type="application/json").status_code == 401


def test_unknown_path_is_a_problem_document(alice: Caller) -> None:
    refused = alice.get("/nowhere")
    assert (refused.status_code, refused["Content-Type"]) == (404, PROBLEM)


def test_other_method_is_a_problem_document(alice: Caller) -> None:
    refused = alice.delete("/contacts")
    assert (refused.status_code, refused["Content-Type"]) == (405, PROBLEM)
    assert "GET" in refused["Allow"]


@pytest.mark.parametrize("body", ["{", "[" * 100_000, "\xff"])
def test_body_that_is_no_json_is_a_problem_document(alice: Caller, body: str) -> None:
    refused = alice.client.post("/api/v1/contacts", body.encode("latin-1"), content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (400, PROBLEM)


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null"])
def test_body_of_another_shape_is_a_problem_document(alice: Caller, body: str) -> None:
    refused = alice.client.post("/api/v1/contacts", body, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (422, PROBLEM)


def test_too_much_at_once_is_a_problem_document(alice: Caller) -> None:
    refused = alice.post("/contacts", {"notes": "x" * 3_000_000})
    assert refused.status_code in {400, 413}
    assert refused["Content-Type"] == PROBLEM


def test_bug_is_answered_without_details(
    alice: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_contact(alice.user)

    def broken(*_: object) -> None:
        raise RuntimeError("secret of Ada")

    monkeypatch.setattr("tandem.api.routers.contacts.google_states", broken)
    refused = alice.get("/contacts")
    assert (refused.status_code, refused["Content-Type"]) == (500, PROBLEM)
    assert b"Ada" not in refused.content


def test_document_of_the_api_is_open(db: None) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert "/api/v1/contacts/{contact_id}" in document["paths"]


def test_process_is_alive_and_ready(db: None) -> None:
    assert Client().get("/healthz").status_code == 200
    assert Client().get("/readyz").status_code == 200
