"""Keeps a catalogue up to date with the events of the Akeneo Event Platform. Python's standard library, nothing else.

    AEP_WEBHOOK_SECRET=… python3 consumer.py 3000

The handler verifies, keeps the event and answers. A worker does the work later, each event once, whatever their order.
"""

import hashlib
import hmac
import json
import os
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def is_signed(body, signatures, secrets):
    """Whether one of the signatures was made over exactly these bytes with one of our secrets."""
    expected = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets]
    # compare_digest takes as long for a good guess as for a bad one.
    return any(
        hmac.compare_digest(signature.encode("latin-1"), digest.encode())
        for signature in signatures
        if signature is not None
        for digest in expected
    )


class Store:
    """The inbox and the catalogue, in one SQLite file, so that an event is worked off and ticked off in one transaction."""

    STATES = {
        "com.akeneo.pim.v1.product.created": "to refresh",
        "com.akeneo.pim.v1.product.updated": "to refresh",
        "com.akeneo.pim.v1.product.deleted": "deleted",
    }

    def __init__(self, path):
        self.path = path
        with closing(self.connect()) as database:
            database.executescript(
                """
                pragma journal_mode = wal;
                -- The id is the same for every retry and every duplicate of an event: its row stays after the work.
                create table if not exists inbox (
                    id text primary key, event text not null, status text not null default 'new');
                create index if not exists new_events on inbox (status) where status = 'new';
                -- A deleted product keeps its row, or an older update that comes later would bring it back.
                create table if not exists products (
                    uuid text primary key, state text not null, time real not null, event_id text not null);
                """
            )

    def connect(self):
        """A connection for one thread. `with` commits or rolls back and leaves it open, hence `closing` around it."""
        return sqlite3.connect(self.path)

    def put(self, event):
        """Keeps an event; one that is known already stays as it is."""
        with closing(self.connect()) as database, database:
            database.execute("insert or ignore into inbox (id, event) values (?, ?)", (event["id"], json.dumps(event)))

    def work_off(self):
        """Works off what is new. An event whose work fails is parked: the platform was told 200 and does not send it again."""
        with closing(self.connect()) as database:
            rows = database.execute("select id, event from inbox where status = 'new' order by rowid").fetchall()
            for event_id, event in rows:
                try:
                    with database:
                        self.apply(database, json.loads(event))
                        database.execute("update inbox set status = 'done' where id = ?", (event_id,))
                except (KeyError, TypeError, ValueError):
                    with database:
                        database.execute("update inbox set status = 'parked' where id = ?", (event_id,))

    def apply(self, database, event):
        """Notes what an event says, unless a later one, by its own time, has spoken already."""
        state = self.STATES.get(event["type"])
        if state is None:  # Not about us, today or after the platform's next release.
            return
        uuid = event["data"]["product"]["uuid"]
        if not isinstance(uuid, str):
            raise TypeError(f"event {event['id']} names no product")
        time = datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()
        # Times are in whole seconds; within one, ids decide: a UUIDv7 begins with its millisecond.
        database.execute(
            """
            insert into products (uuid, state, time, event_id) values (?, ?, ?, ?)
            on conflict (uuid) do update set state = excluded.state, time = excluded.time, event_id = excluded.event_id
            where (excluded.time, excluded.event_id) > (products.time, products.event_id)
            """,
            (uuid, state, time, event["id"]),
        )

    def products(self):
        """The state of every product by its UUID."""
        with closing(self.connect()) as database:
            return dict(database.execute("select uuid, state from products"))

    def events(self, status):
        """The ids of the events that are 'new', 'done' or 'parked'."""
        with closing(self.connect()) as database:
            return [row[0] for row in database.execute("select id from inbox where status = ? order by rowid", (status,))]


class Consumer(ThreadingHTTPServer):
    """The endpoint of the subscription, and the worker behind it."""

    request_queue_size = 64

    def __init__(self, port, store, secrets):
        super().__init__(("127.0.0.1", port), Handler)
        self.store = store
        self.secrets = secrets
        self.has_work = threading.Event()
        self.is_stopping = False
        self.threads = [threading.Thread(target=self.serve_forever, args=(0.05,)), threading.Thread(target=self.work)]

    def start(self):
        self.has_work.set()  # What a crash has left.
        for thread in self.threads:
            thread.start()

    def work(self):
        is_last = False
        while not is_last:
            self.has_work.wait()
            self.has_work.clear()
            is_last = self.is_stopping
            try:
                self.store.work_off()
            except sqlite3.Error as error:  # A full disk, say: what is left is tried again with the next event.
                print(error, file=sys.stderr)

    def stop(self):
        """Takes nothing more, works off what it has taken, and ends."""
        self.shutdown()
        self.is_stopping = True
        self.has_work.set()
        for thread in self.threads:
            thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # The platform keeps its connections open.

    def do_HEAD(self):
        """The platform asks whether somebody is there before it takes a subscription."""
        self.answer(200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        signatures = [self.headers.get(f"X-AKENEO-SIGNATURE-{which}") for which in ("PRIMARY", "SECONDARY")]
        if not is_signed(body, signatures, self.server.secrets):
            return self.answer(401)
        try:
            event = json.loads(body)
            complete = all(isinstance(event[field], str) for field in ("id", "type", "time"))
        except (ValueError, KeyError, TypeError):
            complete = False
        if not complete:
            return self.answer(400)
        try:
            self.server.store.put(event)
        except sqlite3.Error:
            return self.answer(503)  # What could not be kept has not arrived: the platform tries again.
        self.answer(200)
        self.server.has_work.set()

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    secrets = [os.environ[name] for name in ("AEP_WEBHOOK_SECRET", "AEP_WEBHOOK_SECRET_OLD") if name in os.environ]
    if not secrets:
        sys.exit("AEP_WEBHOOK_SECRET is the secret of the subscription")
    endings = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, endings)  # For all threads: only sigwait is to see them.
    consumer = Consumer(int(sys.argv[1]) if len(sys.argv) > 1 else 3000, Store("consumer.sqlite3"), secrets)
    consumer.start()
    signal.sigwait(endings)
    consumer.stop()
