import { describe, expect, test } from 'vitest';
import { identifyDatagram, identifyStream } from '../../../src/firewall/app-id/identify.ts';
import { bytes, CLIENT_HELLO, DATAGRAMS, ESMTP_GREETING, SERVER_HELLO, STREAMS } from './payloads.ts';

const stream = (c2s: string, s2c: string, serverPort: number, clientPort = 40_000) =>
  identifyStream({ c2s: bytes(c2s), s2c: bytes(s2c), serverPort, clientPort });

const datagram = (payload: string, sport: number, dport: number, wireLength = bytes(payload).length) =>
  identifyDatagram({ payload: bytes(payload), wireLength, sport, dport, fromClient: dport < sport });

describe('TCP', () => {
  test.each(STREAMS)('%s', (_, c2s, s2c, serverPort, app, signature) => {
    expect(stream(c2s, s2c, serverPort)).toMatchObject({ app, signature });
  });

  test.each(STREAMS)('%s, client and server told the wrong way round', (_, c2s, s2c, serverPort, app) => {
    expect(stream(s2c, c2s, 40_000, serverPort)?.app).toBe(app);
  });
});

describe('UDP', () => {
  test.each(DATAGRAMS)('%s', (_, payload, sport, dport, app, signature) => {
    expect(datagram(payload, sport, dport)).toMatchObject({ app, signature });
  });
});

describe('the server name of a ClientHello', () => {
  test('is kept', () => {
    expect(stream(CLIENT_HELLO, SERVER_HELLO, 443)).toEqual({
      app: 'ssl',
      serverName: 'www.lab',
      signature: 'ssl-client-hello',
    });
  });

  test('is read across records', () => {
    const whole = CLIENT_HELLO.slice(10);
    const split = `1603010064${whole.slice(0, 200)}16030100d0${whole.slice(200)}`;
    expect(stream(split, '', 443)).toMatchObject({ app: 'ssl', serverName: 'www.lab' });
  });

  test('is null while the bytes that hold it are missing, and the application is named all the same', () => {
    for (let length = 6; length < 310; length += 8) {
      const found = stream(CLIENT_HELLO.slice(0, length * 2), '', 443);
      expect(found?.app, `${length} bytes`).toBe('ssl');
      expect([null, 'www.lab']).toContain(found?.serverName);
    }
  });

  test('is null where it is no text', () => {
    expect(stream(CLIENT_HELLO.replace('7777772e6c6162', '0077772e6c6162'), '', 443)).toMatchObject({
      app: 'ssl',
      serverName: null,
    });
  });
});

describe('a port never names a TCP session', () => {
  test.each([21, 22, 25, 53, 80, 443, 465, 587, 3978, 8080])('port %d', (port) => {
    expect(stream('', '', port)).toBeNull();
    expect(stream('0000000000000000', '', port)).toBeNull();
    expect(stream('hello there\r\n', 'hello yourself\r\n', port)).toBeNull();
  });
});

describe('not yet, or never', () => {
  test.each<[string, string, string, number]>([
    ['a bare greeting on another port waits for the client', '', '220 ready.example.com\r\n', 2121],
    ['a greeting that names both', '', '220 FTP and SMTP here\r\n', 2121],
    ['three digits are no greeting', '', '220', 21],
    ['USER without a greeting', 'USER me\r\n', '', 2110],
    ['EHLO behind something else', 'EHLO me\r\n', '* hello\r\n', 2525],
    ['HTTP/0.9', 'GET /index.html\r\n', '', 80],
    ['a method and no target', 'GET\r\n', '', 80],
    ['a method alone', 'GET ', '', 80],
    ['RTSP of version 3', 'OPTIONS rtsp://example.com/media RTSP/3.0\r\n', '', 554],
    ['SIP of version 3', 'OPTIONS sip:a@b SIP/3.0\r\n', '', 5060],
    ['a method of nobody', 'GIT / HTTP/1.1\r\n', '', 80],
    ['SSH of no version', 'SSH-3.0-x\r\n', '', 22],
    ['a record header and no more', '1603010134', '', 443],
    ['a record of version 4', CLIENT_HELLO.replace('160301', '160401'), '', 443],
    ['a hello shorter than a hello', '160301000601000002030300', '', 443],
    ['a record longer than a record', `1603014f00${CLIENT_HELLO.slice(10)}`, '', 443],
    ['a hello of version 4', CLIENT_HELLO.replace('300303', '300403'), '', 443],
    ['an SSLv2 hello whose lengths do not add up', '802f0100020015000000100700c005008003008001', '', 443],
    ['protected records that do not follow each other', `1703030069${'5a'.repeat(105)}99999999`, '', 443],
    ['a protected record too short for a tag', '17030300055a5a5a5a5a', '', 443],
    ['DNS without its question', '000c200d01000001000000000000', '', 53],
    ['DNS with a label of 64', `0060200d010000010000000000004061${'61'.repeat(70)}`, '', 53],
  ])('%s', (_, c2s, s2c, port) => {
    expect(stream(c2s, s2c, port)).toBeNull();
  });

  test.each<[string, string, number, number]>([
    ['NTP on another port', 'e3000800'.padEnd(96, '0'), 50_000, 1123],
    ['NTP of version 7', 'fb000800'.padEnd(96, '0'), 50_000, 123],
    ['NTP too short', 'e300080000000000', 50_000, 123],
    ['WireGuard handshake of nothing but small numbers', `01000000${'07000000'.repeat(36)}`, 40_000, 40_001],
    [
      'Gnutella ping whose identifier is small numbers',
      `${'07000000'.repeat(4)}00010005000000c382514b40`,
      40_000,
      30_577,
    ],
    [
      'a call of a program that cannot be',
      `0d8a454e000000000000000200000007${'00000001'.repeat(2)}${'00'.repeat(16)}`,
      40_000,
      40_111,
    ],
    ['syslog on another port', '<34>Oct 11', 50_000, 5514],
    ['syslog of priority 192', '<192>Oct 11', 50_000, 514],
    ['syslog without priority', 'EVIL', 12_345, 514],
    ['DHCPv6 on another port', '01aabbcc0001000e000100012aabbccdd00112233445', 50_000, 5470],
    ['BOOTP without cookie on another port', `0101060012345678${'00'.repeat(292)}`, 6868, 6767],
    ['SSDP answer on another port', 'HTTP/1.1 200 OK\r\n', 19_000, 61_328],
    ['QUIC of an unknown version', `c3deadbeef080101010101010101${'00'.repeat(1186)}`, 50_000, 443],
    ['QUIC with a connection id of 21', `c30000000115${'00'.repeat(1186)}`, 50_000, 443],
    ['QUIC, short header', `45f15ff98cfe75cf6c61${'e8'.repeat(1190)}`, 443, 50_000],
    [
      'SNMP whose length is not the datagram',
      '301902010004067075626c6963a00b0201010201000201003000',
      50_000,
      161,
    ],
    ['SNMP of version 7', '301802010704067075626c6963a00b0201010201000201003000', 50_000, 161],
    ['DNS, all zero', '000000000000000000000000', 12_345, 53],
    [
      'DNS, more records than there is room for',
      '123481800001000900000000076578616d706c6503636f6d0000010001',
      53,
      1024,
    ],
    [
      'DNS, bytes in a label on another port',
      '123401000001000000000000047ae9fa8102743100000a0001',
      12_345,
      5300,
    ],
    ['DNS with a reserved bit set', '123401400001000000000000076578616d706c6503636f6d0000010001', 12_345, 53],
    ['one NetBIOS datagram (firewall-model 5)', `1102a1b20a000001008a00bb0000${'41'.repeat(180)}`, 138, 138],
    ['nothing at all', '', 50_000, 53],
  ])('%s', (_, payload, sport, dport) => {
    expect(datagram(payload, sport, dport)).toBeNull();
  });
});

describe('cut by the snapshot length', () => {
  test('a DNS question that goes on beyond it is named on port 53 only', () => {
    const cut = '123401000001000000000000076578616d70';
    expect(datagram(cut, 12_345, 53, 29)?.signature).toBe('dns-message-lenient');
    expect(datagram(cut, 12_345, 5300, 29)).toBeNull();
  });
  test('DHCP before its cookie, QUIC and HTTP in their first bytes', () => {
    expect(datagram('010106001234567800000000', 68, 67, 300)?.app).toBe('dhcp');
    expect(datagram('c00000000108e1647e77be9b14db08f15ff98cfe75cf', 50_000, 443, 1200)?.app).toBe('quic');
    expect(stream('GET /index.htm', '', 8000)?.app).toBe('web-browsing');
  });
});

test('content outweighs a port: TLS or a mail greeting on port 21, a web answer on port 25', () => {
  expect(stream('', ESMTP_GREETING, 21)?.app).toBe('smtp');
  expect(stream(CLIENT_HELLO, '', 21)?.app).toBe('ssl');
  expect(stream('', 'HTTP/1.1 200 OK\r\n', 25)?.app).toBe('web-browsing');
});

describe('a request that offers another protocol', () => {
  const offer = 'GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n';
  test.each<[string, string, string | null]>([
    ['waits for the answer', '', null],
    ['and for all of its status', 'HTTP/1.1 1', null],
    ['taken', 'HTTP/1.1 101 Switching Protocols\r\n', 'websocket'],
    ['refused', 'HTTP/1.1 200 OK\r\n', 'web-browsing'],
  ])('%s', (_, answer, app) => {
    expect(stream(offer, answer, 8000)?.app ?? null).toBe(app);
  });
  test('what this program does not follow is the web all the same', () => {
    expect(stream(offer.replace('websocket', 'TLS/1.0'), '', 80)?.app).toBe('web-browsing');
    expect(stream('GIT / HTTP/1.1\r\n', 'HTTP/1.1 501 Not Implemented\r\n', 80)?.app).toBe('web-browsing');
  });
});

test('where both sides match something, the port chooses', () => {
  expect(stream('GET / HTTP/1.0\r\n', 'SSH-2.0-x\r\n', 22)?.app).toBe('ssh');
  expect(stream('GET / HTTP/1.0\r\n', 'SSH-2.0-x\r\n', 80)?.app).toBe('web-browsing');
});
