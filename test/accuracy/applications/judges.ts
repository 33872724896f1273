/**
 * The judges: programs that name the application of a conversation, and their expected results beside
 * the public captures. A loader for each; all give the judge's own names.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CAPTURES, readTruth } from '../truth.ts';
import {
  conversationName,
  type Judgement,
  type JudgeName,
  type Named,
  type Transport,
} from './conversation.ts';

export interface Judge {
  readonly name: JudgeName;
  /** ending of its file beside the capture */
  readonly ending: string;
  read(capture: string): Judgement;
}

const beside = (capture: string, ending: string): string =>
  readFileSync(join(CAPTURES, capture + ending), 'utf8');

class Collected {
  readonly named: Named[] = [];
  readonly leftOut = new Map<string, number>();

  leaveOut(because: string): void {
    this.leftOut.set(because, (this.leftOut.get(because) ?? 0) + 1);
  }
}

const NDPI_FLOW =
  /^\s+\d+\s+(TCP|UDP) \[?([0-9a-fA-F.:]+?)\]?:(\d+) (?:<->|->) \[?([0-9a-fA-F.:]+?)\]?:(\d+) .*?\[proto: (?:[A-Z]+:)?[\d.]+\/([^\]]+)\].*?\[Confidence: ([^\]]+)\]/;

/** How sure nDPI is, and whether such a flow is compared. */
const NDPI_CONFIDENCE: ReadonlyMap<string, boolean> = new Map([
  ['DPI', true],
  ['DPI (cache)', true],
  ['DPI (partial)', true],
  // a guess: App-ID names no session by its port (firewall-model 5)
  ['Match by port', false],
  ['Match by custom rule', false],
  ['Unknown', false],
]);

function readNdpi(capture: string): Judgement {
  const collected = new Collected();
  for (const line of beside(capture, '.ndpi.out').split('\n')) {
    const match = NDPI_FLOW.exec(line);
    if (match === null) continue;
    const [, transport, a, aPort, b, bPort, name, confidence] = match;
    if (NDPI_CONFIDENCE.get(confidence!) !== true) {
      collected.leaveOut(`confidence: ${confidence}`);
      continue;
    }
    const conversation = conversationName(asTransport(transport!), a!, Number(aPort), b!, Number(bPort));
    collected.named.push({ conversation, name: name! });
  }
  return { judge: 'ndpi', ...collected };
}

interface ArkimeEnd {
  readonly ip?: string;
  readonly port?: number;
}
interface ArkimeFile {
  readonly sessions3: readonly {
    readonly body: {
      readonly ipProtocol: number;
      readonly source: ArkimeEnd;
      readonly destination: ArkimeEnd;
      readonly protocol?: readonly string[];
    };
  }[];
}

/** layers below applications, which Arkime lists beside them */
const ARKIME_LAYERS = new Set(['tcp', 'udp', 'mpls', 'pppoe', 'gre', 'gtp', 'vxlan', 'vxlan-gpe', 'geneve']);

function readArkime(capture: string): Judgement {
  const collected = new Collected();
  for (const { body } of (JSON.parse(beside(capture, '.arkime.json')) as ArkimeFile).sessions3) {
    const transport = body.ipProtocol === 6 ? 'tcp' : body.ipProtocol === 17 ? 'udp' : null;
    const { source, destination } = body;
    if (transport === null || source.ip === undefined || destination.ip === undefined) continue;
    const conversation = conversationName(
      transport,
      source.ip,
      source.port ?? 0,
      destination.ip,
      destination.port ?? 0,
    );
    const names = (body.protocol ?? []).filter((name) => !ARKIME_LAYERS.has(name));
    if (names.length === 0) collected.leaveOut('names no application');
    else collected.named.push({ conversation, name: names.join(' ') });
  }
  return { judge: 'arkime', ...collected };
}

type SuricataMatch = Readonly<Record<string, string | number | boolean | undefined>>;
interface SuricataTest {
  readonly checks?: readonly {
    readonly filter?: { readonly count?: number; readonly match?: SuricataMatch };
  }[];
}

/** events that are named after what they tell of, not after an application */
const SURICATA_EVENTS = new Set([
  'flow',
  'alert',
  'anomaly',
  'fileinfo',
  'stats',
  'stream_tcp',
  'packet',
  'drop',
  'netflow',
]);

/** A check names a conversation by its four ends, or by being of a capture with only one. */
function readSuricata(capture: string): Judgement {
  const collected = new Collected();
  const only = onlyConversation(capture);
  const checks = (parse(beside(capture, '.suricata-test.yaml')) as SuricataTest | null)?.checks ?? [];
  for (const { filter } of checks) {
    const match = filter?.match;
    if (match === undefined || filter?.count === 0) continue;
    const event = match['event_type'];
    const name =
      match['app_proto'] ?? (typeof event === 'string' && !SURICATA_EVENTS.has(event) ? event : undefined);
    if (name === undefined) continue;
    const conversation = suricataConversation(match) ?? only;
    if (conversation === null) collected.leaveOut('does not tell of which conversation');
    else if (!collected.named.some((each) => each.conversation === conversation && each.name === name)) {
      collected.named.push({ conversation, name: String(name) });
    }
  }
  return { judge: 'suricata', ...collected };
}

function suricataConversation(match: SuricataMatch): string | null {
  const { proto, src_ip: a, src_port: aPort, dest_ip: b, dest_port: bPort } = match;
  if (proto === undefined || a === undefined || b === undefined || aPort === undefined || bPort === undefined)
    return null;
  return conversationName(asTransport(String(proto)), String(a), Number(aPort), String(b), Number(bPort));
}

function onlyConversation(capture: string): string | null {
  if (!existsSync(join(CAPTURES, 'truth', `${capture}.truth.json`))) return null;
  const truth = readTruth(capture);
  const all = [
    ...truth.tcp.map((each) => ({ ...each, transport: 'tcp' as const })),
    ...truth.udp.map((each) => ({ ...each, transport: 'udp' as const })),
  ];
  const [first] = all;
  if (all.length !== 1 || first === undefined || first.tunnelled) return null;
  return conversationName(first.transport, first.a, first.a_port, first.b, first.b_port);
}

/** fields of conn.log by their names in the `#fields` line */
function readZeek(capture: string): Judgement {
  const collected = new Collected();
  let fields: readonly string[] = [];
  for (const line of beside(capture, '.zeek-conn.log').split('\n')) {
    if (line.startsWith('#fields')) fields = line.split('\t').slice(1);
    if (line.startsWith('#') || line === '') continue;
    const values = line.split('\t');
    const value = (field: string): string => values[fields.indexOf(field)] ?? '-';
    const transport = value('proto');
    if (transport !== 'tcp' && transport !== 'udp') continue;
    if (value('service') === '-' || value('service') === '') {
      collected.leaveOut('names no service');
      continue;
    }
    const conversation = conversationName(
      transport,
      value('id.orig_h'),
      Number(value('id.orig_p')),
      value('id.resp_h'),
      Number(value('id.resp_p')),
    );
    collected.named.push({ conversation, name: value('service').replaceAll(',', ' ') });
  }
  return { judge: 'zeek', ...collected };
}

interface Dissected {
  readonly apps?: Readonly<Record<string, number>>;
}

/** The outermost protocol that tshark dissects above the transport. */
function readTshark(capture: string): Judgement {
  const collected = new Collected();
  const truth = readTruth(capture);
  for (const transport of ['tcp', 'udp'] as const) {
    for (const each of truth[transport].filter((stream) => !stream.tunnelled)) {
      const [name] = Object.keys((each as Dissected).apps ?? {});
      if (name === undefined) collected.leaveOut('dissects nothing above the transport');
      else {
        collected.named.push({
          conversation: conversationName(transport, each.a, each.a_port, each.b, each.b_port),
          name,
        });
      }
    }
  }
  return { judge: 'tshark', ...collected };
}

function asTransport(text: string): Transport {
  return text.toLowerCase() === 'udp' ? 'udp' : 'tcp';
}

export const JUDGES: readonly Judge[] = [
  { name: 'ndpi', ending: '.ndpi.out', read: readNdpi },
  { name: 'arkime', ending: '.arkime.json', read: readArkime },
  { name: 'suricata', ending: '.suricata-test.yaml', read: readSuricata },
  { name: 'zeek', ending: '.zeek-conn.log', read: readZeek },
  { name: 'tshark', ending: '', read: readTshark },
];

/** Whether the judge has looked at the capture. */
export function hasJudged(judge: Judge, capture: string): boolean {
  const path = judge.ending === '' ? join('truth', `${capture}.truth.json`) : capture + judge.ending;
  return existsSync(join(CAPTURES, path));
}
