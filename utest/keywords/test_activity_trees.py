"""Where a process stands, as text."""

from CamundaLibrary.engines.records import ActivityInstance
from CamundaLibrary.keywords.instances import draw


def test_each_is_a_line_below_what_it_is_in():
    waiting = ActivityInstance("5", "step", "serviceTask", None, is_transition=True)
    review = ActivityInstance("3", "review", "userTask", "Review it", incident_ids=("i",))
    book = ActivityInstance("4", "book", "serviceTask", "Book", incident_ids=("i", "j"))
    sub = ActivityInstance("2", "sub", "subProcess", None, children=(review, book))
    root = ActivityInstance("1", "order:1:abc", "processDefinition", "Order", children=(sub, waiting))

    assert draw(root, "order") == [
        "Order (processDefinition, order)",
        "  sub (subProcess)",
        "    Review it (userTask, review), 1 incident",
        "    Book (serviceTask, book), 2 incidents",
        "  step (serviceTask), waits to be entered or left",
    ]
