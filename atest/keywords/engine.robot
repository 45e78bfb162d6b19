*** Settings ***
Documentation    The library CamundaLibrary.Engine on a real engine.

Library          Collections
Library          OperatingSystem
Library          CamundaLibrary.Engine    base_url=${URL}


*** Variables ***
${URL}        http://localhost:8080/engine-rest
${PROCESS}    engine-keywords
${MODEL}      ${EMPTY}


*** Tasks ***
Deploying The Same Model Again Makes No New Version
    ${first}    Deploy    ${PROCESS}    ${MODEL}
    ${second}    Deploy    ${PROCESS}    ${MODEL}
    Should Be Equal    ${first}    ${second}

A Process Is Played From Start To End
    ${instance}    Start Process    ${PROCESS}    business_key=${PROCESS}-1    query=robots    count=${3}    self=me
    ${task}    Wait For User Task    ${instance}    review    timeout=10s
    Should Be Equal    ${task.name}    Review it
    Should Be Equal    ${task.instance}    ${instance}
    ${variables}    Get User Task Variables    ${task.id}
    Should Be Equal    ${variables.query}    robots
    Should Be Equal    ${variables.count}    ${3}
    Should Be Equal    ${variables.self}    me
    Claim User Task    ${task.id}    demo
    ${tasks}    Find User Tasks    business_key=${PROCESS}-1    assignee=demo    process=${PROCESS}    name=Review it
    Should Be Equal    ${tasks[0].id}    ${task.id}
    Complete User Task    ${task.id}    accepted=${True}
    ${end}    Wait Until Process Ended    ${instance}    timeout=10s
    Should Be Equal    ${end.state}    COMPLETED
    Should Be Equal    ${end.end_events}    ${{['accepted']}}
    Should Be Equal    ${end.business_key}    ${PROCESS}-1
    ${variables}    Get Process Variables    ${instance}
    Should Be True    ${variables.accepted}
    ${activities}    Get Process Activities    ${instance}
    ${ids}    Evaluate    [each.id for each in $activities]
    Should Be Equal    ${ids}    ${{['start', 'review', 'decision', 'accepted']}}
    ${found}    Find Process Instances    process=${PROCESS}    business_key=${PROCESS}-1
    Should Be Equal    ${found[0].id}    ${instance}
    Should Not Be Equal    ${found[0].end_time}    ${None}

Waiting In Vain Says Where The Process Stands
    ${instance}    Start Process    ${PROCESS}
    Run Keyword And Expect Error
    ...    The end of process instance '${instance}' did not come within 1 seconds. It is at 'Review it' (userTask).
    ...    Wait Until Process Ended    ${instance}    timeout=1s
    Run Keyword And Expect Error
    ...    User task 'other' of process instance '${instance}' did not come within 1 seconds. *'Review it' (userTask).
    ...    Wait For User Task
    ...    ${instance}
    ...    other
    ...    timeout=1s
    Run Keyword And Expect Error
    ...    There is no process instance 'nothing'.
    ...    Wait Until Process Ended    nothing

What Does Not Exist Is Named
    Run Keyword And Expect Error    *no-such-process*    Start Process    no-such-process
    Run Keyword And Expect Error    *nothing*    Complete User Task    nothing
    Run Keyword And Expect Error
    ...    Process instance 'nothing' never had a variable 'log'.
    ...    Get Process File    nothing    log    ${OUTPUT DIR}/x
    Run Keyword And Expect Error    *nothing.bpmn*    Deploy    x    ${OUTPUT DIR}/nothing.bpmn

Logs Of Robot Tasks Are Written By Activity And Try
    ${logs}    Get Task Logs    ${WITH LOGS}    ${OUTPUT DIR}/logs
    ${names}    Evaluate    [pathlib.Path(each).name for each in $logs]    modules=pathlib
    Should Be Equal    ${names}    ${{['task-1.html', 'task-2.html']}}
    File Should Contain    ${logs}[0]    first try
    File Should Contain    ${logs}[1]    second try
    ${path}    Get Process File    ${WITH LOGS}    log    ${OUTPUT DIR}/last/log.html
    File Should Contain    ${path}    second try


*** Keywords ***
File Should Contain
    [Arguments]    ${path}    ${text}
    ${content}    Get File    ${path}
    Should Contain    ${content}    ${text}
