"""The control API of aep-mock, as far as these tests need it. `GET /openapi.json` describes all of it."""

import json
import os
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Aep:
    def __init__(self, url=None):
        self.url = url or os.environ["AEP_MOCK_URL"]  # Set by `aep-mock exec`.

    def call(self, method, path, body=None):
        """A call of the control API. What the mock expected and did not see fails the test, with the timeline."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}/_mock/{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request) as response:
                return json.load(response)
        except HTTPError as error:
            with error:
                problems = json.load(error)["errors"]
            raise AssertionError("\n".join(f"{each['message']}\n{each['hint']}" for each in problems)) from None

    def subscribe(self, url, **wish):
        return self.call("POST", "subscribe", {"url": url, **wish})

    def publish(self, event_type, **fields):
        """Publishes a generated event, with some of its fields as given: time="…", or **{"data.product.uuid": "…"}."""
        return self.call("POST", "publish", {"types": [event_type], "set": fields})["published"][0]["id"]

    def drain(self):
        """Lets everything be sent and answered that need not wait for its time."""
        return self.call("POST", "drain")

    def advance(self, by):
        return self.call("POST", "clock/advance", {"by": by})

    def run_until_idle(self):
        """Moves virtual time until nothing is left to happen: every retry has been made."""
        return self.call("POST", "clock/run-until-idle")

    def inject(self, **fault):
        return self.call("POST", "faults", fault)

    def event(self, event_id):
        return self.call("GET", f"events/{event_id}")

    def expect_delivered(self, **query):
        return self.call("POST", "expect/delivered", query)["items"]

    def expect_never(self, **query):
        self.call("POST", "expect/never", query)

    def snapshot(self, name):
        self.call("POST", "snapshots", {"name": name})

    def restore(self, name):
        self.call("POST", f"snapshots/{name}/restore")
