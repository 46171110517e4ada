"""The consent page: choose an account, tick what the app may do, allow or deny."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from google_sandbox.pages.html import Markup, hidden, page, tag

_WORDS = {
    "https://www.googleapis.com/auth/contacts": "See, edit, download, and permanently delete your contacts.",
    "https://www.googleapis.com/auth/contacts.readonly": "See and download your contacts.",
    "https://www.googleapis.com/auth/contacts.other.readonly": (
        "See and download contact info automatically saved in your “Other contacts”."
    ),
}


def consent_page(parameters: Mapping[str, str], emails: Sequence[str], chosen: str, optional: Sequence[str]) -> str:
    """`parameters` are the app's own and come back with the form; `optional` are the scopes with a tick-box."""
    site = urlsplit(parameters.get("redirect_uri", "")).netloc
    form = tag(
        "form",
        *hidden(parameters),
        _accounts(emails, chosen),
        _scopes(optional) if optional else None,
        tag(
            "div",
            tag("button", "Deny", type="submit", name="decision", value="deny", class_="quiet"),
            tag("button", "Allow", type="submit", name="decision", value="allow"),
            class_="actions",
        ),
        method="post",
        action="/o/oauth2/v2/auth",
    )
    head = tag("header", tag("p", "Sandbox Google", class_="brand"), tag("h1", "Sign in"))
    lead = tag("p", tag("strong", site), " wants to use your Google Account. Nothing here is real: no password.")
    return page("Sign in", tag("main", head, lead, form, class_="card"), class_="consent")


def _accounts(emails: Sequence[str], chosen: str) -> Markup:
    choices = [
        tag(
            "label",
            tag("input", type="radio", name="account", value=email, checked=email == chosen),
            email,
            class_="choice",
        )
        for email in emails
    ]
    new = tag(
        "label",
        "Or use another account (made when it is new)",
        tag("input", type="email", name="new_account", placeholder="name@example.com", autocomplete="off"),
        class_="field",
    )
    return tag("fieldset", tag("legend", "Choose an account"), choices, new)


def _scopes(optional: Sequence[str]) -> Markup:
    boxes = [
        tag(
            "label",
            tag("input", type="checkbox", name="granted", value=scope, checked=True),
            _WORDS.get(scope, scope),
            class_="choice",
        )
        for scope in optional
    ]
    return tag("fieldset", tag("legend", "Select what the app can access"), boxes)


def refusal_page(code: str, explanation: str) -> str:
    """What Google shows itself instead of going back to the app."""
    mend = "Nothing was shared. Go back to the app; whoever runs it has to mend the request."
    hint = tag("p", f"Error 400: {code}", class_="hint")
    body = [tag("h1", "Access blocked"), tag("p", explanation), tag("p", mend), hint]
    return page("Access blocked", tag("main", *body, class_="card"), class_="consent")
