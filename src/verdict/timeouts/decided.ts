/** What the packets of a TCP session have settled by its end. */
import type { SessionFacts } from '../../session/facts.ts';

/** A new SYN, a RST, or a FIN of both sides: what runs out after that only clears the session away. */
export function isDecided({ tcp, endedBy }: SessionFacts): boolean {
  if (endedBy === 'syn') return true;
  const causes = tcp?.causes ?? [];
  const closed = causes.includes('client-fin') && causes.includes('server-fin');
  return closed || causes.includes('client-rst') || causes.includes('server-rst');
}

/** A TCP connection that was open, seen opening or not. */
export function wasEstablished({ tcp }: SessionFacts): boolean {
  return tcp !== null && (tcp.handshakeComplete || tcp.midstream);
}
