#!/usr/bin/env python3
"""The log of a firewall that saw everything.pcap: what endreason writes of it, and what makes a real log differ.

    endreason captures/everything.pcap --drain --format panos-csv -q |
        captures/record/firewall-log.py > captures/everything.traffic.csv

A device in Berlin whose clock is 41 s ahead, behind a VLAN (4 bytes a packet). Of its rows one is missing, one
is of a refused connection, one of a day before, and three say something else than the packets.
"""
import csv
import datetime
import sys

SUBTYPE, GENERATED, SRC, DST, APP, FUTURE, SESSION, SPORT, DPORT = 4, 6, 7, 8, 14, 21, 22, 24, 25
ACTION, BYTES, SENT, RECEIVED, PACKETS, START, ELAPSED = 30, 31, 32, 33, 34, 35, 36
PACKETS_SENT, PACKETS_RECEIVED, REASON, HIGH_RESOLUTION = 44, 45, 46, 102
TIMES = (1, GENERATED, FUTURE, START)
FORM = "%Y/%m/%d %H:%M:%S"
AHEAD = datetime.timedelta(hours=1, seconds=41)
TAG = 4


def move(row, by):
    for at in TIMES:
        row[at] = (datetime.datetime.strptime(row[at], FORM) + by).strftime(FORM)


def add(row, at, number):
    row[at] = str(int(row[at]) + number)


def seen(row):
    """The row as this firewall has it."""
    move(row, AHEAD)
    row[HIGH_RESOLUTION] = ""
    add(row, SENT, TAG * int(row[PACKETS_SENT]))
    add(row, RECEIVED, TAG * int(row[PACKETS_RECEIVED]))
    row[BYTES] = str(int(row[SENT]) + int(row[RECEIVED]))
    return row


def changed(rows):
    ssl = [row for row in rows if row[APP] == "ssl"]
    # decryption: the client's alert about the certificate is the end reason
    ssl[0][REASON] = "decrypt-cert-validation"
    # App-ID knows the server by its certificate
    ssl[1][APP] = "google-base"
    # a RST that the capture does not have
    ftp = next(row for row in rows if row[APP] == "ftp")
    ftp[REASON] = "tcp-rst-from-client"
    for at, number in ((PACKETS_SENT, 1), (PACKETS, 1), (SENT, 58), (BYTES, 58)):
        add(ftp, at, number)
    for row in rows:
        # DNS over TCP has a rule that does not log
        if row[DPORT] == "53" and row[29] == "tcp":
            continue
        yield row
    refused = list(next(row for row in rows if row[APP] == "incomplete"))
    for at, cell in (
        (SUBTYPE, "drop"), (SESSION, "0"), (DPORT, "23"), (APP, "not-applicable"), (ACTION, "deny"),
        (REASON, "policy-deny"), (28, "0x0"), (ELAPSED, "0"), (PACKETS, "1"), (PACKETS_SENT, "1"),
        (PACKETS_RECEIVED, "0"), (BYTES, "78"), (SENT, "78"), (RECEIVED, "0"),
    ):
        refused[at] = cell
    yield refused
    yesterday = list(rows[0])
    move(yesterday, datetime.timedelta(days=-1))
    yield yesterday


writer = csv.writer(sys.stdout, lineterminator="\n")
writer.writerows(changed([seen(row) for row in csv.reader(sys.stdin)]))
