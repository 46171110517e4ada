"""What the list remembers for a user: the columns that were chosen, and saved views. The verbs that write them."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tandem.users.models import User
from tandem.web.listing import USUAL_COLUMNS, Column, columns_of
from tandem.web.models import ListColumns, SavedView

MOST_VIEWS = 50
LONGEST_NAME = 60


class ViewRefused(Exception):
    """A view that can't be saved; the text is a sentence for the user."""


def chosen_columns(user: User) -> Sequence[Column]:
    """The columns that the user sees."""
    row = ListColumns.objects.filter(user=user).first()
    return USUAL_COLUMNS if row is None else columns_of(row.columns)


def choose_columns(*, user: User, columns: Sequence[Column]) -> None:
    """Show these from now on; none leaves the names alone."""
    ListColumns.objects.update_or_create(user=user, defaults={"columns": list(columns)})


def views_of(user: User) -> QuerySet[SavedView]:
    """The user's saved views, by name."""
    return SavedView.objects.filter(owner=user).order_by("name")


def save_view(*, user: User, name: str, address: str) -> SavedView:
    """Keep an address under a name; one of that name is replaced. Raises `ViewRefused`."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ViewRefused(_("Give the view a name of at most %(n)s characters.") % {"n": LONGEST_NAME})
    others = views_of(user).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise ViewRefused(_("There are %(n)s saved views: remove one first.") % {"n": MOST_VIEWS})
    return SavedView.objects.update_or_create(owner=user, name=name, defaults={"address": address})[0]


def forget_view(*, user: User, view_id: UUID) -> None:
    """Remove a saved view; one that is not the user's is passed over."""
    views_of(user).filter(id=view_id).delete()
