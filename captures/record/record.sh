#!/usr/bin/env bash
# Records the captures of this directory's parent again: real programs talk
# through a router between Linux network namespaces, tcpdump listens on the
# router, conntrack (the kernel's own connection tracking) is the witness.
#
#   sudo captures/record/record.sh [--into DIRECTORY] [NAME...]
#
# Without names everything in the table is recorded, in about four minutes.
# The behaviours are the same every time, the bytes are not.
set -euo pipefail

# NAME | SIDES | FILTER | WHAT IT SHOWS
#   SIDES  client: the router's interface to the client
#          both:   also the one to the server, into server-side/
#          any:    every interface of the router in one cooked capture
#          trunk:  the tagged link between the two VLAN switches
readonly SCENARIOS=(
  "http|both||a web page, curl and nginx"
  "http-ipv6|client||the same page over IPv6"
  "any-interface|any||a web page seen on both sides of the router at once (Linux cooked v2)"
  "https|client||a web page over TLS 1.3 with a server name"
  "https-bad-certificate|client||TLS 1.2: the client does not trust the certificate: alert, then RST"
  "quic|client||a web page over QUIC"
  "dns|client||two look-ups over UDP, A and AAAA"
  "dns-tcp|client||one look-up over TCP"
  "ssh-login|client||a login with a key that runs a command for three seconds"
  "ftp-passive|client||a file (PASV) and a listing (EPSV), the client opens the data connections"
  "ftp-active|client||a file (PORT), the server opens the data connection"
  "smtp|client||a mail is handed over"
  "ntp|client||a time query"
  "snmp|client||a get and a short walk"
  "ping-ipv4|client||four echo requests and their replies"
  "ping-ipv6|client||the same over IPv6"
  "refused|client||nothing listens: the SYN is answered by RST,ACK"
  "refused-retry|client||refused three times on the same two ports"
  "silent-port|client||the server drops the SYN: retransmissions at 1, 3, 7 and 15 s"
  "udp-closed-port|client||a UDP look-up on a closed port: ICMP port unreachable"
  "reset-by-client|client||data both ways, then the client resets"
  "reset-by-server|client||data both ways, then the server resets"
  "reset-after-handshake|client||the client resets before any data"
  "half-close|client||the client's FIN first; the server goes on sending for six seconds"
  "half-close-expired|both||half-closed for longer than the router remembers: the rest is lost on the way"
  "fin-then-reset|client||the client closes before the answer comes and resets it"
  "unread-data|client||the client closes with unread data: RST instead of FIN"
  "keepalive|client||an idle connection with keepalives every two seconds"
  "idle-then-more|client||a second request on one connection after 20 idle seconds"
  "idle-cut|both||14 idle seconds through a router that forgets after 10: retransmissions into silence"
  "mid-stream|client||the capture starts between two requests of one connection"
  "simultaneous-open|client|tcp|both ends connect to each other at the same time"
  "port-reuse|client||the same ports again one second after both FINs"
  "port-reuse-after-reset|client||the same ports again one second after a reset"
  "challenge-ack|client||the server still holds the connection of these ports: SYN, bare ACK, RST, SYN again"
  "vlan|trunk||a web page and two pings inside 802.1Q, VLAN 20"
  "dhcp|client||discover, offer, request, acknowledge"
  "everything|client||a minute of most of these on one client"
)

readonly PACKAGES=(
  "conntrack conntrack" "curl curl" "dig bind9-dnsutils" "dnsmasq dnsmasq-base" "ethtool ethtool"
  "gtlsclient ngtcp2-client" "gtlsserver ngtcp2-server" "ip iproute2" "msmtpd msmtp-mta" "nft nftables"
  "nginx nginx-light" "ntpd ntpsec" "ntpdig ntpsec-ntpdig" "openssl openssl" "ping iputils-ping"
  "python3 python3" "snmpd snmpd" "snmpget snmp" "ssh openssh-client" "sshd openssh-server"
  "tcpdump tcpdump" "tshark tshark" "udhcpc udhcpc" "vde_switch vde2" "vsftpd vsftpd"
)

readonly ATTEMPTS=3

export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C TZ=UTC
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lab.sh
source "$here/lab.sh"
# shellcheck source=scenarios.sh
source "$here/scenarios.sh"

fail() {
  echo "record.sh: $*" >&2
  exit 2
}

check_machine() {
  [[ $EUID == 0 ]] || fail "network namespaces need root: run it with sudo"
  local row missing=()
  for row in "${PACKAGES[@]}"; do
    command -v "${row%% *}" >/dev/null || missing+=("${row##* }")
  done
  [[ ${#missing[@]} == 0 ]] || fail "programs are missing: apt-get install ${missing[*]}"
}

# No name of the recording machine may end up in a packet: host name, hosts and
# resolver are the lab's, in namespaces that end with this script.
hide_machine() {
  [[ ${ENDREASON_RECORDER:-} == 1 ]] || ENDREASON_RECORDER=1 exec unshare --uts --mount "$BASH" "$here/record.sh" "$@"
  echo client.example.com >/proc/sys/kernel/hostname
}

use_lab_names() {
  echo "nameserver $SERVER" >"$work/resolv.conf"
  echo "$SERVER www.example.com" >"$work/hosts"
  mount --bind "$work/resolv.conf" /etc/resolv.conf
  mount --bind "$work/hosts" /etc/hosts
}

# dump FILE NAMESPACE INTERFACE FILTER
dump() {
  rm -f "$1.log"
  ip netns exec "$2" tcpdump -i "$3" -n -p -s 0 -U -B 4096 -Z root --immediate-mode -w "$1" "$4" \
    2>"$1.log" &
  dumps+=($!)
  local tries
  for tries in $(seq 100); do
    grep -qs 'listening on' "$1.log" && return
    sleep 0.05
  done
  fail "tcpdump does not start after $tries tries: $(cat "$1.log")"
}

start_dumps() {
  local sides=$1 filter=$2
  dumps=()
  case $sides in
    any) dump "$work/client.pcap" "$NS_ROUTER" any "$filter" ;;
    trunk) dump "$work/client.pcap" "$NS_SWITCH" trunk-a "$filter" ;;
    *) dump "$work/client.pcap" "$NS_ROUTER" to-client "$filter" ;;
  esac
  [[ $sides != both ]] || dump "$work/server.pcap" "$NS_ROUTER" to-server "$filter"
}

stop_dumps() {
  sleep 0.5
  kill "${dumps[@]}"
  wait "${dumps[@]}" || true
}

start_witness() {
  in_router conntrack -F 2>/dev/null
  ip netns exec "$NS_ROUTER" conntrack -E -o timestamp >"$work/conntrack" 2>/dev/null &
  witness=$!
  sleep 0.2
}

# Forgetting every connection writes its packet and byte counts.
stop_witness() {
  in_router conntrack -F 2>/dev/null
  sleep 0.3
  kill "$witness"
  wait "$witness" || true
}

if_defined() { ! declare -F "$1" >/dev/null || "$1"; }

# On a busy machine a race may go the other way: what the packets refute is
# recorded again. Only they judge; set -e is off in here (a function left of &&).
record() {
  local attempt
  echo "$1: $4"
  for attempt in $(seq $ATTEMPTS); do
    if [[ $attempt != 1 ]]; then echo "$1: once more" >&2; fi
    record_once "$@" && return
  done
  failed+=("$1")
}

record_once() {
  local name=$1 sides=$2 filter=$3 shows=$4 scenario=${1//-/_}
  : >"$work/claims"
  start_witness
  if_defined "prepare_$scenario"
  start_dumps "$sides" "$filter"
  "$scenario"
  stop_dumps
  if_defined "finish_$scenario"
  stop_witness
  keep "$name" "$sides" "$shows"
}

keep() {
  local name=$1 sides=$2 shows=$3
  install -m 644 "$work/client.pcap" "$into/$name.pcap"
  install -m 644 "$work/conntrack" "$into/$name.conntrack.txt"
  "$here/expect.py" --shows "$shows" --claims "$work/claims" --conntrack "$work/conntrack" "$into/$name.pcap" ||
    return 1
  [[ $sides == both ]] || return 0
  install -d -m 755 "$into/server-side"
  install -m 644 "$work/server.pcap" "$into/server-side/$name.pcap"
  "$here/expect.py" --shows "$shows; the server's side of the router" --claims "$work/claims" --other-side \
    "$into/server-side/$name.pcap"
}

wanted() {
  local name=$1 each
  [[ ${#names[@]} -gt 0 ]] || return 0
  for each in "${names[@]}"; do [[ $each != "$name" ]] || return 0; done
  return 1
}

known() {
  local row
  for row in "${SCENARIOS[@]}"; do [[ ${row%%|*} != "$1" ]] || return 0; done
  return 1
}

main() {
  into=$(dirname "$here")
  names=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --into) into=${2:?--into needs a directory} && shift 2 ;;
      *) known "$1" || fail "no scenario is called $1" && names+=("$1") && shift ;;
    esac
  done
  mkdir -p "$into"
  umask 022
  work=$(mktemp -d)
  chmod 755 "$work" # servers that drop their rights must get in
  mkdir "$work/log"
  trap 'tear_down; rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM

  use_lab_names
  build_network
  make_keys
  make_documents
  start_servers
  local row name sides filter shows failed=()
  for row in "${SCENARIOS[@]}"; do
    IFS='|' read -r name sides filter shows <<<"$row"
    wanted "$name" || continue
    record "$name" "$sides" "$filter" "$shows"
  done
  [[ ${#failed[@]} == 0 ]] || fail "not as claimed in $ATTEMPTS attempts, do not keep: ${failed[*]}"
}

check_machine
hide_machine "$@"
main "$@"
