/** How a sample is written: text as text, binary as hexadecimal. */

/** name, client, server, server port, application, signature */
export type StreamSample = readonly [string, string, string, number, string, string];

/** name, payload, source port, destination port, application, signature */
export type DatagramSample = readonly [string, string, number, number, string, string];

export const zeros = (count: number): string => '00'.repeat(count);

/** Text as hexadecimal, for text inside binary. */
export const hex = (text: string): string =>
  Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
