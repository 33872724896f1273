/**
 * All signatures. Of several that match on their content, one with the session's port is taken, else the
 * first in this order: so a general application stands before those that only a port tells from it.
 *
 * The NetBIOS datagram service has no row: a public log shows one well-formed datagram on port 138 as
 * `insufficient-data` (firewall-model 5). Nor has NTLM: it is carried within other applications (SMB, HTTP,
 * RPC, LDAP) and begins no session of its own.
 */
import { DIALOGUE_SIGNATURES } from './dialogue.ts';
import { DIRECTORY_DATAGRAM_SIGNATURES, DIRECTORY_STREAM_SIGNATURES } from './directory.ts';
import { DNS_DATAGRAM_SIGNATURES, DNS_STREAM_SIGNATURES } from './dns.ts';
import { ENCAPSULATION_SIGNATURES } from './encapsulation.ts';
import { FILE_DATAGRAM_SIGNATURES, FILE_STREAM_SIGNATURES } from './file-transfer.ts';
import { INDUSTRIAL_DATAGRAM_SIGNATURES, INDUSTRIAL_STREAM_SIGNATURES } from './industrial.ts';
import { INFRASTRUCTURE_SIGNATURES } from './infrastructure.ts';
import { MAIL_SIGNATURES } from './mail.ts';
import { MAINFRAME_SIGNATURES } from './mainframe-databases.ts';
import { MEDIA_DATAGRAM_SIGNATURES, MEDIA_STREAM_SIGNATURES } from './media.ts';
import { MESSAGING_SIGNATURES } from './messaging.ts';
import { MONITORING_DATAGRAM_SIGNATURES, MONITORING_STREAM_SIGNATURES } from './monitoring.ts';
import { OLD_SERVICE_SIGNATURES } from './old-services.ts';
import { OTHER_DATABASE_SIGNATURES } from './other-databases.ts';
import { PEER_DATAGRAM_SIGNATURES, PEER_STREAM_SIGNATURES } from './peer-to-peer.ts';
import { QUIC_SIGNATURES } from './quic.ts';
import { RELATIONAL_DATAGRAM_SIGNATURES, RELATIONAL_STREAM_SIGNATURES } from './relational-databases.ts';
import { REMOTE_ACCESS_DATAGRAM_SIGNATURES, REMOTE_ACCESS_STREAM_SIGNATURES } from './remote-access.ts';
import { ROUTING_DATAGRAM_SIGNATURES, ROUTING_STREAM_SIGNATURES } from './routing.ts';
import { RPC_DATAGRAM_SIGNATURES, RPC_STREAM_SIGNATURES } from './rpc.ts';
import type { DatagramSignature, StreamSignature } from './signature.ts';
import { SMB_SIGNATURES } from './smb.ts';
import { TELECONTROL_DATAGRAM_SIGNATURES, TELECONTROL_STREAM_SIGNATURES } from './telecontrol.ts';
import { TLS_SIGNATURES } from './tls.ts';
import { TUNNEL_DATAGRAM_SIGNATURES, TUNNEL_STREAM_SIGNATURES } from './tunnels.ts';
import { VOICE_DATAGRAM_SIGNATURES, VOICE_STREAM_SIGNATURES } from './voice.ts';
import { WEB_SIGNATURES } from './web.ts';
import { WEB_APPLICATION_SIGNATURES } from './web-applications.ts';

export const STREAM_SIGNATURES: readonly StreamSignature[] = [
  ...TLS_SIGNATURES,
  ...PEER_STREAM_SIGNATURES,
  ...WEB_SIGNATURES,
  ...WEB_APPLICATION_SIGNATURES,
  ...DIALOGUE_SIGNATURES,
  ...MAIL_SIGNATURES,
  ...DNS_STREAM_SIGNATURES,
  ...SMB_SIGNATURES,
  ...RPC_STREAM_SIGNATURES,
  ...DIRECTORY_STREAM_SIGNATURES,
  ...RELATIONAL_STREAM_SIGNATURES,
  ...OTHER_DATABASE_SIGNATURES,
  ...MAINFRAME_SIGNATURES,
  ...MESSAGING_SIGNATURES,
  ...REMOTE_ACCESS_STREAM_SIGNATURES,
  ...VOICE_STREAM_SIGNATURES,
  ...MEDIA_STREAM_SIGNATURES,
  ...TUNNEL_STREAM_SIGNATURES,
  ...ROUTING_STREAM_SIGNATURES,
  ...INDUSTRIAL_STREAM_SIGNATURES,
  ...TELECONTROL_STREAM_SIGNATURES,
  ...MONITORING_STREAM_SIGNATURES,
  ...FILE_STREAM_SIGNATURES,
  ...OLD_SERVICE_SIGNATURES,
];

export const DATAGRAM_SIGNATURES: readonly DatagramSignature[] = [
  ...DNS_DATAGRAM_SIGNATURES,
  ...QUIC_SIGNATURES,
  ...INFRASTRUCTURE_SIGNATURES,
  ...MEDIA_DATAGRAM_SIGNATURES,
  ...VOICE_DATAGRAM_SIGNATURES,
  ...DIRECTORY_DATAGRAM_SIGNATURES,
  ...RPC_DATAGRAM_SIGNATURES,
  ...RELATIONAL_DATAGRAM_SIGNATURES,
  ...REMOTE_ACCESS_DATAGRAM_SIGNATURES,
  ...PEER_DATAGRAM_SIGNATURES,
  ...TUNNEL_DATAGRAM_SIGNATURES,
  ...ENCAPSULATION_SIGNATURES,
  ...ROUTING_DATAGRAM_SIGNATURES,
  ...INDUSTRIAL_DATAGRAM_SIGNATURES,
  ...TELECONTROL_DATAGRAM_SIGNATURES,
  ...MONITORING_DATAGRAM_SIGNATURES,
  ...FILE_DATAGRAM_SIGNATURES,
];
