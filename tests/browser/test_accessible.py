"""Every page, light and dark, by axe-core's rules of WCAG 2.2 A and AA: no violation."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from tandem.googlesync.models import PossibleDuplicate
from tests.browser.conftest import Visit
from tests.factories import make_contact

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
#: So many rules have something to look at on every page.
FEWEST_RULES = 10
PAGES = (
    "/", "/contacts/new", "/contacts/{contact}", "/contacts/{contact}/edit", "/contacts/{contact}/erase", "/duplicates",
    "/conflicts", "/runs", "/trash", "/google/settings", "/settings/tokens", "/accounts/password/change/",
)  # fmt: skip


@pytest.fixture
def contact(alice: Visit) -> str:
    """A contact with everything, and one that may be the same."""
    ada = make_contact(alice.user)
    other = make_contact(alice.user, name={"given": "Augusta", "family": "King"})
    PossibleDuplicate.objects.create(
        owner=alice.user, first=ada, second=other, evidence="same e-mail", found_at=timezone.now()
    )
    return str(ada.id)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule(alice: Visit, contact: str, scheme: str) -> None:
    alice.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two literals
    found: list[str] = []
    for path in PAGES:
        alice.open(path.format(contact=contact))
        result = Axe().run(alice.page, options=RULES).response
        assert len(result["passes"]) > FEWEST_RULES, f"{path} was hardly looked at"
        for violation in result["violations"]:
            where = [node["target"] for node in violation["nodes"]]
            found.append(f"{path} in {scheme}: {violation['id']}: {violation['help']} at {where[:4]}")
    assert found == []
