"""How much of one process model was run through."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from CamundaLibrary.coverage.taken_flows import find_taken_flows, node_of
from CamundaLibrary.engines.records import HistoricActivity
from CamundaLibrary.models import FlowNode, Model, SequenceFlow


@dataclass(frozen=True)
class ModelCoverage:
    """What instances of one process passed, and what none of them did. `xml` is the model."""

    process: str
    version: int
    xml: str
    instances: int
    passed: tuple[FlowNode, ...]
    taken: tuple[SequenceFlow, ...]
    missed: tuple[FlowNode, ...]
    untaken: tuple[SequenceFlow, ...]

    @property
    def percent(self) -> float:
        """Share of all flow nodes and sequence flows that were run through, 0 to 100."""
        covered = len(self.passed) + len(self.taken)
        return 100 * covered / max(1, covered + len(self.missed) + len(self.untaken))

    def text(self) -> str:
        """Returns a few lines: how much, and what is missing."""
        nodes, flows = len(self.passed) + len(self.missed), len(self.taken) + len(self.untaken)
        head = f"{self.process} (version {self.version}): {self.percent:.0f} %"
        counts = f"{len(self.passed)} of {nodes} nodes, {len(self.taken)} of {flows} sequence flows"
        lines = [f"{head}, {counts}, in {self.instances} instance{'' if self.instances == 1 else 's'}"]
        lines += [f"  not passed: {name(node)} ({node.type})" for node in self.missed]
        lines += [f"  not taken:  {way(flow, self.names())}" for flow in self.untaken]
        return "\n".join(lines)

    def names(self) -> dict[str, str]:
        """Returns how the nodes are called by their ids."""
        return {node.id: name(node) for node in (*self.passed, *self.missed)}


def cover(process: str, version: int, xml: str, instances: Iterable[Sequence[HistoricActivity]]) -> ModelCoverage:
    """Returns the coverage of a model by instances, each given by its passages, oldest first.

    Raises ModelUnreadable if the model has no such process.
    """
    flow = Model.parse(xml).flow(process)
    nodes, flows, count = set[str](), set[str](), 0
    for passages in instances:
        count += 1
        nodes |= {node_of(passage) for passage in passages}
        flows |= find_taken_flows(flow, passages)
    return ModelCoverage(
        process,
        version,
        xml,
        count,
        passed=tuple(node for node in flow.nodes if node.id in nodes),
        taken=tuple(each for each in flow.sequence_flows if each.id in flows),
        missed=tuple(node for node in flow.nodes if node.id not in nodes),
        untaken=tuple(each for each in flow.sequence_flows if each.id not in flows),
    )


def name(node: FlowNode) -> str:
    """Returns how people call a node: its name in one line, else its id."""
    return f"'{' '.join(node.name.split())}'" if node.name else f"'{node.id}'"


def way(flow: SequenceFlow, names: dict[str, str]) -> str:
    """Returns a sequence flow in words."""
    label = f" ({' '.join(flow.name.split())})" if flow.name else ""
    return f"{names.get(flow.source, flow.source)} to {names.get(flow.target, flow.target)}{label}"
