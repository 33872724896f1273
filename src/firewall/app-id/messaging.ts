/** Messages between programs (MQTT, AMQP, Kafka) and people (XMPP, IRC). */
import { hasText, isPrintable, uint16, uint32 } from './bytes.ts';
import {
  type Application,
  type Conversation,
  clientSays,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
  serverSays,
} from './signature.ts';

const MQTT: Application = { app: 'mqtt', ports: [1883], nameNote: 'also mqtt-base' };
const AMQP: Application = { app: 'amqp', ports: [5672], nameNote: INFERRED_NAME };
const KAFKA_APP: Application = { app: 'kafka', ports: [9092], nameNote: INFERRED_NAME };
const JABBER: Application = { app: 'jabber', ports: [5222, 5269] };
const IRC: Application = { app: 'irc', ports: [6667, 6666, 6668, 6669], nameNote: 'also irc-base' };

const MQTT_TYPE = { CONNECT: 1, CONNACK: 2, PUBLISH: 3, SUBSCRIBE: 8, PINGREQ: 12, PINGRESP: 13 } as const;

/** Remaining length: seven bits a byte, the lowest first, at most four; and where it ends. */
function mqttRemaining(bytes: Uint8Array): { length: number; end: number } | null {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[1 + i];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { length, end: 2 + i };
  }
  return null;
}

function matchMqttConnect({ c2s }: Conversation): Match | null {
  if (c2s[0] !== MQTT_TYPE.CONNECT << 4) return null;
  const remaining = mqttRemaining(c2s);
  if (remaining === null || remaining.length < 10) return null;
  const { end } = remaining;
  return matchIf(hasText(c2s, end, '\0\x04MQTT') || hasText(c2s, end, '\0\x06MQIsdp'));
}

/** Any other packet that fills what is there or leaves the head of another behind it. */
function isMqttPacket(bytes: Uint8Array): boolean {
  const remaining = mqttRemaining(bytes);
  if (remaining === null) return false;
  const type = bytes[0]! >> 4;
  const { length, end } = remaining;
  if (type === MQTT_TYPE.CONNACK) return bytes[0] === 0x20 && length >= 2 && length < 256 && bytes[end]! <= 1;
  if (type === MQTT_TYPE.PUBLISH) return isMqttTopic(bytes, end, length);
  if (type === MQTT_TYPE.SUBSCRIBE)
    return bytes[0] === 0x82 && length > 5 && isMqttTopic(bytes, end + 2, length - 2);
  if (type === MQTT_TYPE.PINGREQ || type === MQTT_TYPE.PINGRESP)
    return (bytes[0]! & 0x0f) === 0 && length === 0 && bytes.length === end;
  return false;
}

function isMqttTopic(bytes: Uint8Array, at: number, room: number): boolean {
  if (at + 2 > bytes.length) return false;
  const topic = uint16(bytes, at);
  return topic >= 1 && topic + 2 <= room && isPrintable(bytes, at + 2, at + 2 + topic);
}

/** protocol header of 0-8 to 0-10 and of 1.0, which also names TLS (2) and SASL (3) */
const AMQP_HEADER = /^AMQP(?:\0\0\x09\x01|\x01\x01[\0\x08\x09]|[\0\x02\x03]\x01\0\0)/;
const AMQP_FRAME_END = 0xce;

/** A frame of 0-9-1: type, channel, size, and behind the payload a byte that ends it. */
function isAmqpFrame(bytes: Uint8Array): boolean {
  if (bytes.length < 8 || bytes[0]! < 1 || (bytes[0]! > 3 && bytes[0] !== 8)) return false;
  return bytes[7 + uint32(bytes, 3)] === AMQP_FRAME_END;
}

/** ApiKey and ApiVersion as far as they are assigned, with room for those to come */
const KAFKA = { LAST_KEY: 100, LAST_VERSION: 20, LONGEST_REQUEST: 0x640_0000 } as const;

/** Size, key, version, correlation, and the client's name, which most requests have. */
function kafkaRequest(bytes: Uint8Array): 'named' | 'unnamed' | null {
  if (bytes.length < 14) return null;
  const size = uint32(bytes, 0);
  const name = uint16(bytes, 12);
  if (size < 10 || size > KAFKA.LONGEST_REQUEST) return null;
  if (uint16(bytes, 4) > KAFKA.LAST_KEY || uint16(bytes, 6) > KAFKA.LAST_VERSION) return null;
  if (name === 0 || name === 0xffff) return 'unnamed';
  return name >= 2 && name < 256 && name + 10 <= size && isPrintable(bytes, 14, 14 + name) ? 'named' : null;
}

function matchKafka(kind: 'named' | 'unnamed'): (conversation: Conversation) => Match | null {
  return ({ c2s }) => matchIf(kafkaRequest(c2s) === kind);
}

const XMPP_STREAM = /^(?:<\?xml [^>]*\?>\s*)?<stream:stream[\s>]/;
const XMPP_STANZA = /^<(?:presence|message|iq|stream:features|stream:error|auth|\/stream:stream)[\s>/]/;
const IRC_CLIENT =
  /^(?:(?:PASS|NICK) [^\r\n]+\r?\n(?:NICK|USER) |CAP (?:LS|REQ)(?: [^\r\n]*)?\r?\n|NICK [^\s]{1,64}\r?\n|USER \S+ \S+ \S+ :?[^\r\n]+\r?\n)/;
const IRC_COMMAND =
  /^(?:PRIVMSG|NOTICE|JOIN|PART|MODE|TOPIC|WHO|WHOIS|PING|PONG|QUIT|LIST)(?: [^\r\n]*)?\r?\n/;
const IRC_SERVER = /^(?::\S+ (?:\d{3}|NOTICE) \S+ [^\r\n]*|NOTICE (?:AUTH|\*) :[^\r\n]*)\r?\n/;

export const MESSAGING_SIGNATURES: readonly StreamSignature[] = [
  {
    ...MQTT,
    name: 'mqtt-connect',
    begins: [
      '10 0a-7f 00 04,06 4d 51',
      '10 80-ff 00-7f 00 04,06 4d',
      '10 80-ff 80-ff 00-7f 00 04,06',
      '10 80-ff 80-ff 80-ff 00-7f 00',
    ],
    speaksFirst: 'client',
    match: matchMqttConnect,
    strength: 'content',
    source: 'MQTT 3.1, 3.1.1 and 5.0, 3.1 (protocol name)',
  },
  {
    ...MQTT,
    name: 'mqtt-packet',
    // the length takes one byte or up to four; a topic is two bytes of length and printable
    begins: [
      '20 02-7f 00-01',
      '20 80-ff ?? ??',
      '30-3f 03-7f 00 01-7d 20-7e',
      '30-3f 80-ff 00-7f ?? ?? 20-7e',
      '30-3f 80-ff 80-ff 00-7f ?? ?? 20-7e',
      '30-3f 80-ff 80-ff 80-ff 00-7f ?? ?? 20-7e',
      '82 06-7f ?? ?? 00 01-7d 20-7e',
      '82 80-ff ?? ?? ?? ?? ??',
      'c0,d0 00,80',
    ],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isMqttPacket(c2s) || isMqttPacket(s2c)),
    strength: 'plausible',
    source: 'MQTT 3.1.1, 2.2, 3.2, 3.3, 3.8, 3.12: a connection that began before the capture',
  },
  {
    ...AMQP,
    name: 'amqp-header',
    speaksFirst: 'client',
    match: ({ clientText, serverText }) =>
      matchIf(AMQP_HEADER.test(clientText) || AMQP_HEADER.test(serverText)),
    strength: 'content',
    source: 'AMQP 0-9-1, 4.2.2, AMQP 1.0 part 2, 2.2',
  },
  {
    ...AMQP,
    name: 'amqp-frame',
    begins: ['01-03,08 ?? ?? 00 00 ?? ?? ??'],
    speaksFirst: 'either',
    match: ({ c2s, s2c }) => matchIf(isAmqpFrame(c2s) || isAmqpFrame(s2c)),
    strength: 'plausible',
    source: 'AMQP 0-9-1, 4.2.3: a connection that began before the capture',
  },
  {
    ...KAFKA_APP,
    name: 'kafka-request',
    begins: ['00-06 ?? ?? ?? 00 00-64 00 00-14 ?? ?? ?? ?? 00 02-ff 20-7e'],
    speaksFirst: 'client',
    match: matchKafka('named'),
    strength: 'content',
    source: 'Apache Kafka protocol guide: request header v1 with a client_id',
  },
  {
    ...KAFKA_APP,
    name: 'kafka-unnamed-request',
    begins: ['00-06 ?? ?? ?? 00 00-64 00 00-14 ?? ?? ?? ?? 00,ff 00,ff'],
    speaksFirst: 'client',
    match: matchKafka('unnamed'),
    strength: 'plausible',
    source: 'Apache Kafka protocol guide: request header v1, client_id null or empty',
  },
  {
    ...JABBER,
    name: 'xmpp-stream',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) =>
      matchIf(XMPP_STREAM.test(clientText) || XMPP_STREAM.test(serverText)),
    strength: 'content',
    source: 'RFC 6120 4.2',
  },
  {
    ...JABBER,
    name: 'xmpp-stanza',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) =>
      matchIf(XMPP_STANZA.test(clientText) || XMPP_STANZA.test(serverText)),
    strength: 'plausible',
    source: 'RFC 6120 4.3, 8: a connection that began before the capture',
  },
  {
    ...IRC,
    name: 'irc-registration',
    speaksFirst: 'client',
    match: clientSays(IRC_CLIENT),
    strength: 'content',
    source: 'RFC 2812 3.1, IRCv3 capability negotiation',
  },
  {
    ...IRC,
    name: 'irc-server-message',
    speaksFirst: 'server',
    match: serverSays(IRC_SERVER),
    strength: 'content',
    source: 'RFC 2812 2.3.1, 2.4, 3.3.2',
  },
  {
    ...IRC,
    name: 'irc-command',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) =>
      matchIf(IRC_COMMAND.test(clientText) || IRC_COMMAND.test(serverText)),
    strength: 'plausible',
    source: 'RFC 2812 3: a connection that began before the capture',
  },
];
