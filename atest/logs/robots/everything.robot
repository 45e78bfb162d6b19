*** Settings ***
Documentation       See [suite-doc.png|the suite].
Metadata            Shot    [metadata.png|the metadata]
Library             Pictures.py
Suite Setup         Show As Selenium Library    setup.png
Suite Teardown      Paint Late


*** Tasks ***
Libraries
    Show As Selenium Library    selenium-screenshot-1.png
    Show As Browser Library    browser/screenshot/robotframework-browser-screenshot-1.png
    [Teardown]    Show As Selenium Library    teardown.png

Odd Names
    Show As Selenium Library    shots/with space & amp.png
    Show As Selenium Library    shots/ääkköset.png
    Show As Selenium Library    shots/100% #1.png
    Show    <img src="plain space.png">    plain space.png
    Show    <img alt='x' width=100 src='single.png'>    single.png
    Show    <IMG SRC=unquoted.png>    unquoted.png
    Show    <img src="./dotted.png?version=1">    dotted.png
    Show    <img src="file://${OUTPUT DIR}/absolute.png">    absolute.png
    Show Then Paint    <img src="after.png">    after.png

Not Pictures
    Say    the page had <img src="selenium-screenshot-1.png"> in its source
    Show    <pre>&lt;img src="selenium-screenshot-1.png"&gt; as text</pre>
    Show    <img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7">

Not There
    Write    ../outside.png    outside
    Link    linked-outside.png    ../outside.png
    Write    pretender.png    <script>alert(1)</script>
    Show    <img src="../outside.png">
    Show    <a href="linked-outside.png">linked</a>
    Show    <img src="missing.png">
    Show    <img src="pretender.png">
    Show    <a href="program.exe">program</a>

Links
    Write    report.csv    a;b\n1;2\n
    Write    page.html    <h1>A page</h1><script>document.body.innerText = 'taken over'</script>
    Write    notes.txt    Grüße
    Write Bytes    book.xlsx    ${{bytes.fromhex('504b0304')}}
    Bring    clip.webm
    Show    <a href="report.csv">csv</a> <a href="page.html">page</a> <a href="notes.txt">notes</a>
    Show    <a href="book.xlsx">book</a> <a href="https://example.com/">web</a> <a href="#s1">top</a>
    Show    <video controls poster="poster.png"><source src="clip.webm" type="video/webm"></video>    poster.png
    Show    <iframe src="page.html"></iframe>

Documented
    [Documentation]    See [task-doc.png|the task].
    Paint    task-doc.png
    Paint    suite-doc.png
    Paint    metadata.png

Warned
    Warn    <b>careful</b> <img src="warned.png">    warned.png

Failed
    Paint    message.png
    Fail    *HTML*it is broken <img src="message.png">


*** Keywords ***
Paint Late
    Show    <img src="suite-teardown.png">    suite-teardown.png
