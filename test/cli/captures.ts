/** Small captures that the tests of the command line share. */
import { type TimedFrame, tcpTalk, together, udpTalk } from '../dsl/conversation.ts';

/** A closed TCP session, a DNS-like one that ages out, a refused port; then one that is open at the end. */
export const MIXED: readonly TimedFrame[] = together(
  tcpTalk("0>S 0.1<SA 0.2>A 0.3>D'GET / HTTP/1.1\r\n\r\n' 0.4<D'HTTP/1.1 200 OK\r\n\r\n' 0.5>F 0.6<F 0.7>A"),
  udpTalk('1>D40 1.1<D60', { clientPort: 40001 }),
  tcpTalk('2>S 2.1<RA', { clientPort: 40002, serverPort: 81 }),
  tcpTalk('60>S 60.1<SA 60.2>A', { clientPort: 40003 }),
);
