"""Who looks on while a worker works: log file and status, and metrics and a live view where they are asked for."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from CamundaLibrary.worker.configuration import WorkerOptions
from CamundaLibrary.worker.log.format import name_worker, open_log_file
from CamundaLibrary.worker.monitoring.status import Status
from CamundaLibrary.worker.monitoring.status_file import NAME, StatusFile
from CamundaLibrary.worker.monitoring.worker_folders import count_waiting

if TYPE_CHECKING:
    from CamundaLibrary.worker.post import Crew

_log = logging.getLogger(__name__)


def observe(crews: "Sequence[Crew]", slots: int, told: WorkerOptions, equipped: ExitStack) -> None:
    """Attaches all of them; `equipped` ends them. Raises SettingsError if a file or a port cannot be had."""
    _open_log(crews, equipped)
    if told.metrics_port is not None:
        _serve(crews, slots, told, told.metrics_port, equipped)
    status = _keep_status(crews, slots, equipped)
    if told.watch:
        from CamundaLibrary.worker.monitoring.watch import watch

        equipped.enter_context(watch(status))


def _open_log(crews: "Sequence[Crew]", equipped: ExitStack) -> None:
    equipment = crews[0].equipment
    name_worker(equipment.worker_id)
    logger, handler = logging.getLogger("CamundaLibrary"), open_log_file(equipment.state.path / "worker.log")
    logger.addHandler(handler)
    equipped.callback(handler.close)
    equipped.callback(logger.removeHandler, handler)


def _keep_status(crews: "Sequence[Crew]", slots: int, equipped: ExitStack) -> Status:
    equipment = crews[0].equipment
    status = Status(equipment.worker_id, slots, [crew.equipment.engine.url for crew in crews])
    for folder in equipment.state.inherited:  # we do what its worker left
        with suppress(OSError):
            (folder.path / NAME).unlink(missing_ok=True)
    equipment.notices.subscribe(status.notice)
    file = StatusFile(status, equipment.state.path)
    file.start()
    equipped.callback(file.stop)
    return status


def _serve(crews: "Sequence[Crew]", slots: int, told: WorkerOptions, port: int, equipped: ExitStack) -> None:
    from CamundaLibrary.worker.monitoring.health import Health
    from CamundaLibrary.worker.monitoring.health_server import HealthServer
    from CamundaLibrary.worker.monitoring.metrics import CONTENT_TYPE, Metrics

    equipment = crews[0].equipment
    health = Health([crew.equipment.engine.url for crew in crews])
    topics = sorted({name for crew in crews for name in crew.topics})
    metrics = Metrics(equipment.worker_id, slots, topics, lambda: count_waiting(equipment.state.path))
    server = HealthServer(health, lambda: (CONTENT_TYPE, metrics.text()), port, told.metrics_address)
    equipped.callback(server.stop)
    equipment.notices.subscribe(health.notice)
    equipment.notices.subscribe(metrics.notice)
    server.start()
    _log.info("Metrics: %s/metrics", server.url)
