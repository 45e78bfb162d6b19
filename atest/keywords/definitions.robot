*** Settings ***
Documentation    Versions of processes, and starting them.

Library          OperatingSystem
Library          CamundaLibrary.Engine    base_url=${URL}

Suite Setup      Deploy Two Versions


*** Variables ***
${URL}       http://localhost:8080/engine-rest
${KEY}       definitions
${MODELS}    ${EMPTY}


*** Tasks ***
The Newest Version Is Meant Unless Another Is Named
    ${newest}    Get Process Definition    ${KEY}-review
    Should Be Equal    ${newest.version}    ${2}
    Should Be Equal    ${newest.name}    Review ${KEY}
    Should Be Equal    ${newest.process}    ${KEY}-review
    ${tagged}    Get Process Definition    ${KEY}-review    version_tag=1.0
    Should Be Equal    ${tagged.version}    ${1}
    ${numbered}    Get Process Definition    ${KEY}-review    version=1
    Should Be Equal    ${numbered}    ${tagged}

Definitions Are Found
    ${both}    Find Process Definitions    ${KEY}-review
    Should Be Equal    ${{[each.version for each in $both]}}    ${{[1, 2]}}
    ${latest}    Find Process Definitions    ${KEY}-review    latest=True
    Should Be Equal    ${latest}    ${both}[1:]
    ${old}    Find Process Definitions    ${KEY}-review    version_tag=1.0    suspended=False
    Should Be Equal    ${old}    ${both}[:1]
    ${named}    Find Process Definitions    name=Review ${KEY}    deployment=${both[1].deployment}
    Should Be Equal    ${named}    ${both}[1:]

What Is Not There Is Said With What Is
    Run Keyword And Expect Error
    ...    There is no process definition '${KEY}-revew'. Did you mean '${KEY}-review'*
    ...    Get Process Definition    ${KEY}-revew
    Run Keyword And Expect Error
    ...    There is no process definition '${KEY}-review' of version '7'. There are '${KEY}-review version 1 (1.0)', *.
    ...    Get Process Definition    ${KEY}-review    version=7
    Run Keyword And Expect Error
    ...    There is no process definition '${KEY}-review' of version tag '9' and tenant 'south'.*
    ...    Get Process Definition    ${KEY}-review    version_tag=9    tenant=south
    Run Keyword And Expect Error
    ...    There is no process definition '${KEY}-revew'. Did you mean '${KEY}-review'*
    ...    Start Process    ${KEY}-revew

Model And Diagram Come From The Deployment
    ${xml}    Get Process Model    ${KEY}-review    version=1    path=${OUTPUT DIR}/models/old.bpmn
    Should Contain    ${xml}    Review it
    ${file}    Get File    ${OUTPUT DIR}/models/old.bpmn
    Should Be Equal    ${file}    ${xml}
    ${path}    Get Process Diagram    ${KEY}-review    ${OUTPUT DIR}/models/new.svg
    ${picture}    Get File    ${path}
    Should Start With    ${picture}    <svg
    Run Keyword And Expect Error
    ...    There is no diagram of ${KEY}-review version 1 (1.0): none was deployed with it.
    ...    Get Process Diagram    ${KEY}-review    ${OUTPUT DIR}/models/old.svg    version=1

Another Version Is Started
    ${instance}    Start Process    ${KEY}-review    version_tag=1.0    business_key=A-1
    ${tree}    Get Activity Tree    ${instance}
    Should Be Equal    ${tree.children[0].activity}    review

An Instance Starts Before And After Activities
    ${instance}    Start Process    ${KEY}-review    before_activity_id=Book it    hits=${3}    key=me
    ${at}    Wait Until Process Is At    ${instance}    book
    Should Be Equal    ${at.name}    Book it
    ${hits}    Get Process Variable    ${instance}    hits
    Should Be Equal    ${hits}    ${3}
    ${twice}    Start Process
    ...    ${KEY}-review
    ...    before_activity_id=${{['check', 'Book it']}}
    ...    after_activity_id=check
    ${tree}    Get Activity Tree    ${twice}
    Should Be Equal    ${{sorted(each.activity for each in $tree.children)}}    ${{['book', 'book', 'check']}}
    Run Keyword And Expect Error
    ...    There is no activity 'chek' in process '${KEY}-review'. Did you mean 'check'?
    ...    Start Process    ${KEY}-review    before_activity_id=chek

A Suspended Definition Is Not Started
    ${instance}    Start Process    ${KEY}-review    version=1
    Suspend Process Definition    ${KEY}-review    version=1    instances=False
    Run Keyword And Expect Error    *is suspended*    Start Process    ${KEY}-review    version=1
    ${suspended}    Find Running Processes    ${KEY}-review    version=1    suspended=True
    Should Be Empty    ${suspended}
    Suspend Process Definition    ${KEY}-review    version=1
    ${suspended}    Find Running Processes    ${KEY}-review    version=1    suspended=True
    Should Contain    ${{[each.id for each in $suspended]}}    ${instance}
    Activate Process Definition    ${KEY}-review    version=1
    ${suspended}    Find Running Processes    ${KEY}-review    version=1    suspended=True
    Should Be Empty    ${suspended}

A Definition Can Be Suspended Later
    Suspend Process Definition    ${KEY}-review    version=1    at=2099-01-31 12:00:00
    ${definition}    Get Process Definition    ${KEY}-review    version=1
    Should Be Equal    ${definition.suspended}    ${False}


*** Keywords ***
Deploy Two Versions
    Deploy    ${KEY}    ${MODELS}/review-1.bpmn
    Move File    ${MODELS}/review-2.bpmn    ${MODELS}/two/review.bpmn
    Move File    ${MODELS}/review-2.svg    ${MODELS}/two/review.svg
    Deploy    ${KEY}    ${MODELS}/two/review.bpmn    ${MODELS}/two/review.svg
