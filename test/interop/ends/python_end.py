"""An end of a connection by python3-zmq; end.ts says how it is started and spoken to."""

import sys
import zlib

import zmq

SIZES = [0, 1, 255, 256, 71_680]
PATTERN = bytes(index % 251 for index in range(72_000))
KINDS = {"pub": zmq.PUB, "xpub": zmq.XPUB, "sub": zmq.SUB, "xsub": zmq.XSUB}

settings = dict(pair.split("=", 1) for pair in sys.argv[1:])
role = settings["role"]
socket = zmq.Context.instance().socket(KINDS[role])
socket.linger = 5_000
socket.set_hwm(100_000)
if "public_key" in settings:
    socket.curve_publickey = settings["public_key"].encode()
    socket.curve_secretkey = settings["secret_key"].encode()
    if "server_key" in settings:
        socket.curve_serverkey = settings["server_key"].encode()
    else:
        socket.curve_server = True
if "heartbeat_ms" in settings:
    socket.heartbeat_ivl = int(settings["heartbeat_ms"])
    socket.heartbeat_timeout = 2_000


def say(line):
    print(line, flush=True)


def message(topic, number, frames):
    rest = []
    for at in range(1, frames or 1 + number % 3):
        start = (number + at) % 251
        rest.append(PATTERN[start : start + SIZES[(number + at) % len(SIZES)]])
    if rest and "source" in settings:
        rest[0] = enveloped(rest[0], settings["source"].encode())
    return [f"{topic}.{number}".encode(), *rest]


def enveloped(body, source):
    size = [len(body) & 0x7F | 0x80, len(body) >> 7 & 0x7F | 0x80, len(body) >> 14]
    return bytes([0x0A, len(source) + 2, 0x1A, len(source), *source, 0x7A, *size]) + body


def tell(frames):
    first = frames[0]
    if role == "xpub" and first[:1] in (b"\0", b"\1"):
        say(f"{'subscribed' if first[0] else 'cancelled'} {first[1:].decode()}")
    else:
        say(" ".join(["message", *(f"{len(frame)}:{zlib.crc32(frame)}" for frame in frames)]))


def obey(line):
    verb, topic, *numbers = line.split(" ")
    if verb == "send":
        first, count, frames = map(int, numbers)
        for number in range(first, first + count):
            socket.send_multipart(message(topic, number, frames))
    elif role == "xsub":
        socket.send(bytes([verb == "subscribe"]) + topic.encode())
    else:
        socket.setsockopt(zmq.SUBSCRIBE if verb == "subscribe" else zmq.UNSUBSCRIBE, topic.encode())


(socket.bind if settings["attach"] == "bind" else socket.connect)(settings["endpoint"])
say(f"ready {socket.last_endpoint.decode()}")
poller = zmq.Poller()
poller.register(sys.stdin.fileno(), zmq.POLLIN)
if role != "pub":
    poller.register(socket, zmq.POLLIN)
while True:
    ready = dict(poller.poll())
    if socket in ready:
        tell(socket.recv_multipart())
    if sys.stdin.fileno() in ready:
        # One line at a time, unbuffered: what a buffer holds wakes no poll.
        line = sys.stdin.buffer.raw.readline()
        if not line:
            break
        obey(line.decode().rstrip("\n"))
socket.close()
