*** Settings ***
Documentation    The history by the library CamundaLibrary.Engine. Instance DONE went the whole way, STUCK has an
...              incident.

Library          Collections
Library          OperatingSystem
Library          CamundaLibrary.Engine    base_url=${URL}


*** Variables ***
${URL}      http://localhost:8080/engine-rest
${KEY}      history
${DONE}     ${EMPTY}
${STUCK}    ${EMPTY}
${TASK}     ${EMPTY}


*** Tasks ***
Instances By State And Time
    ${found}    Find Process Instances    ${KEY}    state=COMPLETED
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ [$DONE] }}
    ${found}    Find Process Instances    ${KEY}    finished=False    with_incidents=True    at=work
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ [$STUCK] }}
    ${found}    Find Process Instances    ${KEY}    newest_first=True    limit=1
    Should Be Equal    ${found[0].id}    ${STUCK}
    ${found}    Find Process Instances    ${KEY}    first=1    started_after=2026-01-01    business_key_like=%
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ [$STUCK] }}
    ${found}    Find Process Instances    ${KEY}    passed=review    variables=${{ {'amount': ('>=', 5000)} }}
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ [$DONE] }}
    ${found}    Find Process Instances    ${KEY}    finished_before=2026-01-01
    Should Be Empty    ${found}

Activities Of A Kind
    ${found}    Get Process Activities    ${DONE}    type=userTask    finished=True
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ ['review'] }}
    ${found}    Get Process Activities    ${STUCK}    finished=False
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ ['work'] }}
    ${found}    Get Process Activities    ${STUCK}    canceled=True
    Should Be Empty    ${found}

Variables Of All Scopes And What They Were
    ${found}    Find Historic Variables    ${DONE}    name=pages
    Should Be Equal
    ...    ${{ [(each.value, each.type, each.activity) for each in $found] }}
    ...    ${{ [(2, 'Integer', 'work')] }}
    ${found}    Find Historic Variables    ${DONE}    activity=work
    Should Be Equal    ${{ sorted(each.name for each in $found) }}    ${{ ['log', 'pages'] }}
    ${updates}    Get Variable Updates    ${DONE}    status
    Should Be Equal    ${{ [each.value for each in $updates] }}    ${{ ['new', 'worked', 'reviewed'] }}
    Should Be Equal    ${{ [each.revision for each in $updates] }}    ${{ [0, 1, 2] }}
    Run Keyword And Expect Error
    ...    EQUALS:Process instance '${DONE}' never had a variable 'statuss'. Did you mean 'status'?
    ...    Get Variable Updates    ${DONE}    statuss
    Run Keyword And Expect Error
    ...    Process instance '${DONE}' never had a variable 'status' at activity 'work'.*
    ...    Get Variable Updates    ${DONE}    status    activity=work

A Java Object Is No Obstacle
    ${variables}    Get Process Variables    ${DONE}
    Should Be Equal    ${variables.amount}    ${5000}
    Should Not Contain    ${variables}    discounts
    ${found}    Find Historic Variables    ${DONE}    name=discounts
    Should Be Equal    ${found[0].value}    ${None}
    Should Be Equal    ${found[0].type}    Object

Files Of An Ended Instance
    ${files}    Get Process Files    ${DONE}    ${OUTPUT DIR}/files
    Should Be Equal    ${{ sorted((each.name, each.activity) for each in $files if each.activity) }}
    ...    ${{ [('log', 'work')] }}
    ${paths}    Evaluate    sorted(pathlib.Path(each.path).relative_to(r"${OUTPUT DIR}").as_posix() for each in $files)
    ...    modules=pathlib
    Should Be Equal    ${paths}    ${{ ['files/a_b/x.txt', 'files/log-2/log.html', 'files/log/run.html'] }}
    ${content}    Get File    ${OUTPUT DIR}/files/log-2/log.html
    Should Be Equal    ${content}    of the task
    ${path}    Get Process File    ${DONE}    ../a:b    ${OUTPUT DIR}/b.txt
    ${content}    Get File    ${path}
    Should Be Equal    ${content}    strange
    Create File    ${OUTPUT DIR}/file
    Run Keyword And Expect Error    Writing '${OUTPUT DIR}${/}file${/}b.txt' failed: *
    ...    Get Process File    ${DONE}    ../a:b    ${OUTPUT DIR}/file/b.txt

What Happened To External Tasks
    ${log}    Get External Task Log    ${DONE}
    Should Be Equal    ${{ [each.event for each in $log] }}    ${{ ['created', 'failed', 'succeeded'] }}
    ${log}    Get External Task Log    process=${KEY}    event=FAILED    with_details=True
    Should Be Equal    ${{ [(each.message, each.details) for each in $log] }}
    ...    ${{ [('No browser', 'Line 1'), ('No disk', None)] }}
    ${log}    Get External Task Log    task=${log[0].task}    limit=1
    Should Be Equal    ${log[0].instance}    ${DONE}

What Happened To User Tasks
    ${found}    Find Historic User Tasks    ${DONE}    finished=True    assignee=kim
    Should Be Equal    ${found[0].id}    ${TASK}
    Should Be Equal    ${found[0].ending}    completed
    ${found}    Find Historic User Tasks    process=${KEY}    finished=False
    Should Be Empty    ${found}
    ${operations}    Find User Operations    ${DONE}    task=${TASK}    after=2026-01-01
    Should Be Empty    ${operations}

Incidents Of The Past And Of Today
    ${found}    Find Historic Incidents    process=${KEY}    state=OPEN
    Should Be Equal    ${{ [(each.message, each.instance) for each in $found] }}    ${{ [('No disk', $STUCK)] }}
    ${found}    Find Historic Incidents    process=${KEY}    state=RESOLVED    message_like=%browser%
    Should Be Equal    ${{ [(each.message, each.instance) for each in $found] }}    ${{ [('No browser', $DONE)] }}

What Was Decided
    ${found}    Find Decision Evaluations    ${KEY}-discount    instance=${DONE}
    Should Be Equal    ${found[0].inputs}    ${{ {'input': 5000} }}
    Should Be Equal    ${found[0].rows}    ${{ [{'discount': 10, 'note': 'big'}, {'discount': 20, 'note': 'huge'}] }}
    Should Be Equal    ${found[0].activity}    decide
