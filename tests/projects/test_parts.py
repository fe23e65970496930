"""The parts that pages are built of: what they show, what they say aloud, what they let through."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import timezone

from projects.models import SPOKEN_HEALTH, Health

pytestmark = pytest.mark.once
NASTY = '<script>alert("x")</script>'


def rendered(source: str, **context) -> str:
    return Template(source).render(Context(context))


def at(address: str, source: str, **context) -> str:
    request = RequestFactory().get(address)
    return Template(source).render(RequestContext(request, {"request": request, **context}))


@pytest.mark.parametrize("value", Health.values)
def test_health_is_a_glyph_and_a_word(value):
    html = rendered("{% health value %}", value=value)
    assert "<use href=" in html
    assert Health(value).label in html


def test_health_without_its_word_still_speaks_it():
    html = rendered("{% health 'at_risk' text=False %}")
    assert '<span class="sr">At risk</span>' in html


def test_a_health_that_nobody_knows_is_shown_as_unknown():
    assert "h-unknown" in rendered("{% health 'splendid' %}")


@pytest.mark.parametrize(
    "source",
    [
        "{% person words %}",
        "{% avatar words %}",
        "{% badge words %}",
        "{% flag words %}",
        "{% flag 'late' 'warn' words %}",
        "{% meter 20 label=words %}",
        "{% bar 1 2 label=words %}",
        "{% person '' nobody=words %}",
        "{% opens words %}",
        "{% include 'parts/_state_row.html' with state='met' title=words detail=words end=words %}",
        "{% include 'parts/_timeline_item.html' with who=words words=words detail=words %}",
        "{% include 'parts/_empty.html' with symbol='inbox' title=words text=words url=words action=words %}",
        "{% include 'parts/_toast.html' with text=words undo=words %}",
    ],
)
def test_what_people_write_is_never_markup(source):
    assert "<script" not in rendered(source, words=NASTY)


def test_one_flag_leads_to_its_page_and_the_rest_are_counted_those_asleep_last():
    today = timezone.localdate()
    said = (("Late", today), ("Quiet", None), ("Stuck", today - timedelta(days=1)))
    raised = [
        SimpleNamespace(id=number, label=label, severity="critical", snoozed_until=until)
        for number, (label, until) in enumerate(said)
    ]
    html = rendered("{% flags raised %}", raised=raised)
    assert 'class="flag flag--bad" href="/flags/1/"' in html
    assert 'title="Stuck, Late">+2' in html
    html = rendered("{% flags raised %}", raised=raised[:1])
    assert 'class="flag is-asleep"' in html and "Late, asleep until" in html
    assert rendered("{% flags raised %}", raised=[]) == ""


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ada Lovelace", "AL"), ("Ada", "A"), ("ada van der berg", "AB"), ("محمد علي", "مع"), ("   ", "?")],
)
def test_initials_come_from_the_first_and_the_last_word(name, initials):
    assert f">{initials}<" in rendered("{% avatar name %}", name=name)


def test_nobody_is_a_word():
    assert "No owner" in rendered("{% person owner nobody='No owner' %}", owner=None)


@pytest.mark.parametrize("stages", [1, 4, 8, 12])
def test_a_ministep_has_one_mark_for_each_stage_and_keeps_its_width(stages):
    html = rendered("{% ministep place stages %}", place=stages - 1, stages=stages)
    assert html.count("<rect") == stages
    assert html.count("s now") == 1
    assert html.count("s done") == stages - 1
    last = html.rsplit(' x="', 1)[1].split('"')
    assert float(last[0]) + float(last[2]) == pytest.approx(55, abs=0.01)


def test_a_meter_shows_what_is_unknown_beside_what_is_known():
    html = rendered("{% meter 50 unknown=20 mark=45 %}")
    assert 'class="m-fill" width="30%"' in html
    assert 'class="m-unk" x="30%" width="20%"' in html
    assert 'class="m-mark" x="45%"' in html
    assert 'aria-hidden="true"' in html


def test_a_bar_of_nothing_is_empty():
    assert 'width="0%"' in rendered("{% bar 3 0 %}")
    assert 'width="33.3%"' in rendered("{% bar 1 3 %}")


def test_a_sparkline_needs_two_values():
    assert rendered("{% spark values %}", values=[3]) == ""
    assert "<path" in rendered("{% spark values %}", values=[3, 4, 5])


@pytest.mark.parametrize("state", ["met", "missing", "waiting", "unknown", "blocker", "nonsense"])
def test_a_state_is_a_shape_and_a_word(state):
    html = rendered("{% state_icon state %}", state=state)
    assert "<use" in html
    assert 'class="sr"' in html


def test_a_message_with_an_undo_address_gets_an_undo_button():
    kept = Message(messages.SUCCESS, "Archived", extra_tags="undo:/projects/A-1/restore/")
    html = rendered("{% toast message %}", message=kept)
    assert 'action="/projects/A-1/restore/"' in html
    assert "toast--bad" not in html


def test_bad_news_is_marked_and_has_no_undo():
    html = rendered("{% toast message %}", message=Message(messages.ERROR, "Not saved"))
    assert "toast--bad" in html
    assert "<form" not in html


class Everything(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the charter.")
    day = forms.DateField(required=False)
    tick = forms.BooleanField(label="Personal data", required=False)
    kind = forms.ChoiceField(choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect)
    health = forms.ChoiceField(choices=SPOKEN_HEALTH)
    note = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"data-count": "left", "maxlength": 60})
    )


def test_a_field_ties_its_hint_and_its_error_to_the_control():
    html = rendered("{% field form.name %}", form=Everything({}))
    assert '<label for="id_name">Name' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext">As in the charter.' in html
    assert 'id="id_name_error"' in html


def test_a_field_that_may_stay_empty_says_so():
    assert "optional" in rendered("{% field form.day %}", form=Everything())
    assert "optional" not in rendered("{% field form.name %}", form=Everything())


def test_a_tick_stands_in_its_label():
    html = rendered("{% field form.tick %}", form=Everything())
    assert '<label class="tick-row"><input' in html
    assert 'class="check"' in html


def test_choices_are_a_group_with_a_legend_and_their_errors():
    html = rendered("{% field form.kind %}", form=Everything({}))
    assert '<fieldset class="field' in html
    assert 'aria-describedby="id_kind_error"' in html
    assert "<legend>Kind</legend>" in html
    assert html.count('class="check radio"') == 2


def test_a_counted_field_has_a_place_for_its_count():
    assert '<span class="hint" id="left">' in rendered("{% field form.note %}", form=Everything())


def test_health_is_picked_from_what_people_may_say():
    html = rendered("{% health_pick form.health %}", form=Everything({"health": "at_risk"}))
    assert html.count('type="radio"') == 3
    assert "unknown" not in html
    assert 'value="at_risk" data-key="2" required checked' in html


def test_errors_of_the_whole_form_take_the_focus():
    form = Everything({})
    form.add_error(None, "The dates contradict each other.")
    html = rendered("{% errors form %}", form=form)
    assert "The dates contradict each other." in html
    assert "data-focus" in html
    assert rendered("{% errors form %}", form=Everything()).strip() == ""


def test_a_sorting_head_keeps_the_filters_and_leaves_the_page():
    html = at("/projects/?stage=pilot&page=3", "{% sort_head 'name' 'Project' sort %}", sort="-updated")
    assert 'href="/projects/?stage=pilot&amp;sort=name"' in html
    assert "aria-sort" not in html


@pytest.mark.parametrize(
    ("sort", "order", "next_sort"), [("name", "ascending", "-name"), ("-name", "descending", "name")]
)
def test_the_head_in_force_says_its_order_and_turns_it_round(sort, order, next_sort):
    html = at("/projects/", "{% sort_head 'name' 'Project' sort %}", sort=sort)
    assert f'aria-sort="{order}"' in html
    assert f"sort={next_sort}" in html.replace("&amp;", "&")


def test_a_chip_takes_its_own_filter_away_and_no_other():
    html = at("/projects/?stage=pilot&stage=mvp&q=a%26b&page=2", "{% chip 'stage' 'Stage' 'Pilot' %}")
    assert 'href="/projects/?q=a%26b"' in html
    assert 'aria-label="Remove the filter Stage"' in html


def test_the_pager_says_where_one_is_and_links_both_ways():
    page = Paginator(range(120), 50).get_page(2)
    html = at("/projects/?q=x&page=2", "{% pager page 'projects' %}", page=page)
    assert "51 to 100 of 120 projects" in html
    assert "page=1" in html
    assert "page=3" in html
    assert html.count("q=x") == 4  # each link once for people and once for htmx


def test_a_single_page_needs_no_links():
    html = at("/projects/", "{% pager page 'projects' %}", page=Paginator([1], 50).get_page(1))
    assert "1 to 1 of 1 projects" in html
    assert "<a" not in html
