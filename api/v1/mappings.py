"""Routes of mappings: how our vocabularies stand to those of other schemes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply
from api.routing import router as strict_router
from api.v1.resource import problem_responses
from domain.errors import Fault, Malformed, NotFound
from domain.vocab.mappings import MAPPED, SCHEMES

router = strict_router("mappings")


class TheirCodeOut(BaseModel):
    """One code of another scheme."""

    code: str = Field(description="The code.", examples=["F"])
    label: str = Field(description="What people read.", examples=["Female"])
    unconfirmed: bool = Field(
        description="Whether its letters are general knowledge and were not read at the source.",
        examples=[True],
    )


class CodeListOut(BaseModel):
    """A code list of another scheme."""

    name: str = Field(description="Its name.", examples=["CL_SEX"])
    title: str = Field(description="What people read.", examples=["Sex"])
    complete: bool = Field(description="Whether our source gives all of it.", examples=[True])
    codes: list[TheirCodeOut] = Field(description="Its codes.", examples=[[]])


class MatchOut(BaseModel):
    """Our code, theirs, and how theirs stands to ours."""

    ours: str = Field(description="Our code.", examples=["female"])
    theirs: str = Field(description="Their code.", examples=["F"])
    relation: str = Field(
        description="As in SKOS: theirs is `exact` (the same), `close`, `broader` or `narrower`.",
        examples=["exact"],
    )
    round_trip: str = Field(
        description="Whether our code comes back as it was: `exact` or `lossy`.", examples=["exact"]
    )
    note: str | None = Field(description="What to mind.", examples=[None])


class NotMappableOut(BaseModel):
    """A code without a counterpart."""

    code: str = Field(description="The code.", examples=["_T"])
    reason: str = Field(description="Why.", examples=["No vocabulary here has a code for a total."])


class CrosswalkOut(BaseModel):
    """One vocabulary of ours and one code list of theirs; nothing is left out on either side."""

    vocabulary: str = Field(description="Our vocabulary.", examples=["sex"])
    code_list: str | None = Field(description="Their list; null where they have none.", examples=["CL_SEX"])
    matches: list[MatchOut] = Field(description="What is matched.", examples=[[]])
    ours_not_mappable: list[NotMappableOut] = Field(description="Ours without a counterpart.", examples=[[]])
    theirs_not_mappable: list[NotMappableOut] = Field(
        description="Theirs without a counterpart.", examples=[[]]
    )


class SchemeHead(BaseModel):
    """A scheme and the version of the mapping to it."""

    scheme: str = Field(description="Its name.", examples=["sdmx"])
    title: str = Field(description="What people read.", examples=["SDMX code lists"])
    version: str = Field(description="Version of the mapping.", examples=["1"])
    dated: str = Field(description="The day of this version.", examples=["2026-11-24"])
    source: str = Field(description="Where their codes were read.", examples=["SDMX CL_SEX 2.1"])


class SchemeListedOut(SchemeHead):
    """A scheme in the list."""

    vocabularies: list[str] = Field(description="Ours for which it has codes.", examples=[["sex"]])
    links: dict[str, str] = Field(description="Where to read on.", examples=[{"self": "/v1/mappings/sdmx"}])


class SchemesOut(BaseModel):
    """Every scheme."""

    data: list[SchemeListedOut] = Field(description="The schemes.", examples=[[]])


class SchemeOut(SchemeHead):
    """A scheme with its code lists and their mappings."""

    code_lists: list[CodeListOut] = Field(description="Their code lists.", examples=[[]])
    mappings: list[CrosswalkOut] = Field(description="The mappings.", examples=[[]])
    unused_lists: list[NotMappableOut] = Field(
        description="Lists of theirs that speak of what no vocabulary here holds.", examples=[[]]
    )


class MappingQuery(BaseModel):
    """Which mappings."""

    model_config = ConfigDict(extra="forbid")

    vocabulary: str | None = Field(
        default=None, max_length=60, description="Only this vocabulary of ours.", examples=["sex"]
    )


@router.get(
    "/mappings",
    summary="Schemes that our vocabularies are mapped to",
    operation_id="mappings",
    response_class=Response,
    responses={200: {"model": SchemesOut, "description": "The schemes."}, **problem_responses()},
)
def schemes() -> Response:
    """Give every scheme with the version of its mapping; no token is needed."""
    data = [
        {
            "scheme": one.name,
            "title": one.title,
            "version": one.version,
            "dated": one.dated,
            "source": one.source,
            "vocabularies": list(
                dict.fromkeys(each.vocabulary for each in one.mappings if each.code_list is not None)
            ),
            "links": {"self": f"/v1/mappings/{one.name}"},
        }
        for one in SCHEMES.values()
    ]
    return Reply(dumped({"data": data})).response()


@router.get(
    "/mappings/{scheme}",
    summary="How our codes map to a scheme's and back, and what does not",
    operation_id="mapping",
    response_class=Response,
    responses={200: {"model": SchemeOut, "description": "The mappings."}, **problem_responses()},
)
def mapping(
    scheme: Annotated[str, Path(description="Its name.", examples=["sdmx"])],
    asked: Annotated[MappingQuery, Query()],
) -> Response:
    """Give one scheme's code lists and mappings, total in both directions; no token is needed."""
    if scheme not in SCHEMES:
        raise NotFound("There is no such scheme; GET /v1/mappings lists them.")
    found = SCHEMES[scheme]
    if asked.vocabulary is not None and not found.of(asked.vocabulary):
        raise Malformed(
            "The scheme is not mapped to this vocabulary.",
            code="invalid-parameter",
            faults=[Fault("vocabulary", "unknown-code", "Use one of: " + ", ".join(MAPPED) + ".")],
        )
    return Reply(dumped(found.as_data(asked.vocabulary))).response()
