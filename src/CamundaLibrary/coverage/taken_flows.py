"""Which sequence flows were taken. The engine's history does not say; it follows from what was passed, and when."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from CamundaLibrary.engines.records import HistoricActivity
from CamundaLibrary.models import Flow, SequenceFlow

_BODY = "#multiInstanceBody"
_ONE_WAY = ("exclusiveGateway", "eventBasedGateway", "complexGateway")


def node_of(passage: HistoricActivity) -> str:
    """Returns the id of the flow node that was passed."""
    return passage.activity_id.removesuffix(_BODY)


def find_taken_flows(flow: Flow, passages: Sequence[HistoricActivity]) -> set[str]:
    """Returns the ids of the sequence flows that one instance took; `passages` are all of it, oldest first.

    A passage came from the node that was left last before it began, in the same scope, and had not been followed yet.
    A gateway that chooses is followed once; others once by each of their flows.
    """
    return set(_trace(flow, _without_repetitions(passages)))


def _trace(flow: Flow, passages: Sequence[HistoricActivity]) -> Iterator[str]:
    incoming: dict[str, list[SequenceFlow]] = defaultdict(list)
    for each in flow.sequence_flows:
        incoming[each.target].append(each)
    choosing = {node.id for node in flow.nodes if node.type in _ONE_WAY}
    followed: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        found = _find_origin(passage, incoming[node_of(passage)], passages, choosing, followed)
        if found:
            origin, taken = found
            followed[(origin.id, _way(taken, choosing))] += 1
            yield taken.id


def _find_origin(
    passage: HistoricActivity,
    ways: Sequence[SequenceFlow],
    passages: Sequence[HistoricActivity],
    choosing: set[str],
    followed: Counter[tuple[str, str]],
) -> tuple[HistoricActivity, SequenceFlow] | None:
    left = [
        (origin, way)
        for origin in passages
        for way in ways
        if node_of(origin) == way.source
        and _was_left_before(origin, passage)
        and not followed[(origin.id, _way(way, choosing))]
    ]
    return max(left, key=lambda found: (found[0].end_time, passages.index(found[0])), default=None)


def _was_left_before(origin: HistoricActivity, passage: HistoricActivity) -> bool:
    if origin.parent_id != passage.parent_id or origin.canceled or origin is passage:
        return False
    return origin.end_time is not None and origin.end_time <= passage.start_time


def _way(taken: SequenceFlow, choosing: set[str]) -> str:
    return "" if taken.source in choosing else taken.id


def _without_repetitions(passages: Sequence[HistoricActivity]) -> list[HistoricActivity]:
    """Returns the passages without the single runs of a multi-instance activity: its body is entered and left once."""
    bodies = {each.id for each in passages if each.activity_id.endswith(_BODY)}
    return [each for each in passages if each.parent_id not in bodies]
