"""What is said when a move does not exist for a project: code, sentence, remedy."""

from projects.rules.facts import Obstacle
from projects.rules.positions import Case
from projects.rules.stages import Reason


def ended(case: Case) -> list[Obstacle]:
    """An ended project does not move any more."""
    if case.position.outcome == "retired":
        remedy = "Create a new project that names this one as its predecessor."
        return [Obstacle("retired_is_final", "This project is retired, and retirement is final.", remedy)]
    if case.position.outcome == "stopped":
        return [Obstacle("already_ended", "This project is stopped.", "Restart it first.", "kind")]
    return []


def target(case: Case) -> list[Obstacle]:
    """The stage asked for must be given and must be one of this workflow."""
    to = case.request.to
    if not to:
        after = case.workflow.next_stage(case.position.stage)
        hint = f"Give the stage; the next one is “{after.code}”." if after else "Give the stage."
        return [
            Obstacle("stage_needed", "It is not said which stage the project should move to.", hint, "to")
        ]
    if not case.workflow.has(to):
        codes = ", ".join(stage.code for stage in case.workflow.stages)
        message = f"There is no stage “{to[:40]}” in this workflow."
        return [Obstacle("unknown_stage", message, f"Choose one of {codes}.", "to")]
    return []


def held(case: Case) -> list[Obstacle]:
    """A project on hold does not advance."""
    if case.position.status != "on_hold":
        return []
    return [Obstacle("on_hold", "This project is on hold.", "Resume it first.", "kind")]


def not_forward(case: Case) -> Obstacle:
    message = f"{case.label(case.request.to)} comes before {case.label(case.position.stage)}."
    return Obstacle("not_forward", message, "To return to an earlier stage, use a move back.", "kind")


def not_backward(case: Case) -> Obstacle:
    message = f"{case.label(case.request.to)} comes after {case.label(case.position.stage)}."
    return Obstacle("not_backward", message, "To go on to a later stage, use an advance.", "kind")


def reason(case: Case, reasons: tuple[Reason, ...], *, required: bool) -> list[Obstacle]:
    """A reason code must be one of the list."""
    code = case.request.reason_code
    choices = ", ".join(reason.code for reason in reasons)
    if not code:
        sentence = "No reason is chosen."
        return (
            [Obstacle("reason_needed", sentence, f"Choose one of {choices}.", "reason_code")]
            if required
            else []
        )
    if code not in {reason.code for reason in reasons}:
        sentence = f"“{code[:40]}” is not one of the reasons."
        return [Obstacle("reason_unknown", sentence, f"Choose one of {choices}.", "reason_code")]
    return []


def note(case: Case, why: str) -> list[Obstacle]:
    """A note must say something."""
    if case.request.note.strip():
        return []
    return [Obstacle("note_needed", why, "Write a sentence or two.", "note")]


def use_retire() -> Obstacle:
    message = "This project has been in production, so it cannot be stopped."
    return Obstacle("use_retire", message, "Retire it instead.", "kind")


def use_stop() -> Obstacle:
    message = "This project has never been in production, so it cannot be retired."
    return Obstacle("use_stop", message, "Stop it instead.", "kind")


def outcome_unknown(case: Case) -> Obstacle:
    message = f"“{case.request.outcome[:40]}” is not an outcome that can be reported."
    return Obstacle("outcome_unknown", message, "Report retired or stopped, or leave it out.", "outcome")
