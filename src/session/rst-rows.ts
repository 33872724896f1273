/**
 * What is made of a RST (firewall-model 3.6): the rows in their order, the first that applies decides. Both
 * engines have their own test for each row, and read here what the row gives.
 * A, N and W are the model's: A the highest ACK of the RST's receiver, N the highest seq + length of its
 * sender, W the receiver's last window, scaled.
 */
import type { RstDisposition } from './facts.ts';

export type RstRow = 'answers-syn' | 'seq-a' | 'seq-n' | 'one-direction' | 'in-window' | 'after-fin' | 'else';

export const RST_ROWS: readonly {
  readonly row: RstRow;
  readonly gives: RstDisposition;
  readonly because: string;
}[] = [
  { row: 'answers-syn', gives: 'verified', because: 'answers a SYN: ack = ISN + 1' },
  { row: 'seq-a', gives: 'verified', because: 'seq = A' },
  { row: 'seq-n', gives: 'verified', because: 'seq = N' },
  {
    row: 'one-direction',
    gives: 'unverified',
    because: 'only one direction was seen, so nothing can be checked',
  },
  {
    row: 'in-window',
    gives: 'unverified',
    because: 'A <= seq < A + W: in the window, not the expected number',
  },
  {
    row: 'after-fin',
    gives: 'unverified',
    because: 'after a FIN of its own sender, within one window below A (inferred)',
  },
  { row: 'else', gives: 'dropped', because: 'out of window' },
];
