*** Settings ***
Documentation    Timers and asynchronous steps: found, done now, held up.

Library          CamundaLibrary.Engine    base_url=${URL}

Suite Setup      Deploy    ${KEY}    ${MODELS}/review-1.bpmn    ${MODELS}/step.bpmn


*** Variables ***
${URL}       http://localhost:8080/engine-rest
${KEY}       jobs
${MODELS}    ${EMPTY}


*** Tasks ***
A Timer Goes Off Now
    ${instance}    Start Process    ${KEY}-review
    ${timers}    Find Jobs    ${instance}    timers=True
    VAR    ${timer}    ${timers[0]}
    Should Be Equal    ${timer.activity}    late
    Should Be Equal    ${timer.type}    timer-transition
    Should Be Equal    ${timer.retries}    ${3}
    Should Be Equal    ${timer.process}    ${KEY}-review
    Execute Timer    ${instance}
    ${end}    Wait Until Process Ended    ${instance}    timeout=1s
    Should Be Equal    ${end.end_events}    ${{['forgotten']}}

Which Timer Must Be Clear
    ${instance}    Start Process    ${KEY}-review    before_activity_id=${{['review', 'review']}}
    Run Keyword And Expect Error
    ...    There are 2 where one timer running in process instance '${instance}' was asked for: 'late at *'.
    ...    Execute Timer    ${instance}
    Run Keyword And Expect Error
    ...    There is no timer 'lat' running in process instance '${instance}'. Did you mean 'late'?
    ...    Execute Timer    ${instance}    lat
    Modify Process    ${instance}    before=book    cancel=review
    Run Keyword And Expect Error
    ...    There is no timer running in process instance '${instance}'.
    ...    Execute Timer    ${instance}

Jobs Are Found By Each Filter
    ${first}    Start Process    ${KEY}-review
    ${second}    Start Process    ${KEY}-review
    ${jobs}    Find Jobs    process=${KEY}-review    activity=late    due=False    limit=1
    Length Should Be    ${jobs}    1
    ${jobs}    Find Jobs    ${second}    due=True
    Should Be Empty    ${jobs}
    ${jobs}    Find Jobs    ${second}    timers=False
    Should Be Empty    ${jobs}
    ${jobs}    Find Jobs    ${second}    has_retries_left=False
    Should Be Empty    ${jobs}
    ${jobs}    Find Jobs    ${second}    has_retries_left=True    failed=False    suspended=False
    Length Should Be    ${jobs}    1
    Suspend Job    ${jobs[0].id}
    ${suspended}    Find Jobs    process=${KEY}-review    suspended=True
    Should Be Equal    ${{[each.instance for each in $suspended]}}    ${{[$second]}}
    Activate Job    ${jobs[0].id}
    ${suspended}    Find Jobs    process=${KEY}-review    suspended=True
    Should Be Empty    ${suspended}
    Delete Process    ${first}

A Timer Gets Another Time
    ${instance}    Start Process    ${KEY}-review
    ${timers}    Find Jobs    ${instance}
    Set Job Due Date    ${timers[0].id}    2099-01-31 12:00:00
    ${timers}    Find Jobs    ${instance}
    Should Be Equal    ${timers[0].due.year}    ${2099}
    Should Be Equal    ${timers[0].due.timestamp()}    ${{datetime.datetime(2099, 1, 31, 12).timestamp()}}
    Set Job Due Date    ${timers[0].id}    ${{datetime.datetime.now()}}
    Wait Until Process Ended    ${instance}

A Step That Fails Is Done Once It Can Be
    ${instance}    Start Process    ${KEY}-step
    ${job}    Wait Until Keyword Succeeds    30s    0.2s    Job That Was Given Up    ${instance}
    Should Be Equal    ${job.retries}    ${0}
    Should Be Equal    ${job.activity}    step
    Should Contain    ${job.message}    ok
    ${trace}    Get Job Stacktrace    ${job.id}
    Should Contain    ${trace}    at org.
    Run Keyword And Expect Error    Executing job '${job.id}' failed: *ok*    Execute Job    ${job.id}
    Set Process Variable    ${instance}    ok    ${1}
    Set Job Retries    ${job.id}    1
    Wait Until Process Ended    ${instance}

A Step Is Done At Once
    ${instance}    Start Process    ${KEY}-step    ok=x
    Run Keyword And Ignore Error    Execute The Job Of    ${instance}
    Wait Until Process Ended    ${instance}

A Job That Is Gone Is Named
    Run Keyword And Expect Error    Executing job 'gone' failed: *'gone'.    Execute Job    gone
    Run Keyword And Expect Error    Reading job 'gone' failed: *gone*    Suspend Job    gone
    Run Keyword And Expect Error    Reading job 'gone' failed: *gone*    Activate Job    gone
    Run Keyword And Expect Error    * failed: there is no job 'gone'.    Set Job Retries    gone    1
    Run Keyword And Expect Error    * failed: there is no job 'gone'.    Set Job Due Date    gone
    Run Keyword And Expect Error    Reading the stack trace of job 'gone' failed: *    Get Job Stacktrace    gone


*** Keywords ***
Job That Was Given Up
    [Arguments]    ${instance}
    ${jobs}    Find Jobs    ${instance}    has_retries_left=False    failed=True
    RETURN    ${jobs[0]}

Execute The Job Of
    [Documentation]    Fails where the engine was faster.
    [Arguments]    ${instance}
    ${jobs}    Find Jobs    ${instance}    timers=False
    Execute Job    ${jobs[0].id}
