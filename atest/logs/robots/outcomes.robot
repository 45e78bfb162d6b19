*** Settings ***
Library     Pictures.py


*** Tasks ***
Pass
    [Tags]    pass
    Show As Browser Library    pass.png

Skip
    [Tags]    skip
    Show As Browser Library    skip.png
    Skip    *HTML*BPMN error <img src="skip.png">

Fail
    [Tags]    fail
    Show As Browser Library    fail.png
    Fail    plain words
