"""The user's contacts as a file: those that the list shows, or those that were chosen in it."""

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone

from tandem.contacts.exporting import ExportFormat, export_chosen
from tandem.contacts.models import Contact
from tandem.web.access import PageRequest, page
from tandem.web.listing import filters_of, matching

_FILES = {
    ExportFormat.JSON: ("contacts.json", "application/json"),
    ExportFormat.VCARD_4: ("contacts.vcf", "text/vcard; charset=utf-8"),
    ExportFormat.VCARD_3: ("contacts-3.vcf", "text/vcard; charset=utf-8"),
}


@page("GET", "HEAD")
def download(request: PageRequest, form: str) -> StreamingHttpResponse:
    """All contacts that the filters of the address leave; without any those that are not in the trash."""
    if form not in ExportFormat:
        raise Http404
    shown = matching(request.user.pk, filters_of(request.GET), timezone.localdate())
    return file_of(shown, ExportFormat(form))


def file_of(contacts: QuerySet[Contact], form: ExportFormat) -> StreamingHttpResponse:
    """The contacts as a download."""
    name, content_type = _FILES[form]
    pieces = export_chosen(contacts, form)
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
