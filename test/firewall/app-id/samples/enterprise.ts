/** File services, remote procedure calls, directories, databases, messages. */
import { type DatagramSample, hex, type StreamSample, zeros } from './shape.ts';

/** header of SMB2 up to its flags: command, then response or not */
const smb2 = (command: string, isResponse: boolean) =>
  `fe534d4240000100${zeros(4)}${command}0100${isResponse ? '01' : '00'}000000${zeros(44)}`;
const SMB2_NEGOTIATE = `000000a4${smb2('0000', false)}24000500`;
const SMB1_NEGOTIATE = `00000045ff534d4272${zeros(5)}`;
const netbiosName = `20${'43'.repeat(2)}${'4b'.repeat(28)}434100`;
const SESSION_REQUEST = `81000044${netbiosName}${netbiosName}`;

const onc = (program: string) => `0d8a454e0000000000000002${program}0000000300000001${zeros(16)}`;
const ONC_REPLY = `0d8a454e00000001${zeros(16)}`;
const ROWS = { portmapper: '000186a0', nfs: '000186a3', mount: '000186a5', rpc: '00018788' } as const;
const ONC_PORTS = { portmapper: 111, nfs: 2049, mount: 635, rpc: 40_111 } as const;
const ONC_APPS = ['rpc', 'portmapper', 'nfs', 'mount'] as const;

const TDS_PRELOGIN_OPTIONS = '00001500060100 1b000102001c000103001d0000ff'.replace(' ', '');

export const ENTERPRISE_STREAMS: readonly StreamSample[] = [
  ['SMB 3', SMB2_NEGOTIATE, `000000f8${smb2('0000', true)}410001001103`, 445, 'ms-ds-smbv3', 'smb3-dialect'],
  ['SMB 3, encrypted', `00000098fd534d42${zeros(48)}`, '', 445, 'ms-ds-smbv3', 'smb3-dialect'],
  ['SMB 2', SMB2_NEGOTIATE, `000000c0${smb2('0000', true)}410001001002`, 445, 'ms-ds-smbv2', 'smb2-dialect'],
  [
    'SMB 2 agreed on in two steps',
    SMB1_NEGOTIATE,
    `00000046${smb2('0000', true)}41000100ff02000000c0${smb2('0000', true)}410001001002`,
    445,
    'ms-ds-smbv2',
    'smb2-dialect',
  ],
  ['SMB 1', SMB1_NEGOTIATE, '00000045ff534d42720000000080', 445, 'ms-ds-smbv1', 'smb1-message'],
  [
    'SMB 1 behind a NetBIOS session',
    `${SESSION_REQUEST}${SMB1_NEGOTIATE}`,
    '8200000000000045ff534d42720000000080',
    139,
    'ms-ds-smbv1',
    'smb1-message',
  ],
  [
    'SMB 2 that began before the capture',
    `00000064${smb2('0900', false)}`,
    '',
    445,
    'ms-ds-smb-base',
    'smb2-message',
  ],
  ['NetBIOS session refused', SESSION_REQUEST, '8300000182', 139, 'netbios-ss', 'netbios-session-refused'],
  ...ONC_APPS.flatMap((app): StreamSample[] => [
    [`${app} call over TCP`, `80000028${onc(ROWS[app])}`, '', ONC_PORTS[app], app, `${app}-call-over-tcp`],
    [`${app} reply over TCP`, '', `80000018${ONC_REPLY}`, ONC_PORTS[app], app, `${app}-reply-over-tcp`],
  ]),
  [
    'Microsoft RPC call',
    '05000003100000002c0000000200000014000000',
    '',
    1065,
    'msrpc-base',
    'msrpc-whole-call',
  ],
  ['Microsoft RPC bind', '05000b03100000004800000001000000d016d016', '', 135, 'msrpc-base', 'msrpc-bind'],
  [
    'Microsoft RPC in fragments',
    '05000001100000002c0000000200000014000000',
    '',
    135,
    'msrpc-base',
    'msrpc-call',
  ],
  ['LDAP bind', '300c020101600702010304008000', '', 389, 'ldap', 'ldap-over-tcp'],
  ['LDAP with long lengths', '308400000010020102638400000007040004000000', '', 3268, 'ldap', 'ldap-over-tcp'],
  [
    'Kerberos password change over TCP',
    `0000001a001a0001000e6e0c300aa003020105a10302010e${zeros(6)}`,
    '',
    464,
    'kerberos',
    'kerberos-password-over-tcp',
  ],
  ['Kerberos over TCP', '0000000e6a0c300aa103020105a20302010a', '', 88, 'kerberos', 'kerberos-over-tcp'],
  ['TACACS+', `c00101005a5a5a5a00000010${zeros(16)}`, '', 49, 'tacacs-plus', 'tacacs-plus'],
  ['Diameter', '010000a880000101000000000000000100000001000001084000001a', '', 3868, 'diameter', 'diameter'],
  ['MySQL greeting', '', `4a0000000a352e372e3136004d682000${zeros(20)}`, 3306, 'mysql', 'mysql-greeting'],
  [
    'MySQL refusal',
    '',
    `450000 00ff6a04${hex("Host '10.0.0.1' is not allowed to connect")}`.replace(' ', ''),
    3306,
    'mysql',
    'mysql-dialogue',
  ],
  ['MySQL query', `0900000003${hex('SELECT 1')}`, '', 3306, 'mysql', 'mysql-dialogue'],
  ['PostgreSQL start', `00000013000300007573657200${hex('me')}00`, '', 5432, 'postgres', 'postgres-start'],
  ['PostgreSQL asks for TLS', '0000000804d2162f', '', 15_432, 'postgres', 'postgres-start'],
  ['PostgreSQL cancels', '0000001004d2162e0000000100000002', '', 5432, 'postgres', 'postgres-start'],
  [
    'PostgreSQL that began before',
    `510000000d${hex('SELECT 1')}00`,
    '5a0000000549',
    5432,
    'postgres',
    'postgres-message',
  ],
  ['TDS prelogin', `1201002f00000100${TDS_PRELOGIN_OPTIONS}`, '', 1433, 'mssql-db', 'tds-prelogin'],
  ['TDS login', '1001009000000100880000000400007400100000', '', 11_433, 'mssql-db', 'tds-login7'],
  [
    'Sybase login',
    `0200020000000100${hex('host')}${zeros(26)}04${hex('user')}${zeros(26)}04${zeros(31)}${hex('123')}${zeros(27)}03${zeros(20)}`,
    '',
    3106,
    'sybase',
    'tds-login',
  ],
  ['DB2', `0014d0410001000e1041000a115e${hex('user')}${zeros(2)}`, '', 50_001, 'db2', 'drda-exchange'],
  [
    'TDS that began before',
    '0101000e000001005300450054 00'.replace(' ', ''),
    '',
    1433,
    'mssql-db',
    'tds-packet',
  ],
  [
    'Oracle connect',
    `003a00000100000001380 12c000008007fff4f98000000010000003a`.replace(' ', ''),
    '',
    1521,
    'oracle',
    'tns-connect',
  ],
  ['Oracle asks again', '', '000800000b000000', 1521, 'oracle', 'tns-packet'],
  ['MongoDB message', '3f0000000100000000000000dd0700000000000000', '', 27_018, 'mongodb', 'mongodb-message'],
  [
    'MongoDB query',
    `3a0000000100000000000000d407000000000000${hex('admin.$cmd')}00`,
    '',
    27_017,
    'mongodb',
    'mongodb-message',
  ],
  [
    'CQL start',
    `040000000100000016000100 0b${hex('CQL_VERSION')}0005${hex('3.0.0')}`.replace(' ', ''),
    '',
    9142,
    'cassandra',
    'cql-start',
  ],
  ['Cassandra, node to node', 'ca552dfa0c0a0c1106c61200', '', 7000, 'cassandra', 'cassandra-node'],
  ['CQL options', '040000000500000000', '', 9042, 'cassandra', 'cql-frame'],
  ['MQTT connect', '101200044d51545404c2003c000474657374', '', 11_883, 'mqtt', 'mqtt-connect'],
  ['MQTT 3.1 connect', '101400064d51497364700302003c000474657374', '', 1883, 'mqtt', 'mqtt-connect'],
  ['MQTT that began before', `300c0006${hex('a/bc/d')}74657374`, '', 1883, 'mqtt', 'mqtt-packet'],
  ['MQTT acknowledges a connection', '', '20020000', 1883, 'mqtt', 'mqtt-packet'],
  ['AMQP 0-9-1', '414d515000000901', '', 5672, 'amqp', 'amqp-header'],
  ['AMQP 1.0', '414d515003010000', '', 15_672, 'amqp', 'amqp-header'],
  ['AMQP that began before', '', '0100010000000400140028ce', 5672, 'amqp', 'amqp-frame'],
  [
    'Kafka with a client name',
    `0000001a0012000300000001000a${hex('producer-1')}000000000000`,
    '',
    19_092,
    'kafka',
    'kafka-request',
  ],
  ['Kafka without', '0000000e0002000000000000000000000000', '', 9092, 'kafka', 'kafka-unnamed-request'],
];

const SQL_ANSWER = `${hex('ServerName;DB;InstanceName;SQL;IsClustered;No;Version;15.0;;')}`;

export const ENTERPRISE_DATAGRAMS: readonly DatagramSample[] = [
  ...ONC_APPS.flatMap((app): DatagramSample[] => [
    [`${app} call`, onc(ROWS[app]), 50_000, ONC_PORTS[app], app, `${app}-call`],
    [`${app} reply`, ONC_REPLY, ONC_PORTS[app], 50_000, app, `${app}-reply`],
  ]),
  [
    'Microsoft RPC over UDP',
    `04002000100000 00${zeros(66)}0400${zeros(4)}5a5a5a5a`.replace(' ', ''),
    50_000,
    50_001,
    'msrpc-base',
    'msrpc-over-udp',
  ],
  ['LDAP ping', '300c020101630704000a01000a0100', 50_000, 389, 'ldap', 'ldap-over-udp'],
  [
    'Kerberos password change',
    `001aff80000e6e0c300aa003020105a10302010e${zeros(6)}`,
    50_000,
    464,
    'kerberos',
    'kerberos-password',
  ],
  ['Kerberos password refused', '000e000100007e06300430020201', 464, 50_000, 'kerberos', 'kerberos-password'],
  ['Kerberos', '6a0c300aa103020105a20302010a', 50_000, 88, 'kerberos', 'kerberos'],
  ['RADIUS', `0112001e${zeros(16)}010a7465737475736572`, 50_000, 11_812, 'radius', 'radius'],
  ['RADIUS without attributes', `05120014${zeros(16)}`, 1813, 50_000, 'radius', 'radius-bare'],
  [
    'SQL Server browser answers',
    `05${(SQL_ANSWER.length / 2).toString(16)}00${SQL_ANSWER}`,
    1434,
    50_000,
    'mssql-mon',
    'mssql-browser-response',
  ],
  ['SQL Server browser is asked', '03', 50_000, 1434, 'mssql-mon', 'mssql-browser-request'],
];
