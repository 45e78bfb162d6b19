"""Keywords on running process instances."""

from datetime import timedelta
from typing import Any

from robot.api import logger
from robot.api.deco import keyword
from robot.utils import DotDict

from CamundaLibrary.engines.records import ActivityInstance, ProcessInstance
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.keywords.activities import running
from CamundaLibrary.keywords.connection import EngineGroup
from CamundaLibrary.keywords.processes import standing
from CamundaLibrary.keywords.versions import choose_definition
from CamundaLibrary.keywords.waiting import wait_for


class InstanceKeywords(EngineGroup):
    """Finds running instances, looks at where they stand, stops them."""

    @keyword(tags=("Process",))
    def find_running_processes(
        self,
        process: str | None = None,
        business_key: str | None = None,
        business_key_like: str | None = None,
        activity: str | None = None,
        version: int | None = None,
        version_tag: str | None = None,
        with_incident: bool = False,
        suspended: bool | None = None,
        caller: str | None = None,
        called: str | None = None,
        tenant: str | None = None,
        limit: int | None = None,
        **variables: Any,
    ) -> list[DotDict]:
        """Returns the running process instances that match all that is given.

        | =Arguments=           | =Description= |
        | ``process``           | Id of the process in its model. |
        | ``business_key``      | Business key. |
        | ``business_key_like`` | Pattern of the business key; ``%`` stands for anything. |
        | ``activity``          | Id of an activity that they stand at. |
        | ``version``           | Number of the version of the process. |
        | ``version_tag``       | Version tag in the model; the newest version with this tag. |
        | ``with_incident``     | True: only those with an open incident. |
        | ``suspended``         | True or False: only those that are suspended, or that are not. |
        | ``caller``            | Id of the process instance that called them. |
        | ``called``            | Id of a process instance that they called. |
        | ``tenant``            | Id of the tenant. |
        | ``limit``             | How many to return at most. |
        | ``variables``         | Process variables and their values, or pairs of operator and value. |

        Each is a dictionary: ``id``, ``process``, ``definition`` (its id), ``business_key``, ``suspended``,
        ``tenant``. Ended ones: `Find Process Instances`. Variables are compared as they are now, and with their types:
        the text 3 is not the number. Operators are =, !=, >, >=, <, <= and like.

        Example:
        | ${stuck}    `Find Running Processes`    comic-search    with_incident=True
        | ${found}    `Find Running Processes`    comic-search    query=robots    count=${{('>', 3)}}
        """
        definition = None
        if version is not None or version_tag is not None:
            if process is None:
                raise ValueRefused("Finding running processes failed: a version needs the process that it is of.")
            definition = choose_definition(self.engine, process, version, version_tag, tenant).id
        found = self.engine.processes.list(
            business_key=business_key,
            business_key_like=business_key_like,
            process_definition_key=process,
            process_definition_id=definition,
            super_process_instance_id=caller,
            sub_process_instance_id=called,
            active=None if suspended is None else not suspended,
            activity_id=activity,
            with_incident=with_incident,
            variables=variables,
            tenant_id=tenant,
            max_results=limit,
        )
        return [_shown(each) for each in found]

    @keyword(tags=("Process",))
    def get_activity_tree(self, instance: str) -> DotDict:
        """Returns where a running process instance stands, and logs it.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        The root is the process itself. It and all in it are dictionaries: ``id``, ``activity`` (id in the model),
        ``name``, ``type``, ``executions``, ``incidents`` (lists of ids), ``is_transition`` (True: it waits to be
        entered or left, asynchronously) and ``children``, a list of what is open in it.

        Example:
        | ${tree}    `Get Activity Tree`    ${instance}
        | Should Be Equal    ${tree.children[0].activity}    review
        """
        found = running(self.engine, instance)
        tree = self.engine.processes.activity_tree(found.id)
        logger.info("\n".join(draw(tree, found.definition_key or tree.activity_id)))
        return _tree(tree)

    @keyword(tags=("Process",))
    def suspend_process(self, instance: str) -> None:
        """Suspends a process instance: nothing in it goes on.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        Its tasks can be neither fetched nor completed until `Activate Process`.

        Example:
        | `Suspend Process`    ${instance}
        """
        self.engine.processes.suspend(running(self.engine, instance).id)

    @keyword(tags=("Process",))
    def activate_process(self, instance: str) -> None:
        """Lets a suspended process instance go on.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |

        Example:
        | `Activate Process`    ${instance}
        """
        self.engine.processes.activate(running(self.engine, instance).id)

    @keyword(tags=("Process",))
    def delete_process(
        self, instance: str, reason: str | None = None, timeout: timedelta = timedelta(seconds=30)
    ) -> None:
        """Ends a process instance, wherever it stands.

        | =Arguments=  | =Description= |
        | ``instance`` | Id of the process instance. |
        | ``reason``   | Text that the history keeps. |
        | ``timeout``  | How long to wait for that at most: with a reason the engine does it by a batch. |

        Many at once: `Delete Processes`.

        Example:
        | `Delete Process`    ${instance}    reason=ordered twice
        """
        self.engine.processes.delete(running(self.engine, instance).id, reason)
        wait_for(
            f"The deletion of process instance '{instance}'",
            lambda: True if self.engine.processes.get(instance) is None else None,
            timeout,
            lambda: standing(self.engine, instance),
        )


def _shown(instance: ProcessInstance) -> DotDict:
    return DotDict(
        id=instance.id,
        process=instance.definition_key,
        definition=instance.definition_id,
        business_key=instance.business_key,
        suspended=instance.suspended,
        tenant=instance.tenant_id,
    )


def _tree(instance: ActivityInstance) -> DotDict:
    return DotDict(
        id=instance.id,
        activity=instance.activity_id,
        name=instance.name,
        type=instance.activity_type,
        executions=list(instance.execution_ids),
        incidents=list(instance.incident_ids),
        is_transition=instance.is_transition,
        children=[_tree(each) for each in instance.children],
    )


def draw(instance: ActivityInstance, name: str, depth: int = 0) -> list[str]:
    """Returns a line for it and each in it, indented: `  Review it (userTask, review), 1 incident`."""
    label = instance.name or name
    kind = ", ".join(word for word in (instance.activity_type, name if name != label else None) if word)
    waits = ", waits to be entered or left" if instance.is_transition else ""
    count = len(instance.incident_ids)
    incidents = f", {count} incident{'s' if count > 1 else ''}" if count else ""
    lines = [f"{'  ' * depth}{label} ({kind}){waits}{incidents}"]
    for child in instance.children:
        lines += draw(child, child.activity_id, depth + 1)
    return lines
