"""The workflow of the random sequences, as a document; `naive.py` knows it by its own table."""

from projects.rules import presets
from projects.rules import workflow as rules
from tests.projects.actions.signoffs.naive import GATES, STAGES

_CRITERIA = {
    "G1": [{"kind": "field", "name": "problem"}],
    "G4": [{"kind": "evidence", "name": "validation_report", "within_days": 60}],
    "G6": [{"kind": "blockers", "at_most": "medium"}],
}
_WORDS = {"always": "required", "feedback": "feedback"}


def _gate(code):
    kind, start, end, enforcement, roles, _ = GATES[code]
    way = {"from": start, "to": end} if kind == "advance" else {}
    needs = {
        role: _WORDS[when] if isinstance(when, str) else {"when": list(when)} for role, when in roles.items()
    }
    said = {"code": code, "label": code, "kind": kind, "enforcement": enforcement}
    return {**said, **way, "criteria": _CRITERIA.get(code, []), "roles": needs}


_standard = rules.dump(presets.workflow("standard"))
DEFINITION = {
    **_standard,
    "stages": [stage for stage in _standard["stages"] if stage["code"] in STAGES],
    "gates": [_gate(code) for code in GATES],
}
