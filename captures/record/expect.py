#!/usr/bin/env python3
"""Writes CAPTURE's ground truth beside it: what was recorded, told by tshark.

    expect.py [--claims FILE [--other-side]] [--conntrack FILE] [--shows TEXT] CAPTURE

Sessions are the conversations of the capture by their tuple (a reused tuple
once a connection, an ICMP echo once a sequence number); endreason has no part
in it. Counts, frame bytes and flags come from tshark, protocol and close from
the scenario's own claims, which must agree with the packets: exit 1 and a line
on standard error for every claim that does not. Where a conversation was
counted by the router's connection tracking, its packets are given beside ours.
--other-side: the capture was taken behind the router, where a connection may
end differently; the claims then give the protocol and judge nothing.

close: none, fin-both, fin-client-only, fin-server-only, rst-from-client or
rst-from-server (a RST before any FIN; with two, the first), fin-then-rst-from-client
or fin-then-rst-from-server (a RST after a FIN of either side).
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

FIELDS = """frame.number frame.time_epoch frame.len frame.protocols vlan.id ip.src ip.dst ipv6.src ipv6.dst
ip.proto ipv6.nxt tcp.stream tcp.srcport tcp.dstport tcp.flags tcp.len udp.srcport udp.dstport icmp.type icmp.code icmp.ident
icmp.seq icmpv6.type icmpv6.code icmpv6.echo.identifier icmpv6.echo.sequence_number
tls.handshake.extensions_server_name tls.alert_message.desc""".split()
FIN, SYN, RST, ACK = 1, 2, 4, 16
FLAG_LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (8, "P"), (ACK, "A"))
ECHO = {"icmp": ("8", "0"), "ipv6-icmp": ("128", "129")}


def read_packets(capture: pathlib.Path) -> list[dict[str, str]]:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,",
               "-d", "udp.port==5300,dns"]
    for field in FIELDS:
        command += ["-e", field]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [dict(zip(FIELDS, line.split("\t"))) for line in out.splitlines()]


def first(packet: dict[str, str], *fields: str) -> str:
    """The outermost occurrence of the first field that is present."""
    for field in fields:
        if packet[field]:
            return packet[field].split(",")[0]
    return ""


def protocol_of(packet: dict[str, str]) -> str:
    layers = packet["frame.protocols"].split(":")
    for layer, name in (("icmp", "icmp"), ("icmpv6", "ipv6-icmp"), ("tcp", "tcp"), ("udp", "udp")):
        if layer in layers:
            return name
    return layers[-1]


class Session:
    """One conversation; packets are (side, seconds, length, flags, payload, number)."""

    def __init__(self, protocol: str, first_sender: tuple[str, int], receiver: tuple[str, int]):
        self.protocol = protocol
        self.client, self.server = first_sender, receiver
        self.packets: list[tuple[str, float, int, int, int, int]] = []
        self.layers: set[str] = set()
        self.details: dict[str, object] = {}
        self.claim: Claim | None = None

    def add(self, packet: dict[str, str], sender: tuple[str, int]) -> None:
        flags = int(first(packet, "tcp.flags") or "0", 16)
        length = int(first(packet, "tcp.len") or "0")
        self.packets.append((sender[0] + "/" + str(sender[1]), float(packet["frame.time_epoch"]),
                             int(packet["frame.len"]), flags, length, int(packet["frame.number"])))
        self.layers.update(packet["frame.protocols"].split(":"))
        if packet["vlan.id"]:
            self.details["vlan"] = int(first(packet, "vlan.id"))
        if packet["tls.handshake.extensions_server_name"]:
            self.details.setdefault("sni", first(packet, "tls.handshake.extensions_server_name"))
        if packet["tls.alert_message.desc"]:
            self.details["tls_alert"] = int(first(packet, "tls.alert_message.desc"))

    def side(self, packet: tuple) -> str:
        return "client" if packet[0] == f"{self.client[0]}/{self.client[1]}" else "server"

    def find_client(self, server_ports: set[int]) -> None:
        """TCP: the sender of the SYN; else the receiver of the SYN-ACK; else the side without a claimed port.
        Otherwise the first sender."""
        if self.protocol != "tcp":
            return
        for packet in self.packets:
            if packet[3] & SYN:
                opener = self.side(packet) if not packet[3] & ACK else {"client": "server"}.get(self.side(packet), "client")
                if opener == "server":
                    self.client, self.server = self.server, self.client
                return
        if self.client[1] in server_ports and self.server[1] not in server_ports:
            self.client, self.server = self.server, self.client

    def handshake(self) -> bool:
        """A SYN and an acknowledged SYN of each side, then an ACK without SYN from the client."""
        syn = {side: any(p[3] & SYN and self.side(p) == side for p in self.packets) for side in ("client", "server")}
        return all(syn.values()) and any(
            p[3] & ACK and not p[3] & (SYN | RST) and self.side(p) == "client" for p in self.packets)

    def close(self) -> str:
        fins: list[str] = []
        for packet in self.packets:
            if packet[3] & RST:
                return ("fin-then-" if fins else "") + "rst-from-" + self.side(packet)
            if packet[3] & FIN and self.side(packet) not in fins:
                fins.append(self.side(packet))
        return {0: "none", 1: f"fin-{fins[0]}-only" if fins else "", 2: "fin-both"}[len(fins)]

    def close_events(self) -> list[str]:
        """Each side's first FIN and first RST, in order, with the packet's number."""
        events: dict[str, int] = {}
        for packet in self.packets:
            for bit, word in ((FIN, "fin"), (RST, "rst")):
                if packet[3] & bit:
                    events.setdefault(f"{word}-from-{self.side(packet)}", packet[5])
        return [f"{event} {number}" for event, number in events.items()]

    def counts(self) -> dict[str, int]:
        totals = collections.Counter()
        for packet in self.packets:
            way = "c2s" if self.side(packet) == "client" else "s2c"
            totals["packets_" + way] += 1
            totals["bytes_" + way] += packet[2]
        return {key: totals[key] for key in ("packets_c2s", "packets_s2c", "bytes_c2s", "bytes_s2c")}

    def flags(self) -> str:
        """> client, < server, S F R P A, payload length: the notation of the public captures' truth files."""
        words = []
        for packet in self.packets:
            letters = "".join(letter for bit, letter in FLAG_LETTERS if packet[3] & bit)
            words.append((">" if self.side(packet) == "client" else "<") + letters + (str(packet[4]) if packet[4] else ""))
        return " ".join(words)

    def longest_gap(self) -> float:
        times = [packet[1] for packet in self.packets]
        return max((later - earlier for earlier, later in zip(times, times[1:])), default=0.0)


class Claim:
    def __init__(self, line: str):
        self.protocol, self.port, application, self.close, handshake, count = line.rstrip("\n").split("\t")
        self.application = None if application == "-" else application
        self.handshake = {"yes": True, "no": False}.get(handshake)
        self.left = int(count)
        self.text = " ".join(line.split()[:-1])

    def names(self, session: Session) -> bool:
        return session.protocol == self.protocol and str(session.server[1]) == self.port

    def fits(self, session: Session, exact_port: bool) -> bool:
        port_fits = str(session.server[1]) == self.port if exact_port else self.port == "*"
        return (self.left > 0 and session.protocol == self.protocol and port_fits
                and (self.protocol != "tcp" or (session.close() in self.close.split("|") and session.handshake() == self.handshake)))


def tuple_of(packet: dict[str, str], protocol: str) -> tuple[tuple[str, int], tuple[str, int]] | None:
    source, target = first(packet, "ip.src", "ipv6.src"), first(packet, "ip.dst", "ipv6.dst")
    if protocol in ("tcp", "udp"):
        return ((source, int(first(packet, f"{protocol}.srcport"))), (target, int(first(packet, f"{protocol}.dstport"))))
    if first(packet, "icmp.type", "icmpv6.type") not in ECHO.get(protocol, ()):
        return None
    identifier = int(first(packet, "icmp.ident", "icmpv6.echo.identifier"), 0)
    sequence = int(first(packet, "icmp.seq", "icmpv6.echo.sequence_number"), 0)
    return ((source, identifier), (target, sequence))


def gather(packets: list[dict[str, str]]) -> tuple[list[Session], list[dict], dict[str, int]]:
    sessions: dict[tuple, Session] = {}
    errors: list[dict] = []
    others: collections.Counter = collections.Counter()
    for packet in packets:
        protocol = protocol_of(packet)
        ends = tuple_of(packet, protocol) if protocol in ("tcp", "udp", "icmp", "ipv6-icmp") else None
        if ends is None:
            kind = first(packet, "icmp.type", "icmpv6.type")
            if protocol == "icmp" and kind == "3":
                errors.append(icmp_error(packet))
            else:
                others[protocol + (f" type {kind}" if kind else "")] += 1
            continue
        source, target = ends
        if "icmp" in protocol:
            key = (protocol, frozenset((source[0], target[0])), source[1], target[1])
            sender = (source[0], source[1])
        else:
            key = (protocol, frozenset((source, target)), packet["tcp.stream"])
            sender = source
        if key not in sessions:
            sessions[key] = Session(protocol, source, target)
        session = sessions[key]
        if "icmp" in protocol:  # both directions carry the same identifier and sequence number
            sender = session.client if source[0] == session.client[0] else session.server
        session.add(packet, sender)
    return list(sessions.values()), errors, dict(sorted(others.items()))


def icmp_error(packet: dict[str, str]) -> dict:
    inner = {field: packet[field].split(",")[-1] for field in FIELDS}
    protocol = "udp" if inner["udp.srcport"] else "tcp"
    return {
        "packet": int(packet["frame.number"]), "bytes": int(packet["frame.len"]),
        "from": first(packet, "ip.src"), "to": first(packet, "ip.dst"),
        "type": int(first(packet, "icmp.type")), "code": int(first(packet, "icmp.code")),
        "about": {"proto": protocol, "client_ip": inner["ip.src"], "client_port": int(inner[f"{protocol}.srcport"]),
                  "server_ip": inner["ip.dst"], "server_port": int(inner[f"{protocol}.dstport"])},
    }


def match_claims(sessions: list[Session], claims: list[Claim]) -> list[str]:
    problems = []
    for exact_port in (True, False):
        for session in sessions:
            if session.claim is None:
                session.claim = next((claim for claim in claims if claim.fits(session, exact_port)), None)
                if session.claim:
                    session.claim.left -= 1
    for session in sessions:
        if session.claim is None:
            problems.append(f"not claimed: {session.protocol} {session.server[1]} {session.close()} "
                            f"handshake {session.handshake()}: {session.flags()}")
        elif (name := session.claim.application) and name != "ping" and name not in session.layers:
            problems.append(f"tshark sees no {name} in {session.protocol} {session.server[1]}: {sorted(session.layers)}")
    problems += [f"claimed but not recorded: {claim.text} ({claim.left} of it)" for claim in claims if claim.left]
    return problems


def read_witness(path: pathlib.Path) -> dict[tuple, list[int]]:
    """Packets each way per tuple, from the DESTROY events, summed over the tuple's connections."""
    totals: dict[tuple, list[int]] = {}
    for line in path.read_text().splitlines():
        ends = re.findall(r"src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) packets=(\d+)", line)
        kind = re.search(r"\[DESTROY\] (tcp|udp)", line)
        if kind and len(ends) == 2:
            source, target, sport, dport, _ = ends[0]
            total = totals.setdefault((kind[1], source, int(sport), target, int(dport)), [0, 0])
            total[0] += int(ends[0][4])
            total[1] += int(ends[1][4])
    return totals


def describe(session: Session, start: float) -> dict:
    row: dict[str, object] = {
        "proto": session.protocol,
        "client_ip": session.client[0], "client_port": session.client[1],
        "server_ip": session.server[0], "server_port": session.server[1],
        "application": session.claim.application if session.claim else None,
        **session.counts(),
    }
    if session.protocol == "tcp":
        row |= {"handshake": session.handshake(), "close": session.close(),
                "close_events": session.close_events(), "flags": session.flags()}
    row |= {
        "first_packet": session.packets[0][5], "last_packet": session.packets[-1][5],
        "first_seconds": round(session.packets[0][1] - start, 6),
        "last_seconds": round(session.packets[-1][1] - start, 6),
        "longest_gap_seconds": round(session.longest_gap(), 3),
    }
    return row | session.details


def add_witness(rows: list[dict], witness: dict[tuple, list[int]]) -> list[str]:
    """Gives the router's own counts; a difference is said, not judged: what the
    tracking calls invalid (a RST of a closed connection) it does not count."""
    remarks = []
    by_tuple = collections.defaultdict(list)
    for row in rows:
        by_tuple[tuple(row[key] for key in ("proto", "client_ip", "client_port", "server_ip", "server_port"))].append(row)
    for key, group in by_tuple.items():
        if key not in witness:
            continue
        seen = [sum(row["packets_c2s"] for row in group), sum(row["packets_s2c"] for row in group)]
        group[0]["conntrack_packets"] = witness[key]
        if seen != witness[key]:
            remarks.append(f"{key[0]} {key[2]} > {key[4]}: {seen} packets captured, the router tracked {witness[key]}")
    return remarks


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--claims", type=pathlib.Path)
    parser.add_argument("--other-side", action="store_true")
    parser.add_argument("--conntrack", type=pathlib.Path)
    parser.add_argument("--shows", default="")
    parser.add_argument("capture", type=pathlib.Path)
    options = parser.parse_args()

    packets = read_packets(options.capture)
    sessions, errors, others = gather(packets)
    claims = [Claim(line) for line in options.claims.read_text().splitlines()] if options.claims else []
    for session in sessions:
        session.find_client({int(claim.port) for claim in claims if claim.port.isdigit()})
    problems = []
    if options.other_side:
        for session in sessions:
            session.claim = next((claim for claim in claims if claim.names(session)), None)
    elif options.claims:
        problems = match_claims(sessions, claims)

    start = float(packets[0]["frame.time_epoch"]) if packets else 0.0
    rows = [describe(session, start) for session in sessions]
    remarks = add_witness(rows, read_witness(options.conntrack)) if options.conntrack else []
    expected = {
        "file": options.capture.name, "shows": options.shows,
        "packets": len(packets), "bytes": sum(int(packet["frame.len"]) for packet in packets),
        "duration_seconds": round(float(packets[-1]["frame.time_epoch"]) - start, 6) if packets else 0,
        "icmp_errors": errors, "other_packets": others, "sessions": rows,
    }
    options.capture.with_suffix(".expect.json").write_text(json.dumps(expected, indent=2) + "\n")
    for line in problems + ["note: " + remark for remark in remarks]:
        print(f"{options.capture.name}: {line}", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
