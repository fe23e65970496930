"""The gate pack as a document: the same words on the page and in the PDF."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from projects.models import EvidenceVersion
from projects.prints import gate_records
from projects.prints.documents import Block, Cell, Document, Facts, Link, Section, Table, Words
from projects.queries import evidence, packet_views
from projects.queries.gate_packs import GatePack
from projects.rules import criteria, packets
from projects.rules.criteria import MET, UNKNOWN, UNMET
from projects.templatetags.times import exact

STATES = {MET: "Met", UNMET: "Not met", UNKNOWN: "Not known"}
ENFORCEMENT = {
    "block": "Closed while something is missing",
    "warn": "Warns of what is missing",
    "record": "Records what is missing",
}
TREATMENT = {
    "examined": "Examined",
    "waived": "Passed over by a waiver",
    "reported": "Reported, not examined",
}


def document(pack: GatePack, made_by: str) -> Document:
    """Everything about a gate, in the order in which a committee reads it."""
    project, gate = pack.project, pack.gate
    zone = ZoneInfo(project.portfolio.time_zone)
    told = gate_records.Telling(pack, zone)
    sections = [
        Section("Project", [Facts(_project(pack))]),
        Section("Decision", _decision(pack, told)) if pack.move else Section("Gate", _gate(pack)),
        Section("Criteria", _criteria(pack)),
        Section("Signatures", told.signatures()),
        Section("Conditions", told.conditions()),
        Section("Rejections", told.rejections()),
        Section("What is signed" if pack.move is None else "What was signed", _packet(pack)),
        Section("Evidence", _evidence(pack, zone)),
        Section("Risk and impact", told.risk()),
        Section("Open blockers", told.blockers()),
        Section("Waivers", told.waivers()),
        Section("Moves through this gate", told.moves()),
        Section("Packets", _canonical(pack)),
    ]
    when = moment(pack.made_at, zone)
    return Document(
        title=f"{gate.code} {gate.label}: {project.name}",
        subtitle=_subtitle(pack, zone),
        running=f"{project.key} · {gate.code} {gate.label}",
        mark=f"SHA-256 {pack.packet.sha256}" if pack.packet else "No signature counted",
        made=f"Made {when} by {made_by}. {'' if pack.move is None else 'Its workflow now: '}{pack.workflow}.",
        file_name=f"{project.key}-{gate.code}" + (f"-{pack.move.pk}" if pack.move else ""),
        sections=[each for each in sections if each.blocks],
    )


def moment(when: datetime | None, zone: ZoneInfo) -> str:
    """A time by the portfolio's clock; empty when there is none."""
    return exact(when.astimezone(zone)) if when else ""


def _subtitle(pack: GatePack, zone: ZoneInfo) -> str:
    if pack.move is None:
        return f"The gate as it is on {exact(pack.today)}"
    return f"The record of the decision of {moment(pack.move.at, zone)}"


def _project(pack: GatePack) -> list[tuple[str, Cell]]:
    """Of a past decision only what does not change: the rest is in what was signed."""
    project = pack.project
    own: list[tuple[str, Cell]] = [
        ("Key", Link(project.key, reverse("project", args=[project.key]))),
        ("Name", project.name),
        ("Portfolio", project.portfolio.name),
    ]
    if pack.move is not None:
        return own
    team = "\n".join(f"{row.get_role_display()}: {row.user.name}" for row in pack.team)
    return [
        *own,
        ("Business unit", project.unit.name if project.unit else ""),
        ("Owner", project.owner.name if project.owner else ""),
        ("Problem", project.problem),
        ("Stage", pack.labels.get(project.stage, project.stage)),
        ("Attempt", str(project.attempt)),
        ("Team", team),
    ]


def _gate(pack: GatePack) -> list[Block]:
    sheet = pack.sheet
    assert sheet is not None  # noqa: S101 - told of the present only
    missing = [[each.message, each.remedy] for each in sheet.state.missing]
    state = f"Closed: {len(missing)} missing" if missing else "Open"
    blocks: list[Block] = [Facts([*_place(pack), ("State", state)])]
    if missing:
        heads = ["Missing", "What would supply it"]
        blocks.append(Table("What is missing", heads, missing, [3, 2]))
    return blocks


def _place(pack: GatePack) -> list[tuple[str, Cell]]:
    gate = pack.gate
    way = " to ".join(pack.labels.get(code, code) for code in (gate.from_stage, gate.to_stage) if code)
    return [
        ("Gate", f"{gate.code} {gate.label}"),
        ("Leads from", way),
        ("When something is missing", ENFORCEMENT.get(gate.enforcement, gate.enforcement)),
        ("Workflow", str(pack.workflow)),
    ]


def _decision(pack: GatePack, told: "gate_records.Telling") -> list[Block]:
    move = pack.move
    assert move is not None  # noqa: S101 - told of a decision only
    rows = [
        *_place(pack)[:2],
        ("Move", move.get_kind_display()),
        ("Outcome", move.get_outcome_display()),
        ("Made on", moment(move.at, told.zone)),
        ("Made by", gate_records.mover(move)),
        ("The gate was", TREATMENT.get(pack.passed["treatment"], pack.passed["treatment"])),
        ("Reason", move.reason_code),
        ("Note", move.note),
    ]
    return [Facts([row for row in rows if row[1]])]


def _criteria(pack: GatePack) -> list[Block]:
    if pack.sheet is None:
        return _recorded(pack)
    if not pack.sheet.criteria:
        return [Words("The gate asks for no criteria.")]
    rows = [
        [STATES[row.finding.state], criteria.demand(row.criterion), row.finding.says]
        for row in pack.sheet.criteria
    ]
    return [Table("Criteria", ["State", "Criterion", "What was found"], rows, [2, 6, 6])]


def _recorded(pack: GatePack) -> list[Block]:
    """What a move went along with; what held then is not kept item by item."""
    found = pack.move.obstacles if pack.move else []
    if not found:
        return [Words("Nothing was missing when the decision was made.")]
    rows = [[each.get("message", ""), each.get("remedy", "")] for each in found]
    return [
        Words("Everything held but this, which was recorded with the decision:"),
        Table("Missing at the decision", ["Missing", "What would have supplied it"], rows, [3, 2]),
    ]


def _packet(pack: GatePack) -> list[Block]:
    if pack.packet is None:
        return [Words("No signature counted at this decision, so what the gate looked at was not frozen.")]
    return [Facts(list(packet_views.rows(pack.packet.content)))]


def _canonical(pack: GatePack) -> list[Block]:
    """The very texts that were hashed: what is signed, and whatever else somebody has signed at this gate."""
    texts = {pack.packet.sha256: packets.canonical(pack.packet.content)} if pack.packet else {}
    for record in pack.records:
        if record.signoff.decision:
            texts.setdefault(record.signoff.packet.sha256, record.signoff.packet.content)
    if not texts:
        return []
    blocks: list[Block] = [
        Words("Each signature is bound to one text: the SHA-256 is that of the text, in UTF-8, on one line.")
    ]
    for sha256, text in texts.items():
        blocks += [Facts([("SHA-256", sha256)]), Words(text, is_code=True)]
    return blocks


def _evidence(pack: GatePack, zone: ZoneInfo) -> list[Block]:
    if pack.packet is None:
        return []
    if not pack.evidence and not pack.lost:
        return [Words("No evidence belongs to it.")]
    rows: list[list[Cell]] = []
    for each in pack.evidence:
        item = each.evidence
        title = f"{item.title}, version {each.number}" if each.number > 1 else item.title
        where = {
            "file": Link(each.file_name, reverse("evidence_file", args=[each.pk])),
            "link": Link(each.url, each.url),
        }.get(each.form, f"{'Yes' if each.holds else 'No'}: {each.text}")
        rows.append(
            [
                evidence.kind_label(item),
                title,
                where,
                _origin(each, zone),
                each.sha256,
            ]
        )
    rows += [["Not kept any more", f"Item {each['id']}", "", "", each["sha256"]] for each in pack.lost]
    heads = ["Kind", "Title", "File, link or statement", "Dated, added", "SHA-256"]
    return [Table("Evidence", heads, rows, [3, 4, 4, 4, 5])]


def _origin(version: EvidenceVersion, zone: ZoneInfo) -> str:
    """The day that evidence tells of, where its content comes from, and who brought it when."""
    who = "a machine" if version.by_machine and not version.added_by else gate_records.name(version.added_by)
    came = f"{version.get_provenance_display().lower()}; added {moment(version.added_at, zone)} by {who}"
    return f"{exact(version.dated_on)}; {came}"
