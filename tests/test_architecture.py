"""The shape of the house, checked like any other behaviour."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("projects", "portfolio")
READERS = ("pages", "api", "queries", "rules")
WRITING = {
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "save",
}
# The only written words that are not a row: a form's cleaned data, a dict, a set, a hash.
HARMLESS = {"seen", "parameters", "context", "headers", "fields", "digest", "session", "attrs", "memo"}
# What is kept from day to day is a trace itself; what somebody follows is their own affair.
TRACES = {
    ("days.py", "take"),
    ("forecasts.py", "store"),
    ("follows.py", "follow"),
    ("follows.py", "unfollow"),
    # It brings evidence by the action of evidence, which tells of it.
    ("model_cards.py", "keep"),
}
MOST_LINES = 300
TOP_LEVEL = {
    "manage.py",
    "pyproject.toml",
    "portfolio",
    "projects",
    "templates",
    "static",
    "tests",
    "docker-compose.yml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Makefile",
    "Dockerfile",
    "requirements.lock",
    "requirements-dev.lock",
    "docs",
    "client",
    "bench",
    "run",
}
# What a stranger may open: the doors to come in by, the health check, and the API's own description.
OPEN_TO_STRANGERS = {"healthz", "sign-in", "forgotten", "api_schema", "api_docs"}
pytestmark = pytest.mark.once


def modules(*folders: str) -> Iterator[Path]:
    """Python files of the product in folders of these names, or all of them."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if "migrations" not in parts and (not folders or set(folders) & set(parts)):
                yield path


def calls(path: Path) -> Iterator[tuple[str, str, int]]:
    """Every call of a method: the word before the dot, the method, the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            yield name, node.func.attr, node.lineno


def test_only_actions_write():
    found = []
    for path in modules(*READERS):
        actions = _imported_actions(path)
        for owner, method, line in calls(path):
            writes_rows = owner in ("objects", "_base_manager") or method in (
                "bulk_create",
                "bulk_update",
                "save",
            )
            if method in WRITING and writes_rows and owner not in actions | HARMLESS:
                found.append(f"{path.relative_to(ROOT)}:{line} {owner}.{method}")
    assert not found


def test_every_public_action_asks_for_permission_and_leaves_a_trace():
    silent = []
    folder = ROOT / "projects" / "actions"
    # What several actions share lies in modules of the package's own.
    shared = {name: part for path in folder.glob("_[!_]*.py") for name, part in _parts(path).items()}
    for path in folder.glob("[!_]*.py"):
        parts = _parts(path)
        for name, part in parts.items():
            if not _is_action(part):
                continue
            reached = _reached(part, shared | parts)
            silent += [
                f"{path.name}:{name} lacks {duty}"
                for duty in ("require", "record")
                if duty not in reached and not _delegates(reached)
                if duty == "require" or (path.name, name) not in TRACES
            ]
    assert not silent


def test_no_module_is_longer_than_it_can_be_read():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES
    }
    assert not long


def test_the_top_level_holds_what_it_is_meant_to_hold():
    # Read from the folder itself: a fresh machine has no git.
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    tops = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert tops - TOP_LEVEL - ignored == set()


def test_templates_hold_no_inline_style_or_script():
    # A mail can only bring its style along; no policy of ours holds where it is read.
    pages = (path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "mails")
    broken = [
        f"{path.relative_to(ROOT)}: {mark}"
        for path in pages
        for mark in (" style=", "<style", "<script>", "onclick=", "hx-on", "javascript:")
        if mark in path.read_text(encoding="utf-8")
    ]
    assert not broken


@pytest.mark.django_db
def test_no_page_answers_a_stranger(client):
    """Every address either sends a stranger to the sign-in page, or answers 401, 404, 405 or 410."""
    answered = {}
    for name, path in _addresses(get_resolver().url_patterns):
        status = client.get(path).status_code
        if status < 300 and name not in OPEN_TO_STRANGERS:
            answered[path] = status
    assert not answered


def _imported_actions(path: Path) -> set[str]:
    """The names under which a module knows action modules."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and "actions" in (node.module or ""):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def _parts(path: Path) -> dict[str, ast.FunctionDef | ast.ClassDef]:
    """The functions and classes of a module, by name."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _is_action(function: ast.FunctionDef | ast.ClassDef) -> bool:
    """A public function that takes an actor is an action; the others are parts of actions."""
    if isinstance(function, ast.ClassDef):
        return False
    named = [argument.arg for argument in function.args.kwonlyargs]
    return not function.name.startswith("_") and "actor" in named


def _reached(part: ast.stmt, parts: dict[str, ast.stmt]) -> set[str]:
    """Names called by a function, also through functions and classes of the same module."""
    reached: set[str] = set()
    waiting = [part]
    while waiting:
        for node in ast.walk(waiting.pop()):
            if isinstance(node, ast.Call):
                name = str(getattr(node.func, "attr", "") or getattr(node.func, "id", ""))
                if name in parts and name not in reached:
                    waiting.append(parts[name])
                reached.add(name)
    return reached


def _delegates(reached: set[str]) -> bool:
    """Another action does the duty: a move is carried out, a preset published, events are built in bulk."""
    return bool(reached & {"carry_out", "make", "publish", "build", "post", "edit"})


def _addresses(patterns, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Every address with made-up values for its parts."""
    values = {"slug": "nobody", "int": "1", "str": "X-1", "uuid": "0" * 32, "path": "x"}
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, text)
        elif isinstance(pattern, URLPattern) and "(?P" not in text and "^" not in text:
            while "<" in text:
                start, end = text.index("<"), text.index(">")
                kind = text[start + 1 : end].split(":")[0]
                text = text[:start] + values.get(kind, "x") + text[end + 1 :]
            yield pattern.name or "", text.replace("//", "/")
