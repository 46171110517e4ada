"""By what contacts are put in order. Their indexes hold the same expressions, so that a page needs no sort."""

from django.db.models import F, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim

#: Behind every name in every collation: those without anything come last.
_LAST = "\U0010fffd"


def sort_name() -> Lower:
    """What a contact is called, in lower case: its name, else its company, else its first e-mail address."""
    text = TextField()
    name = Trim(Concat(F("given"), Value(" ", text), F("family"), output_field=text))
    email = KeyTextTransform("value", KeyTransform(0, "emails"))
    called = (NullIf(each, Value("", text)) for each in (name, F("company"), email))
    return Lower(Coalesce(*called, Value(_LAST, text), output_field=text))
