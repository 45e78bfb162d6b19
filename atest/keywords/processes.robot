*** Settings ***
Documentation    Running processes: waiting, finding, looking, holding up, ending; their variables.

Library          Collections
Library          OperatingSystem
Library          FailingWorker    ${URL}
Library          CamundaLibrary.Engine    base_url=${URL}

Suite Setup      Deploy    ${KEY}    ${MODELS}/review-1.bpmn    ${MODELS}/work.bpmn    ${MODELS}/step.bpmn


*** Variables ***
${URL}       http://localhost:8080/engine-rest
${KEY}       processes
${MODELS}    ${EMPTY}


*** Tasks ***
Waiting Ends Where The Process Stands At The Activity
    ${instance}    Start Process    ${KEY}-review
    ${at}    Wait Until Process Is At    ${instance}    Review it
    Should Be Equal    ${at.id}    review
    Should Be Equal    ${at.type}    userTask
    Should Not Be Empty    ${at.execution}

Waiting In Vain Says Where The Process Stands
    ${instance}    Start Process    ${KEY}-review
    Run Keyword And Expect Error
    ...    Activity 'book' of process instance '${instance}' did not come within 0.5 seconds. It is at 'Review*
    ...    Wait Until Process Is At
    ...    ${instance}
    ...    book
    ...    timeout=0.5s
    Run Keyword And Expect Error
    ...    There is no activity 'revew' in process '${KEY}-review'. Did you mean 'review'?
    ...    Wait Until Process Is At
    ...    ${instance}
    ...    revew

Waiting For What Comes No More Ends At Once
    ${instance}    Start Process    ${KEY}-review    after_activity_id=book
    Run Keyword And Expect Error
    ...    Process instance '${instance}' is not at 'book': it has ended (COMPLETED) after 'Booked'.
    ...    Wait Until Process Is At
    ...    ${instance}
    ...    Book it
    ...    timeout=1 hour

An Activity That Waits To Be Entered Counts
    ${instance}    Start Process    ${KEY}-step
    ${at}    Wait Until Process Is At    ${instance}    step
    Should Be Equal    ${at.id}    step
    ${tree}    Get Activity Tree    ${instance}
    Should Be True    ${tree.children[0].is_transition}

Instances Are Found By Each Filter
    ${first}    Start Process    ${KEY}-review    business_key=${KEY}-1    query=robots    count=${3}
    ${second}    Start Process
    ...    ${KEY}-review
    ...    business_key=${KEY}-2
    ...    before_activity_id=book
    ...    query=robots
    ...    count=${4}
    Suspend Process    ${second}
    Should Find    ${first}    business_key=${KEY}-1
    Should Find    ${first}    activity=review    query=robots
    Should Find    ${first}    suspended=False    query=robots
    Should Find    ${second}    suspended=True
    Should Find    ${second}    query=robots    count=${4}
    Should Find    ${second}    query=${{('like', 'rob%')}}    count=${{('>', 3)}}
    Should Find    ${second}    business_key_like=${KEY}-%    activity=book    version=1
    ${none}    Find Running Processes    ${KEY}-review    count=4
    Should Be Empty    ${none}
    ${one}    Find Running Processes    ${KEY}-review    query=robots    limit=1
    Length Should Be    ${one}    1
    Activate Process    ${second}
    ${found}    Find Running Processes    business_key=${KEY}-2
    Should Be Equal    ${found[0].suspended}    ${False}
    Should Be Equal    ${found[0].process}    ${KEY}-review

A Version Alone Finds Nothing
    Run Keyword And Expect Error
    ...    Finding running processes failed: a version needs the process that it is of.
    ...    Find Running Processes    version=1

Callers, Called And Incidents Are Found
    ${caller}    Start Process    ${KEY}-calls
    ${called}    Find Running Processes    caller=${caller}
    Should Be Equal    ${called[0].process}    ${KEY}-work
    ${found}    Find Running Processes    called=${called[0].id}
    Should Be Equal    ${found[0].id}    ${caller}
    Fail External Tasks    ${KEY}    no way
    ${found}    Find Running Processes    ${KEY}-work    with_incident=True
    Should Be Equal    ${found[0].id}    ${called[0].id}

The Activity Tree Is Nested And In The Log
    ${instance}    Start Process    ${KEY}-review
    ${tree}    Get Activity Tree    ${instance}
    Should Be Equal    ${tree.id}    ${instance}
    Should Be Equal    ${tree.type}    processDefinition
    VAR    ${review}    ${tree.children[0]}
    Should Be Equal    ${review.name}    Review it
    Should Be Equal    ${review.type}    userTask
    Should Be Empty    ${review.children}
    Length Should Be    ${review.executions}    1

Instances That Run No More Are Named
    ${instance}    Start Process    ${KEY}-review
    Delete Process    ${instance}
    FOR    ${name}    IN    Suspend Process    Activate Process    Delete Process    Get Activity Tree
        Run Keyword And Expect Error
        ...    There is no running process instance '${instance}'. It ended at * (EXTERNALLY_TERMINATED).
        ...    ${name}
        ...    ${instance}
        Run Keyword And Expect Error    There is no running process instance 'nothing'.    ${name}    nothing
    END

A Deleted Instance Keeps The Reason
    ${instance}    Start Process    ${KEY}-review
    Delete Process    ${instance}    reason=ordered twice
    ${end}    Wait Until Process Ended    ${instance}    timeout=1s
    Should Be Equal    ${end.state}    EXTERNALLY_TERMINATED

Variables Are Read, Set And Deleted
    ${instance}    Start Process    ${KEY}-review    query=robots    tenant_name=x
    Set Process Variable    ${instance}    count    5    type=Integer
    Set Process Variable    ${instance}    text    5
    VAR    &{values}    urls=${{['a', 'b']}}    accepted=${True}
    Set Process Variables    ${instance}    ${values}
    ${count}    Get Process Variable    ${instance}    count
    Should Be Equal    ${count}    ${5}
    ${text}    Get Process Variable    ${instance}    text
    Should Be Equal    ${text}    5
    ${urls}    Get Process Variable    ${instance}    urls
    Should Be Equal    ${urls}    ${{['a', 'b']}}
    Delete Process Variable    ${instance}    text
    ${text}    Get Process Variable    ${instance}    text    default=none
    Should Be Equal    ${text}    none
    Run Keyword And Expect Error
    ...    Process instance '${instance}' has no variable 'qery'. Did you mean 'query'?
    ...    Get Process Variable
    ...    ${instance}
    ...    qery
    Delete Process    ${instance}
    ${query}    Get Process Variable    ${instance}    query
    Should Be Equal    ${query}    robots
    Run Keyword And Expect Error
    ...    There is no running process instance '${instance}'.*
    ...    Set Process Variable
    ...    ${instance}
    ...    query
    ...    x
    Run Keyword And Expect Error    *'nothing'*    Get Process Variable    nothing    query    default=x

Variables Of One Activity Stay There
    ${instance}    Start Process    ${KEY}-work    query=robots
    Set Process Variable    ${instance}    query    dragons    activity=Work
    ${outer}    Get Process Variable    ${instance}    query
    ${inner}    Get Process Variable    ${instance}    query    activity=work
    Should Be Equal    ${outer}    robots
    Should Be Equal    ${inner}    dragons
    Delete Process Variable    ${instance}    query    activity=work
    Run Keyword And Expect Error
    ...    Activity 'work' of '${instance}' has no variable 'query'.
    ...    Get Process Variable
    ...    ${instance}
    ...    query
    ...    activity=work
    Run Keyword And Expect Error
    ...    There is no activity 'wrk' in what process instance '${instance}' stands at. Did you mean 'work'?
    ...    Set Process Variable
    ...    ${instance}
    ...    query
    ...    x
    ...    activity=wrk

Files Come And Go
    Create File    ${OUTPUT DIR}/order ä.txt    two comics
    VAR    &{files}    first=${OUTPUT DIR}/order ä.txt
    ${instance}    Start Process    ${KEY}-review    files=${files}
    ${path}    Get Process File    ${instance}    first    ${OUTPUT DIR}/first.txt
    ${content}    Get File    ${path}
    Should Be Equal    ${content}    two comics
    Set Process File    ${instance}    order    ${OUTPUT DIR}/order ä.txt
    ${name}    Get Process Variable    ${instance}    order
    Should Be Equal    ${name}    order ä.txt
    ${path}    Get Process File    ${instance}    order    ${OUTPUT DIR}/back.txt
    ${content}    Get File    ${path}
    Should Be Equal    ${content}    two comics
    Run Keyword And Expect Error
    ...    Setting file 'order' failed: there is no file '${OUTPUT DIR}${/}gone.txt'.
    ...    Set Process File
    ...    ${instance}
    ...    order
    ...    ${OUTPUT DIR}${/}gone.txt
    VAR    &{files}    first=${OUTPUT DIR}/gone.txt
    Run Keyword And Expect Error    *gone.txt*    Start Process    ${KEY}-review    files=${files}


*** Keywords ***
Should Find
    [Arguments]    ${instance}    &{filters}
    ${found}    Find Running Processes    ${KEY}-review    &{filters}
    Should Be Equal    ${{[each.id for each in $found]}}    ${{[$instance]}}
