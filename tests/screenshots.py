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
from tests.screenshot_pages import FILLED, PAGES, Shot
from tests.services import chromium

ROOT = Path(__file__).resolve().parent.parent
README_PICTURE = ROOT / "docs" / "img" / "register.png"
LINK = re.compile(r"https?://\S+/sign-in/link/\S+")
STARTS_WITHIN_S = 180  # a first start migrates, collects files and loads the sample portfolio
# As wide and bright as pages come, and as narrow and dark: one of each is looked at.
EXTREMES = ((1440, 900, "light"), (390, 844, "dark"))
AXE_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Everything is looked at; what is in order is not told, which would take as long again.
    "resultTypes": ["violations"],
}
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


def main() -> int:
    """Start the product, look at every page, and say what is wrong; 0 when nothing is."""
    parser = argparse.ArgumentParser(prog="./run screenshots", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "test-results" / "screenshots")
    parser.add_argument("--only", nargs="+", default=[""], help="pages whose name contains one of these")
    parser.add_argument(
        "--readme", action="store_true", help=f"write only {README_PICTURE.relative_to(ROOT)}"
    )
    given = parser.parse_args()
    # Whoever ends this early wants its servers ended, too.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit("Stopped."))
    chromium.install_if_possible()
    with running_product() as (link, environment), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.FLAGS)
        visit = sign_in(browser, link)
        if given.readme:
            take_readme_picture(visit)
            return 0
        given.folder.mkdir(parents=True, exist_ok=True)
        shots, filled = wanted(PAGES, given.only), wanted(FILLED, given.only)
        findings = look_at(visit, shots, given.folder)
        if filled:
            owner = fill(visit, environment)
            findings += look_at(visit, filled, given.folder, owner)
        browser.close()
    print(f"{len(shots + filled) * len(LOOKS)} pictures in {given.folder}, {findings} findings.")
    return 1 if findings else 0


def wanted(shots: list[Shot], words: list[str]) -> list[Shot]:
    """The pages whose name contains one of the words."""
    return [shot for shot in shots if any(word in shot.name for word in words)]


def look_at(visit: Visit, shots: list[Shot], folder: Path, owner: Visit | None = None) -> int:
    """Look at these pages and say at once what is wrong; gives how many things are."""
    findings = 0
    for shot in shots:
        for line in look(owner if owner and shot.owner else visit, shot, folder):
            print(line, flush=True)
            findings += 1
    return findings


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
