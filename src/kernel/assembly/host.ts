/** What the kernel asks of the host, one call each; the answer is in force before the next packet. */

/** Decodes the packet of a slot in full. 0: it looks for no session, and is counted; 1: columns are in the slot; 2: and the key that an ICMP error quotes. */
export declare function slow(slot: i32): i32;

/** Packet time has stepped back: sets CONFIG_NOW and CONFIG_OFFSET. */
export declare function clock(slot: i32): void;

/**
 * Payload, or a segment that tells where a stream begins, of a session whose application is not settled.
 * `kept`: address of what the kernel has kept of it, or 0; it holds during the call.
 */
export declare function payload(unit: i32, session: usize, slot: i32, fromClient: i32, kept: usize): void;

/** An event is forgotten: its text may go. */
export declare function letGoText(text: i32): void;

/** Application id of a session that is neither TCP nor UDP. */
export declare function protocolApplication(protocol: i32, icmpType: i32): i32;

/** Timer id after these SCTP chunks; `timer` is the one in force, -1 for a first packet. */
export declare function sctpTimer(chunks: i32, timer: i32, app: i32): i32;

/** Keeps the sequence number behind a FIN that was dropped; gives it back. */
export declare function keepFin(unit: i32, end: u32): void;
export declare function keptFin(unit: i32): u32;

/** An ICMP error quotes a packet of the session: it is counted and noted. */
export declare function icmpError(unit: i32, slot: i32): void;

/** The packet of the slot is in this session: what it carries in a tunnel may be looked at. */
export declare function lookInside(slot: i32, id: u32): void;

/** `count` ended sessions stand in OUT. */
export declare function drain(count: i32): void;

/** An undecided session has left the table: what is kept of its payload may go. */
export declare function letGo(unit: i32): void;

/** The host's seat for a session is given up: the unit is free. */
export declare function forget(unit: i32): void;
