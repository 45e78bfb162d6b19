"""The processes `comic-search` and `comic-fetch-review`, played from start to every end."""

from pathlib import Path

import requests

PICTURE = Path(__file__).parents[2] / "robots" / "comics" / "site" / "pictures" / "after-you.png"


def test_accepted_rejected_and_skipped_comics_end_apart_and_the_accepted_are_counted(comics):
    instance = comics.start()
    comics.find("one", "two", "three", "no-picture")
    comics.skip("no-picture")
    comics.download(3)
    comics.review(one=True, two=False, three=True)

    assert comics.wait_until_ended(instance).state == "COMPLETED"
    assert comics.ends(instance) == ["Results accepted"]
    assert comics.reviewed(instance) == {
        "one": "Accepted",
        "two": "Rejected",
        "three": "Accepted",
        "no-picture": "Skipped",
    }
    assert comics.variable(instance, "accepted") == 2


def test_comics_accepted_at_the_same_moment_are_all_counted_and_no_reviewer_sees_an_error(comics):
    names = [f"comic{number}" for number in range(16)]
    instance = comics.start()
    comics.find(*names)
    comics.download(16)
    comics.review(**{name: name != "comic7" for name in names})

    comics.wait_until_ended(instance)
    assert comics.ends(instance) == ["Results accepted"]
    assert comics.variable(instance, "accepted") == 15


def test_every_comic_found_gets_its_download_at_once_with_address_caller_and_business_key(comics):
    instance = comics.start(business_key="A-17")
    comics.find("one", "two")

    tasks = comics.fetch("Download comic", 2)
    assert sorted(task.variables["url"].value for task in tasks) == ["one", "two"]
    assert [task.variables["callerId"].value for task in tasks] == [instance, instance]
    assert [task.task.business_key for task in tasks] == ["A-17", "A-17"]
    assert len({task.task.process_instance_id for task in tasks}) == 2


def test_what_the_download_found_becomes_name_description_and_comic_of_the_review(comics, engine):
    comics.start()
    comics.find("one")
    comics.download(1)

    [review] = comics.reviews()
    assert review.name == "Review: one"
    seen = engine.user_tasks.variables(review.id)
    assert seen.get("name").value == "one"
    assert seen.get("description").value == "The joke of one."
    assert seen.get("comic").filename == "after-you.png"
    assert seen.get("comic").mime_type == "image/png"
    assert seen.download("comic") == PICTURE.read_bytes()
    [address] = engine.history.variables(review.process_instance_id, name="imageUrl")
    assert address.value.value == "one.png"


def test_a_page_without_image_is_skipped_while_the_others_go_on(comics, engine):
    instance = comics.start()
    comics.find("one", "no-picture")
    comics.skip("no-picture")

    [skipped] = [each for each in comics.called(instance) if each.end_time]
    assert comics.ends(skipped.id) == ["Skipped"]
    assert comics.variable(skipped.id, "errorMessage") == "There is no picture."
    comics.download(1)
    assert [task.name for task in comics.reviews()] == ["Review: one"]


def test_no_hits_keep_the_error_and_a_person_cancels_the_search(comics):
    instance = comics.start("unicorns")
    comics.find_nothing("No comic matches 'unicorns'.")

    assert comics.no_results(instance).name == "No results: unicorns"
    comics.answer(instance, retry=False, query="unicorns")
    comics.wait_until_ended(instance)
    assert comics.ends(instance) == ["Search cancelled"]
    assert comics.variable(instance, "errorCode") == "not_found"
    assert comics.variable(instance, "errorMessage") == "No comic matches 'unicorns'."
    assert comics.variable(instance, "accepted") == 0


def test_another_word_is_searched_next(comics):
    instance = comics.start("unicorns")
    comics.find_nothing()
    comics.answer(instance, retry=True, query="coffee")

    [search] = comics.fetch("Search comics")
    assert search.variables["query"].value == "coffee"
    comics.found(search, "one")
    comics.download(1)
    comics.review(one=True)
    comics.wait_until_ended(instance)
    assert comics.ends(instance) == ["Results accepted"]


def test_a_person_is_asked_again_when_every_comic_was_rejected(comics):
    instance = comics.start()
    comics.find("one", "two")
    comics.download(2)
    comics.review(one=False, two=False)

    assert comics.no_results(instance).name == "No results: robots"
    comics.answer(instance, retry=False, query="robots")
    comics.wait_until_ended(instance)
    assert comics.ends(instance) == ["Search cancelled"]


def test_an_empty_list_of_results_is_no_result(comics):
    instance = comics.start()
    comics.find()

    assert comics.no_results(instance).name == "No results: robots"


def test_the_start_form_requires_a_query(comics, engine_url):
    form = f"{engine_url}/process-definition/key/{comics.key('comic-search')}/submit-form"

    refused = requests.post(form, json={"variables": {}}, timeout=30)
    assert not refused.ok
    sentence = "Invalid value submitted for form field 'query': validation of required failed."
    assert refused.json()["message"].endswith(sentence)
    started = requests.post(form, json={"variables": {"query": {"value": "robots", "type": "String"}}}, timeout=30)
    assert started.status_code == 200


def test_the_form_without_results_proposes_to_search_again_for_the_same_word(comics, engine_url):
    instance = comics.start("unicorns")
    comics.find_nothing()

    form = requests.get(f"{engine_url}/task/{comics.no_results(instance).id}/form-variables", timeout=30).json()
    assert (form["retry"]["type"], form["retry"]["value"]) == ("Boolean", True)
    assert (form["query"]["type"], form["query"]["value"]) == ("String", "unicorns")


def test_the_review_form_comes_with_the_deployment_and_shows_the_comic(comics, engine_url):
    comics.start()
    comics.find("one")
    comics.download(1)

    [review] = comics.reviews()
    assert review.form_key == "embedded:deployment:review.html"
    form = requests.get(f"{engine_url}/task/{review.id}/deployed-form", timeout=30).text
    assert """<img src="{{ camForm.variableManager.variable('comic').contentUrl }}\"""" in form
    assert 'cam-variable-name="accepted" cam-variable-type="Boolean"' in form
