/**
 * Why fragments never become a datagram, and the global counters around reassembly, as a table.
 *
 * The vendor names flow_ipfrag_recv and flow_ipfrag_merge (knowledge base, "How does the Palo Alto
 * Networks firewall manage fragmented traffic?") and flow_ipfrag_pkt_alloc_err appears in the output of
 * firewalls; the others follow their style.
 */
export interface FragmentLoss {
  /** null: no counter, the firewall would have gone on waiting */
  readonly counter: string | null;
  readonly name: 'documented' | 'inferred' | 'capture';
  readonly check: string;
}

export type LossReason =
  | 'timeout'
  | 'overlap'
  | 'badLength'
  | 'tooManyFragments'
  | 'tooLong'
  | 'tooManyDatagrams'
  | 'nested'
  | 'captureEnd';

export const FRAGMENT_LOSSES: { readonly [reason in LossReason]: FragmentLoss } = {
  timeout: {
    counter: 'flow_ipfrag_timeout',
    name: 'inferred',
    check: 'the datagram was not complete in time, counted from its first fragment to arrive',
  },
  overlap: {
    counter: 'flow_ipfrag_overlap',
    name: 'inferred',
    check:
      'a fragment overlaps another without being its exact copy, or disagrees about the end (firewall-model 1, teardrop): ' +
      'the whole datagram goes, what is still to come included (RFC 5722 4)',
  },
  badLength: {
    counter: 'flow_ipfrag_bad_len',
    name: 'inferred',
    check:
      'a fragment without data, one that is not the last and no multiple of 8 bytes long (RFC 791 3.2, RFC 8200 4.5), ' +
      'or one that its frame cuts short',
  },
  tooManyFragments: {
    counter: 'flow_ipfrag_limit',
    name: 'inferred',
    check: 'more fragments than a datagram may have (firewall-model 1, over-limit fragments)',
  },
  tooLong: {
    counter: 'flow_parse_pod',
    name: 'inferred',
    check: 'complete, but its header and data together are above 65535 bytes (ping of death)',
  },
  tooManyDatagrams: {
    counter: 'flow_ipfrag_pkt_alloc_err',
    name: 'documented',
    check: 'the store was full; the datagram that had waited longest made room',
  },
  nested: {
    counter: 'flow_ipfrag_limit',
    name: 'inferred',
    check: 'complete, but a fragment itself, again and again',
  },
  captureEnd: {
    counter: null,
    name: 'capture',
    check: 'the capture ended while the datagram could still have become whole',
  },
};

/** Raised by every fragment that reaches reassembly. */
export const FRAGMENT_RECEIVED = 'flow_ipfrag_recv';
/** Raised by every datagram that becomes whole. */
export const DATAGRAM_MERGED = 'flow_ipfrag_merge';

/** Frames that were held, each with cause `held`, and will never be part of a whole datagram. */
export interface LostFragments {
  readonly reason: LossReason;
  /** frames of the capture, and their bytes on the wire */
  readonly frames: number;
  readonly frameBytes: number;
  readonly version: number;
  readonly src: Uint32Array;
  readonly dst: Uint32Array;
  /** what the fragments say they carry */
  readonly proto: number;
}
