"""The way to a Redis server, for those parts that several machines share."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from .errors import UsageError


def url_of(where: str) -> str:
    """The URL; of "$NAME" that which the environment variable holds."""
    if not where.startswith("$"):
        return where
    found = os.environ.get(where[1:])
    if not found:
        raise UsageError(f"Redis: the environment has no {where[1:]}")
    return found


def is_redis(where: str) -> bool:
    """Whether it says where a server is, and not which file."""
    return where.startswith("$") or "://" in where


def has_password(where: str) -> bool:
    """Before the host, or as one of the query's settings, of which several are passwords."""
    try:
        parts = urlsplit(where)
        return parts.password is not None or "pass" in parts.query
    except ValueError:
        return True


def shown(where: str) -> str:
    """Without what may be a password."""
    scheme, mark, rest = where.partition("://")
    return scheme + mark + ("..." if "?" in rest else rest.rpartition("@")[2])


def connect(where: str, what: str) -> Any:
    """A connection that is known to work; `what` needs it."""
    try:
        import redis
    except ImportError:
        raise UsageError(f"{what} needs the package redis: pip install 'hostbill[redis]'") from None
    try:
        found = redis.Redis.from_url(
            url_of(where), socket_timeout=10, socket_connect_timeout=5, health_check_interval=30, decode_responses=True
        )
        found.ping()
    except (redis.RedisError, ValueError, OSError) as problem:
        raise UsageError(f"{what}: {reason(problem)}") from None
    return found


def reason(problem: BaseException) -> str:
    """What went wrong, without the URL, which may hold a password."""
    import redis

    if isinstance(problem, redis.AuthenticationError):
        return "Redis does not accept the password"
    if isinstance(problem, (redis.ConnectionError, redis.TimeoutError, OSError)):
        return "Redis cannot be reached"
    if isinstance(problem, ValueError):
        return "this is no URL of a Redis server"
    return f"Redis refused: {type(problem).__name__}"
