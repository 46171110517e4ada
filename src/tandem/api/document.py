"""The OpenAPI document: what ninja writes, and that every refusal is a problem document."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from tandem.api.problems import CONTENT_TYPE, ProblemDocument

_REFUSED = 400  # the first status that is one
_REFUSAL = {
    "description": "A problem document (RFC 9457)",
    "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
}


class DocumentedAPI(NinjaAPI):
    """States for each operation the form of its refusals, so that no route has to."""

    def get_openapi_schema(self, **parameters: Any) -> OpenAPISchema:
        document = super().get_openapi_schema(**parameters)
        schema = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= {**schema.pop("$defs"), "ProblemDocument": schema}
        for methods in document["paths"].values():
            for operation in methods.values():
                answers = {code: each for code, each in operation["responses"].items() if int(code) < _REFUSED}
                operation["responses"] = {**answers, "4XX": _REFUSAL, "5XX": _REFUSAL}
        return document
