*** Settings ***
Documentation    Deployments by the library CamundaLibrary.Engine.

Library          Collections
Library          OperatingSystem
Library          CamundaLibrary.Engine    base_url=${URL}


*** Variables ***
${URL}       http://localhost:8080/engine-rest
${KEY}       deployed
${FOLDER}    ${EMPTY}


*** Tasks ***
A Folder Is Deployed And Told Of
    ${id}    Deploy    ${KEY}    ${FOLDER}    source=tests
    ${deployment}    Get Deployment    ${id}
    Should Be Equal    ${deployment.name}    ${KEY}
    Should Be Equal    ${deployment.source}    tests
    Should Be Equal    ${deployment.files}    ${{ ['forms/review.html', 'model.bpmn', 'rules/discount.dmn'] }}
    Should Be Equal    ${{ [(each.key, each.version) for each in $deployment.processes] }}    ${{ [($KEY, 1)] }}
    Should Be Equal    ${{ [each.key for each in $deployment.decisions] }}    ${{ [$KEY + '-discount'] }}

A Name May Come First Or Not At All
    Create Directory    ${OUTPUT DIR}/named
    Copy File    ${FOLDER}/forms/review.html    ${OUTPUT DIR}/named/${KEY}.html
    ${id}    Deploy    ${OUTPUT DIR}/named/${KEY}.html    ${FOLDER}/model.bpmn
    ${deployment}    Get Deployment    ${id}
    Should Be Equal    ${deployment.name}    ${KEY}.html
    Should Be Equal    ${deployment.files}    ${{ [$KEY + '.html', 'model.bpmn'] }}
    ${id}    Deploy    ${OUTPUT DIR}/named    name=${KEY} / b
    ${deployment}    Get Deployment    ${id}
    Should Be Equal    ${deployment.name}    ${KEY} / b
    ${again}    Deploy    ${KEY} / b    ${OUTPUT DIR}/named
    Should Be Equal    ${again}    ${id}
    Run Keyword And Expect Error
    ...    EQUALS:Deploying 'modl.bpmn' failed: 'modl.bpmn' cannot be read: No such file or directory.
    ...    Deploy    modl.bpmn    ${FOLDER}/forms/review.html
    Run Keyword And Expect Error    EQUALS:Deploying 'nothing' failed: there is no file to deploy.    Deploy

What Did Not Change Is Deployed When It Must Be
    ${first}    Deploy    ${KEY}    ${FOLDER}    source=tests
    ${again}    Deploy    ${KEY}    ${FOLDER}    source=tests
    Should Be Equal    ${again}    ${first}
    ${always}    Deploy    ${KEY}    ${FOLDER}    always=True
    Should Not Be Equal    ${always}    ${first}
    ${found}    Find Deployments    ${KEY}
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ [$first, $always] }}
    ${found}    Find Deployments    name_like=${KEY}%    source=tests    after=2026-01-01    limit=1
    Should Be Equal    ${found[0].id}    ${first}

For A Tenant
    ${id}    Deploy    ${KEY}-north    ${FOLDER}/model.bpmn    tenant=north
    ${found}    Find Deployments    name_like=${KEY}%    tenant=north
    Should Be Equal    ${{ [each.id for each in $found] }}    ${{ [$id] }}
    Delete Deployment    ${id}
    ${found}    Find Deployments    ${KEY}-north
    Should Be Empty    ${found}

Files Come Back
    ${id}    Deploy    ${KEY}    ${FOLDER}
    ${path}    Get Deployment File    ${id}    forms/review.html    ${OUTPUT DIR}/one/review.html
    ${form}    Get File    ${path}
    Should Be Equal    ${form}    <form></form>
    ${paths}    Get Deployment Files    ${id}    ${OUTPUT DIR}/all
    Length Should Be    ${paths}    3
    ${form}    Get File    ${OUTPUT DIR}/all/forms/review.html
    Should Be Equal    ${form}    <form></form>
    VAR    ${sentence}
    ...    There is no file 'review.html' in deployment '${id}'. Did you mean 'forms/review.html'?
    Run Keyword And Expect Error    EQUALS:${sentence}
    ...    Get Deployment File    ${id}    review.html    ${OUTPUT DIR}/x

Deleting Takes Instances Along Only When Told To
    ${id}    Deploy    ${KEY}    ${FOLDER}    always=True
    Start Process    ${KEY}
    ${found}    Find Process Instances    ${KEY}
    Length Should Be    ${found}    1
    Run Keyword And Expect Error    Deleting deployment '${id}' failed: *    Delete Deployment    ${id}
    Delete Deployment    ${id}    cascade=True    skip_listeners=True    skip_io_mappings=True
    ${found}    Find Process Instances    ${KEY}
    Should Be Empty    ${found}
    Run Keyword And Expect Error
    ...    EQUALS:Reading deployment '${id}' failed: Deployment with id '${id}' does not exist.
    ...    Get Deployment
    ...    ${id}

Nothing Is No Deployment
    Create Directory    ${OUTPUT DIR}/empty
    Run Keyword And Expect Error    EQUALS:Deploying '${KEY}' failed: there is no file to deploy.
    ...    Deploy    ${KEY}    ${OUTPUT DIR}/empty
