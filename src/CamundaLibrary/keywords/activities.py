"""Activities of models and of instances, by their ids or names."""

from collections.abc import Iterable, Sequence

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import ActivityInstance, ProcessDefinition, ProcessInstance
from CamundaLibrary.errors import NoSingleMatch
from CamundaLibrary.keywords.choices import choose_one
from CamundaLibrary.models import Model

Activities = str | Sequence[str]
"""One activity or several of them, as arguments of keywords."""


def find_activities(engine: Engine, definition: ProcessDefinition, activities: Activities) -> list[str]:
    """Returns the ids of activities in a model. NoSingleMatch says which there are."""
    if not activities:
        return []
    return find_in_model(engine.definitions.xml(definition.id), definition.key, activities)


def find_in_model(xml: str, process: str, activities: Activities) -> list[str]:
    """Returns the ids of activities of one process in a model. NoSingleMatch says which there are."""
    names = [(node.id, node.name) for node in Model.parse(xml).flow(process).nodes]
    return [_choose(each, names, f"process '{process}'") for each in as_list(activities)]


def find_positions(engine: Engine, instance: str, activities: Activities) -> list[ActivityInstance]:
    """Returns all that is open at these activities of a running instance. NoSingleMatch says where it stands."""
    inside = list(engine.processes.activity_tree(running(engine, instance).id).all_inside())
    names = [(each.activity_id, each.name) for each in inside]
    wanted = [_choose(each, names, f"what process instance '{instance}' stands at") for each in as_list(activities)]
    return [each for each in inside if each.activity_id in wanted]


def running(engine: Engine, instance: str) -> ProcessInstance:
    """Returns a running instance. NoSingleMatch says whether it has ended or never was."""
    found = engine.processes.get(instance)
    if found:
        return found
    past = engine.history.process_instance(instance)
    ended = f" It ended at {past.end_time:%Y-%m-%d %H:%M:%S} ({past.state})." if past and past.end_time else ""
    raise NoSingleMatch(f"There is no running process instance '{instance}'.{ended}")


def as_list(activities: Activities) -> list[str]:
    """Returns a list, also of a single one."""
    return [activities] if isinstance(activities, str) else list(activities)


def _choose(activity: str, names: Iterable[tuple[str, str | None]], where: str) -> str:
    """Returns the id of an activity that goes by this id or, where only one has it, by this name."""
    pairs = list(dict.fromkeys(names))
    found = [each for each, _ in pairs if each == activity] or [each for each, name in pairs if name == activity]
    known = [word for pair in pairs for word in pair if word]
    return choose_one(f"activity '{activity}' in {where}", found, str, asked=activity, known=lambda: known)
