"""What a program asks for that can't be: a problem document that says what is wrong, and nothing is changed."""

from tandem.identifiers import new_id
from tests.integration.faults.evidence import Evidence
from tests.integration.floor.browser import Answer, call
from tests.integration.floor.world import World


def problem(evidence: Evidence, answer: Answer, status: int) -> dict[str, object]:
    """The problem document; it holds no secret, and nothing was changed."""
    assert answer.status == status, answer.text
    document: dict[str, object] = answer.json
    assert document["status"] == status
    assert document["title"]
    assert str(document["detail"]).endswith(".")
    evidence.no_secret_in(answer.text)
    evidence.nothing_is_lost()
    return document


def test_garbage_api_token(ada: World, evidence: Evidence) -> None:
    for token in ("garbage", "tandem_garbage", f"{ada.token}x", "ü"):
        refused = call(ada.site, "GET", "contacts", token.encode().decode("latin-1"))
        assert "API token" in str(problem(evidence, refused, 401)["detail"])


def test_contacts_accounts_and_runs_that_are_not_there(ada: World, evidence: Evidence) -> None:
    for unknown in (str(new_id()), "no-id", "0", "%00"):
        for method, path, body in (
            ("GET", f"contacts/{unknown}", None),
            ("PATCH", f"contacts/{unknown}", {"notes": "x"}),
            ("DELETE", f"contacts/{unknown}", None),
            ("POST", f"contacts/{unknown}/restore", {}),
            ("POST", f"contacts/{unknown}/google", {"action": "pause"}),
            ("GET", f"google/accounts/{unknown}", None),
            ("PATCH", f"google/accounts/{unknown}", {"contact_sync": False}),
            ("DELETE", f"google/accounts/{unknown}", None),
            ("POST", f"google/accounts/{unknown}/runs", {"kind": "sync"}),
            ("GET", f"runs/{unknown}", None),
            ("GET", f"runs/{unknown}/operations", None),
            ("POST", f"tombstones/{unknown}/bring-back", None),
        ):
            answer = ada.api(method, path, body)
            assert answer.status == 404, (method, path, answer.text)
            evidence.no_secret_in(answer.text)
    evidence.nothing_is_lost()


def test_push_of_a_contact_that_is_not_there_pushes_nothing(ada: World, evidence: Evidence) -> None:
    (contact,) = ada.contacts()
    ada.forget_calls()
    problem(evidence, ada.api("POST", "contacts/sync", {"ids": [contact["id"], str(new_id())]}), 404)
    assert ada.calls() == []


def test_body_that_is_no_json(ada: World, evidence: Evidence) -> None:
    for body in (b"{", b"\xff\xfe", b'{"ids": [}', b"[" * 100_000):
        answer = ada.api("POST", "contacts/sync", body)
        assert problem(evidence, answer, 400)["detail"] == "The body can't be read: send JSON."


def test_values_that_cannot_be_are_named(ada: World, evidence: Evidence) -> None:
    account = ada.account["id"]
    for method, path, body, pointer in (
        ("PATCH", f"google/accounts/{account}", {"import_status": "friend"}, "/import_status"),
        ("PATCH", f"google/accounts/{account}", {"region": "Mars"}, "/region"),
        ("PATCH", f"google/accounts/{account}", {"contact_sync": "perhaps"}, "/contact_sync"),
        ("POST", f"google/accounts/{account}/runs", {"kind": "everything"}, "/kind"),
        ("POST", "contacts/sync", {"ids": ["no-id"]}, "/ids/0"),
        ("POST", "contacts/sync", {}, "/ids"),
        ("GET", "contacts?limit=many", None, "/limit"),
        ("GET", "contacts?cursor=garbage", None, "/cursor"),
        ("POST", "contacts", {"name": {"given": "x" * 2000}}, "/name/given"),
    ):
        document = problem(evidence, ada.api(method, path, body), 422)
        assert [error["pointer"] for error in document["errors"]] == [pointer], (path, document)  # type: ignore[attr-defined]


def test_page_of_what_is_not_there(ada: World, evidence: Evidence) -> None:
    ada.sign_in()
    for path in (f"/contacts/{new_id()}", f"/runs/{new_id()}", "/contacts/no-id", "/runs/%00", "/nothing"):
        assert ada.browser.get(path).status == 404, path
    evidence.nothing_is_lost()


def test_form_with_values_that_cannot_be_saves_nothing(ada: World, evidence: Evidence) -> None:
    ada.sign_in()
    for form, path in (
        ({"contact_sync": "on", "import_status": "friend"}, "/google/switch"),
        ({"region": "Mars", "conflict_policy": "google"}, "/google/rules"),
        ({"conflict_policy": "nobody"}, "/google/rules"),
    ):
        assert ada.browser.post(path, on="/google/settings", **form).status == 302
        assert "Nothing was saved" in ada.browser.get("/google/settings").text
        evidence.nothing_is_lost()
