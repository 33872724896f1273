# shellcheck shell=bash
# One function a scenario, sourced by record.sh. A scenario says with `claim`
# which sessions it makes and how each ends, then makes them with real
# programs; expect.py fails the recording where the packets say otherwise.
# prepare_NAME runs before the capture starts, finish_NAME after it ends.
#
# claim PROTO SERVER-PORT PROTOCOL CLOSE [HANDSHAKE] [COUNT]
#   PROTOCOL   what the programs spoke, - for bare text
#   CLOSE      as in expect.py: none, fin-both, rst-from-client ...; A|B where either may come
#   HANDSHAKE  yes or no for TCP, - otherwise
claim() { printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:--}" "${6:-1}" >>"$work/claims"; }

# page URL OPTION...
page() {
  in_client curl --silent --show-error --output /dev/null --max-time 60 --cacert "$work/tls.crt" "$@"
}

# talk PORT SERVER-STEPS CLIENT-STEPS [CLIENT-OPTION...]: one conversation of two peer.py
talk() {
  local port=$1 server_steps=$2 client_steps=$3
  shift 3
  answer_on "$port" 1 "$server_steps"
  # shellcheck disable=SC2086 # one argument a step
  in_client "$here/peer.py" connect $SERVER "$port" "$@" $client_steps
  wait "$answering"
}

# answer_on PORT TIMES STEPS
answer_on() {
  # shellcheck disable=SC2086 # one argument a step
  in_server "$here/peer.py" listen $SERVER "$1" --times "$2" $3 &
  answering=$!
  wait_for_port "$NS_SERVER" -tl "$1"
}

http() {
  claim tcp 80 http fin-both yes
  page http://www.example.com/
}

any_interface() { http; }

http_ipv6() {
  claim tcp 80 http fin-both yes
  page "http://[$SERVER6]/"
}

https() {
  claim tcp 443 tls fin-both yes
  page --tlsv1.3 https://www.example.com/
}

# nginx may have closed for good before the client's last alert arrives.
s_client() {
  claim tcp 443 tls 'fin-both|fin-then-rst-from-server' yes
  printf 'GET /short.html HTTP/1.1\r\nHost: www.example.com\r\nConnection: close\r\n\r\n' |
    in_client openssl s_client -quiet -connect $SERVER:443 -servername www.example.com >/dev/null 2>&1 || true
}

# Whether nginx's FIN or curl's RST is first on the wire is a race.
https_bad_certificate() {
  claim tcp 443 tls 'fin-then-rst-from-client|rst-from-client' yes
  in_client curl --silent --output /dev/null --tls-max 1.2 https://www.example.com/ || true
}

quic() {
  claim udp 443 quic none
  in_client gtlsclient -q --exit-on-all-streams-close www.example.com 443 \
    https://www.example.com/short.html >/dev/null
}

dns() {
  claim udp 53 dns none - 2
  in_client dig "@$SERVER" www.example.com A >/dev/null
  in_client dig "@$SERVER" www.example.com AAAA >/dev/null
}

dns_tcp() {
  claim tcp 53 dns fin-both yes
  in_client dig +tcp "@$SERVER" example.com TXT >/dev/null
}

udp_closed_port() {
  claim udp 5300 dns none
  in_client dig -p 5300 +tries=1 +timeout=2 "@$SERVER" www.example.com A >/dev/null || true
}

ping_ipv4() {
  claim icmp '*' ping none - 4
  in_client ping -q -c 4 -i 0.5 $SERVER >/dev/null
}

ping_ipv6() {
  claim ipv6-icmp '*' ping none - 4
  in_client ping -q -c 4 -i 0.5 $SERVER6 >/dev/null
}

# Until it trusts its own clock, a moment after the start, the server only declines.
prepare_ntp() {
  until in_server ntpdig -t 1 $SERVER >/dev/null 2>&1; do sleep 0.5; done
}
ntp() {
  claim udp 123 ntp none
  in_client ntpdig -t 2 $SERVER >/dev/null
}

snmp() {
  claim udp 161 snmp none - 2
  mkdir -p "$work/snmp-client/cert_indexes"
  local -x MIBS='' SNMP_PERSISTENT_DIR=$work/snmp-client
  in_client snmpget -v 2c -c public $SERVER 1.3.6.1.2.1.1.5.0 >/dev/null
  in_client snmpwalk -v 2c -c public $SERVER 1.3.6.1.2.1.1.4 >/dev/null
}

# The lease is handed to a script that does nothing: the client keeps its address.
dhcp() {
  claim udp 67 dhcp none # broadcast by the client
  claim udp 68 dhcp none # sent to the address it is going to have
  serve_leases
  in_client udhcpc -i eth0 -f -n -q -s /bin/true 2>/dev/null
}

run_by_ssh() {
  in_client ssh -F /dev/null -i "$work/user_key" -o IdentitiesOnly=yes -o BatchMode=yes -o LogLevel=ERROR \
    -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no "root@$SERVER" "$@" >/dev/null
}

ssh_login() {
  claim tcp 22 ssh fin-both yes
  run_by_ssh 'uptime; sleep 3; uptime'
}

ftp_passive() {
  claim tcp 21 ftp fin-both yes 2
  claim tcp '*' ftp-data fin-both yes 2
  in_client curl --silent --output /dev/null --disable-epsv "ftp://$SERVER/file.txt"
  in_client curl --silent --output /dev/null "ftp://$SERVER/"
}

# From here on the server is the one that opens a connection, from its port 20.
ftp_active() {
  claim tcp 21 ftp fin-both yes
  claim tcp '*' ftp-data fin-both yes
  in_client curl --silent --output /dev/null --disable-eprt --ftp-port - "ftp://$SERVER/file.txt"
}

smtp() {
  claim tcp 25 smtp fin-both yes
  printf 'From: a@example.com\nTo: b@example.com\nSubject: a test\n\nHello.\n' |
    in_client curl --silent --output /dev/null --mail-from a@example.com --mail-rcpt b@example.com \
      --upload-file - "smtp://$SERVER/client.example.com"
}

refused() {
  claim tcp 8081 - rst-from-server no
  page "http://$SERVER:8081/" 2>/dev/null || true
}

refused_retry() {
  claim tcp 8081 - rst-from-server no 3
  local attempt
  for attempt in 1 2 3; do
    in_client "$here/peer.py" connect $SERVER 8081 --from 40001
    sleep "0.$attempt"
  done
}

silent_port() {
  claim tcp 8082 - none no
  drop_on_server 8082
  page --max-time 17 "http://$SERVER:8082/" 2>/dev/null || true
}

drop_on_server() {
  in_server nft -f - <<RULES
table inet silent {
  chain input { type filter hook input priority 0; tcp dport $1 drop; }
}
RULES
}

reset_by_client() {
  claim tcp 7001 - rst-from-client yes
  talk 7001 'recv send:answer recv' 'send:question recv wait:0.2 reset'
}

reset_by_server() {
  claim tcp 7002 - rst-from-server yes
  talk 7002 'recv send:answer wait:0.2 reset' 'send:question recv recv-all'
}

reset_after_handshake() {
  claim tcp 7003 - rst-from-client yes
  talk 7003 'recv' 'reset'
}

half_close() {
  claim tcp 7004 - fin-both yes
  talk 7004 'recv-all send:one wait:1 send:two wait:1 send:three wait:4 send:four close' \
    'send:question half-close recv-all close'
}

# A stateful router that forgets half-closed connections after 5 s: what the
# server sends later never reaches the client (see server-side/).
prepare_half_close_expired() { firewall_timer close_wait 5; }
half_close_expired() {
  claim tcp 7005 - fin-client-only yes
  talk 7005 'recv-all send:one wait:8 send:two wait:3 reset' 'send:question half-close recv wait:12 close'
}
finish_half_close_expired() { no_firewall_timer; }

fin_then_reset() {
  claim tcp 7006 - fin-then-rst-from-client yes
  talk 7006 'recv wait:0.5 send:too-late wait:0.2' 'send:question close wait:1'
}

unread_data() {
  claim tcp 7007 - rst-from-client yes
  talk 7007 'recv send:never-read wait:1' 'send:question wait:0.5 close'
}

keepalive() {
  claim tcp 7008 - fin-both yes
  talk 7008 'recv send:answer recv-all close' 'keepalive:2 send:question recv wait:9 close'
}

idle_then_more() {
  claim tcp 80 http fin-both yes
  page --rate 3/m http://www.example.com/ --output /dev/null http://www.example.com/short.html
}

# A stateful router that forgets idle connections after 10 s and then drops
# what belongs to none: the client retransmits into silence.
prepare_idle_cut() { firewall_timer established 10; }
idle_cut() {
  claim tcp 7009 - rst-from-client yes
  talk 7009 'recv send:answer wait:25 reset' 'send:question recv wait:14 send:late wait:9 reset'
}
finish_idle_cut() { no_firewall_timer; }

# firewall_timer TCP-STATE SECONDS
firewall_timer() {
  in_router sysctl -qw "net.netfilter.nf_conntrack_tcp_timeout_$1=$2" net.netfilter.nf_conntrack_tcp_loose=0
  in_router nft add rule inet track forward ct state invalid drop
}

no_firewall_timer() {
  in_router sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=432000 \
    net.netfilter.nf_conntrack_tcp_timeout_close_wait=60 net.netfilter.nf_conntrack_tcp_loose=1
  in_router nft flush ruleset
  track_connections
}

# The capture starts between the two requests of one connection.
prepare_mid_stream() {
  page --rate 20/m http://www.example.com/ --output /dev/null http://www.example.com/short.html &
  midway=$!
  sleep 1
}
mid_stream() {
  claim tcp 80 http fin-both no
  wait "$midway"
}

# Both SYNs must be under way at once. A slow link each way, kept busy by pings
# that nobody answers, holds each SYN for longer than the two clocks differ.
prepare_simultaneous_open() {
  in_client sysctl -qw net.ipv4.icmp_echo_ignore_all=1
  in_server sysctl -qw net.ipv4.icmp_echo_ignore_all=1
  in_router tc qdisc add dev to-client root tbf rate 20kbit burst 200 latency 20s
  in_router tc qdisc add dev to-server root tbf rate 20kbit burst 200 latency 20s
  in_client ping -q -i 0.045 -s 100 -w 3 $SERVER >/dev/null 2>&1 &
  in_server ping -q -i 0.045 -s 100 -w 3 $CLIENT >/dev/null 2>&1 &
}
simultaneous_open() {
  claim tcp 7010 - fin-both yes
  local start other
  start=$(date -d '+1 second' +%s.%N)
  in_server "$here/peer.py" connect $CLIENT 7011 --from 7010 --at "$start" recv send:answer recv-all close &
  other=$!
  in_client "$here/peer.py" connect $SERVER 7010 --from 7011 --at "$start" wait:4 send:question recv close
  wait "$other"
}
finish_simultaneous_open() {
  in_client sysctl -qw net.ipv4.icmp_echo_ignore_all=0
  in_server sysctl -qw net.ipv4.icmp_echo_ignore_all=0
  in_router tc qdisc del dev to-client root
  in_router tc qdisc del dev to-server root
}

port_reuse() {
  claim tcp 7012 - fin-both yes 2
  answer_on 7012 2 'recv send:answer close'
  in_client "$here/peer.py" connect $SERVER 7012 --from 40002 send:question recv-all close
  sleep 1.1
  in_client "$here/peer.py" connect $SERVER 7012 --from 40002 send:again recv-all close
  wait "$answering"
}

port_reuse_after_reset() {
  claim tcp 7013 - rst-from-client yes
  claim tcp 7013 - fin-both yes
  answer_on 7013 2 'recv send:answer recv-all close'
  in_client "$here/peer.py" connect $SERVER 7013 --from 40003 send:question recv reset
  sleep 1
  in_client "$here/peer.py" connect $SERVER 7013 --from 40003 send:again recv close
  wait "$answering"
}

# The client's reset is lost (dropped in the client itself), the server keeps
# the connection and answers the next SYN of the same ports with a bare ACK.
challenge_ack() {
  claim tcp 7014 - none yes
  claim tcp 7014 - rst-from-client yes # the RST at the old connection; then FIN and FIN of the new one
  answer_on 7014 2 'recv send:answer recv-all close'
  in_client nft 'add table inet lose; add chain inet lose out { type filter hook output priority 0; };
    add rule inet lose out tcp sport 40004 tcp flags & rst == rst drop'
  in_client "$here/peer.py" connect $SERVER 7014 --from 40004 send:question recv reset
  in_client nft delete table inet lose
  sleep 0.5
  in_client "$here/peer.py" connect $SERVER 7014 --from 40004 send:again recv close
  wait "$answering"
}

prepare_vlan() { build_vlan; }
vlan() {
  claim tcp 80 http fin-both yes
  in_client curl --silent --output /dev/null "http://$VLAN_SERVER/"
  claim icmp '*' ping none - 2
  in_client ping -q -c 2 -i 0.5 $VLAN_SERVER >/dev/null
}

# Everything quick, on one client, in about a minute. The order lets
# short timers run out before the end and leaves a few sessions open there.
prepare_everything() { forget_neighbours; }
everything() {
  local background
  silent_port &
  background=$!
  dns
  dhcp
  ping_ipv4
  ping_ipv6
  ntp
  http
  s_client
  refused
  reset_after_handshake
  half_close
  udp_closed_port
  snmp
  ftp_passive
  smtp
  wait "$background"
  long_ssh &
  background=$!
  https
  http_ipv6
  dns_tcp
  quic
  reset_by_client
  reset_by_server
  fin_then_reset
  port_reuse
  https_bad_certificate
  wait "$background"
  sleep 25
  dns
  http
}
finish_everything() { know_neighbours; }

long_ssh() {
  claim tcp 22 ssh fin-both yes
  run_by_ssh 'uptime; sleep 8; uptime; sleep 8; uptime'
}
