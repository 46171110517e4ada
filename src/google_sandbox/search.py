"""people.searchContacts: prefixes of words, over an index that is refreshed only by a call without a query."""

from google_sandbox.call import Call, check_sources, page_size
from google_sandbox.derive import name_forms
from google_sandbox.errors import Json
from google_sandbox.masks import required_mask
from google_sandbox.records import Standing, Version
from google_sandbox.render import CONTACT, Lens
from google_sandbox.schema import READ_PATHS

_AT_MOST = 30
_SEARCHED = {
    "nicknames": ("value",),
    "emailAddresses": ("value",),
    "phoneNumbers": ("value",),
    "organizations": ("name", "title"),
}


def search_contacts(call: Call) -> Json:
    """Up to 30 hits. An empty query warms the index up and finds nothing."""
    mask = required_mask("readMask", call.values("readMask"), READ_PATHS, "people/searchContacts")
    lens = Lens(mask, check_sources(call.values("sources"), frozenset({CONTACT})))
    size = min(page_size(call, default=10, maximum=1000), _AT_MOST)
    query = call.text("query").casefold().strip()
    account = call.account
    if not query:
        account.searchable_bound = account.book.sequence
        return {}
    found = []
    for version in account.book.contacts(account.searchable_bound):
        current = account.book.latest(version.source_id)
        if current and current.standing is Standing.CONTACT and matches(version, query):
            found.append({"person": account.rendered.person(version, lens)})
        if len(found) == size:
            break
    return {"results": found} if found else {}


def matches(version: Version, query: str) -> bool:
    """Whether a phrase of the person begins with the query, at the start of a word."""
    return any(f" {phrase.casefold()}".find(f" {query}") >= 0 for phrase in phrases(version))


def phrases(version: Version) -> list[str]:
    """The texts of a person that a search looks at."""
    texts = [name_forms(name)["displayName"] for name in version.fields.get("names", ())]
    for field, keys in _SEARCHED.items():
        texts += [item[key] for item in version.fields.get(field, ()) for key in keys if item.get(key)]
    return texts
