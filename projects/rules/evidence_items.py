"""What is said of an item of evidence, checked: every reason why it is not kept, with field and fix."""

from datetime import date

from projects.rules import criteria, evidence, evidence_kinds
from projects.rules.facts import Obstacle
from projects.rules.stages import Criterion
from projects.rules.workflow import Workflow

LONGEST_TITLE, LONGEST_TEXT, LONGEST_URL, LONGEST_REF = 200, 2000, 2000, 60
EARLIEST = date(2000, 1, 1)  # before, a date is a slip of the finger
PROVENANCES = ("primary", "secondary", "ai_made")


def obstacles(*, kind: str, title: str, gate: str, workflow: Workflow) -> list[Obstacle]:
    """What is wrong with how an item is named and placed."""
    found = []
    if evidence_kinds.find(kind) is None:
        remedy = f"Use one of {', '.join(evidence_kinds.codes())}."
        found.append(Obstacle("kind_unknown", f"There is no kind of evidence “{kind[:40]}”.", remedy, "kind"))
    found += _title_obstacles(title)
    return [*found, *gate_obstacles(gate, workflow)]


def gate_obstacles(gate: str, workflow: Workflow) -> list[Obstacle]:
    """Why evidence cannot be for a gate: the workflow has none of this code."""
    codes = [each.code for each in workflow.gates]
    if not gate or gate in codes:
        return []
    remedy = f"Use one of {', '.join(codes)}, or leave it out."
    return [Obstacle("gate_unknown", f"There is no gate “{gate[:20]}”.", remedy, "gate")]


def version_obstacles(*, url: str, text: str, provenance: str, dated_on: date, today: date) -> list[Obstacle]:
    """What is wrong with what a version says of itself, besides its file."""
    found = evidence.text_obstacles(text, "text")
    if url and not evidence.link(url):
        remedy = "Give the whole address, with https:// in front and without a password."
        found.append(Obstacle("link_unusable", "This is not the address of a page.", remedy, "url"))
    if len(url) > LONGEST_URL:
        remedy = "Use a shorter address of the same page."
        message = f"This address is longer than {LONGEST_URL} characters."
        found.append(Obstacle("too_long", message, remedy, "url"))
    if provenance not in PROVENANCES:
        remedy = f"Use one of {', '.join(PROVENANCES)}."
        message = f"“{provenance[:20]}” is not known."
        found.append(Obstacle("provenance_unknown", message, remedy, "provenance"))
    return [*found, *day_obstacles(dated_on, today)]


def day_obstacles(dated_on: date, today: date) -> list[Obstacle]:
    """Why evidence cannot be of a day: nothing tells of a day to come, and typing slips."""
    if EARLIEST <= dated_on <= today:
        return []
    remedy = f"Use the day that it tells of, from {EARLIEST.year} to today."
    return [Obstacle("unlikely_date", f"{dated_on} is not a likely date.", remedy, "dated_on")]


def statement_obstacles(name: str, text: str, workflow: Workflow) -> list[Obstacle]:
    """What is wrong with a statement; one that no gate asks for would be read by nobody."""
    found = evidence.text_obstacles(text, "text")
    asked = statements(workflow)
    if name not in asked:
        remedy = f"Use one of {', '.join(asked)}." if asked else "Its workflow asks for no statements."
        found.insert(0, Obstacle("statement_unknown", f"No gate asks for “{name[:40]}”.", remedy, "name"))
    return found


def statements(workflow: Workflow) -> dict[str, str]:
    """The statements that gates of a workflow ask for, by name, with what people read."""
    asked = [each for gate in workflow.gates for each in gate.criteria if each.kind == "statement"]
    return {each.name: criteria.label(each)[:LONGEST_TITLE] for each in asked}


def statement(workflow: Workflow, name: str) -> Criterion | None:
    """The first criterion that asks for a statement of this name."""
    asked = (each for gate in workflow.gates for each in gate.criteria if each.kind == "statement")
    return next((each for each in asked if each.name == name), None)


def content_obstacles(has_file: bool, url: str) -> list[Obstacle]:
    """A version is either a file or a link."""
    if has_file == bool(url):
        message = "There is a file and a link." if has_file else "There is neither a file nor a link."
        return [Obstacle("one_content", message, "Give one of them.", "file" if not url else "url")]
    return []


def _title_obstacles(title: str) -> list[Obstacle]:
    if not title:
        remedy = "Say in a few words what it is."
        return [Obstacle("title_missing", "The evidence has no title.", remedy, "title")]
    if len(title) > LONGEST_TITLE:
        message = f"This is longer than {LONGEST_TITLE} characters."
        return [Obstacle("too_long", message, "Shorten it.", "title")]
    return evidence.text_obstacles(title, "title")
