"""Whatever a client sends, the sandbox answers as Google does and does not break."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from google_sandbox import schema
from google_sandbox.server import SandboxServer
from tests.contract.google_sandbox.discovery import misfits
from tests.contract.google_sandbox.harness import Browser, Google

EVERYTHING = ",".join(schema.READ_PATHS)
leaves = (
    st.none() | st.booleans() | st.integers(-5, 40) | st.sampled_from(["", "a", "home", "CONTACT", "12", "\n", "é🌷"])
)
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner))


def values(shape: schema.Shape) -> st.SearchStrategy[Any]:
    """Mostly what fits a shape, sometimes anything at all."""
    match shape:
        case dict():
            fitting: st.SearchStrategy[Any] = st.fixed_dictionaries(
                {}, optional={key: values(inner) for key, inner in shape.items()}
            )
        case [inner]:
            fitting = st.lists(values(inner), max_size=2)
        case frozenset():
            fitting = st.sampled_from(sorted(shape))
        case kind:
            scalars = {
                str: st.sampled_from(["", "a", "b c", "home", "é🌷"]),
                bool: st.booleans(),
                int: st.integers(0, 32),
            }
            fitting = scalars[kind]
    return st.integers(0, 60).flatmap(lambda number: anything if number == 0 else fitting)


items = {field: values([item]) for field, item in schema.ITEMS.items()}
persons = st.lists(st.sampled_from(sorted(items)), max_size=4, unique=True).flatmap(
    lambda fields: st.fixed_dictionaries({field: items[field] for field in fields})
)


@pytest.fixture(scope="module")
def google() -> Iterator[Google]:
    with SandboxServer() as sandbox:
        yield Google(sandbox, Browser(sandbox).sign_in()["access_token"])


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(person=persons)
def test_a_created_person_fits_googles_schema_or_is_refused(google: Google, person: Any) -> None:
    answer = google.call("POST", "people:createContact", person)
    assert answer.status in (200, 400, 404), answer.raw
    if answer.status == 200:
        assert misfits(answer.json, {"$ref": "Person"}, "person") == []
        full = google.get(answer.json["resourceName"], EVERYTHING)
        written = {name: full[name] for name in schema.WRITE_PATHS if name in full}
        again = google.update(full, ",".join(schema.WRITE_PATHS), **written)
        assert again.status == 200, again.raw
        assert google.get(full["resourceName"], EVERYTHING) == full


@settings(max_examples=60, deadline=None)
@given(body=anything, path=st.sampled_from(["batchCreateContacts", "batchUpdateContacts", "batchDeleteContacts"]))
def test_a_senseless_batch_is_refused(google: Google, body: Any, path: str) -> None:
    assert google.call("POST", f"people:{path}", body).status == 400
    assert google.call("POST", f"people:{path}", {"contacts": body, "resourceNames": body}).status in (400, 404)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=12), name=st.sampled_from(["pageToken", "syncToken", "pageSize", "sources", "sortOrder"]))
def test_a_senseless_parameter_is_refused_or_ignored(google: Google, text: str, name: str) -> None:
    assert google.page(**{name: text}).status in (200, 400)
