/**
 * The firewall's view of one TCP connection, as data.
 *
 * Assumptions of the observer: it sits in the middle; a capture may lack packets that the firewall
 * saw, so a packet that proves a step (an ACK of the server's SYN, payload) counts for the step it
 * proves; RSTs have been classified by sequence number before they reach the table (firewall-model
 * 3.6), and packets that a TCP check drops never reach it. The table is indexed by direction, packet
 * class and state, and both engines read it.
 */

export const TCP_STATE = {
  /** SYN seen */
  SYN_SENT: 0,
  /** a SYN from both sides: simultaneous open or split handshake (RFC 9293 figure 7) */
  BOTH_SYN: 1,
  /** SYN-ACK from the server side seen */
  SYN_RECEIVED: 2,
  /** SYN-ACK from the client side seen: the other half of a simultaneous open or split handshake */
  SYN_RECEIVED_BY_CLIENT: 3,
  /** a RST while only SYNs had been seen */
  OPENING_RESET: 4,
  /** a RST between the SYN-ACK and the end of the handshake */
  HANDSHAKE_RESET: 5,
  ESTABLISHED: 6,
  /** first FIN came from the client */
  CLIENT_CLOSED: 7,
  /** first FIN came from the server */
  SERVER_CLOSED: 8,
  TIME_WAIT: 9,
  /** a RST of the client that could not be verified is in force */
  CLIENT_RST_UNVERIFIED: 10,
  /** a RST of the server that could not be verified is in force */
  SERVER_RST_UNVERIFIED: 11,
} as const;
export type TcpState = (typeof TCP_STATE)[keyof typeof TCP_STATE];

/** Not states: what a cell may order instead of a next state. */
export const TCP_ORDER = {
  /** the packet ends this session as tcp-reuse and opens another (firewall-model 3.7) */
  REUSE: 14,
  /** back to the state, timer and causes from before the unverified RST (firewall-model 3.6) */
  RESTORE: 15,
} as const;
export type TcpCell = TcpState | (typeof TCP_ORDER)[keyof typeof TCP_ORDER];

/** Packet classes. A segment is folded into one: RST > SYN-ACK > SYN > FIN > data > ACK. */
export const TCP_CLASS = {
  SYN: 0,
  SYN_ACK: 1,
  ACK: 2,
  DATA: 3,
  FIN: 4,
  RST_VERIFIED: 5,
  RST_UNVERIFIED: 6,
} as const;
export type TcpClass = (typeof TCP_CLASS)[keyof typeof TCP_CLASS];

/** How states, classes and cells are printed, in the order of their numbers. */
export const TCP_STATE_NAMES: readonly string[] = [
  'syn-sent',
  'both-syn',
  'syn-received',
  'syn-received-by-client',
  'opening-reset',
  'handshake-reset',
  'established',
  'client-closed',
  'server-closed',
  'time-wait',
  'client-rst-unverified',
  'server-rst-unverified',
];
export const TCP_CLASS_NAMES: readonly string[] = [
  'SYN',
  'SYN-ACK',
  'ACK',
  'data',
  'FIN',
  'RST verified',
  'RST unverified',
];

const S = TCP_STATE;
const sSS = S.SYN_SENT;
const sBS = S.BOTH_SYN;
const sSR = S.SYN_RECEIVED;
const sSC = S.SYN_RECEIVED_BY_CLIENT;
const sOR = S.OPENING_RESET;
const sHR = S.HANDSHAKE_RESET;
const sES = S.ESTABLISHED;
const sCC = S.CLIENT_CLOSED;
const sSV = S.SERVER_CLOSED;
const sTW = S.TIME_WAIT;
const sCU = S.CLIENT_RST_UNVERIFIED;
const sSU = S.SERVER_RST_UNVERIFIED;
const oRU = TCP_ORDER.REUSE;
const oRE = TCP_ORDER.RESTORE;

/** Two-letter names of the cells, for the golden print. */
export const TCP_CELL_CODES: Readonly<Record<TcpCell, string>> = {
  [sSS]: 'SS',
  [sBS]: 'BS',
  [sSR]: 'SR',
  [sSC]: 'SC',
  [sOR]: 'OR',
  [sHR]: 'HR',
  [sES]: 'ES',
  [sCC]: 'CC',
  [sSV]: 'SV',
  [sTW]: 'TW',
  [sCU]: 'CU',
  [sSU]: 'SU',
  [oRU]: 'reuse',
  [oRE]: 'back',
};

export const TCP_STATE_COUNT = 12;
export const TCP_CLASS_COUNT = 7;

type Row = readonly TcpCell[];

// biome-ignore format: the columns are what a reviewer reads
const FROM_CLIENT: readonly Row[] = [
/*               SS   BS   SR   SC   OR   HR   ES   CC   SV   TW   CU   SU */
/* SYN      */ [ sSS, sBS, sSR, sSC, sSS, sSS, sES, sCC, sSV, oRU, oRU, oRU ],
/* SYN-ACK  */ [ sSC, sSC, sES, sSC, sSC, sHR, sES, sCC, sSV, sTW, sCU, sSU ],
/* ACK      */ [ sES, sES, sES, sSC, sOR, sHR, sES, sCC, sSV, sTW, sCU, sSU ],
/* data     */ [ sES, sES, sES, sES, sES, sES, sES, sCC, sSV, sTW, oRE, sSU ],
/* FIN      */ [ sCC, sCC, sCC, sCC, sOR, sHR, sCC, sCC, sTW, sTW, sCU, sSU ],
/* RST ver. */ [ sOR, sOR, sHR, sHR, sOR, sHR, sTW, sTW, sTW, sTW, sTW, sTW ],
/* RST unv. */ [ sOR, sOR, sHR, sHR, sOR, sHR, sCU, sCU, sCU, sTW, sCU, sSU ],
];

// biome-ignore format: the columns are what a reviewer reads
const FROM_SERVER: readonly Row[] = [
/*               SS   BS   SR   SC   OR   HR   ES   CC   SV   TW   CU   SU */
/* SYN      */ [ sBS, sBS, sSR, sSC, sBS, sBS, sES, sCC, sSV, oRU, oRU, oRU ],
/* SYN-ACK  */ [ sSR, sSR, sSR, sES, sSR, sHR, sES, sCC, sSV, sTW, sCU, sSU ],
/* ACK      */ [ sSS, sBS, sSR, sES, sOR, sHR, sES, sCC, sSV, sTW, sCU, sSU ],
/* data     */ [ sES, sES, sES, sES, sES, sES, sES, sCC, sSV, sTW, sCU, oRE ],
/* FIN      */ [ sSV, sSV, sSV, sSV, sOR, sHR, sSV, sTW, sSV, sTW, sCU, sSU ],
/* RST ver. */ [ sOR, sOR, sHR, sHR, sOR, sHR, sTW, sTW, sTW, sTW, sTW, sTW ],
/* RST unv. */ [ sOR, sOR, sHR, sHR, sOR, sHR, sSU, sSU, sSU, sTW, sCU, sSU ],
];

/** A cell whose meaning is not obvious, and why it is so. */
export interface CellReason {
  readonly from: 'client' | 'server' | 'either';
  readonly on: TcpClass;
  readonly states: readonly TcpState[];
  readonly because: string;
}

const C = TCP_CLASS;

export const TCP_CELL_REASONS: readonly CellReason[] = [
  {
    from: 'client',
    on: C.SYN,
    states: [sSS],
    because:
      'a retransmitted SYN restarts tcp-init in the same session (firewall-model 3.2, 8 SYNs over 13 s)',
  },
  {
    from: 'either',
    on: C.SYN,
    states: [sSR, sSC, sES, sCC, sSV],
    because:
      'a SYN is kept as a retransmission, whatever its ISN; only time-wait and unverified-rst end the session (firewall-model 3.7)',
  },
  {
    from: 'either',
    on: C.SYN,
    states: [sOR, sHR],
    because:
      'a refused client that tries again on the same ports restarts tcp-init in the same session (firewall-model 3.7)',
  },
  {
    from: 'either',
    on: C.SYN,
    states: [sTW, sCU, sSU],
    because:
      'the port pair is used again while time-wait or unverified-rst is in force: this session ends as tcp-reuse (firewall-model 3.7)',
  },
  {
    from: 'server',
    on: C.SYN,
    states: [sSS],
    because: 'simultaneous open, or the second leg of a split handshake (RFC 9293 3.5; firewall-model 3.5)',
  },
  {
    from: 'client',
    on: C.SYN_ACK,
    states: [sSS],
    because: 'it answers a SYN of the server that the capture does not hold',
  },
  {
    from: 'client',
    on: C.SYN_ACK,
    states: [sSR],
    because: 'simultaneous open: both SYNs are now acknowledged',
  },
  {
    from: 'server',
    on: C.SYN_ACK,
    states: [sSC],
    because: 'simultaneous open: both SYNs are now acknowledged',
  },
  {
    from: 'either',
    on: C.SYN_ACK,
    states: [sHR],
    because: 'a retransmitted SYN-ACK does not revive a handshake that was reset',
  },
  {
    from: 'server',
    on: C.SYN_ACK,
    states: [sOR],
    because: 'the server answers after all, so the RST was not its last word; the RST stays recorded',
  },
  {
    from: 'client',
    on: C.ACK,
    states: [sSS, sBS],
    because:
      'an ACK of the client acknowledges the server SYN, which proves the handshake though the SYN-ACK was not captured (firewall-model 5)',
  },
  {
    from: 'client',
    on: C.ACK,
    states: [sSC],
    because: 'the SYN of the client is still to be acknowledged by the server',
  },
  {
    from: 'server',
    on: C.ACK,
    states: [sSS],
    because:
      'first leg of a split handshake; an ACK that does not fit the SYN (challenge ACK, RFC 5961) is dropped before the table (firewall-model 3.5)',
  },
  {
    from: 'server',
    on: C.ACK,
    states: [sBS],
    because: 'acknowledges the client SYN only; the server SYN is still unanswered',
  },
  { from: 'server', on: C.ACK, states: [sSC], because: 'last leg of a split handshake' },
  {
    from: 'either',
    on: C.ACK,
    states: [sOR, sHR],
    because: 'a bare ACK does not revive a handshake that was reset',
  },
  {
    from: 'either',
    on: C.DATA,
    states: [sSS, sBS, sSR, sSC, sOR, sHR],
    because: 'payload proves the handshake (firewall-model 5)',
  },
  {
    from: 'client',
    on: C.DATA,
    states: [sCU],
    because:
      'data of the RST sender disproves its unverified RST: timer and causes are restored (firewall-model 3.6, inferred)',
  },
  {
    from: 'server',
    on: C.DATA,
    states: [sSU],
    because:
      'data of the RST sender disproves its unverified RST: timer and causes are restored (firewall-model 3.6, inferred)',
  },
  {
    from: 'client',
    on: C.FIN,
    states: [sSS, sBS, sSC],
    because:
      'a FIN carries an ACK, so the client has the server SYN: closing has begun whatever the capture lacks',
  },
  {
    from: 'server',
    on: C.FIN,
    states: [sSS, sBS, sSR, sSC],
    because:
      'a server may close before the handshake ACK is seen (RFC 9293 figure 5, SYN-RECEIVED to FIN-WAIT-1)',
  },
  {
    from: 'either',
    on: C.FIN,
    states: [sOR, sHR],
    because: 'a FIN after a RST is recorded as a cause but starts no timer of its own',
  },
  {
    from: 'either',
    on: C.FIN,
    states: [sCU, sSU],
    because:
      'a FIN without payload is no data: it does not disprove the unverified RST; one with payload does, and then counts in the restored state',
  },
  {
    from: 'either',
    on: C.RST_VERIFIED,
    states: [sSS, sBS, sSR, sSC],
    because:
      'a RST before the handshake is complete leaves the timer in force (firewall-model 3.2: log after tcp-init or tcp-handshake)',
  },
  {
    from: 'either',
    on: C.RST_UNVERIFIED,
    states: [sSS, sBS, sSR, sSC],
    because: 'as a verified one: before the handshake is complete the timer stays',
  },
  {
    from: 'either',
    on: C.RST_VERIFIED,
    states: [sTW],
    because:
      'a RST in time-wait leaves time-wait in force, it may raise the end reason only (firewall-model 3.6)',
  },
  {
    from: 'either',
    on: C.RST_UNVERIFIED,
    states: [sTW],
    because:
      'a RST in time-wait leaves time-wait in force, it may raise the end reason only (firewall-model 3.6)',
  },
  {
    from: 'client',
    on: C.RST_UNVERIFIED,
    states: [sSU],
    because: 'the first unverified RST stays the one that data must disprove',
  },
  {
    from: 'server',
    on: C.RST_UNVERIFIED,
    states: [sCU],
    because: 'the first unverified RST stays the one that data must disprove',
  },
];

/** `[(fromServer * TCP_CLASS_COUNT + class) * TCP_STATE_COUNT + state]` -> next state or order. */
export const TCP_TABLE: Uint8Array = Uint8Array.from([...FROM_CLIENT, ...FROM_SERVER].flat());

/** The cell for a packet of `packetClass` from the client (or the server) in `state`. */
export function tcpCell(fromClient: boolean, packetClass: TcpClass, state: TcpState): TcpCell {
  return TCP_TABLE[((fromClient ? 0 : TCP_CLASS_COUNT) + packetClass) * TCP_STATE_COUNT + state] as TcpCell;
}

/**
 * State of a session whose first packet in the capture is not a SYN (`--non-syn midstream` and
 * `accept`), by the class of that packet and whether the client sent it. A RST first seen is
 * unverified: only one direction was seen (firewall-model 3.6).
 */
// biome-ignore format: two columns
export const FIRST_STATE: readonly (readonly [fromClient: TcpState, fromServer: TcpState])[] = [
  /* SYN      */ [sSS, sSS],
  /* SYN-ACK  */ [sSC, sSR],
  /* ACK      */ [sES, sES],
  /* data     */ [sES, sES],
  /* FIN      */ [sCC, sSV],
  /* RST ver. */ [sTW, sTW],
  /* RST unv. */ [sCU, sSU],
];
