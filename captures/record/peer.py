#!/usr/bin/env python3
"""One end of a TCP conversation on a real socket, played from a list of steps.

    peer.py listen  ADDRESS PORT [--times N] STEP...
    peer.py connect ADDRESS PORT [--from PORT] [--bind ADDRESS] [--at EPOCH] STEP...

Steps, in the order given (durations in seconds):

    send:TEXT    write TEXT
    recv         wait for some bytes
    recv-all     read until the other side's FIN
    wait:N       do nothing
    keepalive:N  SO_KEEPALIVE, first probe after N idle seconds, then every N
    half-close   shutdown(SHUT_WR): our FIN, the other direction stays open
    reset        SO_LINGER 0 and close: our RST
    close        close; what the kernel sends depends on what is still unread

A conversation that the other side resets is over: that is no error here.
"""

import argparse
import socket
import struct
import sys
import time

GIVE_UP_AFTER_SECONDS = 60


def keep_alive(sock: socket.socket, seconds: int) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, seconds)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, seconds)


def reset(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def receive(sock: socket.socket) -> None:
    if not sock.recv(65536):
        raise EOFError("the other side closed where data was awaited")


def receive_all(sock: socket.socket) -> None:
    while sock.recv(65536):
        pass


STEPS = {
    "send": lambda sock, text: sock.sendall(text.encode()),
    "recv": lambda sock, _: receive(sock),
    "recv-all": lambda sock, _: receive_all(sock),
    "wait": lambda sock, seconds: time.sleep(float(seconds)),
    "keepalive": lambda sock, seconds: keep_alive(sock, int(seconds)),
    "half-close": lambda sock, _: sock.shutdown(socket.SHUT_WR),
    "reset": lambda sock, _: reset(sock),
    "close": lambda sock, _: sock.close(),
}


def play(sock: socket.socket, steps: list[str]) -> None:
    sock.settimeout(GIVE_UP_AFTER_SECONDS)
    try:
        for step in steps:
            name, _, argument = step.partition(":")
            STEPS[name](sock, argument)
    except (ConnectionResetError, BrokenPipeError):
        pass
    sock.close()


def family_of(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listen(options: argparse.Namespace) -> None:
    with socket.socket(family_of(options.address), socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((options.address, options.port))
        listener.listen()
        listener.settimeout(GIVE_UP_AFTER_SECONDS)
        for _ in range(options.times):
            connection, _ = listener.accept()
            play(connection, options.steps)


def connect(options: argparse.Namespace) -> None:
    sock = socket.socket(family_of(options.address), socket.SOCK_STREAM)
    sock.settimeout(GIVE_UP_AFTER_SECONDS)
    if options.source_port or options.bind:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((options.bind, options.source_port))
    if options.at:
        time.sleep(max(0.0, options.at - time.time()))
    try:
        sock.connect((options.address, options.port))
    except ConnectionRefusedError:
        sock.close()
        return
    play(sock, options.steps)


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("role", choices=["listen", "connect"])
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--from", dest="source_port", type=int, default=0)
    parser.add_argument("--bind", default="")
    parser.add_argument("--at", type=float, default=0.0)
    parser.add_argument("steps", nargs="*")
    options = parser.parse_intermixed_args()
    unknown = [step for step in options.steps if step.partition(":")[0] not in STEPS]
    if unknown:
        sys.exit(f"peer.py: unknown step {unknown[0]}")
    {"listen": listen, "connect": connect}[options.role](options)


if __name__ == "__main__":
    main()
