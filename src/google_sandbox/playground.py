"""The routes of the playground, where a person plays Google's side of the sync."""

from collections.abc import Awaitable, Callable
from itertools import islice
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiDictProxy

from google_sandbox import user
from google_sandbox.errors import GoogleError, not_found
from google_sandbox.labels import MY_CONTACTS, SYSTEM_GROUPS
from google_sandbox.pages import contacts
from google_sandbox.pages.person_form import read_form
from google_sandbox.reads import FOUND
from google_sandbox.records import Version
from google_sandbox.search import matches
from google_sandbox.state import SANDBOX
from google_sandbox.store import DEFAULT_EMAIL, Account, Store

ROWS = 50
type Form = MultiDictProxy[str | bytes | bytearray | web.FileField]
type View = Callable[[Store, Account, web.Request], str]


def _emails(store: Store) -> list[str]:
    return [account.email for account in store.accounts.values()]


def _account(store: Store, email: str) -> Account:
    return store.by_email(email) or store.account(DEFAULT_EMAIL)


def _shown(view: View) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        store = request.app[SANDBOX].store
        account = _account(store, request.query.get("account", ""))
        try:
            return _html(view(store, account, request))
        except GoogleError as error:
            return _html(contacts.message_page(account, _emails(store), error.message), status=error.http_status)

    return handle


def _html(text: str, *, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


def _list(store: Store, account: Account, request: web.Request) -> str:
    """The latest change first; a search goes through the whole book."""
    query = request.query.get("q", "").strip()
    wanted = query.casefold()
    found = [one for one in account.book.contacts() if not wanted or matches(one, wanted)]
    last = max(1, -(-len(found) // ROWS))
    text = request.query.get("page", "1")
    number = min(max(int(text) if text.isdecimal() else 1, 1), last)
    rows = list(islice(reversed(found), (number - 1) * ROWS, number * ROWS))
    said = request.query.get("said", "")
    return contacts.list_page(
        account, _emails(store), rows, query=query, number=number, last=last, total=len(found), said=said
    )


def _new(store: Store, account: Account, _request: web.Request) -> str:
    return contacts.person_page(account, _emails(store), None)


def _person(store: Store, account: Account, request: web.Request) -> str:
    person = _existing(account, request.match_info["id"])
    return contacts.person_page(account, _emails(store), person, request.query.get("said", ""))


def _trash(store: Store, account: Account, _request: web.Request) -> str:
    people = account.book.trash(store.clock.microseconds())
    return contacts.trash_page(account, _emails(store), "Trash", people, "restore")


def _others(store: Store, account: Account, _request: web.Request) -> str:
    return contacts.trash_page(account, _emails(store), "Other contacts", list(account.book.others()), "show")


def _existing(account: Account, identifier: str) -> Version:
    person = user.find(account, identifier)
    if person.standing not in FOUND:
        raise not_found()
    return person


async def _save(request: web.Request) -> web.Response:
    """Create a person, or change one."""
    store = request.app[SANDBOX].store
    form = await request.post()
    account = _account(store, str(form.get("account", "")))
    try:
        identifier = request.match_info.get("id")
        saved = _saved(store, account, form, _existing(account, identifier) if identifier else None)
    except (GoogleError, ValueError) as error:
        return _html(contacts.message_page(account, _emails(store), str(error)), status=400)
    return _back(f"/contacts/{saved.resource_name.removeprefix('people/')}", account, "saved")


def _saved(store: Store, account: Account, form: Form, before: Version | None) -> Version:
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    fields = read_form(texts, before.fields if before else {})
    labels = [str(one) for one in form.getall("label", [])]
    if texts.get("new_label", "").strip():
        labels.append(user.label_named(store, account, texts["new_label"].strip()))
    kept = [one for one in before.labels if one in SYSTEM_GROUPS] if before else []
    names = dict.fromkeys([*kept, *labels] if before else [MY_CONTACTS, *labels])
    memberships = [{"contactGroupMembership": {"contactGroupResourceName": name}} for name in names]
    person = {**fields, "memberships": memberships or [_membership(MY_CONTACTS)]}
    if before is None:
        return user.create(store, account, person)
    return user.edit(store, account, {before.resource_name: person})[0]


def _membership(label: str) -> dict[str, dict[str, str]]:
    return {"contactGroupMembership": {"contactGroupResourceName": label}}


async def _ticked(request: web.Request) -> web.Response:
    """Do one thing to the people that are ticked."""
    store = request.app[SANDBOX].store
    form = await request.post()
    account = _account(store, str(form.get("account", "")))
    names = [str(name) for name in form.getall("name", [])]
    action = str(form.get("action", ""))
    try:
        _act(store, account, action, names)
    except (GoogleError, ValueError) as error:
        return _html(contacts.message_page(account, _emails(store), str(error)), status=400)
    return _back("/contacts", account, action)


def _act(store: Store, account: Account, action: str, names: list[str]) -> None:
    if not names:
        raise ValueError("Tick somebody first.")
    match action:
        case "merge" if len(names) > 1:
            user.merge(store, account, names[0], names[1:])
        case "merge":
            raise ValueError("Tick the two or more people who are the same.")
        case "delete":
            user.delete(store, account, names)
        case "hide":
            user.hide(store, account, names)
        case "restore":
            user.restore(store, account, names)
        case "show":
            user.show(store, account, names)
        case other:
            raise ValueError(f"There is no action '{other}'.")


def _back(path: str, account: Account, said: str) -> web.Response:
    query = urlencode({"account": account.email, "said": said})
    return web.Response(status=303, headers={"Location": f"{path}?{query}"})


ROUTES = (
    web.get("/", _shown(_list)),
    web.get("/contacts", _shown(_list)),
    web.get("/contacts/new", _shown(_new)),
    web.post("/contacts", _save),
    web.post("/contacts/ticked", _ticked),
    web.get("/contacts/{id}", _shown(_person)),
    web.post("/contacts/{id}", _save),
    web.get("/trash", _shown(_trash)),
    web.get("/others", _shown(_others)),
)
