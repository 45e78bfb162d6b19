*** Settings ***
Documentation    What the engine does to many instances by itself.

Library          FailingWorker    ${URL}
Library          CamundaLibrary.Engine    base_url=${URL}

Suite Setup      Deploy All


*** Variables ***
${URL}       http://localhost:8080/engine-rest
${KEY}       batches
${MODELS}    ${EMPTY}


*** Tasks ***
Many Are Deleted
    ${instances}    Start Several    ${KEY}-review    version=1
    ${batch}    Delete Processes    @{instances}    reason=out of date
    ${done}    Wait Until Batch Is Done    ${batch}
    Should Be Equal    ${done.type}    instance-deletion
    Should Be Equal    ${done.completed}    ${3}
    Should Be Equal    ${done.remaining}    ${0}
    FOR    ${instance}    IN    @{instances}
        ${end}    Wait Until Process Ended    ${instance}    timeout=1s
        Should Be Equal    ${end.state}    EXTERNALLY_TERMINATED
    END

All Instances Of A Process Are Deleted
    Start Several    ${KEY}-review
    ${batch}    Delete Processes    process=${KEY}-review
    Wait Until Batch Is Done    ${batch}
    ${left}    Find Running Processes    ${KEY}-review
    Should Be Empty    ${left}

Many Start Anew
    ${instances}    Start Several    ${KEY}-review    business_key=${KEY}-again
    FOR    ${instance}    IN    @{instances}
        Delete Process    ${instance}
    END
    ${batch}    Restart Processes    @{instances}    before=Book it
    Wait Until Batch Is Done    ${batch}
    ${again}    Find Running Processes    business_key=${KEY}-again    activity=book
    Length Should Be    ${again}    3
    Run Keyword And Expect Error
    ...    There is no ended process instance '${again[0].id}'. It is still running.
    ...    Restart Processes    ${again[0].id}

Many Go On In Another Version
    ${instances}    Start Several    ${KEY}-review    version=1    before_activity_id=book
    ${batch}    Migrate Processes    ${KEY}-review    from_version=1
    Wait Until Batch Is Done    ${batch}
    ${migrated}    Find Running Processes    ${KEY}-review    version=2
    Should Be True    {each.id for each in $migrated}.issuperset($instances)
    Run Keyword And Expect Error
    ...    There is no process definition '${KEY}-review' of version '9'. There are *
    ...    Migrate Processes    ${KEY}-review    from_version=1    version=9

A Batch That Fails Says Why
    ${instances}    Start Several    ${KEY}-review    version=1
    ${batch}    Migrate Processes    ${KEY}-review    from_version=1
    ${message}    Run Keyword And Expect Error    Batch*    Wait Until Batch Is Done    ${batch}
    Should Match    ${message}    Batch '${batch}' (instance-migration) failed in 3 of 3 jobs: *Cannot migrate *
    Should Contain    ${message}    There is no migration instruction for this instance's activity
    ${far}    Get Batch    ${batch}
    Should Be Equal    ${far.failed}    ${3}
    Delete Batch    ${batch}
    ${batch}    Delete Processes    @{instances}
    Wait Until Batch Is Done    ${batch}

A Batch Is Held Up And Goes On
    ${instances}    Start Several    ${KEY}-review
    ${batch}    Delete Processes    @{instances}
    Suspend Batch    ${batch}
    ${suspended}    Find Batches    type=instance-deletion    suspended=True
    Should Contain    ${{[each.id for each in $suspended]}}    ${batch}
    Activate Batch    ${batch}
    Wait Until Batch Is Done    ${batch}

Retries Of Many External Tasks Are Set
    Start Several    ${KEY}-work
    Fail External Tasks    ${KEY}    no
    ${batch}    Set Retries Of External Tasks    2    topic=${KEY}    process=${KEY}-work
    Wait Until Batch Is Done    ${batch}
    ${incidents}    Find Incidents    process=${KEY}-work
    Should Be Empty    ${incidents}
    ${count}    Fail External Tasks    ${KEY}    no
    Should Be Equal    ${count}    ${3}

Retries Of Many Jobs Are Set
    ${instances}    Start Several    ${KEY}-step
    Wait Until Keyword Succeeds    30s    0.2s    All Should Have Incidents    ${instances}
    FOR    ${instance}    IN    @{instances}
        Set Process Variable    ${instance}    ok    ${True}
    END
    ${batch}    Set Retries Of Jobs    1    process=${KEY}-step
    Wait Until Batch Is Done    ${batch}
    FOR    ${instance}    IN    @{instances}
        Wait Until Process Ended    ${instance}
    END

A Batch Of Everything Is Refused
    Run Keyword And Expect Error
    ...    Deleting process instances failed: give instances or a process.
    ...    Delete Processes
    Run Keyword And Expect Error
    ...    Restarting process instances failed: give instances.
    ...    Restart Processes
    Run Keyword And Expect Error
    ...    Setting retries failed: give a topic, a process or an instance.
    ...    Set Retries Of External Tasks    1
    Run Keyword And Expect Error    Reading batch 'gone' failed: *    Wait Until Batch Is Done    gone


*** Keywords ***
Deploy All
    Deploy    ${KEY}    ${MODELS}/review-1.bpmn    ${MODELS}/work.bpmn    ${MODELS}/step.bpmn
    Deploy    ${KEY}    ${MODELS}/review-2.bpmn

Start Several
    [Arguments]    ${process}    &{arguments}
    VAR    @{instances}    @{EMPTY}
    FOR    ${_}    IN RANGE    3
        ${instance}    Start Process    ${process}    &{arguments}
        VAR    @{instances}    @{instances}    ${instance}
    END
    RETURN    ${instances}

All Should Have Incidents
    [Arguments]    ${instances}
    FOR    ${instance}    IN    @{instances}
        ${incidents}    Find Incidents    ${instance}
        Length Should Be    ${incidents}    1
    END
