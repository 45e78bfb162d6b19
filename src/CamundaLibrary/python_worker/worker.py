"""The worker as a class for programs."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.errors import BundleError
from CamundaLibrary.handlers.handler import Handler
from CamundaLibrary.python_worker.function_run import FunctionRun
from CamundaLibrary.python_worker.functions import Functions
from CamundaLibrary.settings import Settings, Source, environment, read_settings
from CamundaLibrary.worker import worker
from CamundaLibrary.worker.configuration import Configuration, EngineOptions, WorkerOptions
from CamundaLibrary.worker.hardening import hide_process
from CamundaLibrary.worker.post import Event
from CamundaLibrary.worker.run_choice import OwnCode
from CamundaLibrary.worker.signals import on_stop_signals

Duration = timedelta | str
"""A time, or a text as in manifests: `90s`, `5 minutes`, `PT5M`."""
_Function = TypeVar("_Function", bound=Handler)
_HALF_A_MINUTE = timedelta(seconds=30)


class Worker:
    """Fetches the tasks of an engine, and has functions of this program and the robots of bundles do them.

        worker = Worker("http://localhost:8080/engine-rest", slots=2)

        @worker.topic("count-words", retries=5)
        def count(task: CurrentTask) -> dict[str, object]:
            return {"words": len(task.variable("text").split())}

        worker.run()

    `engine` is what `connect` returned, or the REST root; without it, and for credentials, the environment is asked
    (CAMUNDA_API_…), as for other settings that are not given. `slots`: tasks at once, None: one for each core.
    `grace` is the time for what still runs when the worker is to stop, `state` the folder where workers keep what
    must not be lost, None: the user's. `breaker_after`: technical failures in a row that pause a topic, 0: never.
    `metrics_port`: where `/metrics` and `/health` are served, None: nowhere. Raises SettingsError.
    """

    def __init__(
        self,
        engine: Engine | str | None = None,
        bundles: Iterable[Path | str] = (),
        *,
        slots: int | None = None,
        settings: Settings | None = None,
        grace: timedelta = _HALF_A_MINUTE,
        state: Path | str | None = None,
        breaker_after: int = 5,
        metrics_port: int | None = None,
    ) -> None:
        url = engine if engine is None or isinstance(engine, str) else engine.url
        told = settings or read_settings([Source("argument", {"base_url": url}), environment()]).settings_or_error()
        self._engine = connect(url, settings=told) if engine is None or isinstance(engine, str) else engine
        self._settings = told
        self._bundles = tuple(Path(bundle) for bundle in bundles)
        self._options = WorkerOptions(
            slots, grace, Path(state) if state else None, breaker_after=breaker_after, metrics_port=metrics_port
        )
        self._functions = Functions()
        self._events: SimpleQueue[Event] = SimpleQueue()

    def topic(
        self,
        name: str,
        *,
        lock_duration: Duration | None = None,
        retries: int | None = None,
        retry_timeout: Duration | Sequence[Duration] | None = None,
        timeout: Duration | None = None,
        variables: Sequence[str] | None = None,
        filter: Mapping[str, object] | None = None,
        max_tasks: int | None = None,
        resource: str | None = None,
        hours: str | None = None,
        on_failure: str | None = None,
    ) -> Callable[[_Function], _Function]:
        """Returns a decorator: the function does the tasks of that topic, each call in a thread of this process.

        The options are those of manifests, in the same meaning; `on_failure` is the code of a BPMN error. The function
        itself stays as it is. Raises BundleError for a wrong option, and for a topic that has a function already.
        """
        options = {
            "lock_duration": lock_duration,
            "retries": retries,
            "retry_timeout": retry_timeout,
            "timeout": timeout,
            "variables": variables,
            "filter": filter,
            "max_tasks": max_tasks,
            "resource": resource,
            "hours": hours,
            "on_failure": {"bpmnError": on_failure} if on_failure else None,
        }

        def add(function: _Function) -> _Function:
            self._functions.add(name, function, options)
            return function

        return add

    def run(self, *, once: bool = False, limit: int | None = None, idle_exit: timedelta | None = None) -> int:
        """Works until `stop`, or in the main thread until Ctrl-C or SIGTERM; returns the exit code.

        `once`: ends when no task waits any more; `limit`: after so many tasks; `idle_exit`: after so long without one.
        The exit code is 0 after an orderly end, and 1 after a second stop, or where something broke or did not end.
        Raises BundleError, SettingsError, and NotAuthenticated if the engine never let us in.
        """
        options = self._options._replace(once=once, limit=limit, idle_exit=idle_exit)
        with self._stopped_by_signals():
            try:
                return self._make(options).run()
            finally:
                self._forget_stops()

    def stop(self) -> None:
        """Stops in order: what runs may finish within the grace time. The second time at once. For any thread.

        Before `run` it makes the next one end as soon as it began.
        """
        self._events.put(Event.STOP)

    def _make(self, options: WorkerOptions) -> worker.Worker:
        if not (self._bundles or self._functions.by_topic):
            raise BundleError("The worker has nothing to do: give it a function with `@worker.topic(…)`, or a bundle.")
        if self._bundles:  # robots must not read here what they are not given
            hide_process()
        runs = {topic: partial(FunctionRun, function) for topic, function in self._functions.by_topic.items()}
        own_code = OwnCode(self._functions.as_bundle(), runs)
        configuration = Configuration(self._bundles, (EngineOptions(settings=self._settings),), options)
        return worker.Worker([self._engine], configuration=configuration, own_code=own_code, events=self._events)

    def _stopped_by_signals(self) -> AbstractContextManager[None]:
        is_main = threading.current_thread() is threading.main_thread()
        return on_stop_signals(self.stop) if is_main else nullcontext()

    def _forget_stops(self) -> None:
        with suppress(Empty):
            while True:
                self._events.get_nowait()
