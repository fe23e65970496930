"""Strict reading of environment variables: a bad value stops the start with one plain sentence."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


def text(name: str, default: str = "") -> str:
    """The variable's value without surrounding blanks."""
    return os.environ.get(name, default).strip()


def yes(name: str, default: bool = False) -> bool:
    """A switch: 1, true, yes or 0, false, no."""
    value = text(name, "1" if default else "0").lower()
    if value not in YES_NO:
        raise ImproperlyConfigured(f"{name} is {value!r}. Use 1 or 0.")
    return YES_NO[value]


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number not below `least`."""
    value = text(name) or str(default)
    if not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}. Use a whole number from {least} up.")
    return int(value)


def words(name: str) -> list[str]:
    """A list with commas between its words."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def zone(name: str, default: str) -> str:
    """A time zone's name, such as Europe/Lisbon."""
    value = text(name) or default
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is {value!r}. Use a name such as Europe/Lisbon.") from error
    return value


def folder(name: str, default: Path) -> Path:
    """An absolute folder path; it need not exist yet."""
    return Path(text(name) or default).expanduser().resolve()


def database(name: str, data: Path) -> dict[str, Any]:
    """Django's database settings from postgresql://user:password@host:port/name, or SQLite in `data`."""
    url = text(name)
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": data / "plimsoll.sqlite3",
            "OPTIONS": {
                # Readers do not block the writer; a writer waits its turn instead of failing half-way.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/plimsoll.")
    options: dict[str, Any] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    # Compiling a statement for 100,000 rows takes PostgreSQL seconds; running it takes a tenth of one.
    options.setdefault("options", "-c jit=off")
    # What `projects.queries.ready` lets be planned once keeps its plan after so often on a connection.
    # A pooler between that cannot keep plans, such as an old PgBouncer, needs `?prepare_threshold=none`.
    often = options.get("prepare_threshold", "2")
    options["prepare_threshold"] = int(often) if often.isdigit() else None
    # A pool is worth two to three times the throughput of a connection per request.
    options["pool"] = {"min_size": 1, "max_size": number("PLIMSOLL_DATABASE_POOL", 8, least=1), "timeout": 10}
    return {
        "ENGINE": "portfolio.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def mail(name: str, data: Path) -> dict[str, Any]:
    """Django's mail settings from smtp://user:password@host:587?tls=starttls, or files in `data`."""
    url = text(name)
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data / "mail"),
        }
    parts = urlsplit(url)
    tls = parse_qs(parts.query).get("tls", ["starttls"])[-1]
    if parts.scheme != "smtp" or not parts.hostname or tls not in ("starttls", "ssl", "none"):
        raise ImproperlyConfigured(
            f"{name} must look like smtp://user:password@host:587?tls=starttls|ssl|none."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"starttls": 587, "ssl": 465, "none": 25}[tls],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "ssl",
        "EMAIL_TIMEOUT": 10,
    }


def evidence(name: str, data: Path) -> dict[str, Any]:
    """Django's storage of evidence from s3://KEY:SECRET@host:9000/bucket?region=…&tls=0, or a folder."""
    url = text(name)
    if not url:
        # For the account that runs the site, and for nobody else on the machine.
        modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        options = {"location": data / "evidence", **modes}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    shape = f"{name} must look like s3://KEY:SECRET@host:port/bucket?region=eu-west-1&tls=1."
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ImproperlyConfigured(shape) from error
    bucket, said = parts.path.strip("/"), parse_qs(parts.query, keep_blank_values=True)
    tls = said.pop("tls", ["1"])[-1]
    region = said.pop("region", ["us-east-1"])[-1]
    is_whole = parts.hostname and parts.username and parts.password and bucket and "/" not in bucket
    if parts.scheme != "s3" or not is_whole or tls not in ("0", "1") or not region or said or parts.fragment:
        raise ImproperlyConfigured(shape)
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password or ""),
            "bucket_name": bucket,
            "region_name": region,
            "endpoint_url": f"{'https' if tls == '1' else 'http'}://{host}{port}",
            "client_config": _patience(),
            "file_overwrite": False,
        },
    }


def _patience() -> Any:
    """How long an upload waits for the store, and what any store of this kind understands."""
    from botocore.config import Config  # only an installation with such a store pays for loading it

    return Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=5,
        read_timeout=30,
        retries={"total_max_attempts": 3},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
