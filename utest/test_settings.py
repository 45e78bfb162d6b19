"""Settings: where they come from, in which order, and what is said about the wrong ones."""

from datetime import timedelta

import pytest

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.settings import Reading, Settings, Source, read_settings, variable_of

MINUTE = timedelta(minutes=1)
ALL_NAMES = (
    "base_url, authorization, username, password, token_url, client_id, client_secret, scope, timeout, ca_bundle, "
    "proxy, client_certificate, client_key, task_file, task_id, worker_id, topic, lock_duration, log, log_variable, "
    "log_scope, log_max_size, on_skip, uncaught, secret_name, retries, retry_timeout"
)


def listener(**values):
    return Source("listener argument", values)


def library(**values):
    return Source("library argument", values)


def robot(**values):
    return Source("Robot variable", values, by_variable=True)


def environment(**values):
    return Source("environment variable", values, by_variable=True)


def read(*sources):
    return read_settings(sources).settings_or_error()


def mistake(*sources):
    reading = read_settings(sources)
    assert len(reading.mistakes) == 1, reading.mistakes
    return reading.mistakes[0]


VARIABLES = {
    "base_url": "CAMUNDA_API_BASE_URL",
    "authorization": "CAMUNDA_API_AUTHORIZATION",
    "username": "CAMUNDA_API_USERNAME",
    "password": "CAMUNDA_API_PASSWORD",
    "token_url": "CAMUNDA_API_TOKEN_URL",
    "client_id": "CAMUNDA_API_CLIENT_ID",
    "client_secret": "CAMUNDA_API_CLIENT_SECRET",
    "scope": "CAMUNDA_API_SCOPE",
    "timeout": "CAMUNDA_API_TIMEOUT",
    "ca_bundle": "CAMUNDA_API_CA_BUNDLE",
    "proxy": "CAMUNDA_API_PROXY",
    "client_certificate": "CAMUNDA_API_CLIENT_CERTIFICATE",
    "client_key": "CAMUNDA_API_CLIENT_KEY",
    "task_file": "CAMUNDA_TASK_FILE",
    "task_id": "CAMUNDA_TASK_ID",
    "worker_id": "CAMUNDA_WORKER_ID",
    "topic": "CAMUNDA_TOPIC",
    "lock_duration": "CAMUNDA_LOCK_DURATION",
    "log": "CAMUNDA_LOG",
    "log_variable": "CAMUNDA_LOG_VARIABLE",
    "log_scope": "CAMUNDA_LOG_SCOPE",
    "log_max_size": "CAMUNDA_LOG_MAX_SIZE",
    "on_skip": "CAMUNDA_ON_SKIP",
    "uncaught": "CAMUNDA_UNCAUGHT",
    "secret_name": "CAMUNDA_SECRET_NAME",
    "retries": "CAMUNDA_RETRIES",
    "retry_timeout": "CAMUNDA_RETRY_TIMEOUT",
}
DEFAULTS = Settings(
    base_url="http://localhost:8080/engine-rest",
    authorization=None,
    username=None,
    password=None,
    token_url=None,
    client_id=None,
    client_secret=None,
    scope=None,
    timeout=timedelta(seconds=30),
    ca_bundle=None,
    proxy=None,
    client_certificate=None,
    client_key=None,
    task_file=None,
    task_id=None,
    worker_id=None,
    topic=None,
    lock_duration=MINUTE,
    log="always",
    log_variable="log",
    log_scope="task",
    log_max_size=10_000_000,
    on_skip="fail",
    uncaught="fail",
    secret_name="camunda",
    retries=3,
    retry_timeout=(MINUTE,),
)


def test_nothing_given_means_the_documented_defaults():
    assert read() == DEFAULTS


def test_every_setting_has_its_documented_variable():
    assert {name: variable_of(name) for name in Settings._fields} == VARIABLES


# One good text for each, and what it means: read as argument and as variable.
VALUES = {
    "base_url": ("https://engine.localhost/engine-rest/", "https://engine.localhost/engine-rest"),
    "authorization": ("Bearer abc", "Bearer abc"),
    "username": ("demo", "demo"),
    "password": ("demo", "demo"),
    "token_url": ("http://localhost/token", "http://localhost/token"),
    "client_id": ("robots", "robots"),
    "client_secret": ("hush", "hush"),
    "scope": ("engine", "engine"),
    "timeout": ("5s", timedelta(seconds=5)),
    "ca_bundle": ("ca.pem", "ca.pem"),
    "proxy": ("http://robot:a%20b@localhost:3128/", "http://robot:a%20b@localhost:3128"),
    "client_certificate": ("robot.pem", "robot.pem"),
    "client_key": ("robot.key", "robot.key"),
    "task_file": ("task.json", "task.json"),
    "task_id": ("a1b2", "a1b2"),
    "worker_id": ("me", "me"),
    "topic": ("Search comics", "Search comics"),
    "lock_duration": ("PT5M", timedelta(minutes=5)),
    "log": ("on_failure", "on_failure"),
    "log_variable": ("protocol", "protocol"),
    "log_scope": ("process", "process"),
    "log_max_size": ("500 kB", 500_000),
    "on_skip": ("give_back", "give_back"),
    "uncaught": ("throw", "throw"),
    "secret_name": ("engine", "engine"),
    "retries": ("5", 5),
    "retry_timeout": ("10s, 1m, 10m", (timedelta(seconds=10), MINUTE, timedelta(minutes=10))),
}


@pytest.mark.parametrize("name", Settings._fields)
def test_a_setting_is_the_same_as_argument_and_as_variable(name):
    text, value = VALUES[name]

    assert read(listener(**{name: text})) == read(environment(**{VARIABLES[name]: text})) == Settings(**{name: value})


def test_a_variable_name_is_no_argument_name_and_the_other_way_round():
    assert read(robot(on_skip="complete"), environment(log="never")) == DEFAULTS
    assert mistake(listener(CAMUNDA_ON_SKIP="complete")) == (
        f"There is no listener argument 'CAMUNDA_ON_SKIP'. It takes {ALL_NAMES}."
    )


def test_the_environment_may_hold_anything_else():
    assert read(environment(CAMUNDA_ROBOT_SLOTS="4", CAMUNDA_NONSENSE="x", PATH="/bin")) == DEFAULTS


ORDER = (
    listener(log_variable="of listener"),
    library(log_variable="of library"),
    robot(CAMUNDA_LOG_VARIABLE="of Robot"),
    environment(CAMUNDA_LOG_VARIABLE="of environment"),
)


@pytest.mark.parametrize(
    ("sources", "winner"),
    [
        (ORDER, "of listener"),
        (ORDER[1:], "of library"),
        (ORDER[2:], "of Robot"),
        (ORDER[3:], "of environment"),
        ((), "log"),
    ],
)
def test_the_first_source_that_gives_a_setting_wins(sources, winner):
    assert read(*sources).log_variable == winner


@pytest.mark.parametrize("nothing", [None, ""])
def test_empty_counts_as_not_given(nothing):
    assert read(listener(topic=nothing, on_skip=nothing), environment(CAMUNDA_TOPIC="t")).topic == "t"


def test_a_wrong_value_counts_as_not_given_but_is_told():
    reading = read_settings([listener(on_skip="maybe"), environment(CAMUNDA_ON_SKIP="complete")])

    assert reading.settings.on_skip == "complete"
    assert reading.mistakes == (
        "The listener argument 'on_skip' is wrong: 'maybe' is none of fail, complete, give_back.",
    )


class TestTaskReference:
    """Which task a run is for: the highest source that gives any; within it task file, then id, then topic."""

    @staticmethod
    def reference(*sources):
        settings = read(*sources)
        return settings.task_file, settings.task_id, settings.topic

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"task_file": "f", "task_id": "i", "topic": "t"}, ("f", None, None)),
            ({"topic": "t", "task_file": "f"}, ("f", None, None)),
            ({"topic": "t", "task_id": "i"}, (None, "i", None)),
            ({"topic": "t"}, (None, None, "t")),
            ({}, (None, None, None)),
        ],
    )
    def test_within_a_source_the_file_wins_over_the_id_over_the_topic(self, given, expected):
        assert self.reference(listener(**given)) == expected

    def test_a_topic_of_a_higher_source_wins_over_a_file_of_a_lower_one(self):
        sources = (robot(CAMUNDA_TOPIC="t"), environment(CAMUNDA_TASK_FILE="f", CAMUNDA_TASK_ID="i"))
        assert self.reference(*sources) == (None, None, "t")

    def test_a_source_between_that_gives_none_changes_nothing(self):
        sources = (listener(log="never"), library(task_id="i"), robot(CAMUNDA_LOG="always"), environment())
        assert self.reference(*sources, environment(CAMUNDA_TASK_FILE="f")) == (None, "i", None)

    def test_an_empty_one_does_not_hide_that_of_a_lower_source(self):
        assert self.reference(listener(topic=""), environment(CAMUNDA_TASK_FILE="f")) == ("f", None, None)

    def test_the_worker_id_may_come_from_another_source_than_the_task(self):
        settings = read(listener(task_id="i"), environment(CAMUNDA_WORKER_ID="w"))
        assert (settings.task_id, settings.worker_id) == ("i", "w")


class TestCredentials:
    """More than one kind is an error that names them."""

    @pytest.mark.parametrize(
        "given",
        [
            {"authorization": "Basic x"},
            {"username": "demo", "password": "demo"},
            {"token_url": "http://localhost/t", "client_id": "c", "client_secret": "s", "scope": "x"},
            {"username": "demo", "password": "demo", "scope": "x"},
        ],
    )
    def test_one_kind_is_fine(self, given):
        assert read(listener(**given)) == Settings(**given)

    @pytest.mark.parametrize(
        ("given", "named"),
        [
            (
                {"authorization": "Basic x", "username": "demo"},
                "CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME",
            ),
            (
                {"password": "demo", "client_id": "c", "client_secret": "s"},
                "CAMUNDA_API_PASSWORD and CAMUNDA_API_CLIENT_ID",
            ),
            (
                {"client_secret": "s", "username": "demo", "authorization": "Basic x"},
                "CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME and CAMUNDA_API_CLIENT_SECRET",
            ),
        ],
    )
    def test_more_than_one_kind_is_an_error_that_names_them(self, given, named):
        assert mistake(listener(**given)) == f"More than one kind of credentials is given: {named}. Keep one of them."

    def test_more_than_one_kind_is_an_error_across_sources_too(self):
        sources = (library(username="demo", password="demo"), environment(CAMUNDA_API_AUTHORIZATION="Basic x"))
        assert mistake(*sources) == (
            "More than one kind of credentials is given: CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME. "
            "Keep one of them."
        )


class TestUnknownArguments:
    @pytest.mark.parametrize(
        ("name", "meant"),
        [("onskip", "on_skip"), ("task-file", "task_file"), ("lock_durration", "lock_duration"), ("logs", "log")],
    )
    def test_a_misspelt_argument_is_named_with_what_was_meant(self, name, meant):
        assert mistake(listener(**{name: "x"})) == f"There is no listener argument '{name}'. Did you mean '{meant}'?"

    def test_an_argument_like_no_other_is_told_all_there_are(self):
        assert mistake(library(zzz="x")) == f"There is no library argument 'zzz'. It takes {ALL_NAMES}."

    def test_an_unknown_argument_is_told_even_when_it_is_empty(self):
        assert mistake(listener(onskip="")) == "There is no listener argument 'onskip'. Did you mean 'on_skip'?"

    def test_all_mistakes_are_told_at_once(self):
        reading = read_settings([listener(onskip="x", retries="0"), environment(CAMUNDA_LOG="no")])

        with pytest.raises(SettingsError) as error:
            reading.settings_or_error()

        assert str(error.value) == (
            "The environment variable 'CAMUNDA_LOG' is wrong: 'no' is none of always, on_failure, never. "
            "There is no listener argument 'onskip'. Did you mean 'on_skip'? "
            "The listener argument 'retries' is wrong: '0' must be a whole number from 1."
        )


# Every parser: what it takes beyond the texts above, also the objects that Robot variables hold.
GOOD = [
    ("base_url", "HTTP://localhost:8080/engine-rest//", "HTTP://localhost:8080/engine-rest"),
    ("base_url", " http://[::1]:8080/engine-rest ", "http://[::1]:8080/engine-rest"),
    ("timeout", timedelta(seconds=2), timedelta(seconds=2)),
    ("timeout", 90, timedelta(seconds=90)),
    ("timeout", 0.5, timedelta(seconds=0.5)),
    ("lock_duration", "1:30", timedelta(seconds=90)),
    ("lock_duration", "5 minutes", timedelta(minutes=5)),
    ("task_id", 42, "42"),
    ("log", "On Failure", "on_failure"),
    ("log", " NEVER ", "never"),
    ("log_scope", "Task", "task"),
    ("on_skip", "give-back", "give_back"),
    ("uncaught", "FAIL", "fail"),
    ("log_max_size", 0, 0),
    ("log_max_size", "1000", 1000),
    ("log_max_size", "1000 B", 1000),
    ("log_max_size", "10kb", 10_000),
    ("log_max_size", "10 k", 10_000),
    ("log_max_size", "1.5 MB", 1_500_000),
    ("log_max_size", "2G", 2_000_000_000),
    ("retries", 1, 1),
    ("retries", " 7 ", 7),
    ("retry_timeout", timedelta(minutes=2), (timedelta(minutes=2),)),
    ("retry_timeout", 10, (timedelta(seconds=10),)),
    ("retry_timeout", ["10s", MINUTE], (timedelta(seconds=10), MINUTE)),
    ("retry_timeout", ("10s",), (timedelta(seconds=10),)),
    ("retry_timeout", "0s", (timedelta(),)),
    ("retry_timeout", "PT10S,PT1M", (timedelta(seconds=10), MINUTE)),
]


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_good_values(name, value, expected):
    assert getattr(read(robot(**{variable_of(name): value})), name) == expected


NO_DURATION = "is no duration. Write it like '90s', '5 minutes', '1:30' or 'PT5M'."
BAD = [
    ("base_url", "localhost:8080", "'localhost:8080' is no URL. Write it like 'http://localhost:8080/engine-rest'."),
    ("base_url", "ftp://localhost", "'ftp://localhost' is no URL. Write it like 'http://localhost:8080/engine-rest'."),
    ("proxy", "proxy:3128", "'proxy:3128' is no URL of a proxy. Write it like 'http://proxy.example:3128'."),
    (
        "proxy",
        "http://a:b@proxy/path",
        "'http://***@proxy/path' is no URL of a proxy. Write it like 'http://proxy.example:3128'.",
    ),
    ("token_url", " ", "' ' is no URL. Write it like 'http://localhost:8080/engine-rest'."),
    ("timeout", "soon", f"'soon' {NO_DURATION}"),
    ("timeout", "0s", "'0s' must be longer than nothing."),
    ("timeout", "-5s", f"'-5s' {NO_DURATION}"),
    ("lock_duration", timedelta(seconds=-1), "'-1 day, 23:59:59' must be longer than nothing."),
    ("lock_duration", "9" * 12 + " weeks", "'999999999999 weeks' is too long a duration."),
    ("log", "sometimes", "'sometimes' is none of always, on_failure, never."),
    ("log", True, "'True' is none of always, on_failure, never."),
    ("log_scope", "global", "'global' is none of task, process."),
    ("on_skip", "ignore", "'ignore' is none of fail, complete, give_back."),
    ("uncaught", "ignore", "'ignore' is none of fail, throw."),
    ("log_max_size", "large", "'large' is no size. Write it like '10 MB' or '500 kB'."),
    ("log_max_size", "-1", "'-1' is no size. Write it like '10 MB' or '500 kB'."),
    ("log_max_size", "MB", "'MB' is no size. Write it like '10 MB' or '500 kB'."),
    ("log_max_size", "10 KM", "'10 KM' is no size. Write it like '10 MB' or '500 kB'."),
    ("log_max_size", "1,5 MB", "'1,5 MB' is no size. Write it like '10 MB' or '500 kB'."),
    ("log_max_size", "10 MiB", "'10 MiB' is no size. Write it like '10 MB' or '500 kB'."),
    ("retries", "0", "'0' must be a whole number from 1."),
    ("retries", "-1", "'-1' must be a whole number from 1."),
    ("retries", "3.0", "'3.0' must be a whole number from 1."),
    ("retries", "R3/PT5M", "'R3/PT5M' must be a whole number from 1."),
    ("retries", True, "'True' must be a whole number from 1."),
    ("retry_timeout", "10s, soon", f"'soon' {NO_DURATION}"),
    ("retry_timeout", "10s,", f"'' {NO_DURATION}"),
    ("retry_timeout", ["10s", "soon"], f"'soon' {NO_DURATION}"),
    ("retry_timeout", [], f"'' {NO_DURATION}"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), BAD)
@pytest.mark.parametrize("by_variable", [False, True])
def test_bad_values(name, value, sentence, by_variable):
    kind, spelling = ("Robot variable", variable_of(name)) if by_variable else ("listener argument", name)
    reading = read_settings([Source(kind, {spelling: value}, by_variable)])

    assert reading == Reading(Settings(), (f"The {kind} '{spelling}' is wrong: {sentence}",))


class TestSecrets:
    """What must appear nowhere."""

    def test_text_of_settings_masks_secrets_and_shows_only_what_differs_from_the_defaults(self):
        settings = Settings(username="demo", password="hush", authorization="Basic aHVzaA==", client_secret="s3")

        assert repr(settings) == ("Settings(authorization=***, username='demo', password=***, client_secret=***)")
        assert str(settings) == f"{settings}" == repr(settings)

    def test_text_of_settings_masks_credentials_in_the_address(self):
        assert repr(Settings(base_url="http://demo:hush@localhost/engine-rest")) == (
            "Settings(base_url='http://***@localhost/engine-rest')"
        )

    def test_a_wrong_address_is_told_without_its_credentials(self):
        assert mistake(environment(CAMUNDA_API_BASE_URL="ftp://demo:hush@localhost")) == (
            "The environment variable 'CAMUNDA_API_BASE_URL' is wrong: 'ftp://***@localhost' is no URL. "
            "Write it like 'http://localhost:8080/engine-rest'."
        )

    def test_secret_texts_are_known_for_scrubbing(self):
        settings = Settings(username="demo", password="hush", authorization="Bearer b", client_secret="s3")
        assert settings.secrets == ("Bearer b", "hush", "s3")
        assert Settings(base_url="http://demo:hush@localhost/engine-rest").secrets == ("hush",)
        assert Settings().secrets == ()
