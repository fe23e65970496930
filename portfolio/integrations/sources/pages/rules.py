"""The rules of a source: read as sentences, changed in a form or as YAML, tried with an example."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.integrations.models import Source
from portfolio.integrations.sources.actions import messages
from portfolio.integrations.sources.actions import sources as actions
from portfolio.integrations.sources.pages.forms import RuleForm, initial
from portfolio.integrations.sources.pages.sources import page
from portfolio.integrations.sources.queries import sources
from portfolio.integrations.sources.rules import presets, reading, verbs, words
from portfolio.tries import too_many
from projects.errors import Refused
from projects.models import Portfolio
from projects.pages import answers, subjects
from projects.rules import yaml_texts
from projects.rules.documents import Problem

MOST_TRIES, TRY_SECONDS = 60, 600
LONGEST_EXAMPLE = 100_000
NEW = 0  # the number of a rule that is not there yet; others count from 1


@require_safe
def show(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """Every rule as a sentence, the same as YAML, and a place to try them."""
    _, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    return _page(request, portfolio, source)


@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, slug: str, source_id: int, number: int) -> HttpResponse:
    """One rule in a form; 0 is a new one at the end."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    before = _rule(source, number)
    verb = (request.POST or request.GET).get("do") or (before or {}).get("do", "move")
    if verb not in verbs.VERBS:
        raise Http404
    form = RuleForm(request.POST or None, verb=verb, initial=initial(before or {}) | {"do": verb})
    context: dict[str, Any] = {
        "source": source,
        "form": form,
        "number": number,
        "home": _home(portfolio, source),
    }
    if request.htmx.target == "rule-fields":  # type: ignore[attr-defined]
        return page(request, portfolio, "_rule_fields.html", **context)
    status = answers.INVALID if form.is_bound else answers.OK
    if form.is_bound and form.is_valid():
        rules = list(source.rules)
        place = number - 1 if number else len(rules)
        rules[place : place + 1] = [form.rule(before)]
        try:
            actions.change(source.pk, actor=actor, rules=rules)
        except Refused as refusal:
            form.take(_without_place(refusal, place))
        else:
            return answers.go(request, _home(portfolio, source), "The rule is saved")
    return page(request, portfolio, "rule.html", status=status, **context)


@require_POST
def order(request: HttpRequest, slug: str, source_id: int, number: int) -> HttpResponse:
    """Take a rule one place up, or out."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    if number == NEW or _rule(source, number) is None:
        raise Http404
    rules = list(source.rules)
    rule = rules.pop(number - 1)
    if request.POST.get("do") == "up":
        rules.insert(max(0, number - 2), rule)
    actions.change(source.pk, actor=actor, rules=rules)
    return answers.go(request, _home(portfolio, source), "The rules are saved")


@require_POST
def save(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """All rules as YAML; what cannot be read is said with its line, and nothing is stored."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    written = request.POST.get("text", "")[: yaml_texts.MOST_CHARACTERS + 1]
    rules, problems = _read(written)
    if problems:
        return _page(request, portfolio, source, written=written, problems=problems, status=answers.INVALID)
    actions.change(source.pk, actor=actor, rules=rules)
    return answers.go(request, _home(portfolio, source), "The rules are saved")


@require_POST
def check(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """What is wrong with the text so far; nothing is stored."""
    _, portfolio = subjects.portfolio(request, slug, "source.manage")
    sources.one_or_404(portfolio, source_id)
    rules, problems = _read(request.POST.get("text", ""))
    number = len(rules)
    return page(request, portfolio, "_problems.html", problems=problems, number=number, is_checked=True)


@require_POST
def try_out(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """What the rules as they stand in the box would do with a message; nothing is changed."""
    actor, portfolio = subjects.portfolio(request, slug, "source.manage")
    source = sources.one_or_404(portfolio, source_id)
    rules, problems = _read(request.POST.get("text", ""))
    context: dict[str, Any] = {"problems": problems, "kind": request.POST.get("kind", "").strip()[:80]}
    body, error = _body(request.POST.get("body", ""))
    if too_many("source-try", str(actor.user_id), most=MOST_TRIES, seconds=TRY_SECONDS):
        error = "So many tries in ten minutes are enough. Wait a little."
    if not problems and not error:
        context["outcome"] = messages.try_out(
            source, rules=rules, kind=context["kind"], body=body, actor=actor
        )
    if answers.is_part(request):
        return page(request, portfolio, "_tried.html", error=error, **context)
    context |= {"written": request.POST.get("text", ""), "example": request.POST.get("body", "")}
    return _page(request, portfolio, source, error=error, **context)


def _page(
    request: HttpRequest, portfolio: Portfolio, source: Source, *, status: int = answers.OK, **context: Any
) -> HttpResponse:
    examples = presets.of(source.style).examples
    chosen = next((each for each in examples if each.kind == request.GET.get("example")), examples[0])
    last = sources.messages(portfolio, source=source.pk).first() if "last" in request.GET else None
    kind, body = (last.kind, last.body) if last else (chosen.kind, chosen.body)
    shown = {
        "source": source,
        "rows": _rows(source.rules),
        "written": yaml_texts.text({"rules": source.rules}),
        "examples": examples,
        "kind": kind,
        "example": _here(json.dumps(body, indent=2, ensure_ascii=False), portfolio),
        "number": len(source.rules),
        **context,
    }
    return page(request, portfolio, "rules.html", status=status, **shown)


def _here(example: str, portfolio: Portfolio) -> str:
    """An example that names a project of this portfolio."""
    return example.replace(presets.PROJECT, f"{portfolio.key_prefix}-1")


def _rows(stored: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each rule with its words; those that cannot be read any more are put right as YAML."""
    try:
        rules = reading.read(stored)
    except reading.RulesInvalid:
        return []
    return [
        {
            "rule": rule,
            "sentence": words.sentence(rule),
            "projects": " or ".join(words.finder_words(each) for each in rule.finders),
        }
        for rule in rules
    ]


def _read(written: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    if len(written) > yaml_texts.MOST_CHARACTERS:
        return [], [Problem("the text", "This is too long.", "Keep fewer rules.")]
    document, problems = yaml_texts.read(written, _parsed, noun="list of rules")
    return (document or {}).get("rules", []), problems


def _parsed(document: Mapping[str, Any]) -> dict[str, Any]:
    reading.parse(document)
    return reading.plain(document)


def _body(text: str) -> tuple[Any, str]:
    if len(text) > LONGEST_EXAMPLE:
        return None, "This example is too long. Leave out what no rule looks at."
    try:
        return json.loads(text), ""
    except (ValueError, RecursionError) as error:
        return None, f"The example is not JSON: {error}."


def _rule(source: Source, number: int) -> dict[str, Any] | None:
    if number == NEW:
        return None
    if number > len(source.rules):
        raise Http404
    found: dict[str, Any] = source.rules[number - 1]
    return found


def _without_place(refusal: Refused, place: int) -> Refused:
    """Only what is wrong with this rule; each at its box: rules[3].with.to is the box with-to."""
    begin = f"rules[{place}]."
    found = []
    for each in refusal.obstacles:
        path = getattr(each, "field", "").removeprefix(begin)
        name = f"with-{path.split('.')[1]}" if path.startswith("with.") else path.partition(".")[0]
        name = {"project": "said"}.get(name.partition("[")[0], name)
        found.append(type(each)(each.code, each.message, each.remedy, name))  # type: ignore[call-arg]
    return Refused(refusal.message, code=refusal.code, obstacles=found)


def _home(portfolio: Portfolio, source: Source) -> str:
    return reverse("source-rules", args=[portfolio.slug, source.pk])
