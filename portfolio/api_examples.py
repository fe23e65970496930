"""Examples of answers in the description of the API: what the sample portfolio was answered with."""

import json
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_suffix(".json")
NAME, SUMMARY = "sample", "From the sample portfolio; of each list its first row"


def show(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put beside every answer of JSON the example that is kept for it."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    for methods in result["paths"].values():
        for operation in methods.values():
            for status, answer in operation.get("responses", {}).items():
                value = kept.get(name_of(operation.get("operationId", ""), status))
                media = answer.get("content", {}).get("application/json")
                if value is not None and media is not None:
                    media["examples"] = {NAME: {"summary": SUMMARY, "value": value}}
    return result


def name_of(operation: str, status: str | int) -> str:
    """Under which the example of an answer is kept: most answer with 200."""
    return operation if str(status) == "200" else f"{operation} {status}"
