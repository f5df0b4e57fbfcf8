"""Routes that answer without a token: health, meta, vocabularies."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import router as strict_router
from api.v1.resource import problem_responses
from db.queries import health
from domain.errors import NotFound
from domain.methodology import METHODOLOGY_VERSION
from domain.vocab import VOCABULARIES, Vocabulary
from version import API_VERSION, VERSION

router = strict_router("about")


class HealthOut(BaseModel):
    """Whether the service can answer."""

    status: str = Field(description="`ok`.", examples=["ok"])
    database: str = Field(description="The database in use.", examples=["sqlite"])


@router.get(
    "/health",
    summary="Can the service answer?",
    operation_id="health",
    response_class=Response,
    responses={200: {"model": HealthOut, "description": "It can."}, **problem_responses()},
)
def healthy(request: Request) -> Response:
    """Answer from the database; no token is needed."""
    desk = desk_of(request)
    with desk.database.reading() as connection:
        health.answers(connection)
    return Reply(dumped({"status": "ok", "database": desk.database.dialect})).response()


class MetaOut(BaseModel):
    """The versions, each of which moves on its own."""

    software: str = Field(description="Version of the software.", examples=["0.1.0"])
    api: str = Field(description="Version of the API.", examples=["v1"])
    methodology: str = Field(description="Version of the rules and policies.", examples=["2.0"])
    schema_revision: str | None = Field(description="Revision of the database schema.", examples=["0002"])


@router.get(
    "/meta",
    summary="Versions",
    operation_id="meta",
    response_class=Response,
    responses={200: {"model": MetaOut, "description": "The versions."}, **problem_responses()},
)
def meta(request: Request) -> Response:
    """Give the versions; no token is needed."""
    with desk_of(request).database.reading() as connection:
        revision = health.schema_revision(connection)
    return Reply(
        dumped(
            {
                "software": VERSION,
                "api": API_VERSION,
                "methodology": METHODOLOGY_VERSION,
                "schema_revision": revision,
            }
        )
    ).response()


class CodeOut(BaseModel):
    """One code of a vocabulary."""

    code: str = Field(description="The code.", examples=["killed"])
    label: str = Field(description="What people read.", examples=["Killed"])
    definition: str = Field(description="What it means.", examples=["Died because of the incident."])
    broader: str | None = Field(description="The code above it.", examples=[None])


class VocabularyOut(BaseModel):
    """A vocabulary."""

    name: str = Field(description="Its name.", examples=["outcome"])
    definition: str = Field(description="What it is for.", examples=["What happened to the person."])
    codes: list[CodeOut] = Field(description="Its codes; none is ever deleted or redefined.", examples=[[]])


class VocabulariesOut(BaseModel):
    """Every vocabulary."""

    data: list[VocabularyOut] = Field(description="The vocabularies.", examples=[[]])


def _shown(name: str, vocabulary: type[Vocabulary]) -> dict[str, object]:
    return {
        "name": name,
        "definition": (vocabulary.__doc__ or "").split("\n")[0],
        "codes": [
            {"code": one.value, "label": one.label, "definition": one.definition, "broader": one.broader}
            for one in vocabulary
        ],
    }


@router.get(
    "/vocabularies",
    summary="Every vocabulary with its codes",
    operation_id="vocabularies",
    response_class=Response,
    responses={200: {"model": VocabulariesOut, "description": "The vocabularies."}, **problem_responses()},
)
def vocabularies() -> Response:
    """Give every vocabulary; no token is needed."""
    return Reply(dumped({"data": [_shown(name, one) for name, one in VOCABULARIES.items()]})).response()


@router.get(
    "/vocabularies/{name}",
    summary="One vocabulary",
    operation_id="vocabulary",
    response_class=Response,
    responses={200: {"model": VocabularyOut, "description": "The vocabulary."}, **problem_responses()},
)
def vocabulary(name: Annotated[str, Path(description="Its name.", examples=["outcome"])]) -> Response:
    """Give one vocabulary; no token is needed."""
    if name not in VOCABULARIES:
        raise NotFound("There is no such vocabulary.")
    return Reply(dumped(_shown(name, VOCABULARIES[name]))).response()
