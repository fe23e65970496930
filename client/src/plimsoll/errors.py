"""What can go wrong, told apart by what one does about it; each has the exit code of the command."""

from dataclasses import dataclass
from typing import Any, ClassVar

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason for a refusal, and what would satisfy it."""

    code: str
    message: str
    remedy: str
    field: str = ""


class PlimsollError(Exception):
    """The base of all; `problem` is the problem document (RFC 9457), empty where no server answered."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, problem: Json | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.problem = problem or {}

    @property
    def code(self) -> str:
        """The stable code of the problem, such as gate_closed."""
        return str(self.problem.get("code", ""))

    @property
    def status(self) -> int:
        return int(self.problem.get("status", 0))

    @property
    def request_id(self) -> str:
        """What to tell whoever looks into the server's log."""
        return str(self.problem.get("request_id", ""))


class Failed(PlimsollError):
    """No server answers, or it cannot: the same call may work later."""


class WrongUse(PlimsollError):
    """The call itself is wrong: a missing setting, an unknown stage, a field of the wrong form."""

    exit_code = 2

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Each wrong field with what is wrong with it."""
        found = self.problem.get("errors") or []
        return [(str(each.get("field", "")), str(each.get("message", ""))) for each in found]


class Refused(PlimsollError):
    """The project's state or a gate does not allow it; `obstacles` holds every reason."""

    exit_code = 3

    @property
    def obstacles(self) -> list[Obstacle]:
        found = self.problem.get("obstacles") or []
        names = ("code", "message", "remedy", "field")
        return [Obstacle(**{name: str(each.get(name) or "") for name in names}) for each in found]


class NotAllowed(PlimsollError):
    """The key is unknown, ended or too narrow, or there is nothing here that it may see."""

    exit_code = 4


def of(problem: Json) -> PlimsollError:
    """The exception of a problem document."""
    status = int(problem.get("status", 0))
    kind: type[PlimsollError] = Failed
    if status in (401, 403, 404):
        kind = NotAllowed
    elif status in (409, 412):
        kind = Refused
    elif 400 <= status < 500 and status != 429:
        kind = WrongUse
    return kind(
        str(problem.get("detail") or problem.get("title") or f"The server answers {status}."), problem
    )
