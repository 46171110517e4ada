"""The user's contacts as a file: all of them, or those that were chosen in the list."""

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse

from tandem.contacts.exporting import ExportFormat, export_chosen
from tandem.contacts.models import Contact
from tandem.contacts.querysets import in_use
from tandem.web.access import PageRequest, page

_FILES = {
    ExportFormat.JSON: ("contacts.json", "application/json"),
    ExportFormat.VCARD_4: ("contacts.vcf", "text/vcard; charset=utf-8"),
    ExportFormat.VCARD_3: ("contacts-3.vcf", "text/vcard; charset=utf-8"),
}


@page("GET", "HEAD")
def download(request: PageRequest, form: str) -> StreamingHttpResponse:
    if form not in ExportFormat:
        raise Http404
    return file_of(in_use(request.user.pk), ExportFormat(form))


def file_of(contacts: QuerySet[Contact], form: ExportFormat) -> StreamingHttpResponse:
    """The contacts as a download."""
    name, content_type = _FILES[form]
    pieces = export_chosen(contacts, form)
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
