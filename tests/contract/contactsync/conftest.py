"""Both implementations of each port, for tests that hold for either."""

import pytest

from tests.contract.contactsync.crm import Crm
from tests.contract.contactsync.django_crm import DjangoCrm
from tests.contract.contactsync.fake_crm import FakeCrm


@pytest.fixture(params=["fake", "postgresql"])
def crm(request: pytest.FixtureRequest) -> Crm:
    """Alice's CRM, empty."""
    if request.param == "fake":
        return FakeCrm()
    request.getfixturevalue("committed")
    return DjangoCrm()
