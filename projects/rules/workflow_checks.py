"""What must be true between the stages and the gates of a workflow."""

from itertools import pairwise

from projects.rules.documents import Reader
from projects.rules.stages import Gate, Stage


def check_order(reader: Reader, stages: tuple[Stage, ...]) -> None:
    """Standard codes never go back from one stage to the next."""
    for number, (before, after) in enumerate(pairwise(stages), start=1):
        if after.order < before.order:
            Reader(None, f"{reader.path}[{number}].standard", reader.problems).wrong(
                f"“{after.standard}” comes after “{before.standard}”, against the standard order.",
                "Move the stage, or map it to the same or a later standard stage.",
            )


def check_gates(reader: Reader, gates: tuple[Gate, ...], stages: tuple[Stage, ...]) -> None:
    """One gate between each two neighbours, one for stopping, one for retiring where there is production."""
    neighbours = {(one.code, two.code) for one, two in pairwise(stages)}
    seen: set[tuple[str, str]] = set()
    for number, gate in enumerate(gates):
        pair = (gate.from_stage, gate.to_stage)
        place = Reader(None, f"{reader.path}[{number}]", reader.problems)
        if gate.kind != "advance":
            continue
        if pair not in neighbours:
            place.wrong(
                f"The gate {gate.code} leads from “{pair[0]}” to “{pair[1]}”, which are not neighbours.",
                "Give each gate a stage and the one right after it.",
            )
        elif pair in seen:
            place.wrong(
                f"A second gate leads from “{pair[0]}” to “{pair[1]}”.",
                "Keep one of them.",
            )
        seen.add(pair)
    for one, two in pairwise(stages):
        if (one.code, two.code) not in seen:
            reader.wrong(f"No gate leads from “{one.code}” to “{two.code}”.", "Add one.")
    _check_endings(reader, gates, has_production=stages[-1].standard == "production")


def _check_endings(reader: Reader, gates: tuple[Gate, ...], *, has_production: bool) -> None:
    kinds = [gate.kind for gate in gates]
    for kind, needed in (
        ("stop", True),
        ("retire", has_production),
        ("recertify", False),
    ):
        if kinds.count(kind) > 1:
            reader.wrong(f"There are several gates of the kind “{kind}”.", "Keep one of them.")
        elif needed and kind not in kinds:
            reader.wrong(
                f"There is no gate of the kind “{kind}”.",
                f"Add a gate with `kind: {kind}`.",
            )
        elif kind in kinds and kind != "stop" and not has_production:
            reader.wrong(
                f"A gate of the kind “{kind}” needs a production stage.",
                "Remove it, or add the stage.",
            )
