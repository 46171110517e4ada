"""What the pages remember for a user: the columns of the list, and views of it that were saved."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tandem.identifiers import new_id


class ListColumns(models.Model):
    """The columns of the list that a user chose, in their order."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    columns = ArrayField(models.TextField(), default=list, blank=True)

    def __str__(self) -> str:
        return ", ".join(self.columns)


class SavedView(models.Model):
    """A name for filters, order and columns of the list; `address` is their query string."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.TextField()
    address = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
