"""A ZeroMQ client that knows Backplane by its ports and field numbers alone. See docs/bus.md.

zmq_client.py send <publish port> <topic> <count>   publishes LogEntry messages numbered from 0
zmq_client.py echo <publish port> <subscribe port>  says "ready", then answers each request on echo.* until it is ended
zmq_client.py receive <publish port> <subscribe port> <prefix> <count>  says "ready", prints each message as JSON
"""

import json
import sys
import time
import uuid

import zmq


def varint(number):
    out = bytearray()
    while True:
        byte = number & 0x7F
        number >>= 7
        if not number:
            return bytes(out + bytes([byte]))
        out.append(byte | 0x80)


def number(field, value):
    return varint(field << 3) + varint(value)


def text(field, value):
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def timestamp(field, nanoseconds):
    return text(field, number(1, nanoseconds // 10**9) + number(2, nanoseconds % 10**9))


def pairs(field, values):
    return b"".join(text(field, text(1, key) + text(2, value)) for key, value in values.items())


def fields(data):
    """All (field number, value) of a message; length-delimited values as bytes."""
    position = 0

    def read_varint():
        nonlocal position
        shift = value = 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if not byte & 0x80:
                return value
            shift += 7

    while position < len(data):
        tag = read_varint()
        kind = tag & 7
        if kind == 0:
            yield tag >> 3, read_varint()
        elif kind == 2:
            length = read_varint()
            yield tag >> 3, data[position : position + length]
            position += length
        else:
            raise ValueError(f"wire type {kind}")


def log_entry(message, topic, line):
    return b"".join(
        [
            timestamp(1, 1_700_000_000 * 10**9 + line * 10**6),
            number(2, 30),
            text(3, "python"),
            text(4, "interop"),
            text(5, "main"),
            text(6, message),
            text(7, topic),
            pairs(8, {"kind": "test"}),
            text(9, "zmq_client.py"),
            number(10, line),
            pairs(14, {"line": str(line)}),
        ]
    )


def envelope(topic, payload, attributes=None, type_name="aico.core.LogEntry"):
    metadata = b"".join(
        [
            text(1, str(uuid.uuid4())),
            timestamp(2, time.time_ns()),
            text(3, "python"),
            text(4, topic),
            text(5, "1.0"),
            pairs(6, attributes or {}),
        ]
    )
    any_payload = text(1, f"type.googleapis.com/{type_name}") + text(2, payload)
    return text(1, metadata) + text(2, any_payload)


def open_envelope(data):
    """(metadata fields, attributes, type URL, payload)"""
    message = dict(fields(data))
    metadata = list(fields(message.get(1, b"")))
    attributes = {}
    for field, value in metadata:
        if field == 6:
            entry = dict(fields(value))
            attributes[entry.get(1, b"").decode()] = entry.get(2, b"").decode()
    payload = dict(fields(message.get(2, b"")))
    return dict(metadata), attributes, payload.get(1, b"").decode(), payload.get(2, b"")


class Publisher:
    """An XPUB, not a PUB: it sees the broker's subscriptions, so it can wait for them before it sends."""

    def __init__(self, port):
        self.socket = zmq.Context.instance().socket(zmq.XPUB)
        self.socket.set_hwm(100_000)
        self.socket.linger = 5_000
        self.socket.connect(f"tcp://127.0.0.1:{port}")
        self.prefixes = set()

    def wait_for_subscriber(self, topic):
        while not any(topic.encode().startswith(prefix) for prefix in self.prefixes):
            event = self.socket.recv()
            change = self.prefixes.add if event[:1] == b"\x01" else self.prefixes.discard
            change(event[1:])

    def send(self, topic, data):
        self.wait_for_subscriber(topic)
        self.socket.send_multipart([topic.encode(), data])


def send(port, topic, count):
    publisher = Publisher(port)
    for line in range(int(count)):
        publisher.send(topic, envelope(topic, log_entry(f"line {line} äöü", topic, line)))


def subscriber(port, *prefixes):
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.set_hwm(100_000)
    socket.connect(f"tcp://127.0.0.1:{port}")
    for prefix in prefixes:
        socket.subscribe(prefix)
    return socket


def echo(publish_port, subscribe_port):
    requests = subscriber(subscribe_port, "echo.", "echo/")
    replies = Publisher(publish_port)
    # The broker tells publishers what is subscribed, this process's own subscriptions among it.
    replies.wait_for_subscriber("echo.")
    print("ready", flush=True)
    while True:
        _, data = requests.recv_multipart()
        _, attributes, _, payload = open_envelope(data)
        if "reply_to" not in attributes:
            continue  # no request: an end mark, for example
        answer = {"correlation_id": attributes["correlation_id"]}
        replies.send(attributes["reply_to"], envelope(attributes["reply_to"], payload, answer))


def receive(publish_port, subscribe_port, prefix, count):
    socket = subscriber(subscribe_port, prefix)
    Publisher(publish_port).wait_for_subscriber(prefix)
    print("ready", flush=True)
    for _ in range(int(count)):
        topic, data = socket.recv_multipart()
        metadata, attributes, type_url, payload = open_envelope(data)
        entry = dict(fields(payload))
        print(
            json.dumps(
                {
                    "topic": topic.decode(),
                    "message_type": metadata[4].decode(),
                    "source": metadata[3].decode(),
                    "id": metadata[1].decode(),
                    "seconds": dict(fields(metadata[2]))[1],
                    "attributes": attributes,
                    "type_url": type_url,
                    "level": entry[2],
                    "message": entry[6].decode(),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    {"send": send, "echo": echo, "receive": receive}[sys.argv[1]](*sys.argv[2:])
