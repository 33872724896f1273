/** Numbers that more than one file of the kernel goes by. */

/** protocols, as in the IP header */
export const ICMP: u32 = 1;
export const TCP: u32 = 6;
export const UDP: u32 = 17;
export const ICMPV6: u32 = 58;
export const SCTP: u32 = 132;

/** a second of the table's clock, in nanoseconds */
export const SECOND: i64 = 1000000000;

/** S_TIMER of a session that is being opened */
export const NO_TIMER: u32 = 0xffff;
