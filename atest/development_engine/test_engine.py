import requests


def test_answers(engine_url):
    assert requests.get(f"{engine_url}/engine").json() == [{"name": "default"}]
