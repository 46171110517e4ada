"""The control API: what a user does in Google's own pages, and what the operator of a test does. JSON in and out.

`account` is an e-mail address, in the query or in the body; default: agent@sandbox.example. `names` are resource names.

| call | does |
| --- | --- |
| GET /control/accounts, POST {email, name?, region?} | lists accounts; makes one, or changes its name or region |
| GET /control/state | an account's persons in full, Trash, other contacts, labels |
| GET /control/persons/{id} | one person in full with its `standing`, also a deleted one |
| POST /control/load {persons: [Person], other?: true} | creates people in one go; `other`: in 'Other contacts' |
| POST /control/seed {count, seed?} | makes people up |
| POST /control/edit {persons: {name: {field: [...]}}} | replaces the given fields; null or [] clears a field |
| POST /control/delete, restore, hide, show, touch {names?} | as in Google's pages; touch without names: everybody |
| POST /control/merge {survivor, losers} | 'Merge & fix' |
| POST /control/label {label, names, member?: false} | puts people into a label (made when missing) or out of it |
| POST /control/photo {name, photo} | changes a photo; '' removes it |
| POST /control/link-profile {name, fields} | links a Google profile: second source, new resource name |
| POST /control/undo {seconds} | 'Undo changes': the address book as it was so many seconds ago |
| GET /control/clock, POST {advance_seconds} | reads or moves the sandbox's clock |
| GET /control/settings, PATCH {...} | the switches of `settings.Settings`, quotas and delay among them |
| GET /control/faults, POST {method, fault, count?}, DELETE | queues faults; see `faults.Kind` |
| POST /control/revoke | the user takes back every grant of the account |
| POST /control/expire-tokens | all access tokens of the account expire now |
| GET /control/requests, DELETE | the journal of requests with a summary; resets it |

A refused call answers 400 (404 for an unknown person) with {"error": "..."}.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from aiohttp import web

from google_sandbox import user
from google_sandbox.errors import GoogleError, Json
from google_sandbox.oauth import end_grants
from google_sandbox.records import (
    AccessTokensExpired,
    AccountSet,
    ClockMoved,
    Standing,
    Version,
)
from google_sandbox.render import CONTACT, PROFILE, Lens
from google_sandbox.seeding import seed
from google_sandbox.state import SANDBOX, Sandbox
from google_sandbox.store import DEFAULT_EMAIL, Account

type Action = Callable[[Sandbox, Account, Json], Any]
_EVERYTHING = Lens(None, frozenset({CONTACT, PROFILE}))


def _handler(action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        sandbox = request.app[SANDBOX]
        try:
            body = msgspec.json.decode(await request.read() or b"{}", type=dict[str, Any])
            parameters = {**request.query, **request.match_info, **body}
            account = _account(sandbox, parameters)
            return _json(action(sandbox, account, parameters))
        except GoogleError as error:
            return _json({"error": error.message}, status=error.http_status)
        except KeyError as missing:
            return _json({"error": f"'{missing.args[0]}' is missing."}, status=400)
        except (ValueError, TypeError) as wrong:
            return _json({"error": str(wrong)}, status=400)

    return handle


def _json(body: Any, *, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), status=status, content_type="application/json")


def _account(sandbox: Sandbox, parameters: Json) -> Account:
    email = parameters.get("account", DEFAULT_EMAIL)
    account = sandbox.store.by_email(email)
    if account is None:
        raise ValueError(f"There is no account '{email}'.")
    return account


def in_full(account: Account, version: Version) -> Json:
    """A person with all fields and its standing."""
    return {**account.rendered.person(version, _EVERYTHING), "standing": version.standing.value}


def _names_of(versions: Sequence[Version]) -> Json:
    return {"names": [version.resource_name for version in versions]}


def _accounts(sandbox: Sandbox, _account: Account, _body: Json) -> Json:
    return {"accounts": [_identity(account) for account in sandbox.store.accounts.values()]}


def _identity(account: Account) -> Json:
    who = account.identity
    shown = {"sub": who.sub, "email": who.email, "name": who.name, "region": who.region}
    return {**shown, "contacts": account.book.total_at(account.book.sequence)}


def _set_account(sandbox: Sandbox, _account: Account, body: Json) -> Json:
    account = sandbox.store.account(body["email"])
    who = account.identity
    changed = AccountSet(who.sub, who.email, body.get("name", who.name), body.get("region", who.region))
    if changed != who:
        sandbox.store.commit(changed)
    return _identity(account)


def _state(sandbox: Sandbox, account: Account, _body: Json) -> Json:
    book = account.book
    trash = book.trash(sandbox.store.clock.microseconds())
    labels = [{"resourceName": one.resource_name, "name": one.name} for one in account.labels.current()]
    return {
        "account": _identity(account),
        "persons": [in_full(account, one) for one in book.contacts()],
        "trash": [in_full(account, one) for one in trash],
        "others": [in_full(account, one) for one in book.others()],
        "labels": labels,
    }


def _person(_sandbox: Sandbox, account: Account, body: Json) -> Json:
    return in_full(account, user.find(account, body["id"]))


def _load(sandbox: Sandbox, account: Account, body: Json) -> Json:
    standing = Standing.OTHER if body.get("other") else Standing.CONTACT
    return _names_of(user.load(sandbox.store, account, body["persons"], standing))


def _seed(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return {"count": len(seed(sandbox.store, account, int(body["count"]), int(body.get("seed", 1))))}


def _edit(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return _names_of(user.edit(sandbox.store, account, body["persons"]))


def _delete(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return _names_of(user.delete(sandbox.store, account, body["names"]))


def _restore(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return _names_of(user.restore(sandbox.store, account, body["names"]))


def _hide(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return _names_of(user.hide(sandbox.store, account, body["names"]))


def _show(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return _names_of(user.show(sandbox.store, account, body["names"]))


def _touch(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return _names_of(user.touch(sandbox.store, account, body.get("names")))


def _merge(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return in_full(account, user.merge(sandbox.store, account, body["survivor"], body["losers"]))


def _label(sandbox: Sandbox, account: Account, body: Json) -> Json:
    member = bool(body.get("member", True))
    return _names_of(user.set_label(sandbox.store, account, body["label"], body["names"], member=member))


def _photo(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return in_full(account, user.change_photo(sandbox.store, account, body["name"], body["photo"]))


def _link_profile(sandbox: Sandbox, account: Account, body: Json) -> Json:
    return in_full(account, user.link_profile(sandbox.store, account, body["name"], body["fields"]))


def _undo(sandbox: Sandbox, account: Account, body: Json) -> Json:
    moment = sandbox.store.clock.microseconds() - int(float(body["seconds"]) * 1_000_000)
    return _names_of(user.undo_changes(sandbox.store, account, moment))


def _clock(sandbox: Sandbox, _account: Account, _body: Json) -> Json:
    clock = sandbox.store.clock
    return {"seconds": clock.seconds(), "offset_seconds": clock.offset_seconds}


def _move_clock(sandbox: Sandbox, account: Account, body: Json) -> Json:
    offset = sandbox.store.clock.offset_seconds + float(body["advance_seconds"])
    sandbox.store.commit(ClockMoved(offset))
    return _clock(sandbox, account, body)


def _settings(sandbox: Sandbox, _account: Account, _body: Json) -> Any:
    return msgspec.to_builtins(sandbox.store.settings)


def _change_settings(sandbox: Sandbox, _account: Account, body: Json) -> Any:
    changes = {name: value for name, value in body.items() if name != "account"}
    return msgspec.to_builtins(user.change_settings(sandbox.store, changes))


def _faults(sandbox: Sandbox, _account: Account, _body: Json) -> Json:
    rows = [
        {"id": one.id, "method": one.method, "fault": one.spelled, "fired": one.fired} for one in sandbox.faults.all
    ]
    return {"faults": rows, "unfired": sum(not row["fired"] for row in rows)}


def _queue_fault(sandbox: Sandbox, account: Account, body: Json) -> Json:
    sandbox.faults.queue(body["method"], str(body["fault"]), int(body.get("count", 1)))
    return _faults(sandbox, account, body)


def _clear_faults(sandbox: Sandbox, account: Account, body: Json) -> Json:
    sandbox.faults.clear()
    return _faults(sandbox, account, body)


def _revoke(sandbox: Sandbox, account: Account, _body: Json) -> Json:
    clients = sandbox.store.grants.clients_of(account.sub)
    end_grants(sandbox.store, account.sub, clients)
    return {"revoked": len(clients)}


def _expire_tokens(sandbox: Sandbox, account: Account, _body: Json) -> Json:
    sandbox.store.commit(AccessTokensExpired(account.sub, sandbox.store.clock.seconds()))
    return {}


def _requests(sandbox: Sandbox, _account: Account, _body: Json) -> Json:
    return {"summary": sandbox.traffic.summary(), "requests": list(sandbox.traffic.entries)}


def _clear_requests(sandbox: Sandbox, account: Account, body: Json) -> Json:
    sandbox.traffic.clear()
    return _requests(sandbox, account, body)


_ACTIONS: dict[str, Action] = {
    "GET /control/accounts": _accounts,
    "POST /control/accounts": _set_account,
    "GET /control/state": _state,
    "GET /control/persons/{id:.+}": _person,
    "POST /control/load": _load,
    "POST /control/seed": _seed,
    "POST /control/edit": _edit,
    "POST /control/delete": _delete,
    "POST /control/restore": _restore,
    "POST /control/hide": _hide,
    "POST /control/show": _show,
    "POST /control/touch": _touch,
    "POST /control/merge": _merge,
    "POST /control/label": _label,
    "POST /control/photo": _photo,
    "POST /control/link-profile": _link_profile,
    "POST /control/undo": _undo,
    "GET /control/clock": _clock,
    "POST /control/clock": _move_clock,
    "GET /control/settings": _settings,
    "PATCH /control/settings": _change_settings,
    "GET /control/faults": _faults,
    "POST /control/faults": _queue_fault,
    "DELETE /control/faults": _clear_faults,
    "POST /control/revoke": _revoke,
    "POST /control/expire-tokens": _expire_tokens,
    "GET /control/requests": _requests,
    "DELETE /control/requests": _clear_requests,
}


def _route(place: str, action: Action) -> web.RouteDef:
    verb, path = place.split(" ")
    return web.route(verb, path, _handler(action))


ROUTES = tuple(_route(place, action) for place, action in _ACTIONS.items())
