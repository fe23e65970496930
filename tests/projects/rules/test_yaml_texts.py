"""Documents are written as people write them: one line for what fits on one, and read back the same."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import presets, scorecards, yaml_texts

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "document", [presets.document(name) for name in presets.names()] + [scorecards.document()]
)
def test_a_shipped_document_is_read_back_the_same_and_stays_short(document):
    written = yaml_texts.text(document)
    assert yaml.safe_load(written) == document
    assert len(written) < yaml_texts.MOST_CHARACTERS / 6


def test_a_criterion_that_fits_takes_one_line_and_one_that_does_not_a_line_for_each_member():
    written = yaml_texts.text(presets.document("standard"))
    assert "\n  - {kind: blockers, at_most: high, category: data_access}\n" in written
    assert "\n  - kind: statement\n    name: sources_settled\n    text: Every data source" in written
    assert "\n    LE: {when: [tier_high, personal_data]}\n" in written


words = st.text("ab 1:,{}[]'\"#-?|>\né", max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(words, values, max_size=5))
def test_any_document_is_read_back_the_same(document):
    assert yaml.safe_load(yaml_texts.text(document)) == document
