"""A new database takes one step where older ones took many; both arrive at the same tables."""

import pytest
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.once


def arrived(*, by_the_short_way):
    """What every table would be, by the way that this loader takes."""
    loader = MigrationLoader(None)
    loader.replace_migrations = by_the_short_way
    loader.build_graph()
    ends = [
        node
        for node in loader.graph.leaf_nodes()
        if by_the_short_way or not loader.graph.nodes[node].replaces
    ]
    state = loader.project_state(ends)
    return {
        key: (
            {name: field.deconstruct()[1:] for name, field in model.fields.items()},
            {name: repr(sorted(map(str, value))) for name, value in model.options.items() if value},
        )
        for key, model in state.models.items()
    }


def test_the_short_way_and_the_long_one_end_alike():
    short, long = arrived(by_the_short_way=True), arrived(by_the_short_way=False)
    assert short.keys() == long.keys()
    assert [key for key in short if short[key] != long[key]] == []
