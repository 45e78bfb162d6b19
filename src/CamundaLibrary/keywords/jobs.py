"""Keywords on jobs: timers, asynchronous steps and whatever else the engine does by itself."""

from datetime import datetime

from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import Job, JobDefinition
from CamundaLibrary.keywords.choices import choose_one
from CamundaLibrary.keywords.connection import EngineGroup


class JobKeywords(EngineGroup):
    """Looks at jobs, does them now, holds them up."""

    @keyword(tags=("Job",))
    def find_jobs(
        self,
        instance: str | None = None,
        process: str | None = None,
        activity: str | None = None,
        timers: bool | None = None,
        due: bool = False,
        failed: bool = False,
        has_retries_left: bool | None = None,
        suspended: bool | None = None,
        tenant: str | None = None,
        limit: int | None = None,
    ) -> list[DotDict]:
        """Returns the jobs that match all that is given, those due first at the top.

        | =Arguments=          | =Description= |
        | ``instance``         | Id of the process instance. |
        | ``process``          | Id of the process in its model. |
        | ``activity``         | Id of the activity or event in the model. |
        | ``timers``           | True: only timers. False: only asynchronous steps. |
        | ``due``              | True: only those that the engine could do now. |
        | ``failed``           | True: only those that failed in their last try. |
        | ``has_retries_left`` | True or False: only those that the engine will try again, or has given up. |
        | ``suspended``        | True or False: only those that are suspended, or that are not. |
        | ``tenant``           | Id of the tenant. |
        | ``limit``            | How many to return at most. |

        Each is a dictionary: ``id``, ``activity``, ``type`` (the engine's word, as ``timer-transition``), ``due``,
        ``retries``, ``message`` (why it failed), ``instance``, ``process``, ``suspended``, ``tenant``.

        Example:
        | ${timers}    `Find Jobs`    ${instance}    timers=True
        | ${stuck}    `Find Jobs`    process=comic-search    has_retries_left=False
        """
        found = self.engine.jobs.list(
            process_instance_id=instance,
            process_definition_key=process,
            activity_id=activity,
            timers=timers,
            due=due,
            failed=failed,
            has_retries_left=has_retries_left,
            suspended=suspended,
            tenant_id=tenant,
            max_results=limit,
        )
        definitions: dict[str, JobDefinition] = {}
        return [_shown(job, self._definition(job, definitions)) for job in found]

    @keyword(tags=("Job",))
    def execute_job(self, job: str) -> None:
        """Does a job now, and fails if it fails.

        | =Arguments= | =Description= |
        | ``job``     | Id of the job. |

        Suspended jobs, and jobs that are not due yet, are done, too.

        Example:
        | `Execute Job`    ${jobs[0].id}
        """
        self.engine.jobs.execute(job)

    @keyword(tags=("Job",))
    def execute_timer(self, instance: str, activity: str | None = None) -> None:
        """Has a timer of a process instance go off now.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``activity`` | Id of the timer event in the model; needed where several timers are running. |

        Example:
        | `Execute Timer`    ${instance}    reminder
        """
        timers = self.find_jobs(instance, timers=True)
        found = [each for each in timers if activity in (None, each.activity)]
        what = f"timer '{activity}'" if activity else "timer"
        timer = choose_one(
            f"{what} running in process instance '{instance}'",
            found,
            lambda each: f"{each.activity} at {each.due:%Y-%m-%d %H:%M:%S}",
            asked=activity or "",
            known=lambda: [each.activity for each in timers],
        )
        self.engine.jobs.execute(timer.id)

    @keyword(tags=("Job",))
    def set_job_retries(self, job: str, retries: int) -> None:
        """Sets how many tries a job has left; from 1 on its incident ends.

        | =Arguments= | =Description= |
        | ``job``     | Id of the job. |
        | ``retries`` | How many tries are left. |

        Example:
        | `Set Job Retries`    ${jobs[0].id}    3
        """
        self.engine.jobs.set_retries(job, retries)

    @keyword(tags=("Job",))
    def set_job_due_date(self, job: str, due: datetime | None = None) -> None:
        """Sets when a job is to be done.

        | =Arguments= | =Description= |
        | ``job``     | Id of the job. |
        | ``due``     | Time, in local time where it has no zone; without it at once. |

        Example:
        | `Set Job Due Date`    ${timers[0].id}    2030-01-31 12:00
        """
        self.engine.jobs.set_due(job, due)

    @keyword(tags=("Job",))
    def suspend_job(self, job: str) -> None:
        """Lets a job wait until it is activated again.

        | =Arguments= | =Description= |
        | ``job``     | Id of the job. |

        Example:
        | `Suspend Job`    ${timers[0].id}
        """
        self.engine.jobs.suspend(self.engine.jobs.get(job).id)

    @keyword(tags=("Job",))
    def activate_job(self, job: str) -> None:
        """Lets a suspended job be done again.

        | =Arguments= | =Description= |
        | ``job``     | Id of the job. |

        Example:
        | `Activate Job`    ${timers[0].id}
        """
        self.engine.jobs.activate(self.engine.jobs.get(job).id)

    @keyword(tags=("Job",))
    def get_job_stacktrace(self, job: str) -> str:
        """Returns the Java stack trace of a job's last failure; empty if it never failed.

        | =Arguments= | =Description= |
        | ``job``     | Id of the job. |

        Example:
        | ${trace}    `Get Job Stacktrace`    ${stuck[0].id}
        """
        return self.engine.jobs.stacktrace(job) or ""

    def _definition(self, job: Job, known: dict[str, JobDefinition]) -> JobDefinition | None:
        """Returns what the job has in common with others of its kind; asked for once."""
        if job.definition_id and job.definition_id not in known:
            known[job.definition_id] = self.engine.jobs.definition(job.definition_id)
        return known.get(job.definition_id or "")


def _shown(job: Job, definition: JobDefinition | None) -> DotDict:
    return DotDict(
        id=job.id,
        activity=definition.activity_id if definition else job.failed_activity_id,
        type=definition.type if definition else None,
        due=job.due,
        retries=job.retries,
        message=job.message,
        instance=job.process_instance_id,
        process=job.process_definition_key,
        suspended=job.suspended,
        tenant=job.tenant_id,
    )
