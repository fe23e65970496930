"""What changes between two scorecards, and what each of their numbers means."""

from projects.rules import scorecard_changes, scorecard_constants, scorecards

STAGES = {"poc": "Proof of concept", "framing": "Framing", "data": "Data"}
SHIPPED = scorecards.shipped()


def changed(change):
    document = scorecards.document()
    change(document)
    return scorecard_changes.differences(SHIPPED, scorecards.parse(document), STAGES)


def test_another_number_of_publication_is_no_difference():
    assert changed(lambda document: document.update(version=7)) == []


def test_questions_that_go_come_and_change_are_named():
    def change(document):
        questions = document["questions"]
        new = {**questions[1], "id": "WP9", "text": "Is it fun?", "weight": 1}
        questions[0] |= {"weight": 2, "due": "poc", "critical": False}
        del questions[1]
        questions.append(new)

    found = changed(change)
    assert any(line.startswith("Question WP2 “") and "goes" in line for line in found)
    assert "Question WP9 “Is it fun?” is new, weight 1, due in Framing." in found
    assert (
        "Question WP1: weight 3 becomes 2; due in Framing becomes Proof of concept; is no longer critical."
        in found
    )


def test_questions_in_another_order_are_a_difference():
    def change(document):
        document["questions"].insert(0, document["questions"].pop(3))

    assert changed(change) == ["Questions change places: letters in files are read in the new order."]


def test_numbers_are_named_by_what_they_mean():
    def change(document):
        document["risk"]["critical_floor"] = 70
        document["odds"]["stages"]["poc"]["p"] = 0.5

    assert changed(change) == [
        "Risk, least score of a pitfall with an open critical question: 60 becomes 70.",
        "Chance of production, proof of concept: starting chance: 0.42 becomes 0.5.",
    ]


def test_labels_and_help_are_differences_too():
    def change(document):
        document["label"] = "Ours"
        document["pitfalls"][0]["label"] = "The wrong thing"
        document["questions"][0]["help"] = "Ask Lena."

    assert changed(change) == [
        "Its name “Standard” becomes “Ours”.",
        "Pitfall P1 “Wrong problem” changes.",
        "Question WP1: its help changes.",
    ]


def test_every_number_has_a_meaning_and_stands_in_one_group():
    groups = scorecard_constants.groups(SHIPPED, STAGES)
    constants = [constant for group in groups for constant in group.constants]
    assert len(constants) == len({constant.path for constant in constants})
    assert {constant.path for constant in constants} == set(scorecard_constants.values(SHIPPED))
    assert all(constant.meaning and constant.value for constant in constants)
    stages = {
        path for path in scorecard_constants.values(SHIPPED) if path.startswith(("ramp_days", "odds.stages"))
    }
    known = set(scorecard_constants.WORDS) | stages
    assert {constant.path for constant in constants} <= known
