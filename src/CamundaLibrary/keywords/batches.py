"""Keywords on batches: what the engine does to many instances by itself."""

from datetime import timedelta

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import Batch
from CamundaLibrary.errors import ConditionNotMet
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.waiting import wait_for


class BatchKeywords(EngineGroup):
    """Waits for batches, looks at them, holds them up."""

    @keyword(tags=("Batch",))
    def wait_until_batch_is_done(self, batch: str, timeout: timedelta = timedelta(minutes=5)) -> DotDict:
        """Waits until a batch has done all its jobs, and shows how far it is.

        | =Arguments= | =Description= |
        | ``batch``   | Id of the batch. |
        | ``timeout`` | How long to wait at most. |

        Returns a dictionary as `Get Batch` does. When jobs of the batch have failed for good and the others are done,
        it fails and says why they did.

        Example:
        | ${batch}    `Delete Processes`    process=comic-search
        | `Wait Until Batch Is Done`    ${batch}    timeout=10 minutes
        """
        watch = _Watch(self.engine, batch)
        done = wait_for(f"The end of batch '{batch}'", watch.done, timeout, watch.standing)
        return _shown(done)

    @keyword(tags=("Batch",))
    def find_batches(
        self, type: str | None = None, suspended: bool | None = None, tenant: str | None = None
    ) -> list[DotDict]:
        """Returns the running batches that match all that is given, oldest first.

        | =Arguments=   | =Description= |
        | ``type``      | The engine's word: ``instance-deletion``, ``instance-migration``, ``instance-restart``, …. |
        | ``suspended`` | True or False: only those that are suspended, or that are not. |
        | ``tenant``    | Id of the tenant. |

        Each is a dictionary as of `Get Batch`. A batch that is done stays for up to half a minute.

        Example:
        | ${batches}    `Find Batches`    suspended=True
        """
        return [_shown(each) for each in self.engine.batches.list(type=type, suspended=suspended, tenant_id=tenant)]

    @keyword(tags=("Batch",))
    def get_batch(self, batch: str) -> DotDict:
        """Returns how far a batch is.

        | =Arguments= | =Description= |
        | ``batch``   | Id of the batch. |

        Returns a dictionary: ``id``, ``type``, ``total``, ``completed``, ``remaining``, ``failed`` (numbers of jobs;
        most batches have one for each instance), ``suspended``, ``tenant``.

        Example:
        | ${far}    `Get Batch`    ${batch}
        | Log    ${far.completed} of ${far.total}
        """
        return _shown(self.engine.batches.get(batch))

    @keyword(tags=("Batch",))
    def suspend_batch(self, batch: str) -> None:
        """Lets a batch wait until it is activated again.

        | =Arguments= | =Description= |
        | ``batch``   | Id of the batch. |

        Example:
        | `Suspend Batch`    ${batch}
        """
        self.engine.batches.suspend(batch)

    @keyword(tags=("Batch",))
    def activate_batch(self, batch: str) -> None:
        """Lets a suspended batch go on.

        | =Arguments= | =Description= |
        | ``batch``   | Id of the batch. |

        Example:
        | `Activate Batch`    ${batch}
        """
        self.engine.batches.activate(batch)

    @keyword(tags=("Batch",))
    def delete_batch(self, batch: str) -> None:
        """Ends a batch; what it has not done stays undone.

        | =Arguments= | =Description= |
        | ``batch``   | Id of the batch. |

        Example:
        | `Delete Batch`    ${batch}
        """
        self.engine.batches.delete(batch)


class _Watch:
    """A batch that somebody waits for; says how far it is whenever that changed."""

    def __init__(self, engine: Engine, batch_id: str) -> None:
        self._engine = engine
        self._id = batch_id
        self._said = ""

    def done(self) -> Batch | None:
        """Returns the batch once it is done, None before. ConditionNotMet if nothing but failed jobs is left."""
        batch = self._engine.batches.get(self._id)
        self._say(f"Batch '{batch.id}' ({batch.type}): {batch.completed} of {batch.total} jobs are done.")
        if batch.failed and batch.created >= batch.total and batch.failed >= batch.remaining:
            raise ConditionNotMet(self._failed(batch))
        return batch if batch.is_done else None

    def standing(self) -> str:
        """Returns how far it is, in a sentence."""
        batch = self._engine.batches.get(self._id)
        failed = f" {batch.failed} failed." if batch.failed else ""
        suspended = " It is suspended." if batch.suspended else ""
        return f"{batch.completed} of {batch.total} jobs are done.{failed}{suspended}"

    def _say(self, text: str) -> None:
        if text != self._said:
            logger.info(text, also_console=True)
            self._said = text

    def _failed(self, batch: Batch) -> str:
        jobs = self._engine.jobs.list(definition_id=batch.job_definition_id, has_retries_left=False, max_results=100)
        reasons = list(dict.fromkeys(" ".join((each.message or "unknown").split()) for each in jobs))
        return (
            f"Batch '{batch.id}' ({batch.type}) failed in {batch.failed} of {batch.total} jobs: {'; '.join(reasons)}."
        )


def _shown(batch: Batch) -> DotDict:
    return DotDict(
        id=batch.id,
        type=batch.type,
        total=batch.total,
        completed=batch.completed,
        remaining=batch.remaining,
        failed=batch.failed,
        suspended=batch.suspended,
        tenant=batch.tenant_id,
    )
