"""Every vocabulary as the type of a field."""

from typing import Annotated

from api.v1.schemas.base import code
from domain.vocab import (
    Answer,
    AssessmentState,
    Cause,
    Coarsening,
    Comparator,
    DateBasis,
    DateMode,
    DatePrecision,
    Group,
    IncidentKind,
    IncidentState,
    NameBasis,
    ObjectEffect,
    ObjectKind,
    OriginBasis,
    Outcome,
    OutOfScopeReason,
    OverlapKind,
    PlaceBasis,
    PlacePrecision,
    PublicationState,
    Relation,
    ReleaseAudience,
    ReleaseState,
    ReportKind,
    Responsibility,
    Sex,
    SourceKind,
    Status,
)

Answers = Annotated[str, code(Answer)]
AssessmentStates = Annotated[str, code(AssessmentState)]
Causes = Annotated[str, code(Cause)]
Coarsenings = Annotated[str, code(Coarsening)]
Comparators = Annotated[str, code(Comparator)]
DateBases = Annotated[str, code(DateBasis)]
DateModes = Annotated[str, code(DateMode)]
DatePrecisions = Annotated[str, code(DatePrecision)]
Groups = Annotated[str, code(Group)]
IncidentStates = Annotated[str, code(IncidentState)]
IncidentKinds = Annotated[str, code(IncidentKind)]
NameBases = Annotated[str, code(NameBasis)]
ObjectEffects = Annotated[str, code(ObjectEffect)]
ObjectKinds = Annotated[str, code(ObjectKind)]
OriginBases = Annotated[str, code(OriginBasis)]
OutOfScopeReasons = Annotated[str, code(OutOfScopeReason)]
Outcomes = Annotated[str, code(Outcome)]
OverlapKinds = Annotated[str, code(OverlapKind)]
PlaceBases = Annotated[str, code(PlaceBasis)]
PlacePrecisions = Annotated[str, code(PlacePrecision)]
PublicationStates = Annotated[str, code(PublicationState)]
Relations = Annotated[str, code(Relation)]
ReleaseStates = Annotated[str, code(ReleaseState)]
ReleaseAudiences = Annotated[str, code(ReleaseAudience)]
ReportKinds = Annotated[str, code(ReportKind)]
Responsibilities = Annotated[str, code(Responsibility)]
Sexes = Annotated[str, code(Sex)]
SourceKinds = Annotated[str, code(SourceKind)]
Statuses = Annotated[str, code(Status)]
