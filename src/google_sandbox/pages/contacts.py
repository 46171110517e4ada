"""The playground's pages: the address book, one person, Trash."""

from collections.abc import Sequence
from urllib.parse import urlencode

from google_sandbox.derive import name_forms
from google_sandbox.errors import Json
from google_sandbox.pages.html import Markup, hidden, page, tag
from google_sandbox.pages.person_form import person_form
from google_sandbox.records import Version
from google_sandbox.store import Account


def shown_name(version: Version) -> str:
    """The best words for a person that may have no name."""
    names = version.fields.get("names", [])
    display = name_forms(names[0])["displayName"] if names else ""
    fallbacks = [_first(version, field, key) for field, key in _FALLBACKS]
    return str(display or next((text for text in fallbacks if text), "(no name)"))


_FALLBACKS = (("organizations", "name"), ("emailAddresses", "value"), ("phoneNumbers", "value"))


def _first(version: Version, field: str, key: str) -> str:
    items: list[Json] = version.fields.get(field, [])
    return items[0].get(key, "") if items else ""


#: What was done last, by the word that the redirect after it carries.
_SAID = {
    "saved": "Saved. Apps that sync this account see it from now on.",
    "merge": "Merged into one contact.",
    "delete": "Moved to Trash.",
    "hide": "Moved to Other contacts.",
    "restore": "Restored to the contacts.",
    "show": "Added to the contacts.",
}


def list_page(
    account: Account,
    emails: Sequence[str],
    people: Sequence[Version],
    *,
    query: str,
    number: int,
    last: int,
    total: int,
    said: str,
) -> str:
    """A page of the address book; `number` counts from 1 to `last`, `said` is what was done last."""
    who = account.email
    search = tag(
        "form",
        *hidden({"account": who}),
        tag("input", type="search", name="q", value=query, placeholder="Search", aria_label="Search contacts"),
        tag("button", "Search", type="submit", class_="quiet"),
        method="get",
        action="/contacts",
        class_="search",
    )
    head = tag(
        "div",
        tag("h1", "Contacts ", tag("span", f"{total:,}", class_="hint")),
        tag("a", "Create contact", href=_link("/contacts/new", account=who), class_="button"),
        class_="title",
    )
    table = _merge_form(who, people) if people else tag("p", _nothing(query), class_="empty")
    return _frame(account, emails, "Contacts", _notice(said), head, search, table, _pager(who, query, number, last))


def _notice(said: str) -> Markup | None:
    return tag("p", _SAID[said], class_="said", role="status") if said in _SAID else None


def _nothing(query: str) -> str:
    return f"Nobody matches “{query}”." if query else "Nobody is here yet. Create a contact to begin."


def _merge_form(account: str, people: Sequence[Version]) -> Markup:
    rows = [
        tag(
            "tr",
            tag("td", _box(person), class_="tick"),
            tag("td", tag("a", shown_name(person), href=_link(_path(person), account=account))),
            tag("td", _first(person, "emailAddresses", "value")),
            tag("td", _first(person, "phoneNumbers", "value")),
        )
        for person in people
    ]
    head = tag("tr", tag("th", tag("span", "Tick", class_="unseen")), *(tag("th", word) for word in _COLUMNS))
    actions = tag(
        "div",
        tag("button", "Merge ticked", type="submit", name="action", value="merge", class_="quiet"),
        tag("button", "Hide ticked", type="submit", name="action", value="hide", class_="quiet"),
        tag("button", "Delete ticked", type="submit", name="action", value="delete", class_="danger"),
        class_="actions",
    )
    table = tag("table", tag("thead", head), tag("tbody", rows))
    return tag("form", *hidden({"account": account}), table, actions, method="post", action="/contacts/ticked")


_COLUMNS = ("Name", "E-mail", "Phone")


def _box(person: Version) -> Markup:
    label = f"Tick {shown_name(person)}"
    return tag("input", type="checkbox", name="name", value=person.resource_name, aria_label=label)


def _pager(account: str, query: str, number: int, last: int) -> Markup | None:
    if last <= 1:
        return None
    back = _step("Previous", account, query, number - 1) if number > 1 else None
    on = _step("Next", account, query, number + 1) if number < last else None
    return tag("nav", back, tag("span", f"Page {number} of {last}"), on, class_="pager", aria_label="Pages")


def _step(word: str, account: str, query: str, number: int) -> Markup:
    link = _link("/contacts", account=account, q=query, page=str(number))
    return tag("a", word, href=link)


def person_page(account: Account, emails: Sequence[str], person: Version | None, said: str = "") -> str:
    """A person to look at and change, or a new one; `said` is what was done last."""
    title = shown_name(person) if person else "New contact"
    form = person_form(person, account.labels.current(), account.email)
    back = tag("a", "← Contacts", href=_link("/contacts", account=account.email))
    return _frame(account, emails, title, back, tag("h1", title), _notice(said), form, _removal(account.email, person))


def _removal(account: str, person: Version | None) -> Markup | None:
    if person is None:
        return None
    buttons = [
        tag("button", "Move to Trash", type="submit", name="action", value="delete", class_="danger"),
        tag("button", "Move to Other contacts", type="submit", name="action", value="hide", class_="quiet"),
    ]
    fields = hidden({"account": account, "name": person.resource_name})
    return tag("form", *fields, tag("div", buttons, class_="actions"), method="post", action="/contacts/ticked")


def trash_page(account: Account, emails: Sequence[str], title: str, people: Sequence[Version], action: str) -> str:
    """People who can be brought back: from Trash (`restore`) or from Other contacts (`show`)."""
    rows = [
        tag(
            "tr",
            tag("td", shown_name(person)),
            tag("td", _first(person, "emailAddresses", "value")),
            tag("td", _bring_back(account.email, person, action), class_="end"),
        )
        for person in people
    ]
    table = tag("table", tag("tbody", rows)) if rows else tag("p", "Nobody is here.", class_="empty")
    return _frame(account, emails, title, tag("h1", title), table)


def _bring_back(account: str, person: Version, action: str) -> Markup:
    fields = hidden({"account": account, "name": person.resource_name, "action": action})
    word = "Restore" if action == "restore" else "Add to contacts"
    button = tag("button", word, type="submit", class_="quiet")
    return tag("form", *fields, button, method="post", action="/contacts/ticked")


def message_page(account: Account, emails: Sequence[str], text: str) -> str:
    """Why something could not be done."""
    back = tag("p", tag("a", "Back to the contacts", href=_link("/contacts", account=account.email)))
    return _frame(account, emails, "Not done", tag("h1", "Not done"), tag("p", f"{text} Nothing was changed."), back)


def _frame(account: Account, emails: Sequence[str], title: str, *content: Markup | None) -> str:
    who = account.email
    places = {"Contacts": "/contacts", "Trash": "/trash", "Other contacts": "/others"}
    links = [tag("a", word, href=_link(path, account=who)) for word, path in places.items()]
    options = [tag("option", email, value=email, selected=email == who) for email in emails]
    switch = tag(
        "form",
        tag("select", options, name="account", aria_label="Account"),
        tag("button", "Switch", type="submit", class_="quiet"),
        method="get",
        action="/contacts",
        class_="switch",
    )
    bar = tag("header", tag("p", "Sandbox Google", class_="brand"), tag("nav", links, aria_label="Places"), switch)
    return page(title, bar, tag("main", *content))


def _path(person: Version) -> str:
    return f"/contacts/{person.resource_name.removeprefix('people/')}"


def _link(path: str, **parameters: str) -> str:
    return f"{path}?{urlencode({key: value for key, value in parameters.items() if value})}"
