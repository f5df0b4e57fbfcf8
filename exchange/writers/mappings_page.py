"""Mappings as Markdown: the tables of one scheme, and the page of all of them (``docs/mappings.md``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.vocab.mappings import SCHEMES, CodeList, Crosswalk, NotMappable, Scheme

INTRODUCTION = """# Mappings to other schemes

How our vocabularies stand to those of other schemes, as versioned data in `domain/vocab/mappings/`. The
same is given by `GET /v1/mappings`, `GET /v1/mappings/{scheme}` and `civharm mappings SCHEME`. This page is
written by `civharm mappings --page`, and a test fails where it is stale.

**Nothing is left out.** Each code on either side is matched, or listed as not mappable with the reason; a
test proves it, so that a new code of ours cannot be forgotten.

**How close** a match is follows SKOS, seen from our code:

| relation | theirs is | written as theirs | comes back |
|---|---|---|---|
| `exact` | the same | yes | as it was |
| `close` | overlapping, neither holds the other | where it is the only one | with loss |
| `broader` | wider than ours | where it is the only one | with loss |
| `narrower` | a part of ours | never: it would say more than is known | - |

`unconfirmed` marks codes whose letters or texts are general knowledge and were not read at their source:
check them before they are relied on. A code list marked *in part* has more codes at its owner than our
source gives. Ages are intervals here; schemes are mapped to the bands 0-17, 18+ and unknown.
"""


def page() -> str:
    """Give the whole page."""
    return "\n".join([INTRODUCTION, *(scheme_tables(scheme) for scheme in SCHEMES.values())])


def scheme_tables(scheme: Scheme, vocabulary: str | None = None) -> str:
    """Give one scheme's mappings, or those of one vocabulary."""
    lines = [
        f"## {scheme.title}",
        "",
        f"`{scheme.name}`, version {scheme.version} of {scheme.dated}. Source: {scheme.source}.",
        "",
    ]
    silent: list[str] = []
    for crosswalk in scheme.mappings if vocabulary is None else scheme.of(vocabulary):
        if crosswalk.code_list is None:
            silent += _silent(crosswalk)
            continue
        lines += _crosswalk(scheme.code_list(crosswalk.code_list), crosswalk)
    if silent:
        lines += ["### Nothing for", "", *silent, ""]
    if scheme.unused_lists and vocabulary is None:
        lines += ["### Lists of theirs without use", "", *_reasons(scheme.unused_lists), ""]
    return "\n".join(lines)


def _crosswalk(theirs: CodeList, crosswalk: Crosswalk) -> list[str]:
    known = {one.code: one for one in theirs.codes}
    part = "" if theirs.complete else " (in part)"
    lines = [f"### `{crosswalk.vocabulary}` and {theirs.title}{part}", ""]
    rows = []
    for match in crosswalk.matches:
        code = known[match.theirs]
        doubt = " (unconfirmed)" if code.unconfirmed else ""
        label = "" if code.label == code.code else f" {code.label}"
        rows.append(
            (f"`{match.ours}`", f"`{code.code}`{label}{doubt}", match.relation.value, match.note or "")
        )
    lines += [_table(("ours", "theirs", "relation", "note"), rows), ""] if rows else []
    for whose, groups in (("Ours", crosswalk.ours_not_mappable), ("Theirs", crosswalk.theirs_not_mappable)):
        if groups:
            lines += [f"{whose}, not mappable:", "", *_reasons(groups), ""]
    return lines


def _silent(crosswalk: Crosswalk) -> Iterable[str]:
    return (f"- `{crosswalk.vocabulary}`: {group.reason}" for group in crosswalk.ours_not_mappable)


def _reasons(groups: Iterable[NotMappable]) -> list[str]:
    return [f"- {', '.join(f'`{code}`' for code in group.codes)}: {group.reason}" for group in groups]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
