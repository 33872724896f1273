/** What the mapping tables share: groups of our names, and reasons for not comparing. */

/** our names, or why there is nothing to compare */
export type Mapped = readonly string[] | { readonly notCompared: string };

export const SMB: Mapped = ['ms-ds-smbv1', 'ms-ds-smbv2', 'ms-ds-smbv3', 'ms-ds-smb-base', 'netbios-ss'];
export const WEB: Mapped = ['web-browsing'];
export const RPC: Mapped = ['rpc', 'portmapper', 'nfs', 'mount'];

export const DATAGRAM_SERVICE: Mapped = {
  notCompared: 'the NetBIOS datagram service is insufficient-data (firewall-model 5)',
};
export const NO_NAME: Mapped = { notCompared: 'no name in the published application lists is known' };
export const PROPRIETARY: Mapped = {
  notCompared: 'a private protocol without a public description: no signature can be written',
};
export const TUNNELLED: Mapped = {
  notCompared: 'named after what is inside a tunnel; the session here is the outer one',
};
export const NOT_IP_APPLICATION: Mapped = {
  notCompared: 'not an application: the judge names a layer or a defect',
};
export const SECONDARY: Mapped = {
  notCompared: 'a data connection that the firewall foretells from its control connection',
};
