/** Colour as the text views know it: names of roles. The edge decides what they look like. */

export type Role = 'heading' | 'reset' | 'quiet' | 'open' | 'warning';

/** Wraps text that has its final width; must not change what is visible. */
export type Paint = (role: Role, text: string) => string;

export const NO_PAINT: Paint = (_role, text) => text;
