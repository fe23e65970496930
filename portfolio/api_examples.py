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
            value = kept.get(operation.get("operationId"))
            media = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json")
            if value is not None and media is not None:
                media["examples"] = {NAME: {"summary": SUMMARY, "value": value}}
    return result
