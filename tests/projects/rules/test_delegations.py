"""Who may lend a role to whom: every reason against it, and none where there is none."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from projects.rules import delegations
from projects.rules.delegations import Side, Wish

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
PAT, DAN = Side(id=1, name="Pat"), Side(id=2, name="Dan")
WISH = Wish(
    role="SE",
    person=PAT,
    deputy=DAN,
    from_on=TODAY,
    to_on=TODAY + 13 * DAY,
    today=TODAY,
    asked_by=PAT.id,
    holds=frozenset({"SE", "PR"}),
    reason="Two weeks off",
)


def found(**changes):
    return [(each.code, each.field) for each in delegations.obstacles(replace(WISH, **changes))]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"asked_by": None},
        {"asked_by": 3},
        {"reason": ""},
        {"to_on": TODAY},
        {"from_on": TODAY + 400 * DAY, "to_on": TODAY + 765 * DAY},
        {"to_on": TODAY + (delegations.MOST_DAYS - 1) * DAY},
        {"lent": frozenset({"SE"})},
        {"reason": "x" * delegations.LONGEST_REASON},
    ],
)
def test_nothing_speaks_against_an_honest_wish(changes):
    assert found(**changes) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"from_on": TODAY - DAY}, ("in_the_past", "from_on")),
        ({"to_on": TODAY - DAY}, ("dates_out_of_order", "to_on")),
        ({"to_on": TODAY + delegations.MOST_DAYS * DAY}, ("too_long", "to_on")),
        ({"role": "XX"}, ("role_unknown", "role")),
        ({"role": "SP"}, ("role_not_held", "role")),
        ({"role": "SP", "holds": frozenset()}, ("role_not_held", "role")),
        ({"role": "SP", "lent": frozenset({"SP"})}, ("deputy_delegates", "role")),
        ({"person": replace(PAT, is_active=False)}, ("person_inactive", "person")),
        ({"person": replace(PAT, is_person=False)}, ("person_is_machine", "person")),
        ({"deputy": PAT}, ("own_deputy", "deputy")),
        ({"deputy": replace(DAN, is_active=False)}, ("deputy_inactive", "deputy")),
        ({"deputy": replace(DAN, is_person=False)}, ("deputy_is_machine", "deputy")),
        ({"deputy_may_see": False}, ("deputy_cannot_see", "deputy")),
        ({"asked_by": DAN.id}, ("makes_self_deputy", "deputy")),
        ({"is_given": True}, ("given_already", "deputy")),
        ({"unit_is_known": False}, ("unit_unknown", "unit")),
        ({"reason": "x" * (delegations.LONGEST_REASON + 1)}, ("too_long", "reason")),
        ({"reason": "a\0b"}, ("unusable_character", "reason")),
    ],
)
def test_each_fault_is_named_with_its_field(changes, expected):
    assert found(**changes) == [expected]


def test_all_faults_are_named_at_once_and_each_says_what_to_do():
    faults = {"role": "SP", "from_on": TODAY - DAY, "deputy_may_see": False, "unit_is_known": False}
    every = delegations.obstacles(replace(WISH, **faults))
    assert {each.field for each in every} == {"role", "from_on", "deputy", "unit"}
    assert all(each.remedy for each in every)
    assert "Security, Privacy" in every[0].remedy
