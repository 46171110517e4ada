"""The second factor, as a user sets it up and signs in with it."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, Visit
from tests.browser.test_accessible import violations

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(page: Page, visit: Visit) -> None:
    page.goto(f"{visit.site}/accounts/login/")
    page.get_by_label("Email").fill(visit.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_second_factor_is_set_up_asked_for_and_stood_in_for_by_a_recovery_code(alice: Visit, browser: Browser) -> None:
    cache.clear()
    page = alice.page
    alice.open("/")
    page.get_by_label("Your account").click()
    page.get_by_role("link", name="Two-factor sign-in").click()
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Password").fill(PASSWORD)
    alice.press("Go on")
    picture = page.get_by_alt_text("A picture that holds the key below")
    assert picture.evaluate("(image) => image.complete && image.naturalWidth > 0")
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Code").fill(code_of(secret))
    alice.press("Switch on")
    expect(page.get_by_text("Two-factor sign-in is on")).to_be_visible()
    recovery = page.locator("main li code").first.inner_text()
    assert violations(page, "recovery codes") == []
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download").click()
    assert recovery in downloaded.value.path().read_text()

    context = browser.new_context()
    other = context.new_page()
    sign_in(other, alice)
    assert violations(other, "second step") == []
    other.get_by_label("Code").fill("000000")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_text("Incorrect code")).to_be_visible()
    other.get_by_label("Code").fill(recovery)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_label("Your account")).to_be_visible()
    context.close()
