"""Settings: one frozen record, read from sources in order, with a sentence for everything that is wrong."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from CamundaLibrary.durations import parse_duration, parse_durations
from CamundaLibrary.errors import SettingsError

_MINUTE = timedelta(minutes=1)
_SECRETS = ("authorization", "password", "client_secret")
_URLS = ("base_url", "token_url", "proxy")


class Settings(NamedTuple):
    """What a run or a worker was told. At most one of `task_file`, `task_id` and `topic` is set.

    `worker_id` None: who needs one makes one up (host, process, random). `log_max_size` is in bytes, `retries` counts
    all tries, `retry_timeout` holds the pause after the first failed try, the second, … and the last for all others.
    """

    base_url: str = "http://localhost:8080/engine-rest"
    authorization: str | None = None
    username: str | None = None
    password: str | None = None
    token_url: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    scope: str | None = None
    timeout: timedelta = timedelta(seconds=30)
    ca_bundle: str | None = None
    proxy: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    task_file: str | None = None
    task_id: str | None = None
    worker_id: str | None = None
    topic: str | None = None
    lock_duration: timedelta = _MINUTE
    log: str = "always"
    log_variable: str = "log"
    log_scope: str = "task"
    log_max_size: int = 10_000_000
    on_skip: str = "fail"
    uncaught: str = "fail"
    secret_name: str = "camunda"  # noqa: S105 - the name of a secret
    retries: int = 3
    retry_timeout: tuple[timedelta, ...] = (_MINUTE,)

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={_shown(name, value)}' for name, value in self.given.items())})"

    @property
    def given(self) -> dict[str, Any]:
        """What differs from the defaults."""
        return {name: value for name, value in self._asdict().items() if value != self._field_defaults[name]}

    @property
    def secrets(self) -> tuple[str, ...]:
        """Texts that must appear nowhere."""
        passwords = (_password_in(getattr(self, name)) for name in _URLS)
        return tuple(filter(None, (*(getattr(self, name) for name in _SECRETS), *passwords)))


class Source(NamedTuple):
    """Where settings come from: `kind` for the sentences, `values` by argument or, if `by_variable`, variable name."""

    kind: str
    values: Mapping[str, Any]
    by_variable: bool = False

    def spelling(self, name: str) -> str:
        """Returns what users call the setting in this source."""
        return variable_of(name) if self.by_variable else name


def environment() -> Source:
    """Returns the settings of this process's environment, the lowest of all sources."""
    return Source("environment variable", os.environ, by_variable=True)


class Reading(NamedTuple):
    """The settings, and the sentences about what was wrong; a wrong value counts as not given."""

    settings: Settings
    mistakes: tuple[str, ...]

    def settings_or_error(self) -> Settings:
        """Returns the settings; SettingsError if anything was wrong."""
        if self.mistakes:
            raise SettingsError(" ".join(self.mistakes))
        return self.settings


def variable_of(name: str) -> str:
    """Returns the environment and Robot variable of a setting: `CAMUNDA_API_BASE_URL` for `base_url`."""
    return f"CAMUNDA_{'API_' if name in _OF_API else ''}{name.upper()}"


def parse_setting(name: str, value: object) -> Any:
    """Returns the value of a setting; ValueError with a sentence if it has none."""
    return _PARSERS.get(name, str)(value)


def read_settings(sources: Sequence[Source]) -> Reading:
    """Returns the settings that `sources`, highest first, give together."""
    mistakes: list[str] = []
    values: dict[str, Any] = {}
    for source in reversed(sources):
        given = _read_source(source, mistakes)
        if given.keys() & set(_TASK_REFERENCES):
            _keep_highest_reference(values, given)
        values.update(given)
    _check_credentials(values, mistakes)
    return Reading(Settings(**values), tuple(mistakes))


def _read_source(source: Source, mistakes: list[str]) -> dict[str, Any]:
    if not source.by_variable:
        mistakes.extend(_unknown(source, name) for name in source.values if name not in Settings._fields)
    given = {}
    for name in Settings._fields:
        text = source.values.get(source.spelling(name))
        if text is None or text == "":
            continue
        try:
            given[name] = parse_setting(name, text)
        except ValueError as error:
            mistakes.append(f"The {source.kind} '{source.spelling(name)}' is wrong: {error}")
    return given


def _keep_highest_reference(values: dict[str, Any], given: dict[str, Any]) -> None:
    """Within one source the task file wins over the id, the id over the topic; a higher source over all of a lower."""
    named = [name for name in _TASK_REFERENCES if name in given]
    for name in _TASK_REFERENCES:
        values.pop(name, None)
    for name in named[1:]:
        del given[name]


def _check_credentials(values: dict[str, Any], mistakes: list[str]) -> None:
    kinds = [kind for kind in _CREDENTIALS if any(name in values for name in kind)]
    if len(kinds) > 1:
        named = " and ".join(variable_of(next(name for name in kind if name in values)) for kind in kinds)
        mistakes.append(f"More than one kind of credentials is given: {named}. Keep one of them.")


def _unknown(source: Source, name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, Settings._fields, n=1)
    hint = f"Did you mean '{close[0]}'?" if close else f"It takes {', '.join(Settings._fields)}."
    return f"There is no {source.kind} '{name}'. {hint}"


def _shown(name: str, value: object) -> str:
    if name in _SECRETS:
        return "***"
    return repr(_without_credentials(str(value)) if name in _URLS else value)


def _without_credentials(url: str) -> str:
    return re.sub(r"^([A-Za-z]+://)?.*@", r"\1***@", url, flags=re.DOTALL)


def _password_in(url: str | None) -> str | None:
    match = re.match(r"[^/]*//[^/:@]*:([^/]*)@", url or "")
    return match and match[1]


def _one_of(*words: str) -> Callable[[object], str]:
    def parse(text: object) -> str:
        word = str(text).strip().lower().replace(" ", "_").replace("-", "_")
        if word not in words:
            raise ValueError(f"'{text}' is none of {', '.join(words)}.")
        return word

    return parse


def _url(text: object) -> str:
    url = str(text).strip().rstrip("/")
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError(
            f"'{_without_credentials(str(text))}' is no URL. Write it like 'http://localhost:8080/engine-rest'."
        )
    return url


def _proxy(text: object) -> str:
    url = str(text).strip().rstrip("/")
    if not re.fullmatch(r"https?://([^/\s]*@)?[^/@\s]+", url, re.IGNORECASE):
        raise ValueError(
            f"'{_without_credentials(str(text))}' is no URL of a proxy. Write it like 'http://proxy.example:3128'."
        )
    return url


def _positive_duration(value: object) -> timedelta:
    duration = value if isinstance(value, timedelta) else parse_duration(str(value))
    if duration <= timedelta():
        raise ValueError(f"'{value}' must be longer than nothing.")
    return duration


def _durations(value: object) -> tuple[timedelta, ...]:
    if isinstance(value, timedelta):
        return (value,)
    if isinstance(value, (list, tuple)):
        return tuple(parse_duration(str(part)) for part in value or ("",))
    return parse_durations(str(value))


def _count(value: object) -> int:
    text = str(value).strip()
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"'{value}' must be a whole number from 1.")
    return int(text)


def _size(value: object) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMG]?)B?", str(value).strip().upper())
    if not match:
        raise ValueError(f"'{value}' is no size. Write it like '10 MB' or '500 kB'.")
    return round(float(match[1]) * {"": 1, "K": 1000, "M": 1_000_000, "G": 1_000_000_000}[match[2]])


_OF_API = ("base_url", "authorization", "username", "password", "token_url", "client_id", "client_secret", "scope",
           "timeout", "ca_bundle", "proxy", "client_certificate", "client_key")  # fmt: skip
_CREDENTIALS = (("authorization",), ("username", "password"), ("token_url", "client_id", "client_secret"))
_TASK_REFERENCES = ("task_file", "task_id", "topic")
_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "base_url": _url,
    "token_url": _url,
    "proxy": _proxy,
    "timeout": _positive_duration,
    "lock_duration": _positive_duration,
    "log": _one_of("always", "on_failure", "never"),
    "log_scope": _one_of("task", "process"),
    "log_max_size": _size,
    "on_skip": _one_of("fail", "complete", "give_back"),
    "uncaught": _one_of("fail", "throw"),
    "retries": _count,
    "retry_timeout": _durations,
}
