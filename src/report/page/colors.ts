/** One colour a family of end reasons, told apart in both themes and by those who do not see red from green. */

/** Name of a custom property of the style sheet, by end reason; the others are grey. */
const FAMILIES: Readonly<Record<string, string>> = {
  'aged-out': '--aged',
  'tcp-fin': '--fin',
  'tcp-rst-from-client': '--rst-client',
  'tcp-rst-from-server': '--rst-server',
  'tcp-reuse': '--reuse',
  'policy-deny': '--deny',
  threat: '--deny',
};

export const colorOf = (reason: string): string => `var(${FAMILIES[reason] ?? '--other'})`;
