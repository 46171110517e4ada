"""What is stored in English is said in the language of the page; and every such sentence is one of the catalogues."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings

import contactsync
from tandem.contacts.errors import FieldError, Invalid, RevisionConflict
from tandem.contacts.models import LeadType, Status
from tandem.googlesync.services import SyncRefused
from tandem.web.said import said, said_choices, said_error, said_refusal
from tandem.web.sentences import PATTERNS, SENTENCES
from tests.catalogues import write_catalogue

SOURCES = Path(contactsync.__file__).parent.parent
#: Where sentences come from that are stored, or raised for a page.
PACKAGES = ("contactsync", "google_people", "tandem/googlesync", "tandem/contacts")
#: Arguments whose texts are shown, however short they are.
SHOWN = {"reason", "because", "why", "evidence", "detail", "mend", "error_detail", "error_mend"}
#: Calls whose texts are translated where they stand, or are for programmers.
NOT_COLLECTED = {"_", "ngettext", "ValueError", "AssertionError"}
#: Texts with a blank that no page shows, or shows only as a part of a known sentence.
NOT_SHOWN = {
    "another contact",
    "linked: {}",
    "Google Contacts",
    "a person", "the API", "an import", "the sync", "an undo",
    # keys, and what other programs read
    "name:{} address:{}", "name:{} birthday:{}-{}-{}", "owner {}", "{} seconds", "tandem (gzip)", "Bearer {}",
    "etag is different than the current|etag is outdated", "sync token",
    "tandem\tcreate\tdone\tcreated\t[]\tnew in Google\t\t\\N\t{}",
    "COPY contacts_change (id, contact_id, event, field, before, after, by, cause, at) FROM STDIN",
    "COPY contacts_term (owner_id, term, contact_id) FROM STDIN",
    # for programmers
    "an update is made from a person that this provider has read",
    "an entry is decoded by the provider that listed it",
}  # fmt: skip
GERMAN = {
    "same e-mail": "gleiche E-Mail",
    "Client": "Kundschaft",
    "changed in Google": "in Google geändert",
    "%(said)s; changed since, and planned anew": "%(said)s; seither geändert und neu geplant",
    "already in Google as %(name)s": "schon als %(name)s in Google",
    "possible duplicate: %(said)s": "vielleicht doppelt: %(said)s",
    "status: %(said)s": "Status: %(said)s",
    "added %(hashtags)s": "%(hashtags)s ergänzt",
    "must be %(said)s": "muss %(said)s sein",
    "a whole number from 0 to %(most)s": "eine ganze Zahl von 0 bis %(most)s",
    "must be one of: %(choices)s": "muss eines sein von: %(choices)s",
    "A run is under way already.": "Ein Lauf ist schon im Gange.",
    "Wait until it ends.": "Warte, bis er endet.",
    "Give a text.": "Gib einen Text an.",
}


@pytest.fixture
def german(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """The pages speak some German."""
    write_catalogue(tmp_path, "de", GERMAN)
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("de"):
        yield


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("same e-mail", "gleiche E-Mail"),
        ("already in Google as Ada (the Countess)", "schon als Ada (the Countess) in Google"),
        ("already in Google as same e-mail", "schon als same e-mail in Google"),  # somebody is called so
        ("changed in Google; changed since, and planned anew", "in Google geändert; seither geändert und neu geplant"),
        ("possible duplicate: same e-mail", "vielleicht doppelt: gleiche E-Mail"),
        ("status: Client", "Status: Kundschaft"),
        ("added #100% #vip", "#100% #vip ergänzt"),
        ("must be a whole number from 0 to 25,000", "muss eine ganze Zahl von 0 bis 25,000 sein"),
        ("must be one of: google, ask", "muss eines sein von: google, ask"),
        ("Contact person is invalid: 100 %(name)s", "Contact person is invalid: 100 %(name)s"),  # Google's own words
        ("rejected", "rejected"),  # known, but not translated yet
        ("", ""),
    ],
)
@pytest.mark.usefixtures("german")
def test_a_stored_sentence_is_said_in_the_language_of_the_page(stored: str, shown: str) -> None:
    assert said(stored) == shown


@pytest.mark.usefixtures("german")
def test_refusals_are_said_with_what_mends_them() -> None:
    refusal = SyncRefused("run_underway", "A run is under way already.", "Wait until it ends.")
    assert said_refusal(refusal) == "Ein Lauf ist schon im Gange. Warte, bis er endet."
    assert said_refusal(refusal, "Schade.") == "Ein Lauf ist schon im Gange. Schade. Warte, bis er endet."
    errors = [FieldError("/name/given", "Give a text."), FieldError("/notes", "Give a text.")]
    assert said_error(Invalid(errors)) == "/name/given: Gib einen Text an.; /notes: Gib einen Text an."
    assert said_error(RevisionConflict(3)) == "the contact has revision 3"


@pytest.mark.usefixtures("german")
def test_choices_are_said_and_keep_their_values() -> None:
    assert ("client", "Kundschaft") in said_choices(Status.choices)


def test_in_english_everything_is_said_as_it_is_stored() -> None:
    assert all(said(sentence) == sentence for sentence in SENTENCES)
    for pattern in PATTERNS:
        text = re.sub(r"%\(\w+\)s", "Ada Lovelace", pattern)
        assert said(text) == text


def test_each_sentence_that_a_page_may_show_is_known() -> None:
    known = SENTENCES | {_with_gaps(pattern) for pattern in PATTERNS}
    labels = [*Status.labels, *LeadType.labels]
    unknown = {text: place for text, place in _produced() if text not in known and text not in NOT_SHOWN}
    unknown |= {label: "tandem/contacts/models.py" for label in labels if label not in known}
    assert not unknown, f"these go to tandem/web/sentences.py, or to NOT_SHOWN where no page shows them: {unknown}"


def test_what_is_named_as_not_shown_is_still_there() -> None:
    assert set(NOT_SHOWN) <= {text for text, _ in _produced()}


def _with_gaps(pattern: str) -> str:
    return re.sub(r"%\(\w+\)s", "{}", pattern)


def _produced() -> Iterator[tuple[str, str]]:
    """Each text of the packages that may be a sentence, its parts that vary as `{}`, with where it stands."""
    modules = {
        path: ast.parse(path.read_text())
        for package in PACKAGES
        for path in sorted((SOURCES / package).rglob("*.py"))
        if "migrations" not in path.parts
    }
    constants = dict(chain.from_iterable(map(_constants, modules.values())))
    for path, module in modules.items():
        for node, text in _texts(module, constants):
            yield text, f"{path.relative_to(SOURCES)}:{node.lineno}"


def _constants(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The names that a module gives to texts."""
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _text(node.value)
            if text is not None:
                yield node.targets[0].id, text


def _texts(module: ast.Module, constants: Mapping[str, str]) -> Iterator[tuple[ast.expr, str]]:
    passed = _passed_over(module)
    for node in ast.walk(module):
        text = _text(node)
        if isinstance(node, ast.expr) and id(node) not in passed and text is not None and _is_sentence(text):
            yield node, text
        if isinstance(node, ast.keyword) and node.arg in SHOWN:
            yield from _shown(node.value, constants)


def _shown(value: ast.expr, constants: Mapping[str, str]) -> Iterator[tuple[ast.expr, str]]:
    """What an argument can be that is shown: a text, a constant, or one of two of them."""
    match value:
        case ast.IfExp(body=body, orelse=other):
            yield from _shown(body, constants)
            yield from _shown(other, constants)
        case ast.Name(id=name) if name in constants:
            yield value, constants[name]
        case ast.Constant(value=str(text)) if text:
            yield value, text
        case _:
            return


def _passed_over(module: ast.Module) -> set[int]:
    """Docstrings, the pieces of f-strings, annotations, and what is translated where it stands."""
    passed: set[int] = set()
    for node in ast.walk(module):
        match node:
            case ast.Expr(value=ast.Constant() as text):
                passed.add(id(text))
            case ast.JoinedStr(values=values):
                passed |= {id(value) for value in values}
            case ast.Call(func=ast.Name(id=name)) if name in NOT_COLLECTED:
                passed |= {id(each) for argument in node.args for each in ast.walk(argument)}
            case ast.AnnAssign(annotation=annotation):
                passed |= {id(each) for each in ast.walk(annotation)}
    return passed


def _text(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in values)
        case _:
            return None


def _is_sentence(text: str) -> bool:
    """Words with a blank between them, in one line; SQL has several."""
    return " " in text.strip() and "\n" not in text and re.search(r"[a-z]{2}", text) is not None
