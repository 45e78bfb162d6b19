*** Settings ***
Documentation    Processes that belong to tenants: one to north and south, others to north alone.

Library          FailingWorker    ${URL}
Library          CamundaLibrary.Engine    base_url=${URL}


*** Variables ***
${URL}    http://localhost:8080/engine-rest
${KEY}    tenants


*** Tasks ***
A Tenant Is Named Where Several Have The Process
    Run Keyword And Expect Error
    ...    There are 2 where one process definition '${KEY}-review' was asked for: *of tenant north*of tenant south'.
    ...    Get Process Definition    ${KEY}-review
    Run Keyword And Expect Error    There are 2 where one process definition *    Start Process    ${KEY}-review
    ${definition}    Get Process Definition    ${KEY}-review    tenant=south
    Should Be Equal    ${definition.tenant}    south
    ${found}    Find Process Definitions    ${KEY}-review    tenant=north
    Should Be Equal    ${{[each.tenant for each in $found]}}    ${{['north']}}
    ${instance}    Start Process    ${KEY}-review    tenant=south
    ${found}    Find Running Processes    ${KEY}-review    tenant=south
    Should Be Equal    ${found[0].id}    ${instance}
    Should Be Equal    ${found[0].tenant}    south
    ${found}    Find Running Processes    ${KEY}-review    tenant=north
    Should Be Empty    ${found}
    ${instance}    Start Process    ${KEY}-review    tenant=north    version=1    before_activity_id=book
    Wait Until Process Is At    ${instance}    book

The Only Tenant That Has The Process Need Not Be Named
    ${definition}    Get Process Definition    ${KEY}-work
    Should Be Equal    ${definition.tenant}    north
    ${instance}    Start Process    ${KEY}-work
    ${found}    Find Running Processes    ${KEY}-work    tenant=north
    Should Be Equal    ${found[0].id}    ${instance}

Incidents And Jobs Know Their Tenant
    ${instance}    Start Process    ${KEY}-work    tenant=north
    Fail External Tasks    ${KEY}    no
    ${incidents}    Find Incidents    ${instance}    tenant=north
    Should Be Equal    ${incidents[0].tenant}    north
    ${incidents}    Find Incidents    ${instance}    tenant=south
    Should Be Empty    ${incidents}
    ${instance}    Start Process    ${KEY}-review    tenant=south
    ${jobs}    Find Jobs    ${instance}    tenant=south
    Should Be Equal    ${jobs[0].tenant}    south
    ${jobs}    Find Jobs    ${instance}    tenant=north
    Should Be Empty    ${jobs}
