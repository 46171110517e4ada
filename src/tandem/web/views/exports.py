"""The user's contacts as a file."""

from django.http import Http404, StreamingHttpResponse

from tandem.contacts.exporting import ExportFormat, export_pieces
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
    name, content_type = _FILES[ExportFormat(form)]
    pieces = export_pieces(owner_id=request.user.pk, form=ExportFormat(form))
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
