*** Settings ***
Documentation    User tasks by the library CamundaLibrary.Engine.

Library          Collections
Library          OperatingSystem
Library          CamundaLibrary.Engine    base_url=${URL}

Task Setup       Start One


*** Variables ***
${URL}    http://localhost:8080/engine-rest
${KEY}    review


*** Tasks ***
Finding By Who May Do It And By When
    ${found}    Find User Tasks    process=${KEY}    instance=${INSTANCE}    candidate_group=sales
    Should Be Equal    ${found[0].id}    ${TASK.id}
    ${found}    Find User Tasks
    ...    ${INSTANCE}
    ...    candidate_user=kim
    ...    due_before=2031-01-01
    ...    due_after=2029-01-01 12:00
    Length Should Be    ${found}    1
    ${found}    Find User Tasks
    ...    ${INSTANCE}
    ...    name_like=%view%
    ...    min_priority=60
    ...    max_priority=70
    ...    suspended=False
    Length Should Be    ${found}    1
    ${found}    Find User Tasks    ${INSTANCE}    unassigned=False
    Should Be Empty    ${found}
    ${found}    Find User Tasks    ${INSTANCE}    created_after=2000-01-01    follow_up_before=2100-01-01
    Should Be Empty    ${found}
    ${found}    Find User Tasks    ${INSTANCE}    variables=${{ {'amount': ('>', 5), 'customer': 'Ann'} }}
    Length Should Be    ${found}    1
    ${found}    Find User Tasks    process=${KEY}    variables=${{ {'amount': ('<', 5)} }}    limit=${1}
    Should Be Empty    ${found}
    Run Keyword And Expect Error    There is no operator '~' for variables.*
    ...    Find User Tasks    variables=${{ {'amount': ('~', 5)} }}

From Hand To Hand
    Claim User Task    ${TASK.id}    kim
    Unclaim User Task    ${TASK.id}
    Assign User Task    ${TASK.id}    kim
    Delegate User Task    ${TASK.id}    alex
    Resolve User Task    ${TASK.id}    checked=${True}
    Add User Task Candidate    ${TASK.id}    user=sam
    Remove User Task Candidate    ${TASK.id}    group=sales
    ${task}    Get User Task    ${TASK.id}
    Should Be Equal    ${task.assignee}    kim
    Should Be Equal    ${task.owner}    kim
    Should Be Equal    ${{ sorted($task.candidate_users) }}    ${{ ['kim', 'sam'] }}
    Should Be Empty    ${task.candidate_groups}
    Assign User Task    ${TASK.id}    ${None}
    ${found}    Find User Tasks    ${INSTANCE}    unassigned=True    owner=kim
    Length Should Be    ${found}    1
    Run Keyword And Expect Error    EQUALS:Adding a candidate failed: either user or group must be given.
    ...    Add User Task Candidate    ${TASK.id}

Changing When It Is Due
    Change User Task    ${TASK.id}    priority=80    due=2026-12-31 12:00    description=the blue one
    ${task}    Get User Task    ${TASK.id}
    Should Be Equal    ${task.priority}    ${80}
    Should Be Equal    ${{ $task.due.strftime('%Y-%m-%d %H:%M') }}    2026-12-31 12:00
    Should Be Equal    ${task.description}    the blue one
    Should Be Equal    ${task.name}    Review

Comments And Attachments Stay When The Task Is Done
    Comment User Task    ${TASK.id}    Schön blau.
    Create File    ${OUTPUT DIR}/in/note ä.txt    attached
    Attach File To User Task    ${TASK.id}    ${OUTPUT DIR}/in/note ä.txt    description=A note
    Attach Link To User Task    ${TASK.id}    http://localhost/17    name=Order
    ${attachments}    Get User Task Attachments    ${TASK.id}
    Should Be Equal    ${{ [each.name for each in $attachments] }}    ${{ ['note ä.txt', 'Order'] }}
    Should Be Equal    ${attachments[1].url}    http://localhost/17
    Complete User Task    ${TASK.id}
    ${comments}    Get User Task Comments    ${TASK.id}
    Should Be Equal    ${comments[0].text}    Schön blau.
    ${path}    Get User Task Attachment    ${TASK.id}    note ä.txt    ${OUTPUT DIR}/out/note.txt
    ${content}    Get File    ${path}
    Should Be Equal    ${content}    attached
    Run Keyword And Expect Error    EQUALS:Attachment 'Order' is no file: it is the address 'http://localhost/17'.
    ...    Get User Task Attachment    ${TASK.id}    Order    ${path}
    VAR    ${sentence}    There is no attachment 'order' of user task '${TASK.id}'. Did you mean 'Order'?
    Run Keyword And Expect Error    EQUALS:${sentence}    Delete User Task Attachment    ${TASK.id}    order

An Attachment Is Deleted
    Attach Link To User Task    ${TASK.id}    http://localhost/17    name=Order
    ${other}    Attach Link To User Task    ${TASK.id}    http://localhost/18
    Delete User Task Attachment    ${TASK.id}    Order
    ${attachments}    Get User Task Attachments    ${TASK.id}
    Should Be Equal    ${{ [each.id for each in $attachments] }}    ${{ [$other] }}
    Delete User Task Attachment    ${TASK.id}    ${other}
    ${attachments}    Get User Task Attachments    ${TASK.id}
    Should Be Empty    ${attachments}

A Form Is Filled In
    ${variables}    Get User Task Form Variables    ${TASK.id}
    Should Be Equal    ${variables}    ${{ {'amount': 10, 'customer': 'Ann', 'pages': None} }}
    ${path}    Get User Task Form    ${TASK.id}    ${OUTPUT DIR}/forms/review.html
    ${form}    Get File    ${path}
    Should Be Equal    ${form}    <form>review</form>
    Submit User Task Form    ${TASK.id}    pages=12
    ${variables}    Get Process Variables    ${INSTANCE}
    Should Be Equal    ${variables.pages}    ${12}

Completing Returns The Variables
    ${variables}    Complete User Task    ${TASK.id}    with_variables=True    self=me
    Should Be Equal    ${variables}    ${{ {'amount': 10, 'customer': 'Ann', 'self': 'me'} }}
    ${nothing}    Start One And Complete It
    Should Be Equal    ${nothing}    ${None}

A BPMN Error Has To Be Caught
    VAR    ${sentence}
    ...    Throwing BPMN error 'odd' for user task '${TASK.id}' failed: nothing in the model catches it.
    Run Keyword And Expect Error    EQUALS:${sentence}    Throw BPMN Error For User Task    ${TASK.id}    odd
    Throw BPMN Error For User Task    ${TASK.id}    damaged    It is wet.    where=cellar
    ${end}    Wait Until Process Ended    ${INSTANCE}
    Should Be Equal    ${end.end_events}    ${{ ['bad'] }}

An Escalation Calls For Help
    Escalate User Task    ${TASK.id}    slow    days=${3}
    ${help}    Wait For User Task    ${INSTANCE}    help
    ${variables}    Get User Task Variables    ${help.id}
    Should Be Equal    ${variables.days}    ${3}
    ${task}    Get User Task    ${TASK.id}
    Should Be Equal    ${task.id}    ${TASK.id}

Who Comes Too Late Is Told What Became Of The Task
    Claim User Task    ${TASK.id}    kim
    Complete User Task    ${TASK.id}
    VAR    ${end}
    ...    task 'Review' of process instance '${INSTANCE}' was completed (assigned to 'kim') at 20??-??-?? ??:??:??.
    Run Keyword And Expect Error
    ...    Completing user task '${TASK.id}' failed: ${end}
    ...    Complete User Task
    ...    ${TASK.id}
    Run Keyword And Expect Error    Claiming user task '${TASK.id}' for 'alex' failed: ${end}
    ...    Claim User Task    ${TASK.id}    alex
    Run Keyword And Expect Error    Reading user task '${TASK.id}' failed: ${end}    Get User Task    ${TASK.id}
    Start One
    Delete Process    ${INSTANCE}
    VAR    ${end}    task 'Review' of process instance '${INSTANCE}' was cancelled at *.
    Run Keyword And Expect Error    Unclaiming user task '${TASK.id}' failed: ${end}    Unclaim User Task    ${TASK.id}
    Run Keyword And Expect Error    EQUALS:Unclaiming user task 'gone' failed: Cannot find task with id gone.
    ...    Unclaim User Task    gone


*** Keywords ***
Start One
    ${instance}    Start Process    ${KEY}    amount=${10}    customer=Ann
    ${task}    Wait For User Task    ${instance}    review
    VAR    ${INSTANCE}    ${instance}    scope=TEST
    VAR    ${TASK}    ${task}    scope=TEST

Start One And Complete It
    Start One
    ${nothing}    Complete User Task    ${TASK.id}
    RETURN    ${nothing}
