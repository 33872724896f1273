/** What the hosts did after a session had expired, in sentences. */
import type { Time } from '../capture/time.ts';
import { addressText } from '../decode/address.ts';
import type { SessionFacts } from '../session/facts.ts';
import { plural } from '../verdict/plural.ts';
import { type Aftermath, aftermathOf } from '../verdict/timeouts/aftermath.ts';
import type { AllSessions } from '../verdict/timeouts/all-sessions.ts';
import { isSameWay } from '../verdict/timeouts/next-on-tuple.ts';
import type { SessionTimeout } from '../verdict/timeouts/session.ts';

/** A time as the view shows it. */
export type Moment = (time: Time) => string;

/** Title and sentence of each side that sent anything, then of who came back. */
export function aftermathTexts(
  session: SessionTimeout,
  all: AllSessions,
  moment: Moment,
): readonly (readonly [title: string, text: string])[] {
  const { facts } = session;
  const sides = aftermathOf(facts).map(
    (side) => [side.fromClient ? 'client' : 'server', sideText(side, session, moment)] as const,
  );
  const texts =
    session.next === null || facts.tcp === null ? sides : [...sides, wentOn(facts, session.next, moment)];
  const next = all.successor(session);
  if (next === null) return texts;
  const { id, sport, src, version } = next.session.facts;
  const who =
    facts.tcp === null
      ? `session ${id} of the same addresses and ports began`
      : `${addressText(src, version)} connected again from port ${sport} (session ${id})`;
  return [...texts, ['again', `${who}, ${next.afterSeconds.toFixed(3)} s after the last packet`]];
}

/** What opened a session of its own without a SYN (`--non-syn accept`). */
function wentOn(facts: SessionFacts, next: SessionFacts, moment: Moment): readonly [string, string] {
  const [client, server] = isSameWay(facts, next) ? [next.c2s, next.s2c] : [next.s2c, next.c2s];
  const opener = next.events.find(({ kind }) => kind === 'first')?.fromClient === isSameWay(facts, next);
  return [
    'went on',
    `in session ${next.id}, which the ${opener ? 'client' : 'server'} opened without a SYN at ${moment(next.first.time)}: ` +
      `${plural(client.packets, 'packet')} of the client and ${server.packets} of the server`,
  ];
}

function sideText(side: Aftermath, session: SessionTimeout, moment: Moment): string {
  const parts = [
    `${side.more ? 'at least ' : ''}${plural(side.packets, 'packet')} ${side.packets === 1 ? 'at' : 'from'} ${moment(side.first)}${side.packets === 1 ? '' : ' on'}`,
    ...dataText(side, session),
    ...smallText(side),
    ...(side.fin === null ? [] : [`FIN at ${moment(side.fin)}`]),
    ...resetText(side, moment),
  ];
  return parts.join('; ');
}

function dataText({ data, dataBytes }: Aftermath, { answered }: SessionTimeout): readonly string[] {
  if (data === 0) return [];
  const times = data === 1 ? 'once' : `${data} times`;
  const sent = dataBytes === null ? `data ${times}` : `${plural(dataBytes, 'byte')} of data ${times}`;
  const again = data > 1 && dataBytes !== null && !answered ? ', most likely one segment sent again' : '';
  return [`${sent}${again}${answered ? '' : ', no answer'}`];
}

function smallText({ acks, keepalives, keepaliveInterval }: Aftermath): readonly string[] {
  const apart = keepaliveInterval === null ? '' : `, ${keepaliveInterval.toFixed(3)} s apart`;
  return [
    ...(keepalives === 0 ? [] : [`${plural(keepalives, 'packet')} as keepalives are${apart}`]),
    ...(acks === 0 ? [] : [plural(acks, 'bare ACK')]),
  ];
}

function resetText({ rst }: Aftermath, moment: Moment): readonly string[] {
  if (rst === null) return [];
  const foreign =
    rst.othersTtls === null
      ? ''
      : ` with TTL ${rst.ttl}, where its other packets have ${rst.othersTtls.join(', ')}: most likely sent by the firewall or another device on the way`;
  return [`RST at ${moment(rst.time)}${foreign}`];
}
