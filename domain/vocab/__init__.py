"""Every vocabulary of the record, defined once.

A vocabulary is an enum whose members carry a code, a label and a definition. The database
CHECK constraints, the API schema, ``/v1/vocabularies``, the documentation and the labels a
spreadsheet may use all derive from these classes. A code is never deleted or redefined, and no
vocabulary has an "all" or "total" code: what a figure does not speak of is *not broken down*.

Base: the categories of SDG indicator 16.1.2 (OHCHR), refined where the field needs it.
"""

from domain.vocab.base import Vocabulary
from domain.vocab.harm import (
    Cause,
    Comparator,
    Group,
    ObjectEffect,
    ObjectKind,
    Outcome,
    Relation,
    Sex,
    Status,
)
from domain.vocab.incidents import (
    DateBasis,
    DateMode,
    DatePrecision,
    IncidentKind,
    IncidentState,
    OutOfScopeReason,
    PlaceBasis,
    PlacePrecision,
    Responsibility,
)
from domain.vocab.record import (
    Answer,
    AssessmentState,
    Basis,
    ClaimUse,
    FactRole,
    Grain,
    OriginBasis,
    ReasonCode,
    ReportKind,
    Role,
    SourceKind,
    TokenKind,
    Verification,
    Visibility,
)
from domain.vocab.transcription import TranscriptionError

VOCABULARIES: dict[str, type[Vocabulary]] = {
    "outcome": Outcome,
    "status": Status,
    "sex": Sex,
    "cause": Cause,
    "comparator": Comparator,
    "relation": Relation,
    "group": Group,
    "object_kind": ObjectKind,
    "object_effect": ObjectEffect,
    "incident_kind": IncidentKind,
    "incident_state": IncidentState,
    "out_of_scope_reason": OutOfScopeReason,
    "date_mode": DateMode,
    "date_precision": DatePrecision,
    "date_basis": DateBasis,
    "place_precision": PlacePrecision,
    "place_basis": PlaceBasis,
    "responsibility": Responsibility,
    "source_kind": SourceKind,
    "report_kind": ReportKind,
    "origin_basis": OriginBasis,
    "verification": Verification,
    "answer": Answer,
    "assessment_state": AssessmentState,
    "claim_use": ClaimUse,
    "basis": Basis,
    "grain": Grain,
    "fact_role": FactRole,
    "transcription_error": TranscriptionError,
    "reason_code": ReasonCode,
    "visibility": Visibility,
    "role": Role,
    "token_kind": TokenKind,
}

__all__ = [
    "VOCABULARIES",
    "Answer",
    "AssessmentState",
    "Basis",
    "Cause",
    "ClaimUse",
    "Comparator",
    "DateBasis",
    "DateMode",
    "DatePrecision",
    "FactRole",
    "Grain",
    "Group",
    "IncidentKind",
    "IncidentState",
    "ObjectEffect",
    "ObjectKind",
    "OriginBasis",
    "OutOfScopeReason",
    "Outcome",
    "PlaceBasis",
    "PlacePrecision",
    "ReasonCode",
    "Relation",
    "ReportKind",
    "Responsibility",
    "Role",
    "Sex",
    "SourceKind",
    "Status",
    "TokenKind",
    "TranscriptionError",
    "Verification",
    "Visibility",
    "Vocabulary",
]
