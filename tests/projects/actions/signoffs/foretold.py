"""What would come of what people do with sign-offs, by the naive reading."""

from tests.projects.actions.signoffs.naive import APPROVALS, GATES, World


class Foretold(World):
    """One project, and what may be done to it."""

    def asking(self, gate, by, only):
        """Whether something comes of asking, and the roles of which new requests are made."""
        if not self.is_ahead(gate) or (only and only not in GATES[gate][4]):
            return False, []
        have = {row.role for row in self.counting(gate)}
        mine = [row for row in self.rows if (row.gate, row.attempt) == (gate, self.attempt)]
        have |= {row.role for row in mine if row.decision == "feedback_given" and not row.withdrawn}
        told = [role for role, when in GATES[gate][4].items() if when == "feedback"]
        wanted = [only] if only else [role for role in (*self.required(gate), *told) if role not in have]
        barred = [role for role in wanted if self.cannot_be_asked(gate, role, by)]
        waiting = {row.role for row in mine if row.waits}
        new = [role for role in wanted if role not in barred and role not in waiting]
        return bool(new or waiting & set(wanted) or not barred), new

    def cannot_be_asked(self, gate, role, by):
        people, rejected = set(self.signatories(role)), self.rejected(gate, role)
        only_oneself = role in ("RV", "SE", "PR", "LE") and people <= {by}
        nothing_new = rejected is not None and rejected.packet == self.packet(gate)
        return not people or only_oneself or nothing_new

    def may_decide(self, row, target, person, acts_for):
        """Whether nothing that they have done before keeps somebody from answering this request."""
        mine = (row.gate, row.role, row.attempt)
        aside = [
            each.signer
            for each in self.rows
            if each.decision == "recused" and (each.gate, each.role, each.attempt) == mine
        ]
        held = {each.role for each in self.counting(row.gate) if each.signer == person} - {row.role}
        fills_too_many = target.binding and held and not self.may_fill(held | {row.role})
        return not (person in aside or fills_too_many or self.breaks_duty(target, person, acts_for))

    def answered(self, row, person):
        """The request that this person would answer here, or nothing."""
        mine = (row.gate, row.role, row.attempt)
        if row.waits:
            return row
        if row.signer != person or row.attempt != self.attempt or not self.faded(row):
            return None
        # What has faded is signed again, where a newer request waits already on that one.
        beside = [each for each in self.rows if each.waits and (each.gate, each.role, each.attempt) == mine]
        return beside[0] if beside else row

    def may_answer(self, row, person, decision):
        """Whether this person may say this on this request."""
        target, able = self.answered(row, person), self.signatories(row.role)
        if target is None or person not in able or not self.is_ahead(row.gate):
            return False
        offered = (*APPROVALS, "rejected") if target.binding else ("feedback_given",)
        return decision in offered and self.may_decide(row, target, person, able[person])

    def lets_through(self, gate):
        """Whether a move through this gate is made."""
        return self.outcome == "open" and (GATES[gate][3] != "block" or self.passes(gate))

    def next_gate(self):
        return next((code for code, gate in GATES.items() if gate[1] == self.stage), "")
