/** Stores that are not relational: Redis, MongoDB, Memcached, Cassandra. */
import { hasText, uint16, uint32, uint32le } from './bytes.ts';
import {
  type Application,
  type Conversation,
  clientSays,
  INFERRED_NAME,
  type Match,
  matchIf,
  type StreamSignature,
} from './signature.ts';

const REDIS: Application = { app: 'redis', ports: [6379], nameNote: INFERRED_NAME };
const MONGODB: Application = { app: 'mongodb', ports: [27_017], nameNote: 'also mongodb-base' };
const MEMCACHED: Application = {
  app: 'memcached',
  ports: [11_211],
  nameNote: INFERRED_NAME,
};
const CASSANDRA: Application = {
  app: 'cassandra',
  ports: [9042, 7000],
  nameNote: INFERRED_NAME,
};

/** an array of bulk strings whose first is a command's name */
const REDIS_COMMAND = /^\*[1-9]\d{0,5}\r\n\$[1-9]\d?\r\n[A-Za-z][A-Za-z.]+\r?\n?/;
/** a line instead of an array: what people and health checks type */
const REDIS_INLINE =
  /^(?:\*-?\d+\r\n|(?:APPEND|AUTH|CLIENT|CLUSTER|COMMAND|CONFIG|DBSIZE|DECR|DEL|ECHO|EVAL|EXEC|EXISTS|EXPIRE|FLUSH(?:ALL|DB)|GET|HELLO|HGET(?:ALL)?|HSET|INCR|INFO|KEYS|LPUSH|LRANGE|MEMORY|MGET|MONITOR|MSET|MULTI|PING|PSYNC|PUBLISH|P?SUBSCRIBE|QUIT|REPLCONF|ROLE|RPUSH|SADD|SCAN|SELECT|SET|SLAVEOF|SLOWLOG|SYNC|TIME|TTL|TYPE)(?: [^\r\n]*)?)\r?\n/i;
const REDIS_REPLY =
  /^(?:\+[\x20-\x7e]*\r\n|-(?:ERR|NOAUTH|WRONGPASS|DENIED|MOVED|LOADING) |:\d+\r\n|\$-?\d+\r\n|[*|%~>]-?\d+\r\n)/;

const MONGODB_HEADER_BYTES = 16;
const OPCODE = { REPLY: 1, QUERY: 2004, COMPRESSED: 2012, MSG: 2013 } as const;
/** reply, update, insert, query, get more, delete, kill cursors, compressed, message */
const OPCODES = new Set<number>([
  OPCODE.REPLY,
  2001,
  2002,
  OPCODE.QUERY,
  2005,
  2006,
  2007,
  OPCODE.COMPRESSED,
  OPCODE.MSG,
]);
const LONGEST_MESSAGE = 48_000_000;

/** Length, request, answered request, operation; then the flags of the operations that are in use. */
function isMongodb(bytes: Uint8Array): boolean {
  if (bytes.length < MONGODB_HEADER_BYTES + 4) return false;
  const length = uint32le(bytes, 0);
  const opcode = uint32le(bytes, 12);
  if (length < 21 || length > LONGEST_MESSAGE || !OPCODES.has(opcode)) return false;
  const flags = uint32le(bytes, MONGODB_HEADER_BYTES);
  // the lower half of a message's flags must be understood; there are two
  if (opcode === OPCODE.MSG) return (flags & 0xfffc) === 0;
  if (opcode === OPCODE.QUERY) return flags < 256;
  // 1 is too common a number to go by: the reply must be one to something, with known flags
  return opcode !== OPCODE.REPLY || (uint32le(bytes, 8) !== 0 && flags < 16 && length >= 36);
}

const MEMCACHED_COMMAND =
  /^(?:(?:gets? [\x21-\x7e]{1,250}(?: [\x21-\x7e]+)*|stats(?: [a-z]+)?|version|flush_all(?: \d+)?)\r\n|(?:set|add|replace|append|prepend|cas) [\x21-\x7e]{1,250} \d{1,10} -?\d{1,10} \d{1,10}(?: \d+)?(?: noreply)?\r\n)/;
/** words that no other protocol begins with; `version`, `stats` and `get` may be anyone's */
const MEMCACHED_OWN_COMMAND =
  /^(?:set|add|replace|append|prepend|cas) [\x21-\x7e]{1,250} \d{1,10} -?\d{1,10} \d{1,10}(?: \d+)?(?: noreply)?\r\n/;
const MEMCACHED_BINARY = { REQUEST: 0x80, RESPONSE: 0x81, HEADER_BYTES: 24 } as const;

/** Magic, operation, key and extras that fit into the body. */
function isMemcachedBinary(bytes: Uint8Array): boolean {
  if (bytes.length < MEMCACHED_BINARY.HEADER_BYTES) return false;
  const [magic, operation, , , extras, type] = bytes;
  if (
    (magic !== MEMCACHED_BINARY.REQUEST && magic !== MEMCACHED_BINARY.RESPONSE) ||
    operation! > 0x25 ||
    type !== 0
  )
    return false;
  const key = uint16(bytes, 2);
  return key <= 250 && extras! <= 20 && uint32(bytes, 8) >= key + extras! && uint32(bytes, 8) < 0x200_0000;
}

const CQL = { RESPONSE: 0x80, HEADER_BYTES: 9, STARTUP: 0x01, SUPPORTED: 0x06, LAST_OPCODE: 0x10 } as const;

/** how nodes greet each other */
const CASSANDRA_NODE_MAGIC = 0xca55_2dfa;

/** Version 3 to 5 and direction, flags, stream, operation, length. */
function isCql(bytes: Uint8Array): boolean {
  if (bytes.length < CQL.HEADER_BYTES) return false;
  const version = bytes[0]! & ~CQL.RESPONSE;
  return (
    version >= 3 &&
    version <= 5 &&
    bytes[1]! < 0x20 &&
    bytes[4]! <= CQL.LAST_OPCODE &&
    uint32(bytes, 5) < 0x1000_0000
  );
}

/** STARTUP and SUPPORTED hold a map with the language's version. */
function matchCqlStart({ c2s, s2c }: Conversation): Match | null {
  const isStart = isCql(c2s) && c2s[4] === CQL.STARTUP && hasVersionKey(c2s, CQL.HEADER_BYTES);
  const isSupported = isCql(s2c) && s2c[4] === CQL.SUPPORTED && hasVersionKey(s2c, CQL.HEADER_BYTES);
  return matchIf(isStart || isSupported);
}

function hasVersionKey(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at + 13 <= Math.min(bytes.length, 512); at++) {
    if (uint16(bytes, at) === 11 && hasText(bytes, at + 2, 'CQL_VERSION')) return true;
  }
  return false;
}

/** An empty OPTIONS, or any other frame that fills what is there. */
function matchCqlFrame({ c2s, s2c }: Conversation): Match | null {
  const isWhole = (bytes: Uint8Array) => isCql(bytes) && CQL.HEADER_BYTES + uint32(bytes, 5) === bytes.length;
  return matchIf(isWhole(c2s) || isWhole(s2c));
}

export const OTHER_DATABASE_SIGNATURES: readonly StreamSignature[] = [
  {
    ...REDIS,
    name: 'redis-command',
    speaksFirst: 'client',
    match: clientSays(REDIS_COMMAND),
    strength: 'content',
    source: 'Redis serialization protocol (RESP): commands are arrays of bulk strings',
  },
  {
    ...REDIS,
    name: 'redis-dialogue',
    speaksFirst: 'either',
    match: ({ clientText, serverText }) =>
      matchIf(REDIS_INLINE.test(clientText) || REDIS_REPLY.test(serverText)),
    strength: 'plausible',
    source: 'Redis serialization protocol (RESP) 2 and 3: inline commands, replies',
  },
  {
    ...MONGODB,
    name: 'mongodb-message',
    begins: ['?? ?? ?? 00-02 ?? ?? ?? ?? ?? ?? ?? ?? 01,d1,d2,d4-d7,dc,dd 00,07 00 00'],
    speaksFirst: 'client',
    match: ({ c2s, s2c }) => matchIf(isMongodb(c2s) || isMongodb(s2c)),
    strength: 'content',
    source: 'MongoDB wire protocol: MsgHeader, OP_MSG, OP_QUERY, OP_REPLY',
  },
  {
    ...MEMCACHED,
    name: 'memcached-storage-command',
    speaksFirst: 'client',
    match: clientSays(MEMCACHED_OWN_COMMAND),
    strength: 'content',
    source: 'memcached text protocol (protocol.txt): storage commands',
  },
  {
    ...MEMCACHED,
    name: 'memcached-command',
    begins: [
      '80-81 00-25 00 00-fa 00-14 00 ?? ?? 00-01',
      // a command in text, then line ends in front of one
      '61,63,66-67,70,72-73,76 61,64-65,6c,70,72,74 61,64-65,70,72-75 20,5f-7a',
      '0a,0d',
    ],
    speaksFirst: 'client',
    match: ({ c2s, s2c, clientText }) =>
      matchIf(MEMCACHED_COMMAND.test(clientText) || isMemcachedBinary(c2s) || isMemcachedBinary(s2c)),
    strength: 'plausible',
    source: 'memcached text protocol (protocol.txt) and binary protocol 2',
  },
  {
    ...CASSANDRA,
    name: 'cql-start',
    begins: ['03-05,83-85 00-1f ?? ?? 01,06 00-0f'],
    speaksFirst: 'client',
    match: matchCqlStart,
    strength: 'content',
    source: 'CQL native protocol v3 to v5, 2, 4.1.1, 4.2.4',
  },
  {
    ...CASSANDRA,
    name: 'cassandra-node',
    begins: ['ca 55 2d fa'],
    speaksFirst: 'client',
    match: ({ c2s }) => matchIf(c2s.length >= 8 && uint32(c2s, 0) === CASSANDRA_NODE_MAGIC),
    strength: 'content',
    source: "Apache Cassandra's internode protocol: magic number of a handshake",
  },
  {
    ...CASSANDRA,
    name: 'cql-frame',
    begins: ['03-05,83-85 00-1f ?? ?? 00-10 00 00 ?? ??'],
    speaksFirst: 'either',
    match: matchCqlFrame,
    strength: 'plausible',
    source: 'CQL native protocol v3 to v5, 2',
  },
];
