"""Run with a mock of its own: aep-mock exec --allow-http --clock virtual --seed 1 -- python3 -m unittest -v"""

import os
import sqlite3
import tempfile
import unittest
from unittest import mock

from aep import Aep
from consumer import Consumer, Store

SECRET = "the-secret-of-our-subscription"
UUID = "5d3f2c1a-8b7e-4f60-9a1b-2c3d4e5f6a7b"
PRODUCT = {"data.product.uuid": UUID}

aep = Aep()


def setUpModule():
    aep.snapshot("nobody-has-subscribed")


class RecordingStore(Store):
    """Remembers what the worker has worked on."""

    def __init__(self, path):
        super().__init__(path)
        self.worked = []

    def apply(self, database, event):
        self.worked.append(event["id"])
        super().apply(database, event)


class ConsumerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = RecordingStore(os.path.join(folder.name, "consumer.sqlite3"))
        self.consumer = Consumer(0, self.store, [SECRET])
        self.consumer.start()
        self.addCleanup(self.stop)
        # Every test begins at the same moment of the same platform.
        aep.restore("nobody-has-subscribed")
        self.subscribe(secret=SECRET)

    def subscribe(self, **wish):
        aep.subscribe(f"http://127.0.0.1:{self.consumer.server_port}/webhooks/akeneo", **wish)

    def stop(self):
        if self.consumer:
            self.consumer.stop()
        self.consumer = None

    def finish(self):
        """Lets everything happen that will, and the worker finish."""
        aep.run_until_idle()
        self.stop()

    def test_a_signed_event_is_taken_at_once_and_worked_off_later(self):
        event_id = aep.publish("product.updated", **PRODUCT)
        self.finish()
        aep.expect_delivered(event_id=event_id, data={"product": {"uuid": UUID}}, duplicate=False, count=1)
        self.assertEqual(self.store.products(), {UUID: "to refresh"})

    def test_a_forged_event_is_refused_and_never_worked_off(self):
        for forgery in ("corruptSignature", "missingSignature"):
            aep.call("PUT", "faults", {forgery: True})
            event_id = aep.publish("product.updated", **PRODUCT)
            aep.run_until_idle()
            aep.expect_never(event_id=event_id)
            [delivery, *_] = aep.event(event_id)["deliveries"]
            self.assertEqual(delivery["attempts"][0]["outcome"]["status"], 401)
        self.finish()
        self.assertEqual(self.store.worked, [])

    def test_while_a_secret_is_being_changed_either_one_will_do(self):
        aep.restore("nobody-has-subscribed")
        self.subscribe(secret="the-secret-that-comes-next", secondary_secret=SECRET)
        aep.publish("product.updated", **PRODUCT)
        self.finish()
        self.assertEqual(self.store.products(), {UUID: "to refresh"})

    def test_an_event_that_comes_twice_is_worked_off_once(self):
        aep.inject(duplicate="1s")
        event_id = aep.publish("product.updated", **PRODUCT)
        self.finish()
        self.assertGreater(len(aep.event(event_id)["deliveries"]), 1)
        self.assertEqual(self.store.worked, [event_id])

    def test_an_event_whose_answer_was_lost_is_worked_off_once(self):
        aep.inject(reset=True, reached=True, first=1)
        event_id = aep.publish("product.updated", **PRODUCT)
        self.finish()
        self.assertEqual(self.store.worked, [event_id])

    def test_an_update_that_arrives_after_a_later_deletion_does_not_bring_the_product_back(self):
        aep.publish("product.deleted", time="2026-01-05T08:00:02Z", **PRODUCT)
        aep.publish("product.updated", time="2026-01-05T08:00:01Z", **PRODUCT)
        self.finish()
        self.assertEqual(self.store.products(), {UUID: "deleted"})

    def test_what_could_not_be_kept_is_sent_again_five_minutes_later(self):
        with mock.patch.object(self.store, "put", side_effect=sqlite3.OperationalError("disk I/O error")):
            event_id = aep.publish("product.updated", **PRODUCT)
            aep.drain()
        self.assertEqual(self.store.events("new") + self.store.events("done"), [])
        self.finish()
        self.assertEqual(self.store.products(), {UUID: "to refresh"})
        first = aep.event(event_id)["deliveries"][0]["attempts"][0]
        self.assertEqual(first["verdict"]["delay_ms"], 5 * 60_000)

    def test_an_event_type_that_we_do_not_know_is_taken_and_left_alone(self):
        event_id = aep.publish("workflow.task.created")
        self.finish()
        self.assertEqual(self.store.events("done"), [event_id])
        self.assertEqual(self.store.products(), {})

    def test_an_event_that_cannot_be_worked_off_does_not_stop_the_others(self):
        poison = aep.publish("product.updated", data={})
        aep.publish("product.updated", **PRODUCT)
        self.finish()
        self.assertEqual(self.store.events("parked"), [poison])
        self.assertEqual(self.store.products(), {UUID: "to refresh"})

    def test_two_hundred_events_in_disorder_end_as_the_pim_has_them(self):
        published = []
        for n in range(200):
            uuid = f"00000000-0000-4000-8000-{n % 20:012}"
            change = "deleted" if n % 7 == 6 else "updated"
            time = f"2026-01-05T08:{n // 60:02}:{n % 60:02}Z"
            event_id = aep.publish(f"product.{change}", time=time, **{"data.product.uuid": uuid})
            published.append((event_id, uuid, "deleted" if change == "deleted" else "to refresh"))
        self.finish()
        # A hostile platform signs a delivery wrongly now and then; that one is refused, and lost.
        taken = [each for each in published if each[0] in self.store.worked]
        self.assertEqual(self.store.products(), {uuid: state for _, uuid, state in taken})
        self.assertEqual(len(self.store.worked), len(taken))
        delivered = {delivery["event_id"] for delivery in aep.expect_delivered(type="product.*")}
        self.assertLessEqual(delivered, set(self.store.worked))


if __name__ == "__main__":
    unittest.main()
