"""`./run screenshots`: a picture of every page of the running product, light and dark, wide and on a phone.

Each page is checked as well: no error in the console, no sideways scrolling, no finding of axe-core.
Exit code 1 when there is one.
"""

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests import screenshot_ground
from tests.services import chromium

ROOT = Path(__file__).resolve().parent.parent
README_PICTURE = ROOT / "docs" / "img" / "register.png"
LINK = re.compile(r"https?://\S+/sign-in/link/\S+")
STARTS_WITHIN_S = 180  # a first start migrates, collects files and loads the sample portfolio
# As wide and bright as pages come, and as narrow and dark: one of each is looked at.
EXTREMES = ((1440, 900, "light"), (390, 844, "dark"))
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MESSAGES_GO_WITHIN_S = 15  # what was done tells chats and webhooks; the worker looks every few seconds
QUIET_MS = 400  # what is typed is asked for a moment later
WIDE, PHONE = (1440, 900), (390, 844)
LOOKS = [
    ("", "light", WIDE),
    ("-dark", "dark", WIDE),
    ("-phone", "light", PHONE),
    ("-phone-dark", "dark", PHONE),
]


@dataclass(frozen=True)
class Shot:
    """One page: `press` keys when it is there, `type` into what has the focus then.

    `stranger` looks at it without signing in.

    {key} in the address is a project of the sample portfolio, {slug} that portfolio.
    """

    name: str
    address: str
    press: str = ""
    type: str = ""
    stranger: bool = False
    status: int = 200
    owner: bool = False  # as somebody for whom a lot waits


@dataclass(frozen=True)
class Visit:
    """A browser on the running product, and what is needed to come as a person who has signed in."""

    browser: Browser
    base_url: str
    cookies: StorageState
    places: dict[str, str]

    def come(self, size: tuple[int, int], theme: str = "light", *, stranger: bool = False) -> BrowserContext:
        """A fresh window of this size."""
        return self.browser.new_context(
            base_url=self.base_url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=theme,  # type: ignore[arg-type]
            device_scale_factor=2 if size == PHONE else 1,
            storage_state=None if stranger else self.cookies,
        )


PAGES = [
    Shot("sign-in", "/sign-in/", stranger=True),
    Shot("answer-unknown", "/answers/forged/", stranger=True, status=404),
    Shot("register", "/projects/?portfolio={slug}"),
    Shot("register-filtered", "/projects/?portfolio={slug}&health=off_track&sort=-updated"),
    Shot("register-by-risk", "/projects/?portfolio={slug}&quadrant=big_bet&min_risk=45&sort=-risk"),
    Shot("register-nothing", "/projects/?q=nothing+is+called+this"),
    Shot("register-filters", "/projects/filters/"),
    Shot("my-work", "/my-work/"),
    Shot("views", "/views/"),
    Shot("view-save", "/views/new/?health=off_track&owner=me"),
    Shot("blockers", "/blockers/?portfolio={slug}"),
    Shot("blockers-report", "/blockers/report/"),
    Shot("blockers-filters", "/blockers/filters/"),
    Shot("blocker-choose", "/blockers/raise/"),
    Shot("project-blockers", "/projects/{key}/blockers/"),
    Shot("blocker-raise", "/projects/{key}/blockers/raise/"),
    Shot("blocker", "/blockers/1/"),
    Shot("blocker-edit", "/blockers/1/edit/"),
    Shot("blocker-resolve", "/blockers/1/resolve/"),
    Shot("flags", "/flags/?portfolio={slug}"),
    Shot("flags-by-rule", "/flags/?portfolio={slug}&rule=NO_UPDATE"),
    Shot("flags-filters", "/flags/filters/"),
    Shot("flag", "/flags/1/"),
    Shot("flag-snooze", "/flags/1/snooze/"),
    Shot("flag-health", "/portfolios/{slug}/flag-health/"),
    Shot("board", "/board/?portfolio={slug}"),
    Shot("palette", "/projects/", press="Control+k"),
    Shot("keys", "/projects/", press="?"),
    Shot("project", "/projects/{key}/"),
    Shot("project-risk", "/projects/{key}/assessment/"),
    Shot("project-risk-due", "/projects/{key}/assessment/?show=due"),
    Shot("project-risk-answer", "/projects/{key}/assessment/WP1/answer/?letter=Y"),
    Shot("project-risk-question", "/projects/{key}/assessment/WP1/"),
    Shot("project-risk-compare", "/projects/{key}/assessment/compare/"),
    Shot("project-why-chance", "/projects/{key}/why/chance/"),
    Shot("project-why-impact", "/projects/{key}/why/impact/"),
    Shot("project-why-confidence", "/projects/{key}/why/confidence/"),
    Shot("project-gate", "/projects/{key}/gate/"),
    Shot("project-gate-stop", "/projects/{key}/gates/GX/"),
    Shot("project-signoffs", "/projects/{key}/signoffs/"),
    Shot("signoff", "/signoffs/1/"),
    Shot("my-signoffs", "/my-work/signoffs/"),
    Shot("my-signoffs-decided", "/my-work/signoffs/?show=decided"),
    Shot("gate-pack", "/projects/{key}/gates/G5/pack/"),
    Shot("project-evidence", "/projects/{key}/evidence/"),
    Shot("project-checklist", "/projects/{key}/checklists/production/"),
    Shot("project-ml-test", "/projects/{key}/checklists/ml_test/"),
    Shot("project-metrics", "/projects/{key}/metrics/"),
    Shot("project-observe", "/projects/{key}/metrics/observe/"),
    Shot("project-measurements", "/projects/{key}/measurements/"),
    Shot("project-measurement-add", "/projects/{key}/measurements/add/?metric=latency_p95_ms"),
    Shot("project-signal-declare", "/projects/{key}/signals/declare/"),
    Shot("project-pair-declare", "/projects/{key}/metric-pairs/declare/"),
    Shot("project-tier", "/projects/{key}/tier/"),
    Shot("project-evidence-add", "/projects/{key}/evidence/add/?kind=validation_report&gate=G5"),
    Shot("project-updates", "/projects/{key}/updates/"),
    Shot("project-history", "/projects/{key}/history/"),
    Shot("project-team", "/projects/{key}/team/"),
    Shot("project-edit", "/projects/{key}/edit/"),
    Shot("project-people-needed", "/projects/{key}/people-needed/"),
    Shot("project-link", "/projects/{key}/links/add/"),
    Shot("todo", "/projects/{key}/todos/add/?source=mitigation&ref=MP2&text=Load+test+at+twice+the+peak"),
    Shot("project-new", "/projects/new/"),
    Shot("update", "/projects/{key}/update/"),
    Shot("update-dialog", "/projects/{key}/", press="u"),
    Shot("advance", "/projects/{key}/moves/advance/"),
    Shot("advance-dialog", "/projects/{key}/", press="a"),
    Shot("hold", "/projects/{key}/moves/hold/"),
    Shot("back", "/projects/{key}/moves/back/"),
    Shot("stop", "/projects/{key}/moves/stop/"),
    Shot("waiver", "/projects/{key}/waivers/"),
    Shot("delete", "/projects/{key}/delete/"),
    Shot("portfolios", "/portfolios/"),
    Shot("portfolio-new", "/portfolios/new/"),
    Shot("summary", "/portfolios/{slug}/"),
    Shot("matrix", "/portfolios/{slug}/matrix/?project={key}"),
    Shot("matrix-unknowns", "/portfolios/{slug}/matrix/?unknowns=1&sort=-x"),
    Shot("matrix-axes", "/portfolios/{slug}/matrix/?across=P2&up=value&size=cost"),
    Shot("matrix-filters", "/portfolios/{slug}/matrix/filters/"),
    Shot("matrix-moved", "/portfolios/{slug}/matrix/moved/"),
    Shot("matrix-propose", "/portfolios/{slug}/matrix/{key}/?risk=2&impact=95"),
    Shot("matrix-present", "/portfolios/{slug}/matrix/present/"),
    Shot("balance", "/portfolios/{slug}/balance/"),
    Shot("balance-what-if", "/portfolios/{slug}/balance/?measure=cost&wi=hold:{key}"),
    Shot("balance-formula", "/portfolios/{slug}/balance/formulas/risk_load/"),
    Shot("decisions", "/portfolios/{slug}/decisions/"),
    Shot("decisions-found", "/portfolios/{slug}/decisions/?q=data&kind=stop"),
    Shot("decisions-remove-past", "/portfolios/{slug}/decisions/generated/remove/"),
    Shot("compare", "/portfolios/{slug}/compare/"),
    Shot("compare-by-field", "/portfolios/{slug}/compare/?group=field"),
    Shot("project-retrospective", "/projects/{key}/retrospectives/add/"),
    Shot("roadmap", "/portfolios/{slug}/roadmap/"),
    Shot("roadmap-by-date", "/portfolios/{slug}/roadmap/?by=date&health=at_risk"),
    Shot("roadmap-filters", "/portfolios/{slug}/roadmap/filters/"),
    Shot("calibration", "/portfolios/{slug}/calibration/"),
    Shot("calibration-real", "/portfolios/{slug}/calibration/?generated=no"),
    Shot("project-forecast", "/projects/{key}/forecast/"),
    Shot("scenarios", "/portfolios/{slug}/scenarios/"),
    Shot("scenario-new", "/portfolios/{slug}/scenarios/new/?wi=hold:{key}&wi=budget:3000000"),
    Shot("choose", "/portfolios/{slug}/choose/"),
    Shot(
        "choose-answer",
        "/portfolios/{slug}/choose/?budget=3000000&most_big_bet=45&unit_cap=40&mandatory=on&links=on",
    ),
    Shot("choose-no-set", "/portfolios/{slug}/choose/?budget=1000&mandatory=on"),
    Shot("settings", "/portfolios/{slug}/settings/"),
    Shot("settings-members", "/portfolios/{slug}/members/"),
    Shot("settings-members-role", "/portfolios/{slug}/standing-roles/name/?role=SE"),
    Shot("settings-members-deputy", "/portfolios/{slug}/deputies/name/?for_whom=others"),
    Shot("settings-workflow", "/portfolios/{slug}/workflow/"),
    Shot("settings-workflow-gate", "/portfolios/{slug}/workflow/?gate=G7"),
    Shot("settings-workflow-draft", "/portfolios/{slug}/workflow/draft/"),
    Shot("settings-workflow-draft-lean", "/portfolios/{slug}/workflow/draft/?preset=lean"),
    Shot("settings-questions", "/portfolios/{slug}/settings/questions/"),
    Shot("settings-questions-edit", "/portfolios/{slug}/settings/questions/edit/"),
    Shot("settings-capacity", "/portfolios/{slug}/settings/capacity/"),
    Shot("settings-capacity-table", "/portfolios/{slug}/settings/capacity/table/"),
    Shot("settings-limits", "/portfolios/{slug}/settings/limits/"),
    Shot("settings-calendar", "/portfolios/{slug}/calendar/"),
    Shot("profile-calendar", "/profile/calendar/"),
    Shot("settings-rates", "/portfolios/{slug}/settings/rates/"),
    Shot("settings-rate", "/portfolios/{slug}/settings/rates/add/"),
    Shot("settings-registries", "/portfolios/{slug}/settings/registries/"),
    Shot("settings-registry-new", "/portfolios/{slug}/settings/registries/new/"),
    Shot("project-models", "/projects/{key}/models/"),
    Shot("project-model-add", "/projects/{key}/models/add/"),
    Shot("settings-keys", "/portfolios/{slug}/keys/"),
    Shot("settings-key-new", "/portfolios/{slug}/keys/new/"),
    Shot("settings-webhooks", "/portfolios/{slug}/webhooks/"),
    Shot("settings-webhook-new", "/portfolios/{slug}/webhooks/new/"),
    Shot("settings-sources", "/portfolios/{slug}/sources/"),
    Shot("settings-source-new", "/portfolios/{slug}/sources/new/"),
    Shot("settings-source-messages", "/portfolios/{slug}/sources/messages/"),
    Shot("imports", "/imports/"),
    Shot("settings-chat", "/portfolios/{slug}/settings/chat/"),
    Shot("settings-chat-new", "/portfolios/{slug}/settings/chat/new/"),
    Shot("blocker-ask-outside", "/blockers/1/ask-outside/"),
    Shot("worker", "/operations/"),
    Shot("bring-portfolio", "/operations/portfolio-file/"),
    Shot("model-card-bring", "/projects/{key}/model-card/bring/"),
    Shot("worker-job", "/operations/jobs/sweep/"),
    Shot("worker-job-of-portfolios", "/operations/jobs/summary/"),
    Shot("deliveries", "/operations/deliveries/"),
    Shot("profile", "/profile/"),
    Shot("message-preferences", "/profile/messages/"),
    Shot("inbox", "/inbox/"),
    Shot("inbox-nothing", "/inbox/?topic=mentions"),
    Shot("people", "/people/"),
    Shot("not-found", "/projects/NO-1/", status=404),
]
# The same pages and others once there is something on them: looked at after `screenshot_ground.fill`.
FILLED = [
    Shot("my-work-full", "/my-work/", owner=True),
    Shot("my-signoffs-full", "/my-work/signoffs/", owner=True),
    Shot("my-signoffs-decided-full", "/my-work/signoffs/?show=decided", owner=True),
    Shot("inbox-full", "/inbox/", owner=True),
    Shot("inbox-message", "/inbox/1/", owner=True),
    Shot("proposal", "/proposals/1/", owner=True),
    Shot("proposal-update", "/proposals/2/", owner=True),
    Shot("project-talk", "/projects/PRJ-1/", owner=True),
    Shot("palette-found", "/projects/", press="Control+k", type="fore"),
    Shot("views-full", "/views/"),
    Shot("scenarios-full", "/portfolios/{slug}/scenarios/"),
    Shot("scenario", "/portfolios/{slug}/scenarios/1/"),
    Shot("import", "/imports/1/"),
    Shot("project-metrics-full", "/projects/PRJ-4/metrics/"),
    Shot("settings-keys-full", "/portfolios/{slug}/keys/"),
    Shot("settings-key", "/portfolios/{slug}/keys/1/"),
    Shot("settings-webhooks-full", "/portfolios/{slug}/webhooks/"),
    Shot("settings-webhook", "/portfolios/{slug}/webhooks/1/"),
    Shot("settings-webhook-failing", "/portfolios/{slug}/webhooks/2/"),
    Shot("settings-webhook-delivery", "/portfolios/{slug}/webhooks/2/deliveries/2/"),
    Shot("settings-webhook-replay", "/portfolios/{slug}/webhooks/1/replay/"),
    Shot("settings-sources-full", "/portfolios/{slug}/sources/"),
    Shot("settings-source", "/portfolios/{slug}/sources/1/"),
    Shot("settings-source-rules", "/portfolios/{slug}/sources/1/rules/"),
    Shot("settings-source-rule", "/portfolios/{slug}/sources/1/rules/1/"),
    Shot("settings-source-messages-full", "/portfolios/{slug}/sources/messages/"),
    Shot("settings-source-message", "/portfolios/{slug}/sources/messages/1/"),
    Shot("settings-source-message-refused", "/portfolios/{slug}/sources/messages/2/"),
    Shot("settings-registries-full", "/portfolios/{slug}/settings/registries/"),
    Shot("settings-chat-full", "/portfolios/{slug}/settings/chat/"),
    Shot("worker-failed", "/operations/"),
    Shot("worker-job-failed", "/operations/jobs/sweep/"),
    Shot("deliveries-full", "/operations/deliveries/"),
    Shot("delivery", "/operations/deliveries/1/"),
    Shot("report", "/portfolios/{slug}/report/"),
    Shot("report-schedules", "/portfolios/{slug}/report/schedules/"),
    Shot("report-schedule-new", "/portfolios/{slug}/report/schedules/new/"),
]


def main() -> int:
    """Start the product, look at every page, and say what is wrong; 0 when nothing is."""
    parser = argparse.ArgumentParser(prog="./run screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "test-results" / "screenshots")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument(
        "--readme", action="store_true", help=f"write only {README_PICTURE.relative_to(ROOT)}"
    )
    given = parser.parse_args()
    chromium.install_if_possible()
    with running_product() as (link, environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.FLAGS)
        visit = sign_in(browser, link)
        if given.readme:
            take_readme_picture(visit)
            return 0
        given.folder.mkdir(parents=True, exist_ok=True)
        shots = [shot for shot in PAGES if given.only in shot.name]
        findings = [line for shot in shots for line in look(visit, shot, given.folder)]
        if filled := [shot for shot in FILLED if given.only in shot.name]:
            owner = fill(visit, environment)
            findings += [
                line for shot in filled for line in look(owner if shot.owner else visit, shot, given.folder)
            ]
            shots += filled
        browser.close()
    for line in findings:
        print(line)
    print(f"{len(shots) * len(LOOKS)} pictures in {given.folder}, {len(findings)} findings.")
    return 1 if findings else 0


@contextmanager
def running_product() -> Iterator[tuple[str, dict[str, str]]]:
    """The product with the sample portfolio in a folder of its own; gives the one-time sign-in link."""
    with tempfile.TemporaryDirectory(prefix="plimsoll-screenshots-") as data, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PLIMSOLL_")}
        environment |= {"PLIMSOLL_DATA": data, "PLIMSOLL_STATIC_ROOT": f"{data}/static"}
        environment["PLIMSOLL_ALLOW_PRIVATE_HOOKS"] = "1"  # what is sent out goes to this machine
        # To a file and not into a pipe, which would fill up and stop the product.
        said = Path(data) / "said.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, str(ROOT / "run"), "--port", str(port)],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield sign_in_link(process, said), environment
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def sign_in_link(process: subprocess.Popen[bytes], said: Path) -> str:
    """Wait until the product has named the link."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        if found := LINK.search(said.read_text(errors="replace")):
            return found[0]
        time.sleep(0.2)
    raise SystemExit(f"The product did not start:\n{said.read_text(errors='replace')}")


def sign_in(browser: Browser, link: str) -> Visit:
    """Come in as the first administrator, and find a project and a portfolio to look at."""
    base_url = link.split("/sign-in/", maxsplit=1)[0]
    with browser.new_context(base_url=base_url) as context:
        page = context.new_page()
        page.goto(link)
        if button := page.query_selector("main form button"):
            button.click()
        page.wait_for_url("**/projects/**")
        page.goto("/projects/")
        rows = page.query_selector_all("tr[data-row]")
        key = (rows[0].get_attribute("id") or "").removeprefix("row-") if rows else ""
        slugs = re.findall(r"portfolio=([\w-]+)", page.content())
        return Visit(
            browser, base_url, context.storage_state(), {"key": key, "slug": slugs[0] if slugs else ""}
        )


def fill(visit: Visit, environment: dict[str, str]) -> Visit:
    """Put something on pages that the sample leaves empty; gives a visit by somebody for whom a lot waits."""
    with screenshot_ground.a_receiver() as receiver:
        with visit.come(WIDE) as context:
            screenshot_ground.fill(screenshot_ground.Doors(context, visit.places["slug"]), receiver)
        time.sleep(MESSAGES_GO_WITHIN_S)
    link = screenshot_ground.owners_link(visit.base_url, environment)
    return sign_in(visit.browser, link)


def look(visit: Visit, shot: Shot, folder: Path) -> Iterator[str]:
    """Take the pictures of one page and yield every finding."""
    for suffix, theme, size in LOOKS:
        with visit.come(size, theme, stranger=shot.stranger) as context:
            page = context.new_page()
            findings = watch(page)
            response = page.goto(shot.address.format(**visit.places))
            if response is None or response.status != shot.status:
                findings.append(f"answered {response.status if response else 'nothing'}, not {shot.status}")
            # Counts come, and toasts are put into their live region, a moment after the page.
            page.locator(".htmx-request").first.wait_for(state="detached")
            page.wait_for_timeout(150)
            if shot.press:
                page.keyboard.press(shot.press)
                page.keyboard.type(shot.type)
                page.wait_for_timeout(QUIET_MS)
                page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{shot.name}{suffix}.png")
            findings += check(page)
        expected = f"status of {shot.status}"
        yield from (f"{shot.name}{suffix}: {line}" for line in findings if expected not in line)


def watch(page: Page) -> list[str]:
    """A list that grows with every error of the page's console."""
    findings: list[str] = []
    page.on("console", lambda message: findings.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: findings.append(str(error)))
    return findings


def check(page: Page) -> list[str]:
    """Sideways scrolling, and what axe-core finds."""
    findings = []
    if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
        findings.append(f"is {over} px wider than the window")
    for violation in Axe().run(page, options=AXE_RULES).response["violations"]:
        nodes = violation["nodes"]
        findings.append(
            f"{violation['id']} ({violation['impact']}), {len(nodes)} times: {nodes[0]['target']}"
        )
    return findings


def take_readme_picture(visit: Visit) -> None:
    """The register as the README shows it."""
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    with visit.come(WIDE) as context:
        page = context.new_page()
        page.goto("/projects/?portfolio={slug}".format(**visit.places))
        page.screenshot(path=README_PICTURE)
    print(f"Wrote {README_PICTURE.relative_to(ROOT)}.")


if __name__ == "__main__":
    sys.exit(main())
