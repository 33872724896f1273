/**
 * Where everything stands in the kernel's memory: one file for both sides. The kernel (AssemblyScript)
 * and the host (TypeScript) import it as it is, so it holds plain numbers and nothing else.
 * Offsets and sizes are bytes unless a name says otherwise.
 */

// ---- fixed areas -----------------------------------------------------------------------------
/** switches and numbers that the host sets before the first packet */
export const CONFIG = 0x400;
/** session/tcp-states.ts TCP_TABLE: [(fromServer * 7 + class) * 12 + state] */
export const TCP_CELLS = 0x1000;
/** session/tcp-states.ts FIRST_STATE: [class * 2 + fromServer] */
export const FIRST_STATES = 0x1100;
/** timer kind (TIMER_KIND) by TCP state */
export const STATE_TIMERS = 0x1120;
/** disposition (RST_*) by row of the RST rules */
export const RST_ROWS = 0x1140;
/** 1 where a stack sends these TCP flags, by flag byte */
export const VALID_TCP_FLAGS = 0x1200;
/** a bit a port: a side on it is taken for the server of a session that began before the capture */
export const SERVER_PORTS = 0x1400;
/** nanoseconds (i64) by timer id */
export const TIMER_NS = 0x4000;
export const MAX_TIMERS = 2048;
/** timer id (u16) by application id and TIMER_KIND */
export const APP_TIMERS = 0x8000;
export const MAX_APPS = 2048;
/** packets of the batch as columns, then the one that an ICMP error quotes, then one inside a tunnel */
export const SLOTS = 0x18000;
export const BATCH = 64;
export const QUOTED_SLOT = 64;
export const INNER_SLOT = 65;
/** head and tail chunk of each bucket of the timing wheel */
export const WHEEL = 0x1b000;
export const WHEEL_BUCKETS = 4096;
/** units of ended sessions on their way to the host */
export const OUT = 0x23000;
export const OUT_SESSIONS = 4096;
/** heads of sorted lists, while ended sessions are put in order */
export const MERGE = 0x27000;
/** of the wheel: sessions that are due and about to be ended together, unit and hash of each, u32 */
export const DUE = 0x27400;
export const MOST_DUE = 128;
/** sums over ended sessions by verdict key */
export const TOTALS = 0x28000;
export const TOTAL_ROWS = 4096;
export const TOTAL_ROW_BYTES = 64;
/** of a row: what its sessions have in common, u32 each (TOTAL_FLAGS: bits of S_FLAGS) */
export const TOTAL_APP = 0;
export const TOTAL_TIMER = 4;
export const TOTAL_PROTOCOL = 8;
export const TOTAL_CAUSES = 12;
export const TOTAL_FLAGS = 16;
/** and the sums, u64 each; no session: the row is free */
export const TOTAL_SESSIONS = 24;
export const TOTAL_PACKETS = 32;
export const TOTAL_BYTES = 40;
/** head and tail chunk of each part of the wheel's present tick, while the table is full */
export const WHEEL_PARTS = 0x68000;
export const TICK_PARTS = 4096;
/** bytes of the capture: a chunk of a file as it is, or descriptors and heads of records */
export const INPUT = 0x70000;
export const INPUT_BYTES = 0x180000;
/** in the records lane: descriptors, then the heads of the frames */
export const MAX_RECORDS = 256;
export const RECORD_BYTES = 32;
/** enough for Ethernet with two tags, IPv4 and TCP with all their options, and the first payload byte */
export const HEAD_BYTES = 192;
export const HEADS = 0x74000;
/** what payload may begin with, of TCP streams and of datagrams: see `OPENINGS_WORDS` */
export const STREAM_OPENINGS = 0x1f0000;
export const DATAGRAM_OPENINGS = 0x1f7100;
/** the same of signatures that need one of their ports to confirm them */
export const STREAM_PLAUSIBLE = 0x1fe200;
export const DATAGRAM_PLAUSIBLE = 0x208300;
/** parts of the index, each with its own extent: where its lines are, how many, sessions in it, and when it grows, u32 each */
export const INDEX_PARTS = 0x212400;
export const INDEX_PART_BITS = 6;
export const INDEX_PART_BYTES = 16;
export const PART_LINES_AT = 0;
export const PART_LINES = 4;
export const PART_USED = 8;
export const PART_MOST = 12;
/** lists of tuples that have had a session, by hash: see seen.ts */
export const SEEN_LISTS_AT = 0x212800;
export const SEEN_LISTS = 256;
/** ended sessions until they are put in order: end (i64), id (u32), unit (u32); as much again to sort in */
export const PLACES = 0x220000;
export const PLACE_BYTES = 16;
export const MOST_PLACES = 0x1e800;
/** payload that names its session at once: see AT_ONCE_ */
export const HELLO = 0x5f0000;
/** rows of text that the kernel has written, until the host takes them */
export const TEXT = 0x600000;
export const TEXT_BYTES = 0x40000;
/** texts of seconds, each in the one place that it can have: the second (i64), then its 19 characters */
export const SECONDS = 0x640000;
export const SECONDS_KEPT = 256;
export const SECOND_BYTES = 32;
/** sessions whose rows differ in nothing but numbers, addresses and times: place + 1 of a row below (u16) by hash, then the rows: see ALIKE_ */
export const ALIKE_HASH = 0x642000;
export const ALIKE_HASHES = 4096;
export const ALIKE = 0x644000;
export const MOST_ALIKE = 2048;
export const ALIKE_BYTES = 40;
/** how their rows are written: see TEMPLATE_ */
export const TEMPLATES = 0x658000;
export const TEMPLATES_BYTES = 0x58000;
/** units begin here and grow at the top */
export const UNITS = 0x6b0000;

// ---- rows of text: report/row-template.ts -------------------------------------------------------
/** of a row of ALIKE: what its sessions have in common and the address of their template, u32 each */
export const ALIKE_KIND = 0;
export const ALIKE_COURSE = 4;
export const ALIKE_TEMPLATE = 8;
/** and sums over those whose rows have been written, u64 each */
export const ALIKE_SESSIONS = 16;
export const ALIKE_PACKETS = 24;
export const ALIKE_FRAME_BYTES = 32;
/** bytes that a row has at most */
export const TEMPLATE_MOST = 0;
/** ICMP type, and one, of sessions whose ports are written the other way round; 0: none */
export const TEMPLATE_SWAPPED = 4;
/** then a text, its length (u16) in front, and a column (u8), by turns; the last column is COLUMN_END */
export const TEMPLATE_PIECES = 8;
export const COLUMN_END = 0;
export const COLUMN_ID = 1;
export const COLUMN_SRC = 2;
export const COLUMN_DST = 3;
export const COLUMN_SPORT = 4;
export const COLUMN_DPORT = 5;
export const COLUMN_TOTAL_BYTES = 6;
export const COLUMN_BYTES_SENT = 7;
export const COLUMN_BYTES_RECEIVED = 8;
export const COLUMN_TOTAL_PACKETS = 9;
export const COLUMN_PACKETS_SENT = 10;
export const COLUMN_PACKETS_RECEIVED = 11;
export const COLUMN_START = 12;
export const COLUMN_LAST = 13;
export const COLUMN_ENDED = 14;
export const COLUMN_ELAPSED = 15;
export const COLUMN_TTL = 16;
export const COLUMN_AFTER_END = 17;

// ---- openings: firewall/app-id/openings.ts -----------------------------------------------------
/** bytes from the start that they speak of */
export const OPENING_BYTES = 28;
/** groups (u32) by place and value: [place * 256 + value] */
export const OPENINGS_WORDS = 0;
/** groups by bytes that there are, for less than OPENING_BYTES */
export const OPENINGS_BY_LENGTH = 0x7000;
export const OPENINGS_TOGETHER = 0x7080;
/** of plausible ones, a bit a port that has any; then how many such ports, and for each port (u16) its groups (u32) */
export const OPENINGS_PORTS = 0x7100;
export const OPENINGS_PORT_COUNT = 0x9100;
export const OPENINGS_PORT_ROWS = 0x9108;
export const PORT_ROW_BYTES = 8;
export const MOST_PORT_ROWS = 510;
export const PORT_ROW_PORT = 0;
export const PORT_ROW_GROUPS = 4;

// ---- payload that names its session at once: firewall/app-id/at-once.ts -------------------------
/** a row for each kind of it, of 0x3000 bytes; the first is that of a hello of TLS, HELLO */
export const DNS_QUERY = 0x5f3000;
export const HTTP_REQUEST = 0x5f6000;
export const QUIC_INITIAL = 0x5f9000;
/** application id; 0 where the host has put nothing there */
export const AT_ONCE_APP = 0;
/** a bit a port: of a hello, where other signatures come first; of all others, where this one does */
export const AT_ONCE_PORTS = 0x1000;
/** of a hello: bytes that must be there, number of fields, then the fields, u32 each */
export const HELLO_END = 4;
export const HELLO_FIELDS = 8;
export const HELLO_FIELDS_AT = 16;
export const FIELD_ROW_BYTES = 16;
export const FIELD_AT = 0;
export const FIELD_BYTES = 4;
export const FIELD_LEAST = 8;
export const FIELD_MOST = 12;
/** of a DNS query: a bit a type that there is, below MOST_DNS_TYPES */
export const DNS_TYPES = 16;
export const MOST_DNS_TYPES = 512;
/** of an HTTP request: how many, then the first four bytes, in lower case, of targets that are not the web's */
export const OTHER_TARGETS = 8;
export const OTHER_TARGETS_AT = 16;

// ---- CONFIG ------------------------------------------------------------------------------------
export const CONFIG_NON_SYN = 0;
export const NON_SYN_MIDSTREAM = 0;
export const NON_SYN_REJECT = 1;
export const NON_SYN_ACCEPT = 2;
export const CONFIG_WINDOW_CHECK = 4;
export const CONFIG_DROP_CHALLENGE = 8;
export const CONFIG_STRICT_RST = 12;
export const CONFIG_REFRESH_CLOSING = 16;
export const CONFIG_RESTORE = 20;
export const CONFIG_EVENTS = 24;
/** every packet is decoded by the host */
export const CONFIG_SLOW_ONLY = 28;
/** packets that are not TCP are decoded by the host: they may be a tunnel */
export const CONFIG_INSPECT_TUNNELS = 32;
export const CONFIG_LINGER_CAPACITY = 36;
export const CONFIG_MAX_SESSIONS = 40;
/** accelerated aging is on from so many live sessions; 0: never */
export const CONFIG_AGING_ON_AT = 44;
export const CONFIG_AGING_FACTOR = 48;
/** ended sessions are summed in TOTALS and given to nobody */
export const CONFIG_TOTALS_ONLY = 52;
/** bits of a key's hash that count; all of them, but in tests */
export const CONFIG_HASH_MASK = 84;
/** whole nanoseconds, i64 */
export const CONFIG_LINGER_NS = 56;
export const CONFIG_MIDSTREAM_NS = 64;
/** of a classic capture: byte order, nanoseconds a unit of the fraction, its limit, captured bytes at most */
export const CONFIG_BIG_ENDIAN = 72;
export const CONFIG_FRACTION_NS = 76;
export const CONFIG_MAX_CAPTURED = 80;
/** the table's clock as the host has set it, i64: see `clock` */
export const CONFIG_NOW = 88;
export const CONFIG_OFFSET = 96;
/** counts for the host, u32 each unless said otherwise (f64 where they may outgrow it) */
export const COUNT_PACKETS = 104;
export const COUNT_IN_SESSIONS = 112;
export const COUNT_LATE = 120;
export const COUNT_NON_SYN = 128;
export const COUNT_TABLE_FULL = 136;
export const COUNT_OUT_OF_WINDOW = 144;
export const COUNT_OUT_OF_SYNC = 152;
export const COUNT_REFUSED_NON_SYN = 160;
export const COUNT_MARTIAN = 208;
export const COUNT_FILE_BYTES = 168;
/** packets that would have opened a session and found no room */
export const COUNT_ALLOC_FAILURE = 192;
/** table time at which a live session leaves if no packet comes, i64: see `readExpiry` */
export const CONFIG_EXPIRY = 200;
/** App-ID gives up when it has counted both so many payload packets and so many bytes */
export const CONFIG_APP_PACKETS = 216;
export const CONFIG_APP_BYTES = 220;
/** latest table time, i64: there it stands still */
export const CONFIG_LATEST = 224;
/** bytes of memory that the kernel may have, u32; 0: as many as there are */
export const CONFIG_MEMORY_BYTES = 232;
/** noteworthy packets for which memory has run out */
export const COUNT_LOST_EVENTS = 240;
/** kinds of events that keep what their segment looks like, a bit each */
export const CONFIG_SHAPED_EVENTS = 248;
/** of each of the kernel's own kinds of events: how many a side are kept, u8; 0: all */
export const CONFIG_MOST_EVENTS = 256;
export const OWN_EVENTS = 16;
/** TCP options of the packets that the host has decoded, as at E_OPTION_COUNT: of a slot, and of INNER_SLOT */
export const CONFIG_SLOW_OPTIONS = 272;
export const CONFIG_INNER_OPTIONS = 296;
/** own times of the first and last packet of a bulk run, i64 (earliest and latest) */
export const BULK_FIRST = 176;
export const BULK_LAST = 184;

// ---- a packet as columns -----------------------------------------------------------------------
export const SLOT_BYTES = 128;
/** IPv4: source | destination << 32; IPv6: a hash of both that does not depend on their order */
export const SLOT_ADDRESSES = 0;
export const SLOT_PORTS = 8;
/** protocol | IPv6 << 8 | tunnel level << 12 */
export const SLOT_KIND = 12;
/** IPv6 addresses, 16 bytes each, as on the wire */
export const SLOT_ADDRESSES6 = 16;
export const SLOT_HASH = 48;
export const SLOT_FRAME_BYTES = 52;
export const SLOT_FRAMES = 56;
export const SLOT_TCP_FLAGS = 60;
/** shift + 1; 0 where there is no such option */
export const SLOT_SHIFT = 61;
export const SLOT_WINDOW = 62;
export const SLOT_SEQ = 64;
export const SLOT_ACK = 68;
export const SLOT_PAYLOAD_LENGTH = 72;
/** offset of the payload in the frame */
export const SLOT_PAYLOAD_OFFSET = 76;
export const SLOT_PAYLOAD_CAPTURED = 80;
export const SLOT_STATUS = 84;
export const STATUS_FAST = 0;
export const STATUS_SLOW = 1;
/** an IPv4 packet whose addresses no packet through a firewall can have: counted, and that is all */
export const STATUS_MARTIAN = 2;
export const SLOT_ICMP_TYPE = 85;
export const SLOT_TTL = 86;
export const SLOT_IP_ID = 88;
export const SLOT_FRAME = 92;
export const SLOT_CAPTURED = 96;
/** index of the record in the batch of the host, in the records lane */
export const SLOT_RECORD = 100;
export const SLOT_TIME = 104;
export const SLOT_SCTP_CHUNKS = 112;
export const SLOT_NETWORK = 116;
/** of the key's hash, the lower 32 bits */
export const SLOT_HASH_LOW = 120;
export const SLOT_FIRST_BYTE = 124;
/** bytes of the frame that the kernel holds, u16, at most 65535 */
export const SLOT_HELD = 126;

// ---- a record descriptor -----------------------------------------------------------------------
/** seconds as f64, then nanoseconds, captured and original length, link type as u32 */
export const RECORD_SECONDS = 0;
export const RECORD_NANOSECONDS = 8;
export const RECORD_CAPTURED = 12;
export const RECORD_ORIGINAL = 16;
export const RECORD_LINK_TYPE = 20;
export const RECORD_FILE = 24;
export const RECORD_FILE_PACKET = 28;

// ---- a packet of the table's benchmark: decoded already, no payload -----------------------------
export const ROW_BYTES = 48;
/** 16 bytes each, as on the wire; IPv4 in the first four, little-endian */
export const ROW_SRC = 0;
export const ROW_DST = 16;
export const ROW_PORTS = 32;
export const ROW_PROTOCOL = 36;
export const ROW_TCP_FLAGS = 37;
/** 4 or 6 */
export const ROW_VERSION = 38;
/** nanoseconds, as f64 */
export const ROW_TIME = 40;

// ---- a session: two cache lines, three or five where more is asked --------------------------------
export const UNIT_BYTES = 128;
export const WIDE_UNIT_BYTES = 192;
/** with events: five lines from the start */
export const NOTED_UNIT_BYTES = 320;
/** a line of the index holds so many sessions: their hashes, then their units, u32 each; unit 0 is none */
export const INDEX_LINE_SLOTS = 8;
export const INDEX_LINE_BYTES = 64;
/** a part of the index grows, by half, when more than this share of it is used, in percent */
export const INDEX_LOAD_PERCENT = 70;
/** bytes of an IPv6 session's addresses, outside its record */
export const ADDRESSES6_BYTES = 32;

/** c2s key. IPv4: source | destination << 32; IPv6: place of the addresses | hash << 32 */
export const S_ADDRESSES = 0;
export const S_PORTS = 8;
export const S_KIND = 12;
export const S_ID = 16;
/** live: tick for which the wheel holds it; ended: next unit in its list */
export const S_ARMED = 20;
/** table time of the last packet that restarted the timer, i64 */
export const S_REFRESH = 24;
export const S_TIMER = 32;
export const S_APP = 34;
export const S_FLAGS = 36;
export const S_STATE = 40;
/** RSTs that were dropped (low) and disproved (high): lists as CAUSES, of two */
export const S_RST_LISTS = 41;
/** recorded causes: a list of up to four, three bits each, first one lowest; then the client's window shift */
export const S_CAUSES = 42;
/** causes before an unverified RST; then the server's window shift */
export const S_BEFORE = 44;
/** shifts of the four windows below, four bits each */
export const S_WINDOW_SHIFTS = 46;
/** two u32 each: client's, then server's */
export const S_NEXT_SEQ = 48;
export const S_HIGHEST_ACK = 56;
/** ended: table time of the end (i64), and packets after it; of an ended session the first line is enough */
export const S_END = 48;
export const S_AFTER_END = 56;
/** neither TCP nor UDP: ICMP type of the first packet, -1 for other protocols */
export const S_ICMP_TYPE = 60;
export const S_FIRST = 64;
export const S_LAST = 72;
export const S_PACKETS = 80;
export const S_BYTES_LOW = 88;
export const S_BYTES_HIGH = 96;
/** number of the packet of S_REFRESH, its low 32 bits */
export const S_REFRESH_PACKET = 100;
/** sequence number before the first byte of each side's stream */
export const S_STREAM = 104;
export const S_RIGHT_EDGE = 112;
/** ended, in a run that only sums: sessions behind it in the queue that have no record any more, u32 */
export const S_SUMMED_BEHIND = 112;
/** u16: last window of client and server, largest window of client and server; scaled by S_WINDOW_SHIFTS */
export const S_WINDOWS = 120;

// third line, where packet times and table time differ, there are several files, or tunnels
export const S_OWN_FIRST = 128;
export const S_OWN_LAST = 136;
export const S_OWN_REFRESH = 144;
/** table time - packet time when it was refreshed, i64 */
export const S_OFFSET = 152;
/** packet time of the end, for a session that a packet has ended; before that S_HOLE_START may stand here */
export const S_OWN_END = 160;
export const S_NETWORK = 168;
export const S_PARENT = 172;
export const S_REFRESH_FILE = 176;
export const S_REFRESH_FILE_PACKET = 180;

// fourth line, where events are wanted; what of it has room above stands there
/** first open hole of each side, client's, then server's: where it begins and ends, the same where there is none */
export const S_HOLE_START = 160;
export const S_HOLE_END = 184;
/** the longest gap, i64, negative while there is none; then time, number and place of the packet that ended it */
export const S_GAP = 192;
export const S_GAP_OWN_END = 200;
export const S_GAP_PACKET = 208;
export const S_GAP_FILE = 212;
export const S_GAP_FILE_PACKET = 216;
/** client's, then server's, two u32 each */
export const S_RETRANSMISSIONS = 220;
export const S_OUT_OF_ORDER = 228;
export const S_ZERO_WINDOWS = 236;
/** timer in force in the longest gap, u16 */
export const S_GAP_TIMER = 244;
/** u16: segments behind the open hole of client and server, most that ever were behind one that was filled */
export const S_QUEUED = 246;
export const S_MOST_QUEUED = 250;
/** u8, by sender: how often its first unacknowledged segment was sent again; STALL_ALIVE where the other side spoke meanwhile */
export const S_STALL = 254;
export const STALL_ALIVE = 0x80;

// fifth line, likewise
/** first and last of its noteworthy packets: address / EVENT_BYTES, u32; 0: none */
export const S_EVENTS = 256;
export const S_LAST_EVENT = 260;
/** the longest time from one packet after the end to the next, and the time of the last one, i64 */
export const S_LATE_GAP = 264;
export const S_LATE_TIME = 272;
/** u8: which of the two there are, and whether a FIN or RST has come after the end */
export const S_LATE_MARKS = 280;
export const LATE_HAS_TIME = 1;
export const LATE_HAS_GAP = 2;
export const LATE_CLOSED = 4;
/** u8 by kind * 2 + side: how many there are of a kind of which CONFIG_MOST_EVENTS are kept */
export const S_EVENT_COUNTS = 288;

// ---- a noteworthy packet: session/facts.ts SessionEvent -------------------------------------------
export const EVENT_BYTES = 64;
/** the session's next one */
export const E_NEXT = 0;
export const E_PACKET = 4;
/** own time of the packet, i64 */
export const E_TIME = 8;
/** index of its file, u32 up to MOST_FILES; the TTL stands in the byte above, and its number in the file behind */
export const E_FILE = 16;
export const MOST_FILES = 0xffffff;
export const E_TTL = 19;
export const E_FILE_PACKET = 20;
export const E_VALUE = 24;
/** of a RST: bytes beyond N of its side; of an event with a text of the host's: which */
export const E_AHEAD = 28;
export const E_TEXT = 28;
/** place of its first byte behind the SYN of its side */
export const E_PLACE = 32;
export const E_WINDOW = 36;
/** kind, the client's (a bit), a RST's RST_ and whether it came while opening and in time-wait, what of E_AHEAD and E_PLACE is known */
export const E_MARKS = 38;
export const MARK_KIND = 31;
export const MARK_CLIENT = 32;
export const MARK_RST_SHIFT = 6;
export const MARK_OPENING = 0x100;
export const MARK_TIME_WAIT = 0x200;
export const MARK_AHEAD = 0x400;
export const MARK_PLACE = 0x800;
export const E_IP_ID = 40;
export const E_TCP_FLAGS = 42;
/** kinds of its TCP options, u8 each, and how many, u8 in front of them; 255: not captured whole */
export const E_OPTION_COUNT = 43;
export const E_OPTIONS = 44;
export const MOST_OPTIONS = 20;
export const OPTIONS_UNKNOWN = 255;

// ---- S_APP: what the kernel itself says; further ids are the host's ------------------------------
export const APP_NONE = 0;
export const APP_NON_SYN = 1;
/** none yet; what its sides have said is in a unit of its own, whose number stands in S_FIRST */
export const APP_KEPT = 2;
export const APP_UNKNOWN_TCP = 3;
export const APP_UNKNOWN_UDP = 4;

// ---- that unit: session/app-decision.ts AppDecision, while nothing can be named ------------------
/** S_FIRST of the record, i64 */
export const KEPT_FIRST = 0;
/** payload packets and bytes that have been counted */
export const KEPT_PACKETS = 8;
export const KEPT_BYTES = 12;
/** client's, then server's */
export const KEPT_SIDES = 16;
export const KEPT_SIDE_BYTES = 56;
/** of a side: 1 where its stream has begun, or it has sent a datagram */
export const SIDE_BEGUN = 0;
/** sequence number of its first byte */
export const SIDE_BASE = 4;
/** wire bytes from there on, without a hole; of a datagram all */
export const SIDE_SEEN = 8;
/** captured bytes from there on that are kept, without a hole */
export const SIDE_CAPTURED = 12;
/** openings that they fit */
export const SIDE_GROUPS = 16;
/** first unit of the bytes that have no room here, 0: none */
export const SIDE_MORE = 20;
export const SIDE_HEAD = 24;
export const SIDE_HEAD_BYTES = 32;
/** each such unit: the next one, then bytes */
export const MORE_NEXT = 0;
export const MORE_HEAD = 4;
export const MORE_HEAD_BYTES = 124;
/** bytes kept of one side, and of one datagram */
export const MOST_KEPT_BYTES = 4096;

// ---- S_FLAGS: a bit for the client, the next one for the server --------------------------------
export const F_SEEN = 0x1;
export const F_HAS_ACK = 0x4;
export const F_FIN = 0x10;
/** S_STREAM is the sequence number of its SYN */
export const F_ISN = 0x40;
/** S_STREAM tells where its payload begins */
export const F_BASE = 0x100;
/** its SYN was captured, so its window shift is known */
export const F_SHIFT = 0x400;
export const F_PAYLOAD = 0x1000;
export const F_HANDSHAKE = 0x4000;
export const F_MIDSTREAM = 0x8000;
export const F_NON_SYN = 0x10000;
/** payload may still tell something */
export const F_ASKS = 0x20000;
/** the host keeps something for it */
export const F_HOSTED = 0x40000;
/** an application that runs over TLS, and no fatal alert has been seen */
export const F_TLS = 0x80000;
/** how the client was told: index into CLIENT_BASIS of the host, two bits */
export const F_BASIS_SHIFT = 20;
export const F_ENDED_BY_TIMER = 0x400000;
export const F_ENDED_BY_SYN = 0x800000;
/** ended, still found by late packets */
export const F_LINGERS = 0x1000000;
/** a FIN was dropped as out of window: of the client, of the server */
export const F_DROPPED_FIN = 0x2000000;
export const F_LIVE = 0x8000000;
/** state before an unverified RST: 0 none, 1 established, 2 client-closed, 3 server-closed */
export const F_BEFORE_SHIFT = 28;
export const F_STARTED = 0x40000000;
/** the host's: payload has been counted before the application was decided */
export const F_PAYLOAD_SEEN = 0x80000000;

export const BASIS_SYN = 0;
export const BASIS_SYN_ACK = 1;
export const BASIS_PORT = 2;
export const BASIS_FIRST_PACKET = 3;

/** entries of a cause list */
export const CAUSE_CLIENT_FIN = 1;
export const CAUSE_SERVER_FIN = 2;
export const CAUSE_CLIENT_RST = 3;
export const CAUSE_SERVER_RST = 4;

/** columns of APP_TIMERS, and what STATE_TIMERS says */
export const KIND_TCP = 0;
export const KIND_HALF_CLOSED = 1;
export const KIND_TIME_WAIT = 2;
export const KIND_UDP = 3;
export const KIND_ICMP = 4;
export const KIND_SCTP = 5;
export const KIND_OTHER = 6;
/** never overridden by an application: the same in every row */
export const KIND_TCP_INIT = 8;
export const KIND_TCP_HANDSHAKE = 9;
export const KIND_UNVERIFIED_RST = 10;
export const TIMER_KINDS = 16;

export const RST_VERIFIED = 1;
export const RST_UNVERIFIED = 2;
export const RST_DROPPED = 3;

/** kinds of noteworthy packets: session/facts.ts EVENT_KINDS by number */
export const EVENT_FIRST = 0;
export const EVENT_SYN = 1;
export const EVENT_SYN_ACK = 2;
export const EVENT_PAYLOAD = 3;
export const EVENT_FIN = 4;
export const EVENT_RST = 5;
export const EVENT_DISPROOF = 6;
export const EVENT_REUSE = 7;
export const EVENT_CHALLENGE = 8;
/** value: payload bytes */
export const EVENT_LATE = 9;
export const EVENT_HANDSHAKE = 10;
export const EVENT_KEEPALIVE = 11;
export const EVENT_UNSEEN = 12;
export const EVENT_MOVED = 13;
/** value: payload bytes */
export const EVENT_RESENT = 14;
export const EVENT_STUCK = 15;
/** the host's own, as far as the kernel must know them; from here on an event may have a text */
export const EVENT_ICMP_ERROR = 16;
export const EVENT_APPLICATION = 17;
