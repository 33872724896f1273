/** A stream of bytes that is pulled, without saying where they come from. */
export interface ByteSource {
  /** The next bytes, never empty; null at the end. The caller owns them. Never throws. */
  read(): Promise<Uint8Array | null>;
  /** once `read` gave null: why the stream ended early, or null for an ordinary end */
  readonly failure: string | null;
  /** Safe to call at any time. */
  close(): Promise<void>;
}
