"""A setting that can't be is refused in one sentence that names it and what would be right."""

import pytest

from tandem import variables
from tandem.variables import BadSetting

NAME = "TANDEM_ANY_NAME"


def test_an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " ")
    assert variables.whole_number(NAME, 4, least=1) == 4
    assert variables.seconds(NAME, 600, least=0) == 600.0
    assert variables.web_address(NAME, "https://crm.example.org") == "https://crm.example.org"
    assert variables.keys(NAME) == []


@pytest.mark.parametrize("given", ["four", "4.5", "-1", "0", "1e3"])
def test_a_number_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(BadSetting, match=f"^{NAME} must be a whole number, 1 or more, not '{given}'.$"):
        variables.whole_number(NAME, 4, least=1)


@pytest.mark.parametrize("given", ["hourly", "nan", "inf", "0", "-3600"])
def test_a_length_of_time_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(BadSetting, match=f"^{NAME} must be a number of seconds, 1 or more, not '{given}'.$"):
        variables.seconds(NAME, 3600, least=1)


@pytest.mark.parametrize("given", ["crm.example.org", "localhost:8000", "https://", "http://[::1", "http://a:port"])
def test_an_address_without_scheme_or_name_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv(NAME, given)
    with pytest.raises(BadSetting, match=f"^{NAME} must be an address such as https://crm.example.org.$"):
        variables.web_address(NAME, "https://crm.example.org")


def test_an_address_loses_the_slash_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "https://crm.example.org/")
    assert variables.web_address(NAME, "http://127.0.0.1:8000") == "https://crm.example.org"


def test_a_country_and_a_time_zone_that_do_not_exist_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "Europe")
    with pytest.raises(BadSetting, match=f"^{NAME} must be the two letters of a country"):
        variables.region(NAME, "US")
    with pytest.raises(BadSetting, match=f"^{NAME} must be a time zone such as Europe/Berlin"):
        variables.time_zone(NAME, "UTC")
    monkeypatch.setenv(NAME, "gb")
    assert variables.region(NAME, "US") == "GB"


@pytest.mark.parametrize("url", ["postgresql://tandem:hid/den@db/tandem", "postgresql://tandem:hidden@[db/tandem"])
def test_a_database_address_that_cannot_be_read_shows_nothing_of_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(variables.DATABASE_URL, url)
    with pytest.raises(BadSetting, match=f"^{variables.DATABASE_URL} can't be read") as refused:
        variables.database(connections=1)
    assert "hid" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_another_database_than_postgresql_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variables.DATABASE_URL, "mysql://tandem:hidden@db/tandem")
    with pytest.raises(BadSetting, match=r"must begin with postgresql://\.$"):
        variables.database(connections=1)


def test_a_database_address_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variables.DATABASE_URL, "postgresql://ann:a%2Fb@/crm?host=%2Frun%2Fpg&port=6000&sslmode=disable")
    described = variables.database(connections=7)
    assert (described["USER"], described["PASSWORD"], described["NAME"]) == ("ann", "a/b", "crm")
    assert (described["HOST"], described["PORT"]) == ("/run/pg", "6000")
    assert described["OPTIONS"] == {"pool": {"min_size": 1, "max_size": 7, "timeout": 30}, "sslmode": "disable"}
