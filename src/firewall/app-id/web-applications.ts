/**
 * Applications that a first request of HTTP gives away: by the form of its target, its method, or its
 * path. What matches none of them is `web-browsing`.
 */
import { BITTORRENT, GNUTELLA } from './peer-to-peer.ts';
import { type Application, clientSays, INFERRED_NAME, type StreamSignature } from './signature.ts';

const PROXY: Application = { app: 'http-proxy', ports: [80, 3128, 8080] };
const WEBDAV: Application = { app: 'webdav', ports: [80, 443] };
const RPC_OVER_HTTP: Application = { app: 'rpc-over-http', ports: [80, 443, 593], nameNote: INFERRED_NAME };
const REMOTE_MANAGEMENT: Application = { app: 'windows-remote-management', ports: [5985, 5986] };

const VERSION = 'HTTP/1\\.\\d\\r?\\n';
/** methods that extend WebDAV: versions, access, calendars, bindings */
const EXTENSIONS =
  'ACL|BASELINE-CONTROL|BIND|CHECKIN|CHECKOUT|LABEL|MERGE|MKACTIVITY|MKCALENDAR|MKWORKSPACE|ORDERPATCH|REBIND|UNBIND|UNCHECKOUT|UPDATE|VERSION-CONTROL';
/** a request line that goes on beyond the bytes at hand */
export const REST: string = '[\\x21-\\xff]*(?: [HTP/1.\\d]{0,8}\\r?)?$';

interface Request extends Application {
  readonly name: string;
  readonly pattern: RegExp;
  readonly source: string;
}

const REQUESTS: readonly Request[] = [
  {
    ...PROXY,
    name: 'http-proxy-request',
    pattern: new RegExp(
      `^(?:CONNECT [^\\s/]+:\\d{1,5}(?: ${VERSION}| [HTP/1.\\d]{0,8}\\r?$)|[A-Z]{3,11} https?://(?:[\\x21-\\xff]+ ${VERSION}|${REST}))`,
    ),
    source: 'RFC 9112 3.2.2, 3.2.3: absolute and authority form are for proxies',
  },
  {
    ...WEBDAV,
    name: 'webdav-request',
    pattern: new RegExp(
      `^(?:PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|${EXTENSIONS}) (?:[\\x21-\\xff]+ ${VERSION}|/${REST})`,
    ),
    source: 'RFC 4918 9; methods of RFC 3253, RFC 3648, RFC 3744, RFC 4791, RFC 5842',
  },
  {
    ...RPC_OVER_HTTP,
    name: 'rpc-over-http-request',
    pattern: new RegExp(`^RPC_(?:IN|OUT)_DATA /(?:[\\x21-\\xff]* ${VERSION}|${REST})`),
    source: 'MS-RPCH 2.1.2.1',
  },
  {
    ...REMOTE_MANAGEMENT,
    name: 'wsman-request',
    pattern: new RegExp(`^POST /wsman(?:\\?[\\x21-\\xff]*)? ${VERSION}`, 'i'),
    source: 'MS-WSMV 2.2.1, DMTF DSP0226 7: the target /wsman',
  },
  {
    ...BITTORRENT,
    name: 'bittorrent-announce',
    pattern: /^GET \/[\x21-\x7e]*[?&]info_hash=[\x21-\x7e]/,
    source: 'BEP 3: trackers',
  },
  {
    ...GNUTELLA,
    name: 'gnutella-download',
    pattern: /^(?:GET|HEAD) \/(?:uri-res\/N2[RX]\?urn:|gnutella\/[a-z]+\/v\d\?urn:|get\/\d+\/)[\x21-\x7e]/,
    source: 'Gnutella protocol specification 0.6, 3, HUGE 0.94 (uri-res), THEX 2 (hash trees)',
  },
];

/** How the paths of GET, HEAD and POST above begin behind their slash; a tracker's is told by its parameter. */
export const OTHER_TARGETS: readonly string[] = ['wsman', 'uri-res/', 'gnutella/', 'get/'];

/** Whether the request is one of these applications', and so is not `web-browsing`. */
export function isOwnRequest(clientText: string): boolean {
  return REQUESTS.some(({ pattern }) => pattern.test(clientText));
}

export const WEB_APPLICATION_SIGNATURES: readonly StreamSignature[] = REQUESTS.map(({ pattern, ...row }) => ({
  ...row,
  speaksFirst: 'client',
  match: clientSays(pattern),
  strength: 'content',
}));
