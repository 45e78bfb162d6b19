"""Who looks on while a worker works: the log file, and the metrics where they are asked for."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from CamundaLibrary.worker.configuration import WorkerOptions
from CamundaLibrary.worker.log_format import open_log_file

if TYPE_CHECKING:
    from CamundaLibrary.worker.shift import Crew

_log = logging.getLogger(__name__)


def observe(crews: "Sequence[Crew]", slots: int, told: WorkerOptions, equipped: ExitStack) -> None:
    """Attaches all of them; `equipped` ends them. Raises SettingsError if a file or a port cannot be had."""
    _open_log(crews, equipped)
    if told.metrics_port is not None:
        _serve(crews, slots, told, told.metrics_port, equipped)


def _open_log(crews: "Sequence[Crew]", equipped: ExitStack) -> None:
    logger, handler = logging.getLogger("CamundaLibrary"), open_log_file(crews[0].equipment.state.path / "worker.log")
    logger.addHandler(handler)
    equipped.callback(handler.close)
    equipped.callback(logger.removeHandler, handler)


def _serve(crews: "Sequence[Crew]", slots: int, told: WorkerOptions, port: int, equipped: ExitStack) -> None:
    from CamundaLibrary.worker.health import Health
    from CamundaLibrary.worker.health_server import HealthServer
    from CamundaLibrary.worker.metrics import CONTENT_TYPE, Metrics

    equipment = crews[0].equipment
    health = Health([crew.name for crew in crews])
    topics = sorted({name for crew in crews for name in crew.topics})
    metrics = Metrics(equipment.worker_id, slots, topics, lambda: len(equipment.state.open_entries()))
    server = HealthServer(health, lambda: (CONTENT_TYPE, metrics.text()), port, told.metrics_address)
    equipment.notices.subscribe(health.notice)
    equipment.notices.subscribe(metrics.notice)
    server.start()
    equipped.callback(server.stop)
    _log.info("Metrics: %s/metrics", server.url)
