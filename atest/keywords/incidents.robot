*** Settings ***
Documentation    What stopped: found, looked at, annotated, tried again.

Library          FailingWorker    ${URL}
Library          CamundaLibrary.Engine    base_url=${URL}

Suite Setup      Deploy    ${KEY}    ${MODELS}/work.bpmn    ${MODELS}/step.bpmn


*** Variables ***
${URL}       http://localhost:8080/engine-rest
${KEY}       incidents
${MODELS}    ${EMPTY}


*** Tasks ***
The Incident Of An External Task Is Found And Tried Again
    ${instance}    Start Failing Work    The shop is down.    details=Traceback: no shop
    ${incidents}    Find Incidents    ${instance}
    VAR    ${incident}    ${incidents[0]}
    Should Be Equal    ${incident.type}    failedExternalTask
    Should Be Equal    ${incident.activity}    work
    Should Be Equal    ${incident.message}    The shop is down.
    Should Be Equal    ${incident.instance}    ${instance}
    Should Be Equal    ${incident.cause}    ${None}
    ${details}    Get Incident Details    ${incident.id}
    Should Be Equal    ${details}    The shop is down.\nTraceback: no shop
    Retry Incident    ${incident.id}    retries=2
    ${incidents}    Find Incidents    ${instance}
    Should Be Empty    ${incidents}
    ${count}    Fail External Tasks    ${KEY}    again
    Should Be Equal    ${count}    ${1}

The Incident Of A Job Is Found And Tried Again
    ${instance}    Start Process    ${KEY}-step
    ${incident}    Wait For Incident    ${instance}
    Should Be Equal    ${incident.type}    failedJob
    Should Contain    ${incident.message}    ok
    ${details}    Get Incident Details    ${incident.id}
    Should Contain    ${details}    ProcessEngineException
    Set Process Variable    ${instance}    ok    ${True}
    Retry Incident    ${incident.id}
    Wait Until Process Ended    ${instance}

A Caller's Incident Leads To That Of The Called Process
    ${instance}    Start Process    ${KEY}-calls
    ${called}    Find Running Processes    caller=${instance}
    Fail External Tasks    ${KEY}    no way    Traceback: no way
    ${incidents}    Find Incidents    ${instance}
    Should Be Equal    ${incidents[0].activity}    call
    ${causes}    Find Incidents    ${called[0].id}
    Should Be Equal    ${incidents[0].cause}    ${causes[0].id}
    ${details}    Get Incident Details    ${incidents[0].id}
    Should Be Equal    ${details}    no way\nTraceback: no way
    ${count}    Retry Incidents    ${instance}
    Should Be Equal    ${count}    ${1}
    ${causes}    Find Incidents    ${called[0].id}
    Should Be Empty    ${causes}

All Incidents Of A Process Are Tried Again, Or Those With A Message
    ${batch}    Delete Processes    process=${KEY}-work
    Wait Until Batch Is Done    ${batch}
    Start Failing Work    timeout after 30 s
    Start Failing Work    timeout after 60 s
    ${other}    Start Failing Work    not found
    ${found}    Find Incidents    process=${KEY}-work    activity=work    message=timeout%
    Length Should Be    ${found}    2
    ${count}    Retry Incidents    process=${KEY}-work    message=timeout%
    Should Be Equal    ${count}    ${2}
    ${left}    Find Incidents    process=${KEY}-work    type=failedExternalTask
    Should Be Equal    ${{[each.instance for each in $left]}}    ${{[$other]}}
    Run Keyword And Expect Error
    ...    Retrying incidents failed: give an instance or a process.
    ...    Retry Incidents    message=timeout%

A Note Is Written And Taken Away
    ${instance}    Start Failing Work    no
    ${incidents}    Find Incidents    ${instance}
    Annotate Incident    ${incidents[0].id}    The shop is down until noon.
    ${incidents}    Find Incidents    ${instance}
    Should Be Equal    ${incidents[0].annotation}    The shop is down until noon.
    Annotate Incident    ${incidents[0].id}
    ${incidents}    Find Incidents    ${instance}
    Should Be Equal    ${incidents[0].annotation}    ${None}

An Incident That Is Over Is Said To Be Gone
    Run Keyword And Expect Error
    ...    Reading incident 'gone' failed: No matching incident with id gone.
    ...    Retry Incident    gone
    Run Keyword And Expect Error
    ...    Annotating incident 'gone' failed: there is no such incident.
    ...    Annotate Incident    gone    x
    Run Keyword And Expect Error
    ...    Clearing the annotation of incident 'gone' failed: there is no such incident.
    ...    Annotate Incident    gone


*** Keywords ***
Start Failing Work
    [Arguments]    ${message}    ${details}=${EMPTY}
    ${instance}    Start Process    ${KEY}-work
    Fail External Tasks    ${KEY}    ${message}    ${details}
    RETURN    ${instance}

Wait For Incident
    [Arguments]    ${instance}
    ${incident}    Wait Until Keyword Succeeds    30s    0.2s    First Incident    ${instance}
    RETURN    ${incident}

First Incident
    [Arguments]    ${instance}
    ${incidents}    Find Incidents    ${instance}
    RETURN    ${incidents[0]}
