/** What an engine knows of the sessions of a case, events included. */
import { openCaptures } from '../../src/capture/open-captures.ts';
import { Rebuild } from '../../src/report/rebuild.ts';
import type { SessionFacts } from '../../src/session/facts.ts';
import { USUAL_OPTIONS } from '../engines/usual.ts';
import { writeCase } from './cases.ts';
import type { TimedFrame } from './conversation.ts';

/** In the order in which they leave the table; the clock runs on until it is empty. */
export async function sessionFactsOf(packets: readonly TimedFrame[]): Promise<readonly SessionFacts[]> {
  const options = { ...USUAL_OPTIONS, events: true, drain: true };
  const rebuild = new Rebuild(await openCaptures([writeCase(packets)]), options, () => {});
  const all: SessionFacts[] = [];
  for await (const batch of rebuild.batches()) all.push(...batch);
  return all;
}
