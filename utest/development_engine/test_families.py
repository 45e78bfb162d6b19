"""Which engines there are."""

import pytest

from CamundaLibrary.development_engine import CAMUNDA, OPERATON, find_family
from CamundaLibrary.errors import SettingsError


def test_camunda_is_the_usual_one():
    assert [find_family(name) for name in ("", "camunda", "operaton")] == [CAMUNDA, CAMUNDA, OPERATON]


def test_an_engine_that_cannot_be_had_is_told_with_those_that_can():
    with pytest.raises(SettingsError) as caught:
        find_family("flowable")
    assert str(caught.value) == "There is no engine 'flowable'. There are camunda, operaton."
