/**
 * HTTP/1.x (RFC 9112) and the protocols that it turns into: WebSocket (RFC 6455) and HTTP/2 (RFC 9113).
 *
 * A request that offers to turn into one of them is named once the server has answered: 101 says yes.
 */
import { asciiText } from './bytes.ts';
import {
  type Application,
  type Conversation,
  clientSays,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';
import { isOwnRequest, REST } from './web-applications.ts';

const WEB: Application = { app: 'web-browsing', ports: [80, 8080] };
const HTTP2: Application = {
  app: 'http2',
  ports: [80, 443],
  nameNote: 'the connection; its streams are sessions of their own where inspected',
};
const WEBSOCKET: Application = { app: 'websocket', ports: [80, 443], nameNote: INFERRED_NAME };

const METHOD = '(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|PATCH|SEARCH|REPORT|NOTIFY|SUBSCRIBE|UNSUBSCRIBE)';
const VERSION = 'HTTP/1\\.\\d\\r?\\n';
/**
 * The whole request line; without a version it would be HTTP/0.9, which is too little to tell. Spaces in
 * the target are wrong and seen all the same (RFC 9112 3: recipients may be lenient).
 */
const WHOLE_REQUEST_LINE = new RegExp(`^${METHOD} (?:/[\\x20-\\xff]*|[\\x21-\\xff]+) ${VERSION}`);
/** a target that only HTTP has in this place */
const BEGUN_REQUEST_LINE = new RegExp(`^${METHOD} /${REST}`);
const STATUS_LINE = /^HTTP\/1\.(?:$|[01](?:$| (?:$|\d)))/;
const HTTP2_PREFACE = /^PRI \* HTTP\/2\.0\r\n/;

type Upgrade = 'websocket' | 'h2c';

const UPGRADES: readonly Upgrade[] = ['websocket', 'h2c'];
const UPGRADE_HEADER = 'upgrade:';
const SWITCHING_PROTOCOLS = /^HTTP\/1\.1 101/;
const WHOLE_STATUS = /^HTTP\/1\.[01] \d\d\d/;
const MAY_UPGRADE = /^(?:GET|OPTIONS|POST) /;
const HEAD_LIMIT = 2048;
const LINE_FEED = 10;

/** What a request offers to turn into; sought in the bytes, as the header is seldom among the first. */
function offeredUpgrade({ c2s, clientText }: Conversation): Upgrade | null {
  if (!MAY_UPGRADE.test(clientText)) return null;
  const end = Math.min(c2s.length, HEAD_LIMIT);
  for (let at = c2s.indexOf(LINE_FEED); at >= 0 && at < end; at = c2s.indexOf(LINE_FEED, at + 1)) {
    const first = c2s[at + 1];
    if (first !== 0x55 && first !== 0x75) continue;
    const line = asciiText(c2s, at + 1, 24).toLowerCase();
    if (!line.startsWith(UPGRADE_HEADER)) continue;
    const value = line.slice(UPGRADE_HEADER.length).trimStart();
    return UPGRADES.find((upgrade) => value.startsWith(upgrade)) ?? null;
  }
  return null;
}

function matchRequest(conversation: Conversation): Match | null {
  const { clientText, serverText } = conversation;
  if (!WHOLE_REQUEST_LINE.test(clientText) && !BEGUN_REQUEST_LINE.test(clientText)) return null;
  if (isOwnRequest(clientText)) return null;
  const isRefused = WHOLE_STATUS.test(serverText) && !SWITCHING_PROTOCOLS.test(serverText);
  return matchIf(isRefused || offeredUpgrade(conversation) === null);
}

function matchUpgrade(wanted: Upgrade): (conversation: Conversation) => Match | null {
  return (conversation) =>
    matchIf(SWITCHING_PROTOCOLS.test(conversation.serverText) && offeredUpgrade(conversation) === wanted);
}

/** A response to a request that says no more by itself. */
function matchResponse(conversation: Conversation): Match | null {
  if (!STATUS_LINE.test(conversation.serverText)) return null;
  return matchIf(!isOwnRequest(conversation.clientText) && offeredUpgrade(conversation) === null);
}

export const WEB_SIGNATURES: readonly StreamSignature[] = [
  {
    ...WEB,
    name: 'http-request',
    speaksFirst: 'client',
    match: matchRequest,
    strength: 'content',
    source: 'RFC 9112 3, methods of RFC 9110 9.3, RFC 5789, RFC 5323, RFC 3253 and UPnP eventing',
  },
  {
    ...WEB,
    name: 'http-response',
    speaksFirst: 'server',
    match: matchResponse,
    strength: 'content',
    source: 'RFC 9112 4',
  },
  {
    ...HTTP2,
    name: 'http2-preface',
    speaksFirst: 'client',
    match: clientSays(HTTP2_PREFACE),
    strength: 'content',
    source: 'RFC 9113 3.4',
  },
  {
    ...HTTP2,
    name: 'http2-upgrade',
    speaksFirst: 'server',
    match: matchUpgrade('h2c'),
    strength: 'content',
    source: 'RFC 7540 3.2',
  },
  {
    ...WEBSOCKET,
    name: 'websocket-upgrade',
    speaksFirst: 'server',
    match: matchUpgrade('websocket'),
    strength: 'content',
    source: 'RFC 6455 4',
  },
];
