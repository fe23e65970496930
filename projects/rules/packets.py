"""A gate's packet: what exactly people sign, in one canonical text, and what has changed since."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize


def canonical(packet: Mapping[str, Any]) -> str:
    """The one text of a packet: equal packets give equal text, however they were put together.

    Texts are trimmed and composed (NFC), members without a value are left out, lists are sorted by id or by
    value. Whole numbers are ids; amounts come as the text that was entered, so a float is a mistake.
    """
    return json.dumps(_settled(packet), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(packet: Mapping[str, Any]) -> str:
    """The SHA-256 of a packet's canonical text, in hexadecimal."""
    return hashlib.sha256(canonical(packet).encode()).hexdigest()


def differences(signed: Mapping[str, Any], present: Mapping[str, Any]) -> tuple[str, ...]:
    """The members that no longer are what was signed, by name; members of members as in metric.target."""
    return tuple(_differences(_settled(signed), _settled(present), ""))


def _differences(signed: Mapping[str, Any], present: Mapping[str, Any], path: str) -> list[str]:
    found = []
    for name in sorted({*signed, *present}):
        before, after = signed.get(name), present.get(name)
        if isinstance(before, dict) and isinstance(after, dict):
            found += _differences(before, after, f"{path}{name}.")
        elif not _same(before, after) or (name in signed) != (name in present):
            found.append(path + name)
    return found


def _same(before: Any, after: Any) -> bool:
    """As the canonical text tells them apart: Python takes 1 and True for the same."""
    return json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)


def _settled(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return normalize("NFC", value.strip())
        case Mapping():
            known = ((str(_settled(key)), _settled(member)) for key, member in value.items())
            return {key: member for key, member in known if member is not None}
        case list() | tuple():
            return sorted((_settled(each) for each in value if each is not None), key=_place)
    raise TypeError(f"A packet holds no {type(value).__name__}; give amounts as the text that was entered.")


def _place(value: Any) -> tuple[str, str]:
    """By id where there is one, else by value; the whole text decides between equals."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    own = value.get("id", "") if isinstance(value, dict) else value
    return (own if isinstance(own, str) else json.dumps(own), text)
