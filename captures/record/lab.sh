# shellcheck shell=bash
# The lab: three network namespaces  client - router - server, and the servers
# that run in them. Sourced by record.sh, which owns $work (a temporary
# directory) and calls tear_down on exit.
#
#   client 10.1.1.10        10.1.1.1 router 192.0.2.1        192.0.2.20 server
#   2001:db8:1::10      2001:db8:1::1   2001:db8:2::1   2001:db8:2::20

readonly CLIENT=10.1.1.10 CLIENT6=2001:db8:1::10
readonly SERVER=192.0.2.20 SERVER6=2001:db8:2::20
readonly VLAN_SERVER=192.0.2.30 # the same server, reached through the VLAN
readonly NS_CLIENT=endreason-$$-client NS_ROUTER=endreason-$$-router
readonly NS_SERVER=endreason-$$-server NS_SWITCH=endreason-$$-switch

in_client() { ip netns exec "$NS_CLIENT" "$@"; }
in_router() { ip netns exec "$NS_ROUTER" "$@"; }
in_server() { ip netns exec "$NS_SERVER" "$@"; }
in_switch() { ip netns exec "$NS_SWITCH" "$@"; }

# link NAMESPACE INTERFACE MAC  NAMESPACE INTERFACE MAC
link() {
  ip -n "$1" link add "$2" address "$3" type veth peer name "$5" address "$6" netns "$4"
  plain_interface "$1" "$2"
  plain_interface "$4" "$5"
}

# Without offloads a captured segment is the segment on the wire: real
# checksums, no segment larger than the MTU.
plain_interface() {
  ip netns exec "$1" ethtool -K "$2" tx off rx off sg off tso off gso off gro off >/dev/null 2>&1
  ip -n "$1" link set "$2" up
}

new_namespace() {
  ip netns add "$1"
  ip netns exec "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.accept_ra=0 \
    net.ipv6.conf.default.router_solicitations=0 net.ipv6.conf.default.mldv2_unsolicited_report_interval=20 \
    net.ipv4.conf.default.rp_filter=0
  ip -n "$1" link set lo up
}

build_network() {
  new_namespace "$NS_CLIENT"
  new_namespace "$NS_ROUTER"
  new_namespace "$NS_SERVER"
  link "$NS_CLIENT" eth0 02:00:00:00:01:10 "$NS_ROUTER" to-client 02:00:00:00:01:01
  link "$NS_SERVER" eth0 02:00:00:00:02:20 "$NS_ROUTER" to-server 02:00:00:00:02:01

  ip -n "$NS_CLIENT" address add $CLIENT/24 dev eth0
  ip -n "$NS_CLIENT" address add $CLIENT6/64 dev eth0 nodad
  ip -n "$NS_ROUTER" address add 10.1.1.1/24 dev to-client
  ip -n "$NS_ROUTER" address add 2001:db8:1::1/64 dev to-client nodad
  ip -n "$NS_ROUTER" address add 192.0.2.1/24 dev to-server
  ip -n "$NS_ROUTER" address add 2001:db8:2::1/64 dev to-server nodad
  ip -n "$NS_SERVER" address add $SERVER/24 dev eth0
  ip -n "$NS_SERVER" address add $VLAN_SERVER/24 dev eth0
  ip -n "$NS_SERVER" address add $SERVER6/64 dev eth0 nodad
  ip -n "$NS_CLIENT" route add default via 10.1.1.1
  ip -n "$NS_CLIENT" route add default via 2001:db8:1::1
  ip -n "$NS_SERVER" route add default via 192.0.2.1
  ip -n "$NS_SERVER" route add default via 2001:db8:2::1
  in_router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1

  # Linux 6.5 and later retry a SYN four times at one-second steps before they
  # back off; 0 is the behaviour of every earlier release: 1, 3, 7, 15 s.
  in_client sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null || true
  track_connections
  know_neighbours
}

# A rule that names ct state is what makes the kernel track connections here.
track_connections() {
  in_router nft -f - <<'RULES'
table inet track {
  chain forward { type filter hook forward priority 0; ct state established accept; }
}
RULES
  in_router sysctl -qw net.netfilter.nf_conntrack_acct=1
}

# Fixed neighbours keep ARP and neighbour discovery out of the small captures.
know_neighbours() {
  ip -n "$NS_CLIENT" neighbour replace 10.1.1.1 lladdr 02:00:00:00:01:01 dev eth0
  ip -n "$NS_CLIENT" neighbour replace 2001:db8:1::1 lladdr 02:00:00:00:01:01 dev eth0
  ip -n "$NS_ROUTER" neighbour replace $CLIENT lladdr 02:00:00:00:01:10 dev to-client
  ip -n "$NS_ROUTER" neighbour replace $CLIENT6 lladdr 02:00:00:00:01:10 dev to-client
  ip -n "$NS_ROUTER" neighbour replace $SERVER lladdr 02:00:00:00:02:20 dev to-server
  ip -n "$NS_ROUTER" neighbour replace $SERVER6 lladdr 02:00:00:00:02:20 dev to-server
  ip -n "$NS_SERVER" neighbour replace 192.0.2.1 lladdr 02:00:00:00:02:01 dev eth0
  ip -n "$NS_SERVER" neighbour replace 2001:db8:2::1 lladdr 02:00:00:00:02:01 dev eth0
}

forget_neighbours() {
  local namespace
  for namespace in "$NS_CLIENT" "$NS_ROUTER" "$NS_SERVER"; do
    ip -n "$namespace" neighbour flush all nud all
  done
}

make_keys() {
  ssh-keygen -q -t ed25519 -N '' -C throwaway -f "$work/host_key"
  ssh-keygen -q -t ed25519 -N '' -C throwaway -f "$work/user_key"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
    -subj /CN=www.example.com -addext subjectAltName=DNS:www.example.com \
    -keyout "$work/tls.key" -out "$work/tls.crt" 2>/dev/null
}

make_documents() {
  mkdir -p "$work/www" "$work/ftp" "$work/empty"
  printf '<!doctype html>\n<title>Example</title>\n' >"$work/www/index.html"
  seq -f '<p>Line %g of a page that needs more than one segment.</p>' 1 60 >>"$work/www/index.html"
  echo '<!doctype html><p>Another, short page.</p>' >"$work/www/short.html"
  seq -f 'line %g of a file' 1 100 >"$work/ftp/file.txt"
  chmod -R a+rX "$work/www" "$work/ftp" "$work/empty"
}

# serve NAMESPACE PROGRAM ARGUMENT...
serve() {
  local program=$2
  ip netns exec "$@" </dev/null >"$work/log/${program##*/}.log" 2>&1 &
  disown $!
}

# wait_for_port NAMESPACE -tl|-ul PORT
wait_for_port() {
  local tries
  for tries in $(seq 100); do
    ip netns exec "$1" ss -Hn "$2" "sport = :$3" | grep -q . && return
    sleep 0.05
  done
  echo "record.sh: nothing listens on port $3 after five seconds; what the servers last said:" >&2
  tail -n 3 "$work"/log/*.log >&2
  return 1
}

start_servers() {
  serve_web
  serve_ssh
  serve_names
  serve_files
  serve_snmp
  serve_time
  serve_mail
  serve_quic
}

serve_web() {
  cat >"$work/nginx.conf" <<CONF
daemon off; user root; worker_processes 1; pid $work/nginx.pid; error_log $work/log/nginx-error.log;
events {}
http {
  access_log off; types { text/html html; } root $work/www; server_tokens off; keepalive_timeout 75s;
  client_body_temp_path $work/nginx-a; proxy_temp_path $work/nginx-b; fastcgi_temp_path $work/nginx-c;
  uwsgi_temp_path $work/nginx-d; scgi_temp_path $work/nginx-e;
  server { listen 80; listen [::]:80; server_name www.example.com; }
  server {
    listen 443 ssl; listen [::]:443 ssl; server_name www.example.com;
    ssl_certificate $work/tls.crt; ssl_certificate_key $work/tls.key; ssl_protocols TLSv1.2 TLSv1.3;
  }
}
CONF
  serve "$NS_SERVER" nginx -c "$work/nginx.conf" -e "$work/log/nginx-error.log"
  wait_for_port "$NS_SERVER" -tl 443
}

serve_ssh() {
  mkdir -p /run/sshd # sshd's own directory, empty; Debian makes it at boot
  serve "$NS_SERVER" "$(command -v sshd)" -D -e -f /dev/null -h "$work/host_key" \
    -o "AuthorizedKeysFile=$work/user_key.pub" -o StrictModes=no -o UsePAM=no -o UseDNS=no \
    -o PermitRootLogin=prohibit-password -o PidFile=none -o PrintMotd=no -o PrintLastLog=no
  wait_for_port "$NS_SERVER" -tl 22
}

serve_names() {
  serve "$NS_SERVER" dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv --no-hosts --user=root \
    --pid-file= --log-facility=- --listen-address="$SERVER" --bind-interfaces \
    --host-record="www.example.com,$SERVER,$SERVER6" --txt-record=example.com,"a record of text" \
    --mx-host=example.com,mail.example.com,10
  wait_for_port "$NS_SERVER" -ul 53
}

serve_files() {
  cat >"$work/vsftpd.conf" <<CONF
background=NO
listen=YES
anonymous_enable=YES
no_anon_password=YES
anon_root=$work/ftp
secure_chroot_dir=$work/empty
seccomp_sandbox=NO
connect_from_port_20=YES
pasv_min_port=50000
pasv_max_port=50099
ftpd_banner=ftp.example.com ready
CONF
  serve "$NS_SERVER" vsftpd "$work/vsftpd.conf"
  wait_for_port "$NS_SERVER" -tl 21
}

serve_snmp() {
  printf '%s\n' 'rocommunity public' 'sysDescr a small host' 'sysName server.example.com' \
    'sysLocation a shelf' 'sysContact nobody@example.com' >"$work/snmpd.conf"
  serve "$NS_SERVER" env MIBS= SNMP_PERSISTENT_DIR="$work/snmp" \
    snmpd -f -Lo -C -c "$work/snmpd.conf" -I -smux "udp:$SERVER:161"
  wait_for_port "$NS_SERVER" -ul 161
}

# disable ntp: this server tells the time and never sets it.
serve_time() {
  printf '%s\n' 'tos orphan 5 orphanwait 1' 'disable ntp' 'restrict default' >"$work/ntp.conf"
  serve "$NS_SERVER" ntpd -n -N -c "$work/ntp.conf" -I "$SERVER"
  wait_for_port "$NS_SERVER" -ul 123
}

serve_mail() {
  serve "$NS_SERVER" msmtpd --interface="$SERVER" --port=25 --command='cat >/dev/null; :'
  wait_for_port "$NS_SERVER" -tl 25
}

serve_quic() {
  serve "$NS_SERVER" gtlsserver -q -d "$work/www" "$SERVER" 443 "$work/tls.key" "$work/tls.crt"
  wait_for_port "$NS_SERVER" -ul 443
}

# The router is the DHCP server of the client's network.
serve_leases() {
  if in_router ss -Hnul "sport = :67" | grep -q .; then return; fi
  serve "$NS_ROUTER" dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --user=root --pid-file= \
    --log-facility=- --interface=to-client --bind-interfaces --no-ping --dhcp-authoritative \
    --dhcp-range=10.1.1.100,10.1.1.110,1h --dhcp-leasefile="$work/leases"
  wait_for_port "$NS_ROUTER" -ul 67
}

# Two VLAN-aware switches (vde_switch; many kernels are built without 802.1Q)
# joined by a trunk. Client and router each hang on an access port of VLAN 20;
# between the switches, in the namespace "switch", the frames are tagged.
#
#   client acc0 --untagged-- [A] trunk-a ==tagged== trunk-b [B] --untagged-- acc0 router
build_vlan() {
  ip netns list | grep -q "^$NS_SWITCH" && return
  new_namespace "$NS_SWITCH"
  in_switch sysctl -qw net.ipv6.conf.default.disable_ipv6=1
  local letter
  for letter in a b; do
    printf '%s\n' 'vlan/create 20' 'port/create 1' 'port/setvlan 1 20' 'port/create 2' 'vlan/addport 20 2' \
      >"$work/switch-$letter.rc"
    in_switch vde_switch -d -s "$work/switch-$letter" -f "$work/switch-$letter.rc"
    in_switch vde_plug2tap -d -p 2 -s "$work/switch-$letter" "trunk-$letter"
  done
  in_switch ip link add bridge type bridge mcast_snooping 0
  in_switch ip link set trunk-a up master bridge
  in_switch ip link set trunk-b up master bridge
  in_switch ip link set bridge up
  in_client vde_plug2tap -d -p 1 -s "$work/switch-a" acc0
  in_router vde_plug2tap -d -p 1 -s "$work/switch-b" acc0
  in_client sysctl -qw net.ipv6.conf.acc0.disable_ipv6=1
  in_router sysctl -qw net.ipv6.conf.acc0.disable_ipv6=1
  ip -n "$NS_CLIENT" link set acc0 up address 02:00:00:00:20:10
  ip -n "$NS_ROUTER" link set acc0 up address 02:00:00:00:20:01
  ip -n "$NS_CLIENT" address add 10.1.20.10/24 dev acc0
  ip -n "$NS_ROUTER" address add 10.1.20.1/24 dev acc0
  ip -n "$NS_CLIENT" route add $VLAN_SERVER via 10.1.20.1
  ip -n "$NS_CLIENT" neighbour replace 10.1.20.1 lladdr 02:00:00:00:20:01 dev acc0
  ip -n "$NS_ROUTER" neighbour replace 10.1.20.10 lladdr 02:00:00:00:20:10 dev acc0
}

# Ends only what runs inside our own namespaces, then the namespaces.
tear_down() {
  local namespace pids
  for namespace in "$NS_CLIENT" "$NS_ROUTER" "$NS_SERVER" "$NS_SWITCH"; do
    [[ -e /run/netns/$namespace ]] || continue
    pids=$(ip netns pids "$namespace")
    # shellcheck disable=SC2086 # one argument a process id
    [[ -z $pids ]] || kill $pids 2>/dev/null || true
  done
  sleep 0.3
  for namespace in "$NS_CLIENT" "$NS_ROUTER" "$NS_SERVER" "$NS_SWITCH"; do
    [[ ! -e /run/netns/$namespace ]] || ip netns delete "$namespace"
  done
}
