"""A connection that does not come about says why and what mends it, and leaves the one that was there alone."""

from urllib.parse import parse_qsl, urlsplit

from pytest_django import Settings

from tandem.googlesync import google
from tests.integration.faults.evidence import Evidence
from tests.integration.floor.browser import Browser
from tests.integration.floor.page import page_of
from tests.integration.floor.world import CONTACTS_SCOPE, World

NOWHERE = "http://127.0.0.1:1"
UNHARMED = "Nothing was changed or lost: your contacts, links and settings are as before."


def words_after_connecting(world: World, *, granted: str = CONTACTS_SCOPE, decision: str = "allow") -> str:
    """What the notice on the settings page says after a try to connect."""
    world.sign_in()
    asked = world.browser.get("/google/connect").location
    if asked.startswith(world.site):
        return words_of_the_notice(world)
    google_page = Browser(asked)
    query = dict(parse_qsl(urlsplit(asked).query))
    form = {**query, "account": world.email, "granted": granted, "decision": decision}
    world.browser.get(google_page.post("/o/oauth2/v2/auth", on=asked, **form).location)
    return words_of_the_notice(world)


def words_of_the_notice(world: World) -> str:
    """The one alert that the settings page shows; it says what happened, that nothing is lost, and what mends it."""
    alerts = page_of(world.browser.get("/google/settings").text).all("div", role="alert")
    (notice,) = [alert for alert in alerts if "hidden" not in alert.attributes]
    detail, told, mend = notice.words.partition(UNHARMED)
    assert told, notice.words
    return f"{detail.strip()} {mend.strip()}"


def said(evidence: Evidence, words: str, *, detail: str, mend: str) -> None:
    """Both sentences stand there, nothing else does, and nothing was changed."""
    assert words == f"{detail} {mend}"
    evidence.no_secret_in(words)
    evidence.nothing_is_lost()


def test_consent_that_is_denied(ada: World, evidence: Evidence) -> None:
    words = words_after_connecting(ada, decision="deny")
    said(
        evidence,
        words,
        detail="Google was not connected, because the permission was not given.",
        mend="Connect again and allow access when Google asks.",
    )
    assert ada.connect()
    evidence.after_the_mend_all_is_caught_up()


def test_contacts_box_left_unticked_on_the_first_connection(world: World) -> None:
    words = words_after_connecting(world, granted="")
    assert words == (
        "Google was connected without permission for the contacts, so nothing was kept. "
        "Connect again and tick the box for contacts."
    )
    assert world.items("google/accounts") == []
    assert world.google("POST", "revoke") == {"revoked": 0}
    assert world.connect()


def test_contacts_box_left_unticked_when_connecting_again(ada: World, evidence: Evidence) -> None:
    words = words_after_connecting(ada, granted="")
    assert "without permission for the contacts" in words
    evidence.nothing_is_lost()
    ada.google("POST", "expire-tokens")
    evidence.after_the_mend_all_is_caught_up()  # the connection of before was not revoked with the new grant


def test_other_account_is_refused_and_its_grant_given_back(ada: World, evidence: Evidence) -> None:
    mine, other = ada.email, f"other-{ada.email}"
    ada.sandbox.control("POST", "accounts", {"email": other})
    ada.email = other
    assert "another account" in words_after_connecting(ada)
    assert ada.google("POST", "revoke") == {"revoked": 0}
    ada.email = mine
    evidence.nothing_is_lost()
    evidence.after_the_mend_all_is_caught_up()


def test_account_of_another_user_is_refused_and_goes_on_there(ada: World, evidence: Evidence) -> None:
    bob = World(ada.site, ada.sandbox, "bob")
    bob.email = ada.email
    assert "connected by another user" in words_after_connecting(bob)
    bob.email = ada.email
    assert "without permission for the contacts" in words_after_connecting(bob, granted="")
    ada.google("POST", "expire-tokens")
    evidence.after_the_mend_all_is_caught_up()


def test_wrong_client_secret(ada: World, evidence: Evidence, settings: Settings) -> None:
    right, settings.GOOGLE_CLIENT_SECRET = settings.GOOGLE_CLIENT_SECRET, "a-mistyped-secret"
    words = words_after_connecting(ada)
    said(
        evidence,
        words,
        detail="Google does not know this installation's client id and secret.",
        mend="The operator corrects TANDEM_GOOGLE_CLIENT_ID and TANDEM_GOOGLE_CLIENT_SECRET (docs/google-setup.md).",
    )
    assert "a-mistyped-secret" not in words
    settings.GOOGLE_CLIENT_SECRET = right
    assert ada.connect()
    evidence.after_the_mend_all_is_caught_up()


def test_installation_without_a_google_client(ada: World, evidence: Evidence, settings: Settings) -> None:
    for missing in ("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"):
        right = getattr(settings, missing)
        setattr(settings, missing, "")
        said(
            evidence,
            words_after_connecting(ada),
            detail="This installation has no Google client yet.",
            mend="The operator sets TANDEM_GOOGLE_CLIENT_ID and TANDEM_GOOGLE_CLIENT_SECRET (docs/google-setup.md).",
        )
        setattr(settings, missing, right)
    assert ada.connect()


def test_unreachable_google(ada: World, evidence: Evidence, settings: Settings) -> None:
    right, settings.GOOGLE_DISCOVERY_URL = settings.GOOGLE_DISCOVERY_URL, f"{NOWHERE}/discovery"
    said(
        evidence,
        words_after_connecting(ada),
        detail="Google can't be reached.",
        mend="Check the server's network, then try again; runs try again by themselves.",
    )
    settings.GOOGLE_DISCOVERY_URL = right
    google.forget_endpoints()
    assert ada.connect()
    evidence.after_the_mend_all_is_caught_up()


def test_address_without_a_discovery_document(ada: World, evidence: Evidence, settings: Settings) -> None:
    settings.GOOGLE_DISCOVERY_URL = f"{ada.sandbox.url}/nothing-here"
    said(
        evidence,
        words_after_connecting(ada),
        detail="There is no OpenID discovery document at the configured address.",
        mend="The operator removes or corrects TANDEM_GOOGLE_DISCOVERY_URL (docs/google-setup.md).",
    )


def test_fault_of_google_while_the_code_is_exchanged(ada: World, evidence: Evidence) -> None:
    ada.sandbox.control("POST", "faults", {"method": "oauth.token", "fault": "503"})
    words = words_after_connecting(ada)
    assert words.startswith("Google answered with an error of its own.")
    evidence.nothing_is_lost()
    assert ada.connect()
    evidence.after_the_mend_all_is_caught_up()


def test_answer_that_was_not_asked_for(ada: World, evidence: Evidence) -> None:
    ada.sign_in()
    for query in ("", "?code=stolen&state=forged", "?error=access_denied", "?state=%00&code=%F0", "?code=a&code=b"):
        assert ada.browser.get(f"/google/callback{query}").status == 302
        said(
            evidence,
            words_of_the_notice(ada),
            detail="This answer of Google does not belong to a connection that was begun here.",
            mend="Start again with 'Connect'.",
        )


def test_reason_that_nobody_knows_is_not_repeated(ada: World, evidence: Evidence) -> None:
    ada.sign_in()
    asked = dict(parse_qsl(urlsplit(ada.browser.get("/google/connect").location).query))
    ada.browser.get(f"/google/callback?state={asked['state']}&error=<script>ada@example.org</script>")
    said(
        evidence,
        words_of_the_notice(ada),
        detail="Google refused the sign-in for a reason that is not known here.",
        mend="Try again; if it lasts, please report it as a bug.",
    )
