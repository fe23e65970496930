"""Criteria as documents write them, of every kind, for tests of reading and writing."""

from decimal import Decimal

from hypothesis import strategies as st

from projects.rules import checklists, criteria, evidence_kinds, roles
from projects.rules.criterion_kinds.fields import DATED
from projects.rules.facts import CONDITIONS

words = st.text("abcdefgh XYZ äß", min_size=1, max_size=30).map(lambda t: " ".join(t.split())).filter(bool)
names = st.from_regex("[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in evidence_kinds.codes()
)
days = st.fixed_dictionaries({}, optional={"within_days": st.integers(1, 3650)})
# Whole numbers as such, others as text without zeros at the end.
numbers = st.integers(-(10**6), 10**6) | st.builds(
    "{}.{}".format, st.integers(0, 999), st.sampled_from(["5", "25", "000001"])
)


def some_of(values):
    return st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=4, unique=True)


def limits(least_and_most):
    """At least one limit; with two the lower one first."""
    least, most = sorted(least_and_most, key=lambda number: Decimal(str(number)))
    return st.sampled_from([{"at_least": least}, {"at_most": most}, {"at_least": least, "at_most": most}])


def points(checklist):
    one = st.integers(0, checklist.most) | st.sampled_from(["0.5", "2.5"])
    by_tier = st.lists(one, min_size=3, max_size=3).map(
        lambda found: dict(
            zip(("low", "medium", "high"), sorted(found, key=lambda n: Decimal(str(n))), strict=True)
        )
    )
    wanted = {"at_least": one | by_tier, "above_zero": some_of(checklist.items)}
    return st.fixed_dictionaries(
        {"kind": st.just("checklist"), "name": st.just(checklist.code), "at_least": wanted["at_least"]},
        optional={"above_zero": wanted["above_zero"]},
    )


def merged(*parts):
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


def kind(code, **members):
    return st.fixed_dictionaries({"kind": st.just(code), **members})


bare = st.one_of(
    kind("planned_date"),
    kind("field", name=st.sampled_from(sorted(criteria.FIELDS))),
    merged(kind("field", name=st.sampled_from(DATED)), days),
    kind("team", at_least=st.integers(1, 6)),
    kind(
        "answer",
        name=st.sampled_from(["WP1", "GA8", "Q"]),
        at_least=st.sampled_from(["answered", "not_no", "claimed", "yes"]),
    ),
    st.sampled_from(list(checklists.shipped().values())).flatmap(points),
    kind("blockers", at_most=st.sampled_from(["none", "low", "medium", "high"])),
    kind("blockers", at_most=st.just("high"), category=st.sampled_from(["budget", "data_access"])),
    merged(kind("evidence", name=st.sampled_from(evidence_kinds.codes())), days),
    merged(kind("metric", name=names), st.tuples(numbers, numbers).flatmap(limits), days),
    merged(kind("statement", name=names, text=words), days),
    merged(kind("statement", name=names, text=words, not_by=some_of(roles.codes())), days),
)
extras = st.fixed_dictionaries({}, optional={"label": words, "when": some_of(CONDITIONS)})
one = merged(bare, extras) | merged(kind("todo", name=names, label=words))


def identity(document):
    return tuple(document.get(key, "") for key in ("kind", "name", "category")) + tuple(
        sorted(document.get("when", ()))
    )


lists = st.lists(one, max_size=6, unique_by=identity)
